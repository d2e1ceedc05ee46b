package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// fieldType and field have the shape of FieldType and Field in src/schema/types.ts.
type fieldType struct {
	Kind string     `json:"kind"`
	Bits int        `json:"bits,omitempty"`
	Type string     `json:"type,omitempty"`
	Of   *fieldType `json:"of,omitempty"`
	Enum []string   `json:"enum,omitempty"`
}

type field struct {
	fieldType
	Pointer bool          `json:"pointer"`
	Default *defaultValue `json:"default,omitempty"`
	Dropped bool          `json:"dropped,omitempty"`
}

type objectType struct {
	OpenAPI string            `json:"openapi"`
	Fields  map[string]*field `json:"fields"`
}

var leaves = map[reflect.Type]string{
	reflect.TypeFor[metav1.Time]():          "time",
	reflect.TypeFor[metav1.MicroTime]():     "time",
	reflect.TypeFor[resource.Quantity]():    "quantity",
	reflect.TypeFor[intstr.IntOrString]():   "intOrString",
	reflect.TypeFor[metav1.FieldsV1]():      "raw",
	reflect.TypeFor[runtime.RawExtension](): "raw",
	reflect.TypeFor[[]byte]():               "bytes",
}

var (
	unmarshaler = reflect.TypeFor[json.Unmarshaler]()
	podRoots    = []reflect.Type{reflect.TypeFor[corev1.Pod](), reflect.TypeFor[corev1.PodTemplateSpec]()}
	// Only read for their pod templates; podsec reports their unknown fields too.
	workloadRoots = []reflect.Type{
		reflect.TypeFor[corev1.PodTemplate](), reflect.TypeFor[corev1.ReplicationController](), reflect.TypeFor[appsv1.Deployment](),
		reflect.TypeFor[appsv1.StatefulSet](), reflect.TypeFor[appsv1.DaemonSet](), reflect.TypeFor[appsv1.ReplicaSet](),
		reflect.TypeFor[batchv1.Job](), reflect.TypeFor[batchv1.CronJob](),
	}
)

type reflector struct {
	types map[string]*objectType
	goOf  map[string]reflect.Type
	enums map[string][]string
}

func openAPIName(t reflect.Type) string {
	path := t.PkgPath()
	path = strings.Replace(path, "k8s.io/apimachinery", "io.k8s.apimachinery", 1)
	path = strings.Replace(path, "k8s.io/api/", "io.k8s.api.", 1)
	return strings.ReplaceAll(path, "/", ".") + "." + t.Name()
}

func (r *reflector) typeOf(t reflect.Type) (*fieldType, error) {
	if kind, ok := leaves[t]; ok {
		return &fieldType{Kind: kind}, nil
	}
	if reflect.PointerTo(t).Implements(unmarshaler) {
		return nil, fmt.Errorf("%s reads its own JSON: give it a kind", t)
	}
	switch t.Kind() {
	case reflect.Bool:
		return &fieldType{Kind: "bool"}, nil
	case reflect.String:
		values, marked := r.enums[t.PkgPath()+"."+t.Name()]
		if marked && len(values) == 0 {
			return nil, fmt.Errorf("%s is an enum without constants", t)
		}
		return &fieldType{Kind: "string", Enum: values}, nil
	case reflect.Int32:
		return &fieldType{Kind: "int", Bits: 32}, nil
	case reflect.Int64:
		return &fieldType{Kind: "int", Bits: 64}, nil
	case reflect.Slice:
		of, err := r.typeOf(t.Elem())
		return &fieldType{Kind: "list", Of: of}, err
	case reflect.Map:
		if t.Key().Kind() != reflect.String {
			return nil, fmt.Errorf("%s: map keys are not strings", t)
		}
		of, err := r.typeOf(t.Elem())
		return &fieldType{Kind: "map", Of: of}, err
	case reflect.Struct:
		return &fieldType{Kind: "struct", Type: t.Name()}, r.add(t)
	}
	return nil, fmt.Errorf("%s: no kind for it", t)
}

func (r *reflector) add(t reflect.Type) error {
	if known, ok := r.goOf[t.Name()]; ok {
		if known != t {
			return fmt.Errorf("two types are called %s: %s and %s", t.Name(), known, t)
		}
		return nil
	}
	r.goOf[t.Name()] = t
	object := &objectType{OpenAPI: openAPIName(t), Fields: map[string]*field{}}
	r.types[t.Name()] = object
	return r.flatten(t, object)
}

