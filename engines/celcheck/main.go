// Command celcheck judges ValidatingAdmissionPolicies without a cluster: it type checks them as kube-controller-manager
// does, compiles them in the CEL environment of each Kubernetes release, and measures what they cost on pods.
//
//	celcheck [-versions 1.28,1.37] [-pods pods.ndjson] [-items 64] [-string 256] [FILE...]
//
// Without a file it reads standard input: YAML documents or JSON; other kinds are skipped, none at all is an error.
// The answer is JSON. The exit code says whether it could be given, not what it says.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"sync"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/version"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/apiserver/pkg/admission/plugin/policy/validating"
	"sigs.k8s.io/yaml"
)

type report struct {
	Policies []policyReport `json:"policies"`
}

type policyReport struct {
	Name string `json:"name"`
	// Types are the kinds that the expressions were checked against. None means that nothing was checked.
	Types    []string      `json:"types"`
	Warnings []finding     `json:"warnings"`
	Releases []release     `json:"releases"`
	Cost     []expression  `json:"cost"`
	Measured *measurements `json:"measured,omitempty"`
}

type finding struct {
	Field   string `json:"field"`
	Message string `json:"message"`
}

type release struct {
	Version string    `json:"version"`
	Errors  []finding `json:"errors"`
}

func main() {
	versions := flag.String("versions", "1.28,1.29,1.30,1.31,1.32,1.33,1.34,1.35,1.36,1.37", "releases to compile for")
	pods := flag.String("pods", "", "measure the cost on these pods, one JSON object a line")
	items := flag.Uint64("items", 64, "for the estimate: entries of a list or map")
	length := flag.Uint64("string", 256, "for the estimate: bytes of a string")
	flag.Parse()
	if err := run(*versions, *pods, sizes{items: *items, length: *length}, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "celcheck:", err)
		os.Exit(1)
	}
}

func run(versions, podFile string, sizes sizes, files []string) error {
	policies, err := readPolicies(files)
	if err != nil {
		return err
	}
	if len(policies) == 0 {
		return errors.New("no ValidatingAdmissionPolicy in the input")
	}
	var releases []*version.Version
	for _, text := range strings.Split(versions, ",") {
		v, err := version.ParseMajorMinor(strings.TrimSpace(text))
		if err != nil {
			return err
		}
		releases = append(releases, v)
	}
	var pods []*corev1.Pod
	if podFile != "" {
		if pods, err = readPods(podFile); err != nil {
			return err
		}
	}
	out := report{Policies: make([]policyReport, len(policies))}
	failures := make([]error, len(policies))
	indices := make(chan int)
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			checker := newTypeChecker()
			for i := range indices {
				out.Policies[i], failures[i] = check(checker, policies[i], releases, pods, sizes)
			}
		})
	}
	for i := range policies {
		indices <- i
	}
	close(indices)
	workers.Wait()
	if err := errors.Join(failures...); err != nil {
		return err
	}
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(out)
}

// check measures nothing where there are no pods.
func check(checker *validating.TypeChecker, policy *admissionv1.ValidatingAdmissionPolicy, releases []*version.Version, pods []*corev1.Pod, sizes sizes) (policyReport, error) {
	r := policyReport{Name: policy.Name, Releases: []release{}}
	gvks, warnings := typeCheck(checker, policy)
	r.Types, r.Warnings, r.Cost = []string{}, warnings, []expression{}
	for _, gvk := range gvks {
		r.Types = append(r.Types, gvk.GroupVersion().String()+" "+gvk.Kind)
	}
	for _, v := range releases {
		r.Releases = append(r.Releases, release{Version: v.String(), Errors: compile(policy, v)})
	}
	var err error
	if len(gvks) > 0 {
		if r.Cost, err = estimate(checker, policy, gvks[0], releases[len(releases)-1], sizes); err != nil {
			return r, err
		}
	}
	if pods != nil {
		r.Measured, err = measure(policy, pods)
	}
	return r, err
}

func readPolicies(files []string) ([]*admissionv1.ValidatingAdmissionPolicy, error) {
	if len(files) == 0 {
		return decodePolicies("standard input", os.Stdin)
	}
	var policies []*admissionv1.ValidatingAdmissionPolicy
	for _, name := range files {
		file, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		found, err := decodePolicies(name, file)
		file.Close()
		if err != nil {
			return nil, err
		}
		policies = append(policies, found...)
	}
	return policies, nil
}

// decodePolicies reads v1beta1 as v1: they have the same shape.
func decodePolicies(name string, in io.Reader) ([]*admissionv1.ValidatingAdmissionPolicy, error) {
	var policies []*admissionv1.ValidatingAdmissionPolicy
	documents := utilyaml.NewYAMLReader(bufio.NewReader(in))
	for {
		document, err := documents.Read()
		if err == io.EOF {
			return policies, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		var meta struct {
			Kind string `json:"kind"`
		}
		if err := yaml.Unmarshal(document, &meta); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if meta.Kind != "ValidatingAdmissionPolicy" {
			continue
		}
		policy := &admissionv1.ValidatingAdmissionPolicy{}
		if err := yaml.UnmarshalStrict(document, policy); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		policies = append(policies, policy)
	}
}

func readPods(name string) ([]*corev1.Pod, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	var pods []*corev1.Pod
	decoder := json.NewDecoder(bytes.NewReader(data))
	for {
		pod := &corev1.Pod{}
		if err := decoder.Decode(pod); err == io.EOF {
			break
		} else if err != nil {
			return nil, fmt.Errorf("%s: pod %d: %w", name, len(pods), err)
		}
		pods = append(pods, pod)
	}
	if len(pods) == 0 {
		return nil, fmt.Errorf("%s: no pod", name)
	}
	return pods, nil
}
