package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/authentication/user"
	genericapirequest "k8s.io/apiserver/pkg/endpoints/request"
	"k8s.io/apiserver/pkg/registry/rest"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	api "k8s.io/kubernetes/pkg/apis/core"
	podregistry "k8s.io/kubernetes/pkg/registry/core/pod"
	psputil "k8s.io/kubernetes/pkg/security/podsecuritypolicy/util"
)

type request struct {
	Namespace string   `json:"namespace"`
	User      string   `json:"user"`
	Groups    []string `json:"groups"`
}

// answer says what the API server does with a pod. Where it does not decode, there is Undecodable and no more.
type answer struct {
	Undecodable string `json:"undecodable,omitempty"`
	// Fields that 1.24 does not know: it drops them.
	Unknown []string `json:"unknown,omitempty"`
	// Without the plugin: what validation says, or the pod as it is stored.
	Plain outcome `json:"plain"`
	// With it.
	Judged *judged `json:"judged,omitempty"`
}

type outcome struct {
	// What API validation says; the pod is refused.
	Invalid string      `json:"invalid,omitempty"`
	Pod     *corev1.Pod `json:"pod,omitempty"`
}

type judged struct {
	outcome
	// What the plugin says: it refuses the pod.
	Forbidden string `json:"forbidden,omitempty"`
	// The policy that admitted the pod.
	Policy string `json:"policy,omitempty"`
}

var decoder, strictDecoder = legacyscheme.Codecs.UniversalDecoder(), strict()

func strict() runtime.Decoder {
	codecs := serializer.NewCodecFactory(legacyscheme.Scheme, serializer.EnableStrict)
	return codecs.UniversalDecoder(corev1.SchemeGroupVersion)
}

// decode gives the object as the API server's handler does: defaulted, in its internal version.
func decode(raw []byte) (runtime.Object, []string, error) {
	var unknown []string
	if _, _, err := strictDecoder.Decode(raw, nil, nil); err != nil {
		if found, ok := runtime.AsStrictDecodingError(err); ok {
			for _, each := range found.Errors() {
				unknown = append(unknown, each.Error())
			}
		}
	}
	object, _, err := decoder.Decode(raw, nil, nil)
	return object, unknown, err
}

func (w *world) judge(q question) (answer, error) {
	object, unknown, err := decode(q.Pod)
	if err != nil {
		return answer{Undecodable: err.Error()}, nil
	}
	pod, ok := object.(*api.Pod)
	if !ok {
		return answer{}, fmt.Errorf("asked to create a %T", object)
	}
	namespace := q.Request.Namespace
	ctx := genericapirequest.WithNamespace(genericapirequest.NewContext(), namespace)
	found := answer{Unknown: unknown}
	if found.Plain, err = create(ctx, pod.DeepCopy()); err != nil || q.PlainOnly {
		return found, err
	}
	found.Judged, err = w.createJudged(ctx, pod, q.Request)
	return found, err
}

// create is what the registry does between mutating and validating admission.
func create(ctx context.Context, pod *api.Pod) (outcome, error) {
	namespace := genericapirequest.NamespaceValue(ctx)
	if pod.Namespace == "" {
		pod.Namespace = namespace
	}
	if err := rest.BeforeCreate(podregistry.Strategy, ctx, pod); err != nil {
		var status apierrors.APIStatus
		if errors.As(err, &status) && !apierrors.IsInternalError(err) {
			return outcome{Invalid: err.Error()}, nil
		}
		return outcome{}, err
	}
	stored, err := external(pod)
	return outcome{Pod: stored}, err
}

func (w *world) createJudged(ctx context.Context, pod *api.Pod, by request) (*judged, error) {
	if pod.Namespace == "" {
		pod.Namespace = by.Namespace
	}
	attributes := admission.NewAttributesRecord(
		pod, nil, schema.GroupVersionKind{Version: "v1", Kind: "Pod"}, by.Namespace, pod.Name,
		schema.GroupVersionResource{Version: "v1", Resource: "pods"}, "", admission.Create, &metav1.CreateOptions{}, false,
		&user.DefaultInfo{Name: by.User, Groups: by.Groups},
	)
	if err := w.mutating.Admit(ctx, attributes, nil); err != nil {
		return forbidden(err)
	}
	created, err := create(ctx, pod)
	if err != nil || created.Invalid != "" {
		return &judged{outcome: created}, err
	}
	if err := w.validating.Validate(ctx, attributes, nil); err != nil {
		return forbidden(err)
	}
	// The policy's name is its own mark, and no change of the pod.
	policy := created.Pod.Annotations[psputil.ValidatedPSPAnnotation]
	delete(created.Pod.Annotations, psputil.ValidatedPSPAnnotation)
	return &judged{outcome: created, Policy: policy}, nil
}

func forbidden(err error) (*judged, error) {
	if !apierrors.IsForbidden(err) {
		return nil, err
	}
	return &judged{Forbidden: err.Error()}, nil
}

// external is the pod as a client gets it, without what differs from one creation to the next.
func external(pod *api.Pod) (*corev1.Pod, error) {
	object, err := legacyscheme.Scheme.ConvertToVersion(pod, corev1.SchemeGroupVersion)
	if err != nil {
		return nil, err
	}
	stored, ok := object.(*corev1.Pod)
	if !ok {
		return nil, fmt.Errorf("a pod became a %T", object)
	}
	stored.UID = ""
	stored.CreationTimestamp = metav1.Time{Time: time.Time{}}
	stored.Status = corev1.PodStatus{}
	return stored, nil
}

func nameOf(raw json.RawMessage) (kind, name string) {
	var meta struct {
		Kind     string `json:"kind"`
		Metadata struct {
			Name string `json:"name"`
		} `json:"metadata"`
	}
	// What cannot be read has no name; decoding says why.
	_ = json.Unmarshal(raw, &meta)
	return meta.Kind, meta.Metadata.Name
}
