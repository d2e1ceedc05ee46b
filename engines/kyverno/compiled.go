package main

import (
	"context"
	"fmt"

	kyvernov1 "github.com/kyverno/kyverno/api/kyverno/v1"
	kyvernov2 "github.com/kyverno/kyverno/api/kyverno/v2"
	"github.com/kyverno/kyverno/pkg/admissionpolicy"
	engineapi "github.com/kyverno/kyverno/pkg/engine/api"
	engineutils "github.com/kyverno/kyverno/pkg/engine/utils"
	admissionutils "github.com/kyverno/kyverno/pkg/utils/admission"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/admission/plugin/cel"
	"k8s.io/apiserver/pkg/admission/plugin/policy/validating"
	"k8s.io/apiserver/pkg/admission/plugin/webhook/matchconditions"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"k8s.io/apiserver/pkg/authorization/authorizer"
)

type compiledRule struct {
	policy    string
	rule      kyvernov1.Rule
	validator validating.Validator
}

type compiledJudge struct{ rules []compiledRule }

// newCompiledJudge prepares each rule as the engine's handler of `validate.cel` does for every request.
func newCompiledJudge(policies []kyvernov1.PolicyInterface) (judge, error) {
	rules := []compiledRule{}
	for _, policy := range policies {
		for _, rule := range policy.GetSpec().Rules {
			validator, err := validatorOf(policy, rule)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", policy.GetName(), err)
			}
			rules = append(rules, compiledRule{policy.GetName(), rule, validator})
		}
	}
	return &compiledJudge{rules}, nil
}

func validatorOf(policy kyvernov1.PolicyInterface, rule kyvernov1.Rule) (validating.Validator, error) {
	rules := rule.Validation.CEL
	compiler, err := admissionpolicy.NewCompiler(rule.CELPreconditions, rules.Variables)
	if err != nil {
		return nil, err
	}
	compiler.WithValidations(rules.Expressions)
	compiler.WithAuditAnnotations(rules.AuditAnnotations)
	asking := cel.OptionalVariableDeclarations{HasAuthorizer: true}
	compiler.CompileVariables(asking)
	validations := compiler.CompileValidations(asking)
	messages := compiler.CompileMessageExpressions(cel.OptionalVariableDeclarations{})
	annotations := compiler.CompileAuditAnnotationsExpressions(asking)
	conditions := compiler.CompileMatchConditions(asking)
	matcher := matchconditions.NewMatcher(conditions, nil, policy.GetKind(), "", policy.GetName())
	return validating.NewValidator(validations, matcher, annotations, messages, nil, nil), nil
}

func (j *compiledJudge) count() int { return len(j.rules) }

func (j *compiledJudge) judge(asked question) ([]result, error) {
	object, oldObject, err := admissionutils.ExtractResources(nil, asked.Request)
	if err != nil {
		return nil, err
	}
	info := kyvernov2.RequestInfo{AdmissionUserInfo: asked.Request.UserInfo}
	user := admissionpolicy.NewUser(info.AdmissionUserInfo)
	kind := schema.GroupVersionKind(asked.Request.Kind)
	resource := schema.GroupVersionResource(asked.Request.Resource)
	labels := map[string]string{}
	if asked.Namespace != nil {
		labels = asked.Namespace.Labels
	}
	attributes := admission.NewAttributesRecord(
		orNil(object), orNil(oldObject), kind, object.GetNamespace(), object.GetName(), resource, "",
		admission.Operation(asked.Request.Operation), nil, false, &user,
	)
	versioned, err := admission.NewVersionedAttributes(
		attributes, kind, admission.NewObjectInterfacesFromScheme(runtime.NewScheme()),
	)
	if err != nil {
		return nil, err
	}
	results := []result{}
	for _, each := range j.rules {
		mismatch := engineutils.MatchesResourceDescription(
			object, each.rule, info, labels, "", kind, asked.Request.SubResource,
			kyvernov1.AdmissionOperation(asked.Request.Operation),
		)
		if mismatch != nil {
			continue
		}
		judged := each.validator.Validate(
			context.Background(), resource, versioned, nil, asked.Namespace, celconfig.RuntimeCELCostBudget, noAuthorizer{},
		)
		status, message := outcome(judged)
		results = append(results, result{Policy: each.policy, Rule: each.rule.Name, Status: status, Message: message})
	}
	return results, nil
}

func outcome(judged validating.ValidateResult) (string, string) {
	if len(judged.Decisions) == 0 {
		return string(engineapi.RuleStatusSkip), ""
	}
	for _, decision := range judged.Decisions {
		if decision.Evaluation == validating.EvalError {
			return string(engineapi.RuleStatusError), decision.Message
		}
		if decision.Action == validating.ActionDeny {
			return string(engineapi.RuleStatusFail), decision.Message
		}
	}
	return string(engineapi.RuleStatusPass), ""
}

func orNil(object unstructured.Unstructured) runtime.Object {
	if object.Object == nil {
		return nil
	}
	return &object
}

type noAuthorizer struct{}

func (noAuthorizer) Authorize(context.Context, authorizer.Attributes) (authorizer.Decision, string, error) {
	return authorizer.DecisionNoOpinion, "", fmt.Errorf("no policy here asks")
}
