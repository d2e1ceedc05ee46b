// gatekeeper-judge judges admission requests as Gatekeeper's webhook does, and objects as `gator test` and its audit do, with
// Gatekeeper's own libraries: the constraint client, the target, the driver for Rego and the one for CEL.
//
//	gatekeeper-judge [-enable-k8s-native-validation=false] FILE...
//	gatekeeper-judge -generate FILE...
//
// FILEs hold templates and constraints in YAML. A template that has code for both drivers is judged by CEL, and by Rego where CEL is
// not enabled. Each line of stdin is a request or an object, with its namespace as the cluster has it; each line of stdout the answer:
//
//	{"request": AdmissionRequest, "namespace": Namespace}
//	{"object": Pod}
//	{"results": [{"constraint": "Kind/name", "action": "deny", "message": "...", "details": {...}}], "evaluated": 1}
//
// `evaluated` is the number of constraints that match. Gatekeeper makes a violation of an error in a rule, with the error for a
// message: whoever reads the answers has to tell these by their messages.
//
// With -generate it judges nothing and prints, a line each, the objects that Gatekeeper's controllers would have in the cluster.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"

	"github.com/go-logr/logr"
	admissionv1 "k8s.io/api/admission/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/klog/v2"
	controllerruntime "sigs.k8s.io/controller-runtime"
)

type question struct {
	Request   *admissionv1.AdmissionRequest `json:"request"`
	Object    json.RawMessage               `json:"object"`
	Namespace *corev1.Namespace             `json:"namespace"`
}

type result struct {
	Constraint string         `json:"constraint"`
	Action     string         `json:"action"`
	Message    string         `json:"message"`
	Details    map[string]any `json:"details"`
}

type answer struct {
	Results   []result `json:"results"`
	Evaluated int      `json:"evaluated"`
	Error     string   `json:"error,omitempty"`
}

func main() {
	cel := flag.Bool("enable-k8s-native-validation", true, "enable the driver for CEL, as in Gatekeeper")
	generates := flag.Bool("generate", false, "print what Gatekeeper makes of the files for an API server")
	flag.Parse()
	if *generates {
		quiet()
		if err := generate(context.Background(), flag.Args(), os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	if err := run(*cel, flag.Args(), os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(cel bool, files []string, in io.Reader, out io.Writer) error {
	quiet()
	if len(files) == 0 {
		return errors.New("no file to load")
	}
	ctx := context.Background()
	judge, err := load(ctx, files, cel)
	if err != nil {
		return err
	}
	return stream(in, out, func(line []byte) answer {
		var asked question
		if err := json.Unmarshal(line, &asked); err != nil {
			return answer{Error: err.Error()}
		}
		found, err := judge.review(ctx, asked)
		if err != nil {
			return answer{Error: err.Error()}
		}
		return *found
	})
}

func quiet() {
	klog.SetLogger(logr.Discard())
	controllerruntime.SetLogger(logr.Discard())
}

// stream answers the lines in their order, several at a time.
func stream(in io.Reader, out io.Writer, reply func([]byte) answer) error {
	workers := runtime.GOMAXPROCS(0)
	pending := make(chan chan answer, 4*workers)
	slots := make(chan struct{}, workers)
	scanner := bufio.NewScanner(in)
	scanner.Buffer(nil, 64<<20)
	go func() {
		defer close(pending)
		for scanner.Scan() {
			line := append([]byte(nil), scanner.Bytes()...)
			answered := make(chan answer, 1)
			pending <- answered
			slots <- struct{}{}
			go func() {
				defer func() { <-slots }()
				answered <- reply(line)
			}()
		}
	}()
	writer := bufio.NewWriter(out)
	encoder := json.NewEncoder(writer)
	encoder.SetEscapeHTML(false)
	for answered := range pending {
		if err := encoder.Encode(<-answered); err != nil {
			return err
		}
		if len(pending) == 0 {
			if err := writer.Flush(); err != nil {
				return err
			}
		}
	}
	if err := scanner.Err(); err != nil {
		return err
	}
	return writer.Flush()
}
