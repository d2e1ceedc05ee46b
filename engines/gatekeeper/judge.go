package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/go-logr/logr"
	"github.com/open-policy-agent/frameworks/constraint/pkg/apis"
	"github.com/open-policy-agent/frameworks/constraint/pkg/client"
	"github.com/open-policy-agent/frameworks/constraint/pkg/client/drivers/rego"
	"github.com/open-policy-agent/frameworks/constraint/pkg/client/reviews"
	"github.com/open-policy-agent/frameworks/constraint/pkg/core/templates"
	"github.com/open-policy-agent/gatekeeper/v3/pkg/drivers/k8scel"
	"github.com/open-policy-agent/gatekeeper/v3/pkg/gator/reader"
	mutation "github.com/open-policy-agent/gatekeeper/v3/pkg/mutation/types"
	"github.com/open-policy-agent/gatekeeper/v3/pkg/target"
	"github.com/open-policy-agent/gatekeeper/v3/pkg/util"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
)

type judge struct {
	client      *client.Client
	templates   []*templates.ConstraintTemplate
	constraints []*unstructured.Unstructured
}

// load is what `gator test` does with the templates and the constraints that it reads.
func load(ctx context.Context, files []string, cel bool) (*judge, error) {
	objects, err := read(files)
	if err != nil {
		return nil, err
	}
	options := []client.Opt{
		client.Targets(&target.K8sValidationTarget{}),
		client.EnforcementPoints(util.WebhookEnforcementPoint, util.GatorEnforcementPoint),
	}
	// Of the drivers that a template has code for the one that comes first judges: CEL, as in Gatekeeper's own main.
	if cel {
		celDriver, err := k8scel.New()
		if err != nil {
			return nil, err
		}
		options = append(options, client.Driver(celDriver))
	}
	regoDriver, err := rego.New()
	if err != nil {
		return nil, err
	}
	made, err := client.NewClient(append(options, client.Driver(regoDriver))...)
	if err != nil {
		return nil, err
	}
	scheme := runtime.NewScheme()
	if err := apis.AddToScheme(scheme); err != nil {
		return nil, err
	}
	loaded := &judge{client: made}
	for _, object := range objects {
		if !reader.IsTemplate(object) {
			continue
		}
		template, err := reader.ToTemplate(scheme, object)
		if err != nil {
			return nil, fmt.Errorf("template %s: %w", object.GetName(), err)
		}
		if _, err := made.AddTemplate(ctx, template); err != nil {
			return nil, fmt.Errorf("template %s: %w", object.GetName(), err)
		}
		loaded.templates = append(loaded.templates, template)
	}
	for _, object := range objects {
		if !reader.IsConstraint(object) {
			continue
		}
		loaded.constraints = append(loaded.constraints, object)
		if _, err := made.AddConstraint(ctx, object); err != nil {
			return nil, fmt.Errorf("constraint %s/%s: %w", object.GetKind(), object.GetName(), err)
		}
	}
	if len(loaded.constraints) == 0 {
		return nil, errors.New("no constraint in these files")
	}
	return loaded, nil
}

func read(files []string) ([]*unstructured.Unstructured, error) {
	var objects []*unstructured.Unstructured
	for _, file := range files {
		text, err := os.Open(file)
		if err != nil {
			return nil, err
		}
		found, err := reader.ReadK8sResources(bufio.NewReader(text))
		text.Close()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		objects = append(objects, found...)
	}
	return objects, nil
}

func (j *judge) review(ctx context.Context, asked question) (*answer, error) {
	subject, options, err := subjectOf(asked)
	if err != nil {
		return nil, err
	}
	responses, err := j.client.Review(ctx, subject, append(options, reviews.Stats(true))...)
	if err != nil {
		return nil, err
	}
	found := answer{Results: []result{}}
	for _, each := range responses.Results() {
		constraint := each.Constraint.GetKind() + "/" + each.Constraint.GetName()
		details, _ := each.Metadata["details"].(map[string]any)
		found.Results = append(found.Results, result{constraint, each.EnforcementAction, each.Msg, details})
	}
	for _, entry := range responses.StatsEntries {
		switch entry.Scope {
		case "constraint":
			found.Evaluated++
		case "template":
			for _, stat := range entry.Stats {
				if count, ok := stat.Value.(int); ok && stat.Name == "constraintCount" {
					found.Evaluated += count
				}
			}
		}
	}
	return &found, nil
}

// subjectOf is what the webhook, or `gator test`, makes of what it is given.
func subjectOf(asked question) (any, []reviews.ReviewOpt, error) {
	if asked.Request == nil {
		object := unstructured.Unstructured{}
		if err := object.UnmarshalJSON(asked.Object); err != nil {
			return nil, nil, err
		}
		subject := target.AugmentedUnstructured{Object: object, Namespace: asked.Namespace, Source: mutation.SourceTypeOriginal}
		return subject, []reviews.ReviewOpt{reviews.EnforcementPoint(util.GatorEnforcementPoint)}, nil
	}
	if asked.Request.Namespace != "" && asked.Namespace == nil {
		return nil, nil, fmt.Errorf("the namespace %s is not given", asked.Request.Namespace)
	}
	subject := &target.AugmentedReview{
		AdmissionRequest: asked.Request,
		Namespace:        asked.Namespace,
		Source:           mutation.SourceTypeOriginal,
		IsAdmission:      true,
	}
	options := []reviews.ReviewOpt{reviews.EnforcementPoint(util.WebhookEnforcementPoint)}
	if namespace := util.NamespaceReviewOpt(asked.Namespace, logr.Discard()); namespace != nil {
		options = append(options, namespace)
	}
	return subject, options, nil
}
