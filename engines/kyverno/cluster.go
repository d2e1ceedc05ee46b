package main

import (
	"context"
	"fmt"

	kyvernov1 "github.com/kyverno/kyverno/api/kyverno/v1"
	kyvernov2 "github.com/kyverno/kyverno/api/kyverno/v2"
	"github.com/kyverno/kyverno/pkg/config"
	"github.com/kyverno/kyverno/pkg/engine"
	engineapi "github.com/kyverno/kyverno/pkg/engine/api"
	"github.com/kyverno/kyverno/pkg/engine/factories"
	"github.com/kyverno/kyverno/pkg/engine/jmespath"
	"github.com/kyverno/kyverno/pkg/exceptions"
	imageverifycache "github.com/kyverno/kyverno/pkg/image/verification/cache"
	engineutils "github.com/kyverno/kyverno/pkg/utils/engine"
	webhookutils "github.com/kyverno/kyverno/pkg/webhooks/utils"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

type clusterJudge struct {
	policies      []kyvernov1.PolicyInterface
	configuration config.Configuration
	jmespath      jmespath.Interface
}

func newClusterJudge(policies []kyvernov1.PolicyInterface) judge {
	configuration := config.NewDefaultConfiguration(false)
	return &clusterJudge{policies, configuration, jmespath.New(configuration)}
}

func (j *clusterJudge) count() int { return len(j.policies) }

// judge does what the webhook for validation does with each policy.
func (j *clusterJudge) judge(asked question) ([]result, error) {
	inCluster := true
	each := engine.NewEngine(
		j.configuration,
		j.jmespath,
		namespaceClient{namespace: asked.Namespace},
		nil,
		imageverifycache.DisabledImageVerifyCache(),
		factories.DefaultContextLoaderFactory(nil),
		exceptions.New(noExceptions{}),
		&inCluster,
	)
	user := kyvernov2.RequestInfo{AdmissionUserInfo: asked.Request.UserInfo}
	kind := schema.GroupVersionKind(asked.Request.Kind)
	prepared, err := engine.NewPolicyContextFromAdmissionRequest(
		j.jmespath, asked.Request, user, kind, j.configuration,
	)
	if err != nil {
		return nil, err
	}
	if asked.Namespace != nil {
		prepared = prepared.WithNamespaceLabels(asked.Namespace.Labels)
	}
	results := []result{}
	for _, policy := range j.policies {
		response := each.Validate(context.Background(), prepared.WithPolicy(policy))
		failurePolicy := policy.GetSpec().GetFailurePolicy(context.Background())
		blocks := engineutils.BlockRequest(response, failurePolicy)
		// The webhook warns of what it does not refuse, by policies that emit warnings.
		emits := policy.GetSpec().EmitWarning != nil && *policy.GetSpec().EmitWarning
		warns := emits && !blocks && len(webhookutils.GetWarningMessages([]engineapi.EngineResponse{response})) > 0
		for _, rule := range response.PolicyResponse.Rules {
			results = append(results, resultOf(policy.GetName(), rule, blocks, warns))
		}
	}
	return results, nil
}

func resultOf(policy string, rule engineapi.RuleResponse, blocks, warns bool) result {
	return result{policy, rule.Name(), string(rule.Status()), rule.Message(), blocks, warns}
}

// namespaceClient knows one namespace. Asked for anything else it panics, which no policy here does.
type namespaceClient struct {
	engineapi.Client
	namespace *corev1.Namespace
}

func (c namespaceClient) GetNamespace(
	_ context.Context, name string, _ metav1.GetOptions,
) (*corev1.Namespace, error) {
	if c.namespace == nil || c.namespace.Name != name {
		return nil, fmt.Errorf("no namespace %s", name)
	}
	return c.namespace, nil
}

type noExceptions struct{}

func (noExceptions) List(labels.Selector) ([]*kyvernov2.PolicyException, error) { return nil, nil }