// flatten follows encoding/json: an embedded struct without a name in its tag adds its fields to the parent.
func (r *reflector) flatten(t reflect.Type, object *objectType) error {
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case name == "-" || !f.IsExported():
			continue
		case name == "" && f.Anonymous:
			if err := r.flatten(f.Type, object); err != nil {
				return err
			}
			continue
		case name == "":
			return fmt.Errorf("%s.%s has no JSON name", t, f.Name)
		case object.Fields[name] != nil:
			return fmt.Errorf("%s has %s twice", t, name)
		}
		target, pointer := f.Type, false
		if target.Kind() == reflect.Pointer {
			target, pointer = target.Elem(), true
		}
		ft, err := r.typeOf(target)
		if err != nil {
			return fmt.Errorf("%s.%s: %w", t.Name(), f.Name, err)
		}
		object.Fields[name] = &field{fieldType: *ft, Pointer: pointer}
	}
	return nil
}

// readEnums finds the string types that are marked +enum and their constants; the OpenAPI document lacks them.
func readEnums(dir, pkg string, enums map[string][]string) error {
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return err
	}
	marked := map[string]bool{}
	values := map[string][]string{}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") || strings.Contains(filepath.Base(file), "generated") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		for _, decl := range parsed.Decls {
			group, ok := decl.(*ast.GenDecl)
			if !ok {
				continue
			}
			for _, spec := range group.Specs {
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					// ast's Text() drops lines that look like directives, so read the lines themselves.
					for _, doc := range []*ast.CommentGroup{group.Doc, spec.Doc} {
						if doc == nil {
							continue
						}
						for _, line := range doc.List {
							if strings.TrimSpace(strings.TrimPrefix(line.Text, "//")) == "+enum" {
								marked[spec.Name.Name] = true
							}
						}
					}
				case *ast.ValueSpec:
					typeName, ok := spec.Type.(*ast.Ident)
					if !ok || group.Tok != token.CONST {
						continue
					}
					for _, value := range spec.Values {
						if literal, ok := value.(*ast.BasicLit); ok && literal.Kind == token.STRING {
							text, err := strconv.Unquote(literal.Value)
							if err != nil {
								return err
							}
							values[typeName.Name] = append(values[typeName.Name], text)
						}
					}
				}
			}
		}
	}
	for name := range marked {
		slices.Sort(values[name])
		enums[pkg+"."+name] = slices.Compact(append([]string{}, values[name]...))
	}
	return nil
}

func newReflector() (*reflector, error) {
	r := &reflector{types: map[string]*objectType{}, goOf: map[string]reflect.Type{}, enums: map[string][]string{}}
	for module, pkgs := range map[string][]string{"k8s.io/api": {"core/v1"}, "k8s.io/apimachinery": {"pkg/apis/meta/v1"}} {
		dir, err := moduleDir(module)
		if err != nil {
			return nil, err
		}
		for _, pkg := range pkgs {
			if err := readEnums(filepath.Join(dir, pkg), module+"/"+pkg, r.enums); err != nil {
				return nil, err
			}
		}
	}
	return r, nil
}

func kubernetesVersion() (string, error) {
	info, ok := debug.ReadBuildInfo()
	if ok {
		for _, dep := range info.Deps {
			if dep.Path == "k8s.io/kubernetes" {
				return strings.TrimPrefix(dep.Version, "v"), nil
			}
		}
	}
	return "", fmt.Errorf("the build does not say which k8s.io/kubernetes it has")
}

func schemaCommand(args []string) error {
	flags := flag.NewFlagSet("schema", flag.ExitOnError)
	observations := flags.Bool("observations", false, "print what the default probes saw instead of the schema")
	if err := flags.Parse(args); err != nil {
		return err
	}
	r, err := newReflector()
	if err != nil {
		return err
	}
	for _, root := range podRoots {
		if err := r.add(root); err != nil {
			return err
		}
	}
	seen, err := r.probe()
	if err != nil {
		return err
	}
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", " ")
	if *observations {
		return encoder.Encode(seen)
	}
	if err := r.deriveDefaults(seen); err != nil {
		return err
	}
	pod := make(map[string]bool, len(r.types))
	for name := range r.types {
		pod[name] = true
	}
	for _, root := range workloadRoots {
		if err := r.add(root); err != nil {
			return err
		}
	}
	workloads := map[string]*objectType{}
	for name, object := range r.types {
		if !pod[name] {
			workloads[name] = object
			delete(r.types, name)
		}
	}
	version, err := kubernetesVersion()
	if err != nil {
		return err
	}
	return encoder.Encode(map[string]any{
		"kubernetesVersion": version, "types": r.types, "workloadTypes": workloads, "computedDefaults": computedDefaults,
	})
}
