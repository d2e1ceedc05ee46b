package main

import (
	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/checker"
	"github.com/google/cel-go/common/types"
	admissionv1 "k8s.io/api/admissionregistration/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/version"
	plugincel "k8s.io/apiserver/pkg/admission/plugin/cel"
	"k8s.io/apiserver/pkg/admission/plugin/policy/validating"
	apiservercel "k8s.io/apiserver/pkg/cel"
	"k8s.io/apiserver/pkg/cel/common"
	"k8s.io/apiserver/pkg/cel/environment"
	"k8s.io/apiserver/pkg/cel/library"
	"k8s.io/apiserver/pkg/cel/openapi"
)

// The API server estimates nothing for policies: it stops an expression at 1,000,000 units and a run at 10,000,000.
type expression struct {
	Field string `json:"field"`
	// Max is an estimate, or a measurement. In the estimate, for the assumed sizes, a variable counts once, where it stands.
	Max uint64 `json:"max"`
}

// sizes are what an estimate assumes where the type does not say.
type sizes struct{ items, length uint64 }

func (s sizes) EstimateSize(node checker.AstNode) *checker.SizeEstimate {
	max := s.length
	switch node.Type().Kind() {
	case types.ListKind, types.MapKind:
		max = s.items
	case types.StringKind, types.BytesKind:
	default:
		max = maximum(s.items, s.length)
	}
	return &checker.SizeEstimate{Min: 0, Max: max}
}

func (s sizes) EstimateCallCost(string, string, *checker.AstNode, []checker.AstNode) *checker.CallEstimate {
	return nil
}

func maximum(a, b uint64) uint64 {
	if a > b {
		return a
	}
	return b
}

// estimate gives the worst case of each expression that compiles against the policy's first kind.
func estimate(checker *validating.TypeChecker, policy *admissionv1.ValidatingAdmissionPolicy, gvk schema.GroupVersionKind, v *version.Version, s sizes) ([]expression, error) {
	costs := []expression{}
	resolved, err := checker.SchemaResolver.ResolveSchema(gvk)
	if err != nil {
		return nil, err
	}
	object := common.SchemaDeclType(&openapi.Schema{Schema: resolved}, true).MaybeAssignTypeName(gvk.Kind)
	request, namespace := plugincel.BuildRequestType(), plugincel.BuildNamespaceType()
	envSet, err := environment.MustBaseEnvSet(v).Extend(environment.VersionedOptions{
		IntroducedVersion: version.MajorMinor(1, 0),
		EnvOptions: []cel.EnvOption{
			cel.Variable(plugincel.ObjectVarName, object.CelType()),
			cel.Variable(plugincel.OldObjectVarName, object.CelType()),
			cel.Variable(plugincel.RequestVarName, request.CelType()),
			cel.Variable(plugincel.NamespaceVarName, namespace.CelType()),
			cel.Variable(plugincel.ParamsVarName, cel.DynType),
			cel.Variable(plugincel.AuthorizerVarName, library.AuthorizerType),
			cel.Variable(plugincel.RequestResourceAuthorizerVarName, library.ResourceCheckType),
		},
		DeclTypes: []*apiservercel.DeclType{object, request, namespace},
	})
	if err != nil {
		return nil, err
	}
	compiler, err := plugincel.NewCompositedCompilerForTypeChecking(envSet)
	if err != nil {
		return nil, err
	}
	estimator := &estimating{compiler: compiler, estimator: &library.CostEstimator{SizeEstimator: s}}
	compiler.Compiler = estimator
	add := func(field string) {
		if estimator.last != nil {
			costs = append(costs, expression{field, estimator.last.Max})
		}
	}
	options := plugincel.OptionalVariableDeclarations{}
	for i, v := range policy.Spec.Variables {
		compiler.CompileAndStoreVariable(variable(v), options, environment.NewExpressions)
		add(variableField(i))
	}
	for _, p := range places(policy) {
		compiler.CompileCELExpression(p.accessor, options, environment.NewExpressions)
		add(p.field)
	}
	return costs, nil
}

// estimating is a compiler that notes the estimate of the last expression and makes no program.
type estimating struct {
	compiler  *plugincel.CompositedCompiler
	estimator checker.CostEstimator
	last      *checker.CostEstimate
}

func (e *estimating) CompileCELExpression(accessor plugincel.ExpressionAccessor, _ plugincel.OptionalVariableDeclarations, mode environment.Type) plugincel.CompilationResult {
	e.last = nil
	failed := func(text string) plugincel.CompilationResult {
		return plugincel.CompilationResult{Error: &apiservercel.Error{Type: apiservercel.ErrorTypeInvalid, Detail: text}}
	}
	env, err := e.compiler.Env(mode)
	if err != nil {
		return failed(err.Error())
	}
	ast, issues := env.Compile(accessor.GetExpression())
	if issues != nil {
		return failed(issues.String())
	}
	cost, err := env.EstimateCost(ast, e.estimator)
	if err != nil {
		return failed(err.Error())
	}
	e.last = &cost
	return plugincel.CompilationResult{OutputType: ast.OutputType()}
}
