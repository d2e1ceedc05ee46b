package main

import (
	"fmt"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	plugincel "k8s.io/apiserver/pkg/admission/plugin/cel"
	"k8s.io/apiserver/pkg/admission/plugin/policy/validating"
	"k8s.io/apiserver/pkg/admission/plugin/webhook/matchconditions"
)

// A place where a policy has an expression, with what the API server compiles it as.
type place struct {
	field      string
	accessor   plugincel.ExpressionAccessor
	authorizer bool
}

// places are the expressions of a policy other than its variables, which come before all of them.
func places(policy *admissionv1.ValidatingAdmissionPolicy) []place {
	var all []place
	for i, condition := range policy.Spec.MatchConditions {
		accessor := matchconditions.MatchCondition(condition)
		all = append(all, place{fmt.Sprintf("spec.matchConditions[%d].expression", i), &accessor, true})
	}
	for i, v := range policy.Spec.Validations {
		all = append(all, place{
			fmt.Sprintf("spec.validations[%d].expression", i),
			&validating.ValidationCondition{Expression: v.Expression}, true,
		})
		if v.MessageExpression != "" {
			all = append(all, place{
				fmt.Sprintf("spec.validations[%d].messageExpression", i),
				&validating.MessageExpressionCondition{MessageExpression: v.MessageExpression}, false,
			})
		}
	}
	for i, a := range policy.Spec.AuditAnnotations {
		all = append(all, place{
			fmt.Sprintf("spec.auditAnnotations[%d].valueExpression", i),
			&validating.AuditAnnotationCondition{Key: a.Key, ValueExpression: a.ValueExpression}, true,
		})
	}
	return all
}

func variableField(i int) string { return fmt.Sprintf("spec.variables[%d].expression", i) }

func variable(v admissionv1.Variable) *validating.Variable {
	return &validating.Variable{Name: v.Name, Expression: v.Expression}
}

// A placeholder keeps the indices of messages equal to those of validations, as in the API server.
func accessors(policy *admissionv1.ValidatingAdmissionPolicy) (validations, messages, conditions []plugincel.ExpressionAccessor) {
	for _, v := range policy.Spec.Validations {
		validations = append(validations, &validating.ValidationCondition{Expression: v.Expression, Message: v.Message, Reason: v.Reason})
		var message plugincel.ExpressionAccessor
		if v.MessageExpression != "" {
			message = &validating.MessageExpressionCondition{MessageExpression: v.MessageExpression}
		}
		messages = append(messages, message)
	}
	for i := range policy.Spec.MatchConditions {
		accessor := matchconditions.MatchCondition(policy.Spec.MatchConditions[i])
		conditions = append(conditions, &accessor)
	}
	return validations, messages, conditions
}
