package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"sigs.k8s.io/yaml"
)

type fixture struct {
	Level   string          `json:"level"`
	Version string          `json:"version"`
	Verdict string          `json:"verdict"`
	Control string          `json:"control"`
	Name    string          `json:"name"`
	Pod     json.RawMessage `json:"pod"`
	minor   int
}

func moduleDir(module string) (string, error) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", module).Output()
	if err != nil {
		return "", fmt.Errorf("go list -m %s (run it in engines/psa, or pass --dir): %w", module, err)
	}
	return string(bytes.TrimSpace(out)), nil
}

var trailingNumber = regexp.MustCompile(`\d+$`)

// fixturesCommand prints test/testdata/<level>/v<version>/<pass|fail>/<control><n>.yaml, ordered by level, version,
// verdict and name. The control is the file's stem, lower case as the fixtures have it; "base" is the minimal pod.
func fixturesCommand(args []string) error {
	flags := flag.NewFlagSet("fixtures", flag.ExitOnError)
	dir := flags.String("dir", "", "directory of module k8s.io/pod-security-admission (default: asks go list)")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *dir == "" {
		found, err := moduleDir("k8s.io/pod-security-admission")
		if err != nil {
			return err
		}
		*dir = found
	}
	files, err := filepath.Glob(filepath.Join(*dir, "test", "testdata", "*", "v*", "*", "*.yaml"))
	if err != nil {
		return err
	}
	var all []fixture
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		pod, err := yaml.YAMLToJSON(text)
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		parts := strings.Split(filepath.ToSlash(file), "/")
		parts = parts[len(parts)-4:]
		name := strings.TrimSuffix(parts[3], ".yaml")
		version := strings.TrimPrefix(parts[1], "v")
		minor, err := strconv.Atoi(strings.TrimPrefix(version, "1."))
		if err != nil || parts[2] != "pass" && parts[2] != "fail" {
			return fmt.Errorf("%s: not a fixture's path", file)
		}
		all = append(all, fixture{Level: parts[0], Version: version, Verdict: parts[2], Control: trailingNumber.ReplaceAllString(name, ""), Name: name, Pod: pod, minor: minor})
	}
	if len(all) == 0 {
		return fmt.Errorf("no fixtures under %s", *dir)
	}
	slices.SortFunc(all, func(a, b fixture) int {
		if c := strings.Compare(a.Level, b.Level); c != 0 {
			return c
		}
		if a.minor != b.minor {
			return a.minor - b.minor
		}
		return strings.Compare(a.Verdict+" "+a.Name, b.Verdict+" "+b.Name)
	})
	out := bufio.NewWriter(os.Stdout)
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	for _, f := range all {
		if err := encoder.Encode(f); err != nil {
			return err
		}
	}
	return out.Flush()
}
