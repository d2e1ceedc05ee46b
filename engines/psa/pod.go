package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"reflect"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	genericapirequest "k8s.io/apiserver/pkg/endpoints/request"
	"k8s.io/apiserver/pkg/registry/rest"
	"k8s.io/kubernetes/pkg/apis/core"
	// The scheme's core types; declarative validation looks them up.
	_ "k8s.io/kubernetes/pkg/apis/core/install"
	apiscorev1 "k8s.io/kubernetes/pkg/apis/core/v1"
	"k8s.io/kubernetes/pkg/capabilities"
	podregistry "k8s.io/kubernetes/pkg/registry/core/pod"
	kjson "sigs.k8s.io/json"
)

func init() {
	// As --allow-privileged=true: otherwise validation, not policy, rejects privileged pods.
	capabilities.Setup(true, 0)
}

// decodePod reads as the API server's JSON serializer does (apimachinery/pkg/runtime/serializer/json: case-sensitive,
// unknown fields dropped). A create request may leave apiVersion and kind out; wrong ones are refused.
func decodePod(raw []byte) (*corev1.Pod, error) {
	pod := &corev1.Pod{}
	if err := kjson.UnmarshalCaseSensitivePreserveInts(raw, pod); err != nil {
		return nil, err
	}
	if pod.APIVersion != "" && pod.APIVersion != "v1" || pod.Kind != "" && pod.Kind != "Pod" {
		return nil, fmt.Errorf("not a v1 Pod: apiVersion %q, kind %q", pod.APIVersion, pod.Kind)
	}
	return pod, nil
}

// toInternal defaults a decoded pod and converts it to the internal version, as the codec of a create request does.
func toInternal(pod *corev1.Pod) (*core.Pod, error) {
	apiscorev1.SetObjectDefaults_Pod(pod)
	internal := &core.Pod{}
	if err := apiscorev1.Convert_v1_Pod_To_core_Pod(pod, internal, nil); err != nil {
		return nil, err
	}
	return internal, nil
}

// toVersioned is what a validating admission plugin that asks for v1 sees.
func toVersioned(internal *core.Pod) (*corev1.Pod, error) {
	pod := &corev1.Pod{}
	if err := apiscorev1.Convert_core_Pod_To_v1_Pod(internal, pod, nil); err != nil {
		return nil, err
	}
	pod.APIVersion, pod.Kind = "v1", "Pod"
	return pod, nil
}

// admitted is the pod as validating admission sees it, but for what mutating plugins write.
func admitted(raw []byte) (*corev1.Pod, error) {
	pod, err := decodePod(raw)
	if err != nil {
		return nil, err
	}
	internal, err := toInternal(pod)
	if err != nil {
		return nil, err
	}
	podregistry.Strategy.PrepareForCreate(context.Background(), internal)
	return toVersioned(internal)
}

// validationErrors runs the create path of the generic registry up to validation: system fields, strategy,
// hand-written and declarative validation, object metadata.
func validationErrors(raw []byte) ([]string, error) {
	pod, err := decodePod(raw)
	if err != nil {
		return nil, err
	}
	internal, err := toInternal(pod)
	if err != nil {
		return nil, err
	}
	if internal.Namespace == "" {
		internal.Namespace = "default"
	}
	if internal.Name == "" && internal.GenerateName != "" {
		internal.Name = podregistry.Strategy.GenerateName(internal.GenerateName)
	}
	rest.FillObjectMetaSystemFields(internal)
	ctx := genericapirequest.WithNamespace(context.Background(), internal.Namespace)
	// Declarative validation picks its rules by the version of the request.
	ctx = genericapirequest.WithRequestInfo(ctx, &genericapirequest.RequestInfo{
		IsResourceRequest: true, APIVersion: "v1", Resource: "pods", Verb: "create", Namespace: internal.Namespace,
	})
	out := []string{}
	err = rest.BeforeCreate(podregistry.Strategy, ctx, internal)
	if status, ok := err.(apierrors.APIStatus); ok && status.Status().Details != nil && len(status.Status().Details.Causes) > 0 {
		for _, cause := range status.Status().Details.Causes {
			out = append(out, cause.Field+": "+cause.Message)
		}
	} else if err != nil {
		out = append(out, err.Error())
	}
	return out, nil
}

func writeJSON(out *bytes.Buffer, value any) error {
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return err
	}
	out.Truncate(out.Len() - 1)
	return nil
}

func writeError(out *bytes.Buffer, err error) error {
	return writeJSON(out, map[string]string{"error": err.Error()})
}

// defaultCommand prints the admitted pod as the server encodes it; with --compact, without status and without what
// equals absence (empty values of fields that are no pointers), so that it compares by value.
func defaultCommand(args []string) error {
	flags := flag.NewFlagSet("default", flag.ExitOnError)
	compact := flags.Bool("compact", false, "leave out status and what equals absence")
	if err := flags.Parse(args); err != nil {
		return err
	}
	r := &reflector{types: map[string]*objectType{}, goOf: map[string]reflect.Type{}}
	if err := r.add(reflect.TypeFor[corev1.Pod]()); err != nil {
		return err
	}
	return stream(func(in []byte, out *bytes.Buffer) error {
		pod, err := admitted(in)
		if err != nil {
			return writeError(out, err)
		}
		if !*compact {
			return writeJSON(out, pod)
		}
		text, err := json.Marshal(pod)
		if err != nil {
			return err
		}
		var value map[string]any
		if err := json.Unmarshal(text, &value); err != nil {
			return err
		}
		delete(value, "status")
		return writeJSON(out, r.strip(value, fieldType{Kind: "struct", Type: "Pod"}, true))
	})
}

func validateCommand([]string) error {
	return stream(func(in []byte, out *bytes.Buffer) error {
		errs, err := validationErrors(in)
		if err != nil {
			errs = []string{"decode: " + err.Error()}
		}
		return writeJSON(out, errs)
	})
}
