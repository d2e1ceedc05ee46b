package main

import (
	"encoding/json"
	"fmt"

	policyv1beta1 "k8s.io/api/policy/v1beta1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/admission/initializer"
	genericapirequest "k8s.io/apiserver/pkg/endpoints/request"
	"k8s.io/apiserver/pkg/registry/rest"
	utilfeature "k8s.io/apiserver/pkg/util/feature"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/tools/cache"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	_ "k8s.io/kubernetes/pkg/apis/core/install"
	_ "k8s.io/kubernetes/pkg/apis/policy/install"
	_ "k8s.io/kubernetes/pkg/apis/rbac/install"
	"k8s.io/kubernetes/pkg/registry/policy/podsecuritypolicy"
	"k8s.io/kubernetes/pkg/registry/rbac/clusterrole"
	"k8s.io/kubernetes/pkg/registry/rbac/clusterrolebinding"
	"k8s.io/kubernetes/pkg/registry/rbac/role"
	"k8s.io/kubernetes/pkg/registry/rbac/rolebinding"
	pspadmission "k8s.io/kubernetes/plugin/pkg/admission/security/podsecuritypolicy"
	rbacauthorizer "k8s.io/kubernetes/plugin/pkg/auth/authorizer/rbac"
)

// world is a cluster's policies and RBAC objects, with the plugin and the authorizer that read them.
type world struct {
	mutating   admission.MutationInterface
	validating admission.ValidationInterface
	taken      []taken
}

// taken says whether the API server takes an object.
type taken struct {
	Kind   string   `json:"kind"`
	Name   string   `json:"name"`
	Errors []string `json:"errors"`
}

// strategies are those of the registry: preparation, validation, and whether the object has a namespace.
var strategies = map[string]struct {
	strategy rest.RESTCreateStrategy
	version  schema.GroupVersion
}{
	"PodSecurityPolicy":  {podsecuritypolicy.Strategy, policyv1beta1.SchemeGroupVersion},
	"ClusterRole":        {clusterrole.Strategy, rbacv1.SchemeGroupVersion},
	"ClusterRoleBinding": {clusterrolebinding.Strategy, rbacv1.SchemeGroupVersion},
	"Role":               {role.Strategy, rbacv1.SchemeGroupVersion},
	"RoleBinding":        {rolebinding.Strategy, rbacv1.SchemeGroupVersion},
}

func newWorld(objects []json.RawMessage) (*world, error) {
	factory := informers.NewSharedInformerFactory(nil, 0)
	rbac := factory.Rbac().V1()
	indexers := map[string]cache.Indexer{
		"PodSecurityPolicy":  factory.Policy().V1beta1().PodSecurityPolicies().Informer().GetIndexer(),
		"ClusterRole":        rbac.ClusterRoles().Informer().GetIndexer(),
		"ClusterRoleBinding": rbac.ClusterRoleBindings().Informer().GetIndexer(),
		"Role":               rbac.Roles().Informer().GetIndexer(),
		"RoleBinding":        rbac.RoleBindings().Informer().GetIndexer(),
	}
	w := &world{taken: []taken{}}
	for _, raw := range objects {
		kind, name := nameOf(raw)
		found := taken{Kind: kind, Name: name, Errors: []string{}}
		object, err := stored(raw, kind)
		if err != nil {
			found.Errors = append(found.Errors, err.Error())
		} else if err := indexers[kind].Add(object); err != nil {
			return nil, err
		}
		w.taken = append(w.taken, found)
	}

	authorizer := rbacauthorizer.New(
		&rbacauthorizer.RoleGetter{Lister: rbac.Roles().Lister()},
		&rbacauthorizer.RoleBindingLister{Lister: rbac.RoleBindings().Lister()},
		&rbacauthorizer.ClusterRoleGetter{Lister: rbac.ClusterRoles().Lister()},
		&rbacauthorizer.ClusterRoleBindingLister{Lister: rbac.ClusterRoleBindings().Lister()},
	)
	plugins := admission.NewPlugins()
	pspadmission.Register(plugins)
	wiring := initializer.New(nil, factory, authorizer, utilfeature.DefaultFeatureGate)
	plugin, err := plugins.InitPlugin(pspadmission.PluginName, nil, wiring)
	if err != nil {
		return nil, err
	}
	var ok bool
	if w.mutating, ok = plugin.(admission.MutationInterface); !ok {
		return nil, fmt.Errorf("%T does not mutate", plugin)
	}
	if w.validating, ok = plugin.(admission.ValidationInterface); !ok {
		return nil, fmt.Errorf("%T does not validate", plugin)
	}
	return w, nil
}

// stored is the object as the API server stores it, or why it does not.
func stored(raw []byte, kind string) (runtime.Object, error) {
	known, ok := strategies[kind]
	if !ok {
		return nil, fmt.Errorf("an object of kind %q is neither a PodSecurityPolicy nor RBAC", kind)
	}
	object, unknown, err := decode(raw)
	if err != nil {
		return nil, err
	}
	if len(unknown) > 0 {
		return nil, fmt.Errorf("%v", unknown)
	}
	meta, ok := object.(metav1.Object)
	if !ok {
		return nil, fmt.Errorf("%T has no metadata", object)
	}
	ctx := genericapirequest.NewContext()
	if known.strategy.NamespaceScoped() {
		ctx = genericapirequest.WithNamespace(ctx, meta.GetNamespace())
	} else {
		ctx = genericapirequest.WithNamespace(ctx, metav1.NamespaceNone)
	}
	if err := rest.BeforeCreate(known.strategy, ctx, object); err != nil {
		return nil, err
	}
	return legacyscheme.Scheme.ConvertToVersion(object, known.version)
}
