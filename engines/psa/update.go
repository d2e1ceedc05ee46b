package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	admissionv1 "k8s.io/api/admission/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/pod-security-admission/admission"
	admissionapi "k8s.io/pod-security-admission/admission/api"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/metrics"
	"k8s.io/pod-security-admission/policy"
)

type namespaceGetter struct{}

func (namespaceGetter) GetNamespace(_ context.Context, name string) (*corev1.Namespace, error) {
	return &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{api.EnforceLevelLabel: "restricted"}}}, nil
}

type podLister struct{}

func (podLister) ListPods(context.Context, string) ([]*corev1.Pod, error) { return nil, nil }

// denyAll makes an evaluation visible: isSignificantPodUpdate is not exported, but what it lets through is denied.
type denyAll struct{}

func (denyAll) EvaluatePod(api.LevelVersion, *metav1.ObjectMeta, *corev1.PodSpec) []policy.CheckResult {
	return []policy.CheckResult{{Allowed: false, ForbiddenReason: "evaluated"}}
}

type noMetrics struct{}

func (noMetrics) RecordEvaluation(metrics.Decision, api.LevelVersion, metrics.Mode, api.Attributes) {}
func (noMetrics) RecordExemption(api.Attributes)                                                    {}
func (noMetrics) RecordError(bool, api.Attributes)                                                  {}

// updateCommand answers {"evaluated":true|false} for lines {"old":pod,"new":pod[,"subresource":"…"]}.
// Both pods go through decoding and defaulting; the strategy's part of an update touches no image.
func updateCommand([]string) error {
	a := &admission.Admission{
		Configuration:    &admissionapi.PodSecurityConfiguration{Defaults: admissionapi.PodSecurityDefaults{Enforce: "restricted", EnforceVersion: "latest", Audit: "privileged", AuditVersion: "latest", Warn: "privileged", WarnVersion: "latest"}},
		Evaluator:        denyAll{},
		Metrics:          noMetrics{},
		PodSpecExtractor: admission.DefaultPodSpecExtractor{},
		NamespaceGetter:  namespaceGetter{},
		PodLister:        podLister{},
	}
	if err := a.CompleteConfiguration(); err != nil {
		return err
	}
	if err := a.ValidateConfiguration(); err != nil {
		return err
	}
	return stream(func(in []byte, out *bytes.Buffer) error {
		var line struct {
			Old, New    json.RawMessage
			Subresource string
		}
		if err := json.Unmarshal(in, &line); err != nil {
			return err
		}
		oldPod, err := admitted(line.Old)
		if err != nil {
			return writeError(out, fmt.Errorf("old: %w", err))
		}
		newPod, err := admitted(line.New)
		if err != nil {
			return writeError(out, fmt.Errorf("new: %w", err))
		}
		response := a.Validate(context.Background(), &api.AttributesRecord{
			Name: newPod.Name, Namespace: "test", Kind: corev1.SchemeGroupVersion.WithKind("Pod"),
			Resource: corev1.SchemeGroupVersion.WithResource("pods"), Subresource: line.Subresource,
			Operation: admissionv1.Update, Object: newPod, OldObject: oldPod, Username: "user",
		})
		return writeJSON(out, map[string]bool{"evaluated": !response.Allowed})
	})
}
