package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	policiesv1beta1 "github.com/kyverno/api/api/policies.kyverno.io/v1beta1"
	kyvernov1 "github.com/kyverno/kyverno/api/kyverno/v1"
	"github.com/kyverno/kyverno/pkg/cel/policies/vpol"
	"github.com/kyverno/kyverno/pkg/validation/policy"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"
)

// load reads policies, and refuses those that Kyverno's own webhook for policies would refuse.
func load(files []string, compiled bool) ([]judge, error) {
	cluster := []kyvernov1.PolicyInterface{}
	validating := []policiesv1beta1.ValidatingPolicyLike{}
	for _, file := range files {
		documents, err := split(file)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		for _, document := range documents {
			if err := read(document, &cluster, &validating); err != nil {
				return nil, fmt.Errorf("%s: %w", file, err)
			}
		}
	}
	ofValidating, err := newValidatingJudge(validating)
	if err != nil {
		return nil, err
	}
	if !compiled {
		return []judge{newClusterJudge(cluster), ofValidating}, nil
	}
	ofCluster, err := newCompiledJudge(cluster)
	if err != nil {
		return nil, err
	}
	return []judge{ofCluster, ofValidating}, nil
}

func read(
	document []byte,
	cluster *[]kyvernov1.PolicyInterface,
	validating *[]policiesv1beta1.ValidatingPolicyLike,
) error {
	var kind metav1.TypeMeta
	if err := yaml.Unmarshal(document, &kind); err != nil {
		return err
	}
	switch kind.APIVersion + " " + kind.Kind {
	case "kyverno.io/v1 ClusterPolicy":
		found := &kyvernov1.ClusterPolicy{}
		if err := yaml.UnmarshalStrict(document, found); err != nil {
			return err
		}
		// Without a client: what a cluster would have to be asked for is left out.
		if _, err := policy.Validate(found, nil, nil, true, "", ""); err != nil {
			return fmt.Errorf("%s: %w", found.Name, err)
		}
		*cluster = append(*cluster, found)
	case "policies.kyverno.io/v1 ValidatingPolicy":
		found := &policiesv1beta1.ValidatingPolicy{}
		if err := yaml.UnmarshalStrict(document, found); err != nil {
			return err
		}
		if _, err := vpol.Validate(found); err != nil {
			return fmt.Errorf("%s: %w", found.Name, err)
		}
		*validating = append(*validating, found)
	default:
		return fmt.Errorf("no policy: %s %s", kind.APIVersion, kind.Kind)
	}
	return nil
}

func split(file string) ([][]byte, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	documents := [][]byte{}
	reader := utilyaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(text)))
	for {
		document, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return documents, nil
		}
		if err != nil {
			return nil, err
		}
		if len(bytes.TrimSpace(document)) > 0 {
			documents = append(documents, document)
		}
	}
}
