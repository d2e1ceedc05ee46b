// Command yaml says how kubectl reads YAML and JSON: what sigs.k8s.io/yaml makes of each document of cases/, and
// what apimachinery's stream decoder makes of each stream. podsec's reader is tested against this table.
//
//	go run .           writes ../../test/manifest/go-yaml.jsonl
//	go run . --check   demands that it is what would be written, and that podsec's own output reads back
//	go run . --judge   reads a JSON array of documents from standard input, writes the array of readings
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/yaml"
	sigs "sigs.k8s.io/yaml"
)

const (
	tablePath   = "../../test/manifest/go-yaml.jsonl"
	writtenPath = "../../test/manifest/written.jsonl"
)

// Reading is what sigs.k8s.io/yaml says about one document.
type Reading struct {
	YAML string `json:"yaml"`
	// JSON is the value, if there is one.
	JSON json.RawMessage `json:"json,omitempty"`
	// Error is kubectl's.
	Error string `json:"error,omitempty"`
	// Duplicate says that only the strict mode refuses the document: a key is set twice.
	Duplicate bool `json:"duplicate,omitempty"`
	// Random says that the value differs from run to run: keys are the same only as strings.
	Random bool `json:"random,omitempty"`
}

// Stream is what kubectl makes of an input: its objects up to the first error.
type Stream struct {
	Text    string            `json:"text"`
	Objects []json.RawMessage `json:"objects"`
	Error   string            `json:"error,omitempty"`
}

// runs is how often a document is read: Go ranges over a map of two keys in the same order in half of the runs.
const runs = 40

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "yaml:", err)
		os.Exit(1)
	}
}

func run() error {
	mode := ""
	if len(os.Args) > 1 {
		mode = os.Args[1]
	}
	if mode == "--judge" {
		var documents []string
		if err := json.NewDecoder(os.Stdin).Decode(&documents); err != nil {
			return err
		}
		readings := make([]Reading, 0, len(documents))
		for _, document := range documents {
			readings = append(readings, read(document))
		}
		return write(os.Stdout, readings)
	}
	documents, err := documentCases()
	if err != nil {
		return err
	}
	streams, err := cases("streams.txt")
	if err != nil {
		return err
	}
	if len(documents) < 100 || len(streams) < 20 {
		return fmt.Errorf("too few cases: %d documents, %d streams", len(documents), len(streams))
	}
	var out bytes.Buffer
	for _, document := range documents {
		if err := write(&out, read(document)); err != nil {
			return err
		}
	}
	for _, text := range streams {
		if err := write(&out, readStream(text)); err != nil {
			return err
		}
	}
	switch mode {
	case "":
		return os.WriteFile(tablePath, out.Bytes(), 0o644)
	case "--check":
		committed, err := os.ReadFile(tablePath)
		if err != nil {
			return err
		}
		if !bytes.Equal(committed, out.Bytes()) {
			return fmt.Errorf("%s is not what the cases give: run `go run .` in engines/yaml", tablePath)
		}
		written, err := checkWritten()
		if err != nil {
			return err
		}
		fmt.Printf("yaml: %d documents, %d streams, %d written documents agree\n", len(documents), len(streams), written)
		return nil
	default:
		return fmt.Errorf("unknown argument %q", mode)
	}
}

func write(to io.Writer, value any) error {
	encoder := json.NewEncoder(to)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(value)
}

func read(document string) (reading Reading) {
	reading.YAML = document
	defer func() {
		if panicked := recover(); panicked != nil {
			reading = Reading{YAML: document, Error: fmt.Sprintf("panic: %v", panicked)}
		}
	}()
	value, err := sigs.YAMLToJSON([]byte(document))
	if err != nil {
		reading.Error = err.Error()
		return reading
	}
	for range runs {
		again, err := sigs.YAMLToJSON([]byte(document))
		if err != nil {
			reading.Error = err.Error()
			return reading
		}
		reading.Random = reading.Random || !bytes.Equal(value, again)
	}
	if !reading.Random {
		reading.JSON = value
	}
	_, err = sigs.YAMLToJSONStrict([]byte(document))
	reading.Duplicate = err != nil
	return reading
}

