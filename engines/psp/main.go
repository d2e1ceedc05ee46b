// Program psp judges pods as the PodSecurityPolicy admission plugin of Kubernetes 1.24 does, in the order of its API
// server. It reads a JSON document a line from standard input and answers each with one:
//
//	{"objects": [...]}                     what the cluster holds from now on: PodSecurityPolicies and RBAC objects.
//	                                       Answer: {"objects": [{"kind", "name", "errors"}]}; one that the API server
//	                                       refuses is not held.
//	{"pod": {...}, "request": {...}}       a pod that is created, and who asks. Answer: see answer.
//	{"pod": {...}, "plainOnly": true}      the same without the plugin.
//
//	psp [--feature-gates=ProcMountType=true]
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"

	utilfeature "k8s.io/apiserver/pkg/util/feature"
	"k8s.io/klog/v2"
	"k8s.io/kubernetes/pkg/capabilities"
)

type question struct {
	Objects   []json.RawMessage `json:"objects"`
	Pod       json.RawMessage   `json:"pod"`
	Request   request           `json:"request"`
	PlainOnly bool              `json:"plainOnly"`
}

func main() {
	gates := flag.String("feature-gates", "", "as kube-apiserver --feature-gates")
	flag.Parse()
	klog.SetOutput(io.Discard)
	klog.LogToStderr(false)
	if err := run(*gates); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(gates string) error {
	if err := utilfeature.DefaultMutableFeatureGate.Set(gates); err != nil {
		return err
	}
	// As kube-apiserver --allow-privileged, which clusters have.
	capabilities.Setup(true, 0)
	world, err := newWorld(nil)
	if err != nil {
		return err
	}
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriter(os.Stdout)
	for {
		line, err := in.ReadBytes('\n')
		if err == io.EOF && len(line) == 0 {
			return out.Flush()
		}
		if err != nil && err != io.EOF {
			return err
		}
		reply, err := world.reply(line)
		if err != nil {
			return err
		}
		if reply.world != nil {
			world = reply.world
		}
		bytes, err := json.Marshal(reply.answer)
		if err != nil {
			return err
		}
		if _, err := out.Write(append(bytes, '\n')); err != nil {
			return err
		}
		// Whoever asks one question at a time waits for its answer.
		if in.Buffered() == 0 {
			if err := out.Flush(); err != nil {
				return err
			}
		}
	}
}

type reply struct {
	answer any
	// What is asked of from now on, where the question changed it.
	world *world
}

func (w *world) reply(line []byte) (reply, error) {
	var q question
	if err := json.Unmarshal(line, &q); err != nil {
		return reply{}, fmt.Errorf("a question is no JSON: %w", err)
	}
	switch {
	case q.Pod != nil:
		answer, err := w.judge(q)
		return reply{answer: answer}, err
	case q.Objects != nil:
		next, err := newWorld(q.Objects)
		if err != nil {
			return reply{}, err
		}
		return reply{answer: map[string]any{"objects": next.taken}, world: next}, nil
	default:
		return reply{}, fmt.Errorf("a question has neither objects nor a pod")
	}
}
