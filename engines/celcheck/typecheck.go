package main

import (
	"strings"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/version"
	plugincel "k8s.io/apiserver/pkg/admission/plugin/cel"
	"k8s.io/apiserver/pkg/admission/plugin/policy/validating"
	apiservercel "k8s.io/apiserver/pkg/cel"
	"k8s.io/apiserver/pkg/cel/environment"
	"k8s.io/apiserver/pkg/cel/openapi/resolver"
	k8sscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/kubernetes/pkg/generated/openapi"
)

// newTypeChecker resolves types as kube-controller-manager does, without the custom resources of a cluster.
func newTypeChecker() *validating.TypeChecker {
	mapper := meta.NewDefaultRESTMapper(k8sscheme.Scheme.PrioritizedVersionsAllGroups())
	for gvk := range k8sscheme.Scheme.AllKnownTypes() {
		mapper.Add(gvk, meta.RESTScopeNamespace)
	}
	return &validating.TypeChecker{
		SchemaResolver: resolver.NewDefinitionsSchemaResolver(openapi.GetOpenAPIDefinitions, k8sscheme.Scheme),
		RestMapper:     mapper,
	}
}

// typeCheck returns the checked kinds and every warning: those of the upstream checker, which looks at validations
// alone, and in the same manner those of variables, match conditions and audit annotations. Upstream gives a variable
// that fails the type dyn and says nothing.
func typeCheck(checker *validating.TypeChecker, policy *admissionv1.ValidatingAdmissionPolicy) ([]schema.GroupVersionKind, []finding) {
	types, warnings := []schema.GroupVersionKind{}, []finding{}
	context := checker.CreateContext(policy)
	// An expression that no type can satisfy names each type that was resolved.
	for _, result := range checker.CheckExpression(context, "object.podsecNoSuchField") {
		types = append(types, result.GVK)
	}
	seen := map[string]bool{}
	for _, w := range checker.Check(policy) {
		seen[w.FieldRef] = true
		warnings = append(warnings, finding{w.FieldRef, strings.TrimSpace(w.Warning)})
	}
	check := func(field, expression string) {
		if results := checker.CheckExpression(context, expression); len(results) > 0 && !seen[field] {
			warnings = append(warnings, finding{field, strings.TrimSpace(results.String())})
		}
	}
	for i, v := range policy.Spec.Variables {
		check(variableField(i), v.Expression)
	}
	for _, p := range places(policy) {
		check(p.field, p.accessor.GetExpression())
	}
	return types, warnings
}

// compile returns what an API server of that release would refuse at creation.
func compile(policy *admissionv1.ValidatingAdmissionPolicy, v *version.Version) []finding {
	findings := []finding{}
	compiler, err := plugincel.NewCompositedCompiler(environment.MustBaseEnvSet(v))
	if err != nil {
		return append(findings, finding{"spec", err.Error()})
	}
	report := func(field string, failure *apiservercel.Error) {
		if failure != nil {
			findings = append(findings, finding{field, failure.Detail})
		}
	}
	hasParams := policy.Spec.ParamKind != nil
	options := plugincel.OptionalVariableDeclarations{HasParams: hasParams, HasAuthorizer: true}
	for i, v := range policy.Spec.Variables {
		report(variableField(i), compiler.CompileAndStoreVariable(variable(v), options, environment.NewExpressions).Error)
	}
	for _, p := range places(policy) {
		options.HasAuthorizer = p.authorizer
		report(p.field, compiler.CompileCELExpression(p.accessor, options, environment.NewExpressions).Error)
	}
	return findings
}
