package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// How the defaults are derived: for each struct that a pod can hold, pods in which the struct is present are built
// under many variations (alone; each sibling field set; all siblings set; siblings of every ancestor set; other
// things set in the pod) and sent through the server's defaulting and pod strategy. What a field reads where the
// probe left it out is an observation. One and the same value always: a constant. Else: computed, and named below.

type defaultValue struct {
	Kind  string `json:"kind"`
	Value any    `json:"value,omitempty"`
	Rule  string `json:"rule,omitempty"`
}

// computedDefaults names each default that depends on something else; src/admission has a function for each name.
// The program fails on one that is not here, and on one here that it does not see.
var computedDefaults = map[string]string{
	"Container.imagePullPolicy":          "imagePullPolicyFromTag",
	"EphemeralContainer.imagePullPolicy": "imagePullPolicyFromTag",
	"ImageVolumeSource.pullPolicy":       "imagePullPolicyFromTag",
	"Container.securityContext":          "appArmorFromAnnotation",
	"EphemeralContainer.securityContext": "appArmorFromAnnotation",
	"SecurityContext.appArmorProfile":    "appArmorFromAnnotation",
	"ContainerPort.hostPort":             "hostPortUnderHostNetwork",
	"LabelSelector.matchExpressions":     "selectorFromMatchLabelKeys",
	"ObjectMeta.generation":              "podGeneration",
	"PodSpec.serviceAccount":             "serviceAccountAlias",
	"PodSpec.serviceAccountName":         "serviceAccountAlias",
	"ResourceRequirements.requests":      "requestsFromLimits",
	"ResourceRequirements.limits":        "podLevelLimits",
	"Volume.emptyDir":                    "emptyDirWithoutSource",
}

// conditionallyDropped are fields that the strategy takes away in some places only.
var conditionallyDropped = map[string]bool{}

type observation struct {
	// Values are the distinct JSON values of an omitted field, "" for absent; each with one probe that gave it.
	Values map[string]string `json:"values"`
	// Kept and Lost count the probes that set the field, by whether it was still there afterwards.
	Kept int `json:"kept"`
	Lost int `json:"lost"`
}

// places lists every struct under metadata and spec. The strategy replaces status, so nobody's status matters.
func (r *reflector) places(name string, steps []string, names []string, visit func(steps, names []string)) {
	names = append(slices.Clone(names), name)
	visit(steps, names)
	for _, f := range slices.Sorted(maps.Keys(r.types[name].Fields)) {
		if len(steps) == 0 && f == "status" || f == "managedFields" {
			continue
		}
		at, ft := append(slices.Clone(steps), f), r.types[name].Fields[f].fieldType
		for ft.Kind == "list" {
			at, ft = append(at, "*"), *ft.Of
		}
		if ft.Kind == "struct" && !slices.Contains(names, ft.Type) {
			r.places(ft.Type, at, names, visit)
		}
	}
}

func sample(ft fieldType, text string) any {
	switch ft.Kind {
	case "bool":
		return true
	case "int", "intOrString":
		return 7
	case "time":
		return "2020-01-01T00:00:00Z"
	case "quantity":
		return "1"
	case "bytes":
		return "eA=="
	case "list":
		return []any{sample(*ft.Of, text)}
	case "map":
		if ft.Of.Kind == "quantity" {
			return map[string]any{"cpu": "1"}
		}
		return map[string]any{"x": sample(*ft.Of, text)}
	case "string":
		return text
	}
	return map[string]any{}
}

type probePod struct {
	root   map[string]any
	chain  []map[string]any
	target map[string]any
}

// build makes a pod in which the struct at steps is present and, but for list elements, otherwise empty.
func build(steps []string) probePod {
	root := map[string]any{}
	p := probePod{root: root, chain: []map[string]any{root}, target: root}
	for i := 0; i < len(steps); i++ {
		child := map[string]any{}
		if i+1 < len(steps) && steps[i+1] == "*" {
			p.target[steps[i]] = []any{child}
			i++
		} else {
			p.target[steps[i]] = child
		}
		p.target = child
		p.chain = append(p.chain, child)
	}
	return p
}

