package main

import (
	"context"
	"fmt"
	"math"

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
	// Expressions are the dearest run of each, without the variables that it reads: those are expressions of their own, with
	// a limit of their own.
	Expressions []expression `json:"expressions"`
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
	m.expressions = expressionsOf(compiler, policy, options, messageOptions)
	result := &measurements{FirstErrors: []podFinding{}, FirstDivergent: []podFinding{}, Expressions: []expression{}}
	for _, each := range m.expressions {
		result.Expressions = append(result.Expressions, expression{Field: each.field})
	}
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
	expressions                       []lone
}

// A lone expression is evaluated by itself, to see what it costs.
type lone struct {
	field     string
	evaluator plugincel.ConditionEvaluator
	message   bool
}

// metered notes what the variables of an expression cost, as it is taken off the budget.
type metered struct {
	plugincel.CompositionContext
	ofVariables int64
}

func (m *metered) GetAndResetCost() int64 {
	cost := m.CompositionContext.GetAndResetCost()
	m.ofVariables += cost
	return cost
}

func expressionsOf(compiler *plugincel.CompositedCompiler, policy *admissionv1.ValidatingAdmissionPolicy, options, messageOptions plugincel.OptionalVariableDeclarations) []lone {
	var all []lone
	add := func(field string, accessor plugincel.ExpressionAccessor, declared plugincel.OptionalVariableDeclarations, message bool) {
		evaluator := compiler.ConditionCompiler.CompileCondition([]plugincel.ExpressionAccessor{accessor}, declared, environment.StoredExpressions)
		all = append(all, lone{field, evaluator, message})
	}
	for i, v := range policy.Spec.Variables {
		add(variableField(i), variable(v), options, false)
	}
	for _, p := range places(policy) {
		if p.authorizer {
			add(p.field, p.accessor, options, false)
		} else {
			add(p.field, p.accessor, messageOptions, true)
		}
	}
	return all
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

	for i, each := range m.expressions {
		with := bindings
		if each.message {
			with = plugincel.OptionalVariableBindings{}
		}
		// Nothing is cut short: what it costs is what is asked.
		own := &metered{CompositionContext: m.compiler.CreateContext(ctx)}
		_, left, err := each.evaluator.ForInput(own, object(), request, with, namespace, math.MaxInt64)
		if err != nil {
			fail(fmt.Errorf("%s: %w", each.field, err))
			return
		}
		if cost := uint64(math.MaxInt64 - left - own.ofVariables); cost > result.Expressions[i].Max {
			result.Expressions[i].Max = cost
		}
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
