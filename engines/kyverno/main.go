// kyverno judges admission requests as Kyverno's webhooks do, with its engines as a library: those of ClusterPolicy and of
// ValidatingPolicy. Kyverno's own command line has no old object and no subresource.
//
//	kyverno-judge webhook|compiled FILE...
//
// FILEs hold policies in YAML. Kyverno compiles a ClusterPolicy anew for each request; with `compiled` that is done once, with the
// same compiler, and matched with the same matcher, so that many requests can be judged. Each line of stdin is a request, each line of stdout the answer to it:
//
//	{"request": AdmissionRequest, "namespace": Namespace}
//	{"results": [{"policy": "p", "rule": "pods", "status": "fail", "message": "...", "blocks": true, "warns": false}]}
//
// A policy that does not match a request has no result. A status of "error" is no verdict. What blocks refuses the request,
// what warns is told to whoever sent it.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
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
	Request   admissionv1.AdmissionRequest `json:"request"`
	Namespace *corev1.Namespace            `json:"namespace"`
}

type result struct {
	Policy  string `json:"policy"`
	Rule    string `json:"rule"`
	Status  string `json:"status"`
	Message string `json:"message"`
	Blocks  bool   `json:"blocks"`
	Warns   bool   `json:"warns"`
}

type answer struct {
	Results []result `json:"results"`
	Error   string   `json:"error,omitempty"`
}

type judge interface {
	// count is the number of policies.
	count() int
	judge(question) ([]result, error)
}

func main() {
	if len(os.Args) < 3 || (os.Args[1] != "webhook" && os.Args[1] != "compiled") {
		fmt.Fprintln(os.Stderr, "usage: kyverno-judge webhook|compiled FILE...")
		os.Exit(2)
	}
	if err := run(os.Args[1] == "compiled", os.Args[2:], os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(compiled bool, files []string, in io.Reader, out io.Writer) error {
	klog.SetLogger(logr.Discard())
	controllerruntime.SetLogger(logr.Discard())
	judges, err := load(files, compiled)
	if err != nil {
		return err
	}
	policies := 0
	for _, each := range judges {
		policies += each.count()
	}
	if policies == 0 {
		return errors.New("no policy in these files")
	}
	return stream(in, out, func(line []byte) answer {
		var asked question
		if err := json.Unmarshal(line, &asked); err != nil {
			return answer{Error: err.Error()}
		}
		results := []result{}
		for _, each := range judges {
			found, err := each.judge(asked)
			if err != nil {
				return answer{Error: err.Error()}
			}
			results = append(results, found...)
		}
		return answer{Results: results}
	})
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