func at(root any, steps []string) (map[string]any, bool) {
	for _, step := range steps {
		switch value := root.(type) {
		case map[string]any:
			root = value[step]
		case []any:
			if len(value) == 0 {
				return nil, false
			}
			root = value[0]
		default:
			return nil, false
		}
	}
	object, ok := root.(map[string]any)
	return object, ok
}

func ensure(parent map[string]any, key string) map[string]any {
	child, ok := parent[key].(map[string]any)
	if !ok {
		child = map[string]any{}
		parent[key] = child
	}
	return child
}

// contexts set things elsewhere in the pod, never in the probed struct itself.
var contexts = map[string]func(p probePod){
	"alone": func(probePod) {},
	"linux": func(p probePod) {
		meta, spec := ensure(p.root, "metadata"), ensure(p.root, "spec")
		meta["labels"] = map[string]any{"x": "y"}
		meta["annotations"] = map[string]any{"container.apparmor.security.beta.kubernetes.io/x": "unconfined", "seccomp.security.alpha.kubernetes.io/pod": "unconfined"}
		spec["hostNetwork"], spec["hostPID"], spec["hostIPC"] = true, true, true
		set(ensure(spec, "os"), "name", "linux")
		set(spec, "schedulingGates", []any{map[string]any{"name": "x"}})
		for _, list := range []string{"containers", "initContainers"} {
			elements, _ := spec[list].([]any)
			spec[list] = append(elements, map[string]any{"name": "y", "image": "x", "resources": map[string]any{"limits": map[string]any{"cpu": "2", "memory": "1Gi", "hugepages-2Mi": "2Mi"}}})
		}
		names(p, "x")
	},
	"windows": func(p probePod) {
		spec := ensure(p.root, "spec")
		set(ensure(spec, "os"), "name", "windows")
		spec["restartPolicy"], spec["hostUsers"] = "Never", false
		names(p, "x")
	},
}

func set(object map[string]any, key string, value any) {
	if object[key] == nil {
		object[key] = value
	}
}

func names(p probePod, name string) {
	spec := ensure(p.root, "spec")
	for _, list := range []string{"containers", "initContainers", "ephemeralContainers"} {
		if elements, ok := spec[list].([]any); ok {
			for _, element := range elements {
				if c, ok := element.(map[string]any); ok && c["name"] == nil {
					c["name"] = name
				}
			}
		}
	}
}

func (r *reflector) fill(object map[string]any, name, text string, except func(string) bool) {
	for f, def := range r.types[name].Fields {
		if object[f] == nil && !except(f) && f != "apiVersion" && f != "kind" && f != "status" {
			object[f] = sample(def.fieldType, text)
		}
	}
}

// strip removes what equals absence: empty values of fields that are no pointers.
func (r *reflector) strip(value any, ft fieldType, pointer bool) any {
	switch v := value.(type) {
	case map[string]any:
		for key, element := range v {
			switch {
			case ft.Kind == "struct" && r.types[ft.Type].Fields[key] != nil:
				f := r.types[ft.Type].Fields[key]
				element = r.strip(element, f.fieldType, f.Pointer)
			case ft.Kind == "map":
				element = r.strip(element, *ft.Of, true)
			}
			if v[key] = element; element == nil {
				delete(v, key)
			}
		}
		if len(v) == 0 && !pointer {
			return nil
		}
	case []any:
		for i := range v {
			v[i] = r.strip(v[i], *ft.Of, true)
		}
		if len(v) == 0 && !pointer {
			return nil
		}
	case string:
		// An empty string is not the zero IntOrString, which is the number 0.
		if !pointer && (v == "" && ft.Kind != "intOrString" || ft.Kind == "quantity" && v == "0") {
			return nil
		}
	case bool:
		if !pointer && !v {
			return nil
		}
	case float64:
		if !pointer && v == 0 {
			return nil
		}
	}
	return value
}

func byValue(f *field) bool {
	return f.Kind == "struct" && !f.Pointer
}

