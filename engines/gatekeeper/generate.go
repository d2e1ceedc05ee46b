package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"

	"github.com/open-policy-agent/frameworks/constraint/pkg/core/templates"
	"github.com/open-policy-agent/gatekeeper/v3/pkg/controller/webhookconfig/webhookconfigcache"
	"github.com/open-policy-agent/gatekeeper/v3/pkg/drivers/k8scel/schema"
	"github.com/open-policy-agent/gatekeeper/v3/pkg/drivers/k8scel/transform"
	"github.com/open-policy-agent/gatekeeper/v3/pkg/util"
	admissionv1 "k8s.io/api/admissionregistration/v1"
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// ownNamespace is where Gatekeeper runs, which its chart exempts: --exempt-namespace.
const ownNamespace = "gatekeeper-system"

// webhook is what Gatekeeper's chart registers, by which the scope of a generated policy is set: charts/gatekeeper in
// github.com/open-policy-agent/gatekeeper v3.23.1, values.yaml (validatingWebhookSubResources, validatingWebhookScope) and
// templates/gatekeeper-validating-webhook-configuration-validatingwebhookconfiguration.yaml.
func webhook() *webhookconfigcache.WebhookMatchingConfig {
	scope := admissionv1.AllScopes
	exact := admissionv1.Exact
	return &webhookconfigcache.WebhookMatchingConfig{
		NamespaceSelector: &metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{
			{Key: "admission.gatekeeper.sh/ignore", Operator: metav1.LabelSelectorOpDoesNotExist},
			{Key: "kubernetes.io/metadata.name", Operator: metav1.LabelSelectorOpNotIn, Values: []string{ownNamespace}},
		}},
		ObjectSelector: &metav1.LabelSelector{},
		MatchPolicy:    &exact,
		Rules: []admissionv1.RuleWithOperations{{
			Operations: []admissionv1.OperationType{admissionv1.Create, admissionv1.Update},
			Rule: admissionv1.Rule{
				APIGroups:   []string{"*"},
				APIVersions: []string{"*"},
				Resources: []string{
					"*", "pods/ephemeralcontainers", "pods/exec", "pods/log", "pods/eviction", "pods/portforward", "pods/proxy",
					"pods/attach", "pods/binding", "pods/resize", "deployments/scale", "replicasets/scale", "statefulsets/scale",
					"replicationcontrollers/scale", "services/proxy", "nodes/proxy", "services/status",
				},
				Scope: &scope,
			},
		}},
	}
}

// generate writes, a line each, what Gatekeeper's controllers make of the files for an API server: the kind of each template's
// constraints, the constraints, and of a template that asks for it the policy with a binding for each of its constraints.
func generate(ctx context.Context, files []string, out io.Writer) error {
	loaded, err := load(ctx, files, true)
	if err != nil {
		return err
	}
	scheme := runtime.NewScheme()
	if err := apiextensions.AddToScheme(scheme); err != nil {
		return err
	}
	if err := apiextensionsv1.AddToScheme(scheme); err != nil {
		return err
	}
	made := []any{}
	generated := map[string]bool{}
	for _, template := range loaded.templates {
		kind, err := loaded.client.CreateCRD(ctx, template)
		if err != nil {
			return fmt.Errorf("template %s: %w", template.GetName(), err)
		}
		served := &apiextensionsv1.CustomResourceDefinition{}
		if err := scheme.Convert(kind, served, nil); err != nil {
			return err
		}
		served.SetGroupVersionKind(apiextensionsv1.SchemeGroupVersion.WithKind("CustomResourceDefinition"))
		made = append(made, served)
		wanted, err := wantsPolicy(template)
		if err != nil {
			return fmt.Errorf("template %s: %w", template.GetName(), err)
		}
		if !wanted {
			continue
		}
		policy, err := transform.TemplateToPolicyDefinitionWithWebhookConfig(template, webhook(), nil, []string{ownNamespace})
		if err != nil {
			return fmt.Errorf("template %s: %w", template.GetName(), err)
		}
		// The fields of v1beta1 are those of v1, which is what the controller converts it to where a cluster serves it.
		policy.SetGroupVersionKind(admissionv1.SchemeGroupVersion.WithKind("ValidatingAdmissionPolicy"))
		made = append(made, policy)
		generated[template.Spec.CRD.Spec.Names.Kind] = true
	}
	for _, constraint := range loaded.constraints {
		made = append(made, constraint)
		if !generated[constraint.GetKind()] {
			continue
		}
		action, err := util.GetEnforcementAction(constraint.Object)
		if err != nil {
			return err
		}
		binding, err := transform.ConstraintToBinding(constraint, []string{string(action)})
		if err != nil {
			return fmt.Errorf("constraint %s/%s: %w", constraint.GetKind(), constraint.GetName(), err)
		}
		binding.SetGroupVersionKind(admissionv1.SchemeGroupVersion.WithKind("ValidatingAdmissionPolicyBinding"))
		made = append(made, binding)
	}
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	for _, object := range made {
		if err := encoder.Encode(object); err != nil {
			return err
		}
	}
	return nil
}

// wantsPolicy is ShouldGenerateVAP of pkg/controller/constraint, with the default of its flag.
func wantsPolicy(template *templates.ConstraintTemplate) (bool, error) {
	source, err := schema.GetSourceFromTemplate(template)
	if err != nil {
		return false, err
	}
	return source.GenerateVAP == nil || *source.GenerateVAP, nil
}