// readStream does what the resource builder of cli-runtime does: NewYAMLOrJSONDecoder, 4096, then lists flattened.
func readStream(text string) Stream {
	stream := Stream{Text: text, Objects: []json.RawMessage{}}
	decoder := yaml.NewYAMLOrJSONDecoder(strings.NewReader(text), 4096)
	for {
		raw := runtime.RawExtension{}
		if err := decoder.Decode(&raw); err != nil {
			if err != io.EOF {
				stream.Error = err.Error()
			}
			return stream
		}
		raw.Raw = bytes.TrimSpace(raw.Raw)
		if len(raw.Raw) == 0 || bytes.Equal(raw.Raw, []byte("null")) {
			continue
		}
		object, _, err := unstructured.UnstructuredJSONScheme.Decode(raw.Raw, nil, nil)
		if err != nil {
			stream.Error = err.Error()
			return stream
		}
		if list, ok := object.(*unstructured.UnstructuredList); ok {
			for _, item := range list.Items {
				stream.add(item.Object)
			}
		} else if one, ok := object.(*unstructured.Unstructured); ok {
			stream.add(one.Object)
		}
	}
}

func (stream *Stream) add(object map[string]any) {
	value, err := json.Marshal(object)
	if err != nil {
		stream.Error = err.Error()
		return
	}
	stream.Objects = append(stream.Objects, value)
}

// documentCases puts each scalar where it can stand, and adds the documents: written ones, and ones that mutation
// found (fuzz.jsonl), of each kind of value and error one or a few.
func documentCases() ([]string, error) {
	scalars, err := os.ReadFile(filepath.Join("cases", "scalars.txt"))
	if err != nil {
		return nil, err
	}
	var all []string
	for _, scalar := range strings.Split(strings.TrimSuffix(string(scalars), "\n"), "\n") {
		all = append(all, "v: "+scalar+"\n", scalar+": v\n", "[{v: "+scalar+"}]\n", "- "+scalar+"\n")
	}
	documents, err := cases("documents.txt")
	if err != nil {
		return nil, err
	}
	all = append(all, documents...)
	fuzz, err := os.Open(filepath.Join("cases", "fuzz.jsonl"))
	if err != nil {
		return nil, err
	}
	defer fuzz.Close()
	for decoder := json.NewDecoder(fuzz); ; {
		var document string
		if err := decoder.Decode(&document); err == io.EOF {
			return all, nil
		} else if err != nil {
			return nil, fmt.Errorf("fuzz.jsonl: %w", err)
		}
		all = append(all, document)
	}
}

// cases are separated by lines of equals signs; \xNN, \uNNNN and so on in lines that start with "%go " are Go's.
func cases(name string) ([]string, error) {
	text, err := os.ReadFile(filepath.Join("cases", name))
	if err != nil {
		return nil, err
	}
	var all []string
	for _, part := range strings.Split(string(text), "=====\n") {
		if quoted, ok := strings.CutPrefix(part, "%go "); ok {
			if _, err := fmt.Sscanf(strings.TrimSpace(quoted), "%q", &part); err != nil {
				return nil, fmt.Errorf("%s: %s: %w", name, quoted, err)
			}
		}
		all = append(all, part)
	}
	return all, nil
}

// checkWritten reads podsec's own YAML back, as kubectl would.
func checkWritten() (int, error) {
	data, err := os.ReadFile(writtenPath)
	if err != nil {
		return 0, err
	}
	var sample struct {
		Documents []any  `json:"documents"`
		YAML      string `json:"yaml"`
	}
	if err := json.Unmarshal(data, &sample); err != nil {
		return 0, err
	}
	decoder := yaml.NewYAMLOrJSONDecoder(strings.NewReader(sample.YAML), 4096)
	for index, want := range sample.Documents {
		var got any
		raw := runtime.RawExtension{}
		if err := decoder.Decode(&raw); err != nil {
			return 0, fmt.Errorf("written document %d: %w", index, err)
		}
		if err := json.Unmarshal(raw.Raw, &got); err != nil {
			return 0, fmt.Errorf("written document %d: %w", index, err)
		}
		if !reflect.DeepEqual(got, want) {
			return 0, fmt.Errorf("written document %d reads back as %v, was %v", index, got, want)
		}
	}
	if len(sample.Documents) == 0 {
		return 0, fmt.Errorf("%s has no documents", writtenPath)
	}
	return len(sample.Documents), nil
}
