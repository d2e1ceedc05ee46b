package main

import (
	"context"
	"fmt"

	celtypes "github.com/google/cel-go/common/types"
	admissionv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apiserver/pkg/admission"
	plugincel "k8s.io/apiserver/pkg/admission/plugin/cel"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"k8s.io/apiserver/pkg/authentication/user"
	"k8s.io/apiserver/pkg/authorization/authorizerfactory"
	"k8s.io/apiserver/pkg/cel/environment"
	"k8s.io/kubernetes/pkg/apis/core/v1"
)

// measurements are of the creation of each pod, defaulted as the API server does it.
type measurements struct {
	Judged int `json:"judged"`
	Denied int `json:"denied"`
	Errors int `json:"errors"`
	// FirstErrors are the first few, with the index of the pod.
	FirstErrors []podFinding `json:"firstErrors"`
	// MaxCost is of match conditions, validations and messages together, in the pod at MaxCostPod.
	MaxCost    int64 `json:"maxCost"`
	MaxCostPod int   `json:"maxCostPod"`
	// MaxMessage is the longest message in bytes; the API server drops one above 5,120.
	MaxMessage int `json:"maxMessage"`
	// Divergent pods get another verdict where the object is handed to CEL as releases before 1.37 do: as maps made from
	// its JSON, not as Go values.
	Divergent      int          `json:"divergent"`
	FirstDivergent []podFinding `json:"firstDivergent"`
}

type podFinding struct {
	Pod     int    `json:"pod"`
	Message string `json:"message"`
}

const firstFew = 5

var podKind = corev1.SchemeGroupVersion.WithKind("Pod")
var podResource = corev1.SchemeGroupVersion.WithResource("pods")

func measure(policy *admissionv1.ValidatingAdmissionPolicy, pods []*corev1.Pod) (*measurements, error) {
	compiler, err := plugincel.NewCompositedCompiler(environment.MustBaseEnvSet(environment.DefaultCompatibilityVersion()))
	if err != nil {
		return nil, err
	}
	hasParams := policy.Spec.ParamKind != nil
	options := plugincel.OptionalVariableDeclarations{HasParams: hasParams, HasAuthorizer: true}
	messageOptions := plugincel.OptionalVariableDeclarations{HasParams: hasParams}
	for _, v := range policy.Spec.Variables {
		compiler.CompileAndStoreVariable(variable(v), options, environment.StoredExpressions)
	}
	validations, messages, conditions := accessors(policy)
	m := &meter{
		compiler:    compiler,
		validations: compiler.CompileCondition(validations, options, environment.StoredExpressions),
		messages:    compiler.CompileCondition(messages, messageOptions, environment.StoredExpressions),
		conditions:  compiler.CompileCondition(conditions, options, environment.StoredExpressions),
	}
	// The evaluator of mutations still converts the object to maps first, as all evaluators did before 1.37.
	for _, accessor := range validations {
		m.older = append(m.older, compiler.CompileMutatingEvaluator(accessor, options, environment.StoredExpressions))
	}
	result := &measurements{FirstErrors: []podFinding{}, FirstDivergent: []podFinding{}}
	for i, pod := range pods {
		pod = pod.DeepCopy()
		v1.SetObjectDefaults_Pod(pod)
		m.judge(result, i, pod)
	}
	return result, nil
}

type meter struct {
	compiler                          *plugincel.CompositedCompiler
	validations, messages, conditions plugincel.ConditionEvaluator
	older                             []plugincel.MutatingEvaluator
}

func (m *meter) judge(result *measurements, index int, pod *corev1.Pod) {
	ctx := context.Background()
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "default"}}
	attributes := admission.NewAttributesRecord(pod, nil, podKind, namespace.Name, pod.Name, podResource, "", admission.Create,
		&metav1.CreateOptions{}, false, &user.DefaultInfo{Name: "podsec"})
	object := func() *admission.VersionedAttributes {
		versioned := &admission.VersionedAttributes{Attributes: attributes, VersionedKind: podKind}
		versioned.VersionedObject.Set(pod)
		return versioned
	}
	versioned := object()
	request := plugincel.CreateAdmissionRequest(attributes, metav1.GroupVersionResource(podResource), metav1.GroupVersionKind(podKind))
	bindings := plugincel.OptionalVariableBindings{Authorizer: authorizerfactory.NewAlwaysAllowAuthorizer()}
	fail := func(err error) {
		result.Errors++
		if len(result.FirstErrors) < firstFew {
			result.FirstErrors = append(result.FirstErrors, podFinding{index, err.Error()})
		}
	}

	result.Judged++
	met, left, err := m.conditions.ForInput(ctx, versioned, request, bindings, nil, celconfig.RuntimeCELCostBudgetMatchConditions)
	if err != nil {
		fail(err)
		return
	}
	cost := celconfig.RuntimeCELCostBudgetMatchConditions - left
	for _, condition := range met {
		if condition.EvalResult == celtypes.False {
			return
		}
	}
	for _, condition := range met {
		if condition.Error != nil {
			fail(condition.Error)
			return
		}
	}
	verdicts, left, err := m.validations.ForInput(ctx, versioned, request, bindings, namespace, celconfig.RuntimeCELCostBudget)
	if err != nil {
		fail(err)
		return
	}
	texts, left, err := m.messages.ForInput(ctx, versioned, request, plugincel.OptionalVariableBindings{}, namespace, left)
	if err != nil {
		fail(fmt.Errorf("messageExpression: %w", err))
		return
	}
	if cost += celconfig.RuntimeCELCostBudget - left; cost > result.MaxCost {
		result.MaxCost, result.MaxCostPod = cost, index
	}

	denied := false
	for i, verdict := range verdicts {
		now := outcome(verdict)
		then, _, err := m.older[i].ForInput(m.compiler.CreateContext(ctx), object(), request, bindings, namespace, celconfig.RuntimeCELCostBudget)
		if err != nil {
			then.Error = err
		}
		if before := outcome(then); before != now {
			result.Divergent++
			if len(result.FirstDivergent) < firstFew {
				text := fmt.Sprintf("spec.validations[%d]: %s, before 1.37: %s", i, now, before)
				result.FirstDivergent = append(result.FirstDivergent, podFinding{index, text})
			}
		}
		if verdict.Error != nil {
			fail(verdict.Error)
			return
		}
		if verdict.EvalResult == celtypes.True {
			continue
		}
		denied = true
		if texts[i].Error != nil {
			fail(fmt.Errorf("messageExpression: %w", texts[i].Error))
			return
		}
		if texts[i].EvalResult != nil {
			if text, ok := texts[i].EvalResult.Value().(string); ok && len(text) > result.MaxMessage {
				result.MaxMessage = len(text)
			}
		}
	}
	if denied {
		result.Denied++
	}
}

func outcome(r plugincel.EvaluationResult) string {
	switch {
	case r.Error != nil:
		return "error: " + r.Error.Error()
	case r.EvalResult == celtypes.True:
		return "allow"
	default:
		return "deny"
	}
}
