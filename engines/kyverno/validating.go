package main

import (
	"context"

	policiesv1beta1 "github.com/kyverno/api/api/policies.kyverno.io/v1beta1"
	celengine "github.com/kyverno/kyverno/pkg/cel/engine"
	"github.com/kyverno/kyverno/pkg/cel/libs"
	"github.com/kyverno/kyverno/pkg/cel/matching"
	"github.com/kyverno/kyverno/pkg/cel/policies/vpol/compiler"
	"github.com/kyverno/kyverno/pkg/cel/policies/vpol/engine"
	engineapi "github.com/kyverno/kyverno/pkg/engine/api"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
)

type validatingJudge struct {
	policies int
	provider engine.Provider
}

func newValidatingJudge(policies []policiesv1beta1.ValidatingPolicyLike) (judge, error) {
	provider, err := engine.NewProvider(compiler.NewCompiler(), policies, nil)
	if err != nil {
		return nil, err
	}
	return &validatingJudge{len(policies), provider}, nil
}

func (j *validatingJudge) count() int { return j.policies }

// judge does what the webhook for ValidatingPolicy does.
func (j *validatingJudge) judge(asked question) ([]result, error) {
	namespace := func(name string) *corev1.Namespace {
		if asked.Namespace == nil || asked.Namespace.Name != name {
			return nil
		}
		return asked.Namespace
	}
	each := engine.NewEngine(j.provider, namespace, matching.NewMatcher())
	request := celengine.RequestFromAdmission(libs.GetLibsCtx(), asked.Request)
	response, err := each.Handle(context.Background(), request, nil)
	if err != nil {
		return nil, err
	}
	results := []result{}
	for _, policy := range response.Policies {
		for _, rule := range policy.Rules {
			// As the handler of the webhook has it: what failed and what erred is told alike.
			wrong := rule.Status() == engineapi.RuleStatusFail || rule.Status() == engineapi.RuleStatusError
			blocks := wrong && policy.Actions.Has(admissionregistrationv1.Deny)
			warns := wrong && policy.Actions.Has(admissionregistrationv1.Warn)
			results = append(results, resultOf(policy.Policy.GetName(), rule, blocks, warns))
		}
	}
	return results, nil
}