func (r *reflector) probe() (map[string]*observation, error) {
	seen := map[string]*observation{}
	var failure error
	r.places("Pod", nil, nil, func(steps, names []string) {
		name := names[len(names)-1]
		fields := slices.Sorted(maps.Keys(r.types[name].Fields))
		run := func(label string, make func() probePod) {
			for context, apply := range contexts {
				if failure != nil {
					return
				}
				p := make()
				given := maps.Clone(p.target)
				apply(p)
				raw, err := json.Marshal(p.root)
				if err != nil {
					failure = err
					return
				}
				pod, err := admitted(raw)
				if err != nil {
					failure = fmt.Errorf("probe %s: %w", raw, err)
					return
				}
				text, err := json.Marshal(pod)
				if err != nil {
					failure = err
					return
				}
				var result map[string]any
				if failure = json.Unmarshal(text, &result); failure != nil {
					return
				}
				r.strip(result, fieldType{Kind: "struct", Type: "Pod"}, true)
				object, present := at(result, steps)
				where := strings.Join(steps, ".") + " " + label + " " + context
				for _, f := range fields {
					if len(steps) == 0 && (f == "apiVersion" || f == "kind" || f == "status" || f == "metadata" || f == "spec") {
						continue
					}
					o := seen[name+"."+f]
					if o == nil {
						o = &observation{Values: map[string]string{}}
						seen[name+"."+f] = o
					}
					_, set := given[f]
					_, contextSet := p.target[f]
					switch {
					case set && (!present || byValue(r.types[name].Fields[f])):
						// Dropped with its parent, or an empty struct that equals absence: no news of the field itself.
					case set && object[f] != nil:
						o.Kept++
					case set:
						o.Lost++
					case byValue(r.types[name].Fields[f]):
						// A struct by value is always there; the defaults are those of its own fields.
					case contextSet:
						// The context wrote it, so its value tells nothing.
					case !present || object[f] == nil:
						if o.Values[""] == "" {
							o.Values[""] = where
						}
					default:
						text, err := json.Marshal(object[f])
						if err != nil {
							failure = err
							return
						}
						if o.Values[string(text)] == "" {
							o.Values[string(text)] = where
						}
					}
				}
			}
		}
		run("bare", func() probePod { return build(steps) })
		for _, text := range []string{"x", "x:1"} {
			for _, f := range fields {
				run("only "+f+"="+text, func() probePod {
					p := build(steps)
					r.fill(p.target, name, text, func(other string) bool { return other != f })
					return p
				})
				run("without "+f, func() probePod {
					p := build(steps)
					r.fill(p.target, name, text, func(other string) bool { return other == f })
					return p
				})
			}
			run("ancestors", func() probePod {
				p := build(steps)
				for i, object := range p.chain[:len(p.chain)-1] {
					r.fill(object, names[i], text, func(string) bool { return false })
				}
				return p
			})
		}
	})
	return seen, failure
}

func (r *reflector) deriveDefaults(seen map[string]*observation) error {
	var problems []string
	used := map[string]bool{}
	for _, key := range slices.Sorted(maps.Keys(seen)) {
		o := seen[key]
		typeName, fieldName, _ := strings.Cut(key, ".")
		f := r.types[typeName].Fields[fieldName]
		if o.Lost > 0 && o.Kept > 0 && !conditionallyDropped[key] {
			problems = append(problems, fmt.Sprintf("%s is dropped in some probes only", key))
		}
		f.Dropped = o.Lost > 0 && o.Kept == 0
		values := slices.Sorted(maps.Keys(o.Values))
		switch {
		case len(values) == 0 || len(values) == 1 && values[0] == "":
		case len(values) == 1:
			var value any
			if err := json.Unmarshal([]byte(values[0]), &value); err != nil {
				return err
			}
			f.Default = &defaultValue{Kind: "constant", Value: value}
		case computedDefaults[key] != "":
			used[key] = true
			f.Default = &defaultValue{Kind: "computed", Rule: computedDefaults[key]}
		default:
			problems = append(problems, fmt.Sprintf("%s has a computed default without a name: %v", key, o.Values))
		}
	}
	for key := range computedDefaults {
		if !used[key] {
			problems = append(problems, key+" is named as computed, but no probe shows it")
		}
	}
	if len(problems) > 0 {
		slices.Sort(problems)
		return fmt.Errorf("%d problems:\n%s", len(problems), strings.Join(problems, "\n"))
	}
	return nil
}
