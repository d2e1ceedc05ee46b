# What every policy beside this file reads with: the pods in the input, as an API server would see them, and fields that
# may be absent. It has no rule of any policy. Written by podsec 0.1.0; needs OPA 1.0 or newer.
#
# Every function has a value on every input, as an undefined expression would silently let a pod pass. No builtin needs
# a host function in Wasm.
package podsec.lib

# ---------------------------------------------------------------------------------------------------------------------
# The input: a manifest, a list of manifests, what `conftest test --combine` gives, or an AdmissionReview.

# Each pod to judge, with what the request says besides it.
worlds := [manifest_world(document, template) |
	some document in documents
	some template in templates(document)
] if {
	not is_review
}

worlds := reviewed if is_review

is_review if input.kind == "AdmissionReview"

request := map(struct(input), ["request"])

# A manifest is judged as if it were created, by nobody in particular, whatever the scope of the policy.
manifest_world(document, template) := {
	"pod": admitted(template, true),
	"old": {},
	"request": {
		"operation": "CREATE",
		"subresource": "",
		"namespace": string(document, ["metadata", "namespace"], ""),
		"scope": "",
		"user": "",
		"groups": [],
		"runtimeClass": string(template, ["spec", "runtimeClassName"], ""),
	},
	"subject": subject(document),
}

# Every object in the input. As kubectl does, an object with `items` counts as a list, and lists may hold lists.
documents := flatten([inputs, listed, nested])

inputs := [input] if is_object(input)

inputs := [document |
	some file in input
	some document in list_of(object.get(struct(file), ["contents"], file))
	is_object(document)
] if {
	is_array(input)
}

default inputs := []

listed := [item | some list in inputs; some item in items(list)]

nested := [item |
	some list in listed
	is_array(object.get(list, ["items"], null))
	[path, inner] := walk(list)
	every step in path {
		any_of([step == "items", is_number(step)])
	}
	is_object(inner)
	some item in items(inner)
]

# The items of a typed list, such as a PodList, need not say their kind.
items(list) := [object.union({"kind": trim_suffix(string(list, ["kind"], ""), "List")}, item) |
	some item in structs(list, ["items"])
]

list_of(value) := value if {
	is_array(value)
} else := [value]

# Names the object in messages, where the input is more than one.
subject(document) := concat("", [document.kind, " ", string(document, ["metadata", "name"], ""), ": "]) if {
	count(documents) > 1
} else := ""

# ---------------------------------------------------------------------------------------------------------------------
# The request of a review

reviewed := [review_world(document, template) |
	document := object.union({"kind": string(request, ["kind", "kind"], "")}, map(request, ["object"]))
	is_judged_request(document)
	some template in templates(document)
	is_judged_change(document, template)
]

# Without an operation, as Gatekeeper's audit has none, what is there is judged as if it were created.
operation := filled_string(request, ["operation"], "CREATE")

review_world(document, template) := {
	"pod": admitted(template, is_created(document)),
	"old": old_pod(document),
	"request": {
		"operation": operation,
		"subresource": string(request, ["subResource"], ""),
		"namespace": string(request, ["namespace"], ""),
		"scope": string(request, ["namespace"], ""),
		"user": string(request, ["userInfo", "username"], ""),
		"groups": scalars(request, ["userInfo", "groups"], ""),
		"runtimeClass": string(template, ["spec", "runtimeClassName"], ""),
	},
	"subject": "",
}

# The pod of a template is still to be created, whatever happens to the template.
is_created(document) := any_of([document.kind != "Pod", operation != "UPDATE"])

old_pod(document) := admitted(template, is_created(document)) if {
	operation == "UPDATE"
	some template in templates(object.union(document, map(request, ["oldObject"])))
} else := {}

# As ValidatePod and ValidatePodController of k8s.io/pod-security-admission/admission decide.
is_judged_request(document) if {
	not operation in {"DELETE", "CONNECT"}
	document.kind == "Pod"
	not string(request, ["subResource"], "") in ignored_pod_subresources
}

is_judged_request(document) if {
	not operation in {"DELETE", "CONNECT"}
	document.kind != "Pod"
	string(request, ["subResource"], "") == ""
}

ignored_pod_subresources := {"attach", "binding", "eviction", "exec", "log", "portforward", "proxy", "status"}

# An UPDATE of a pod is judged where containers come or go or an image changes: isSignificantPodUpdate of that package.
is_judged_change(document, _) if is_created(document)

is_judged_change(_, pod) if images(pod, "containers") != images(map(request, ["oldObject"]), "containers")

is_judged_change(_, pod) if images(pod, "initContainers") != images(map(request, ["oldObject"]), "initContainers")

is_judged_change(_, pod) if {
	some container in structs(pod, ["spec", "ephemeralContainers"])
	known := [string(other, ["image"], "") |
		some other in structs(request, ["oldObject", "spec", "ephemeralContainers"])
		string(other, ["name"], "") == string(container, ["name"], "")
	]
	array.slice(known, 0, 1) != [string(container, ["image"], "")]
}

images(pod, group) := [string(container, ["image"], "") | some container in structs(pod, ["spec", group])]

# Where workloads are refused, one that was there before the policy can still be scaled or paused.
is_same_template if {
	operation == "UPDATE"
	kind := {"kind": string(request, ["kind", "kind"], "")}
	now := templates(object.union(kind, map(request, ["object"])))
	now == templates(object.union(kind, map(request, ["oldObject"])))
}

# ---------------------------------------------------------------------------------------------------------------------
# Workloads

template_paths := {
	"CronJob": ["spec", "jobTemplate", "spec", "template"],
	"DaemonSet": ["spec", "template"],
	"Deployment": ["spec", "template"],
	"Job": ["spec", "template"],
	"Pod": [],
	"PodTemplate": ["template"],
	"ReplicaSet": ["spec", "template"],
	"ReplicationController": ["spec", "template"],
	"StatefulSet": ["spec", "template"],
}

# Kinds of other groups are none of our business, even where they are called Job.
groups := {"", "apps", "batch", "extensions"}

api_group(document) := parts[0] if {
	parts := split(string(document, ["apiVersion"], ""), "/")
	count(parts) > 1
} else := ""

# The pod template of a workload, in a list; a Pod is its own. None for an object of another kind.
templates(document) := [template |
	path := template_paths[string(document, ["kind"], "")]
	api_group(document) in groups
	template := object.get(document, path, null)
	is_object(template)
]

# ---------------------------------------------------------------------------------------------------------------------
# What an API server does before admission, as far as a policy can see it; the rest is in how fields are read.

# The pod with the defaults that depend on other fields. `created`: and with what happens on CREATE alone.
admitted(pod, created) := {
	"apiVersion": "v1",
	"kind": "Pod",
	"metadata": object.union(
		object.remove(map(pod, ["metadata"]), {"annotations"}),
		{"annotations": object.remove(map(pod, ["metadata", "annotations"]), dropped_annotations)},
	),
	"spec": object.union(map(pod, ["spec"]), {
		"initContainers": [admitted_container(pod, container, created) |
			some container in structs(pod, ["spec", "initContainers"])
		],
		"containers": [admitted_container(pod, container, created) |
			some container in structs(pod, ["spec", "containers"])
		],
		"ephemeralContainers": [with_profile(pod, container, created) |
			some container in structs(pod, ["spec", "ephemeralContainers"])
		],
		"volumes": [with_source(volume) | some volume in structs(pod, ["spec", "volumes"])],
		"serviceAccountName": service_account(pod),
		"serviceAccount": service_account(pod),
		"terminationGracePeriodSeconds": grace_period(pod),
	}),
}

# podutil.DropDisabledPodFields
dropped_annotations := {
	"pod.alpha.kubernetes.io/init-container-statuses",
	"pod.alpha.kubernetes.io/init-containers",
	"pod.beta.kubernetes.io/init-container-statuses",
	"pod.beta.kubernetes.io/init-containers",
}

admitted_container(pod, container, created) := with_profile(pod, with_host_ports(pod, container), created)

# The default hostPortUnderHostNetwork: with the network of the host, hostPort is containerPort.
with_host_ports(pod, container) := object.union(container, {"ports": ports}) if {
	boolean(pod, ["spec", "hostNetwork"], false)
	ports := [with_host_port(port) | some port in structs(container, ["ports"])]
} else := container

with_host_port(port) := object.union(port, {"hostPort": number(port, ["containerPort"], 0)}) if {
	not filled(port, ["hostPort"])
} else := port

# The default appArmorFromAnnotation: a container's annotation becomes its field, where the field is absent.
with_profile(pod, container, created) := object.union(container, {"securityContext": context}) if {
	created
	not present(container, ["securityContext", "appArmorProfile"])
	string(pod, ["spec", "os", "name"], "") != "windows"
	key := concat("", ["container.apparmor.security.beta.kubernetes.io/", string(container, ["name"], "")])
	profile := app_armor_profile(lookup(map(pod, ["metadata", "annotations"]), key, ""))
	not profile in [null, pod_profile(pod)]
	context := object.union(map(container, ["securityContext"]), {"appArmorProfile": profile})
} else := container

pod_profile(pod) := {name: value |
	some name, value in map(pod, ["spec", "securityContext", "appArmorProfile"])
	name in {"type", "localhostProfile"}
	value != null
}

# A value that gives no valid profile is not copied. 5460 characters of base64 hold 4095 bytes.
app_armor_profile(annotation) := {"type": "Unconfined"} if {
	annotation == "unconfined"
} else := {"type": "RuntimeDefault"} if {
	annotation == "runtime/default"
} else := {"type": "Localhost", "localhostProfile": profile} if {
	startswith(annotation, "localhost/")
	profile := trim_prefix(annotation, "localhost/")
	profile != ""
	trim_space(profile) == profile
	count(base64.encode(profile)) <= 5460
} else := null

# The default emptyDirWithoutSource. An unknown source is dropped by then.
with_source(volume) := volume if {
	first_present(volume, volume_sources, [], "") != ""
} else := object.union(volume, {"emptyDir": {}})

volume_sources := [
	"awsElasticBlockStore",
	"azureDisk",
	"azureFile",
	"cephfs",
	"cinder",
	"configMap",
	"csi",
	"downwardAPI",
	"emptyDir",
	"ephemeral",
	"fc",
	"flexVolume",
	"flocker",
	"gcePersistentDisk",
	"gitRepo",
	"glusterfs",
	"hostPath",
	"image",
	"iscsi",
	"nfs",
	"persistentVolumeClaim",
	"photonPersistentDisk",
	"portworxVolume",
	"projected",
	"quobyte",
	"rbd",
	"scaleIO",
	"secret",
	"storageos",
	"vsphereVolume",
]

# The default serviceAccountAlias: two names of one field.
service_account(pod) := filled_string(pod, ["spec", "serviceAccountName"], string(pod, ["spec", "serviceAccount"], ""))

# SetDefaults_Pod: a negative period, once allowed, means one second.
grace_period(pod) := 1 if {
	number(pod, ["spec", "terminationGracePeriodSeconds"], 0) < 0
} else := object.get(pod, ["spec", "terminationGracePeriodSeconds"], null)

# ---------------------------------------------------------------------------------------------------------------------
# Fields. `at` is an object; a null counts as absent, at any level of a path, and so does a value of a wrong type.

present(at, path) := object.get(at, path, null) != null

# Of a field whose empty value the API cannot tell from absence.
filled(at, path) := negate(object.get(at, path, null) in {null, "", 0, false, [], {}})

# The value, or `absent`.
string(at, path, absent) := value if {
	value := object.get(at, path, null)
	is_string(value)
} else := absent

number(at, path, absent) := value if {
	value := object.get(at, path, null)
	is_number(value)
} else := absent

boolean(at, path, absent) := value if {
	value := object.get(at, path, null)
	is_boolean(value)
} else := absent

number_or_string(at, path, absent) := number(at, path, string(at, path, absent))

# The value, or `absent`, of a field whose empty value the API cannot tell from absence.
filled_string(at, path, absent) := value if {
	value := string(at, path, "")
	value != ""
} else := absent

filled_number(at, path, absent) := value if {
	value := number(at, path, 0)
	value != 0
} else := absent

filled_boolean(at, path, absent) if {
	boolean(at, path, false)
} else := absent

# The default of a field whose object may be absent.
default_within(at, path, value, absent) := value if {
	present(at, path)
} else := absent

# The first of the fields that is present, or of the `fillable` ones that is not empty.
first_present(at, fields, fillable, absent) := found[0] if {
	found := [name |
		some name in fields
		present(at, [name])
		any_of([negate(name in fillable), filled(at, [name])])
	]
	count(found) > 0
} else := absent

# ---------------------------------------------------------------------------------------------------------------------
# Lists and maps. A null in one is the empty value of its type.

structs(at, path) := [struct(element) |
	elements := object.get(at, path, [])
	is_array(elements)
	some element in elements
]

struct(value) := value if {
	is_object(value)
} else := {}

# The elements of a list of strings, numbers or booleans; `empty` is the empty value of their type.
scalars(at, path, empty) := [scalar(element, empty) |
	elements := object.get(at, path, [])
	is_array(elements)
	some element in elements
]

scalar(value, empty) := value if {
	type_name(value) == type_name(empty)
} else := empty

map(at, path) := struct(object.get(at, path, null))

has_key(entries, key) := key in object.keys(entries)

lookup(entries, key, absent) := string(entries, [key], "") if {
	has_key(entries, key)
} else := absent

# The entries of a map of strings whose key starts with `prefix`, by key.
with_prefix(entries, prefix) := [{
	"key": key,
	"suffix": trim_prefix(key, prefix),
	"value": string(entries, [key], ""),
} |
	some key in sort(object.keys(entries))
	startswith(key, prefix)
]

# In the order of the groups that are given.
containers(pod, groups_of) := [container | some group in groups_of; some container in structs(pod, ["spec", group])]

all_containers(pod) := containers(pod, ["initContainers", "containers", "ephemeralContainers"])

# ---------------------------------------------------------------------------------------------------------------------
# Conditions as values

any_of(conditions) := true in conditions

all_of(conditions) := negate(false in conditions)

negate(condition) := condition == false

within(value, ranges) := any_of([all_of([low <= value, value <= high]) | some [low, high] in ranges])

starts_with_any(value, prefixes) := any_of([startswith(value, prefix) | some prefix in prefixes])

ends_with_any(value, suffixes) := any_of([endswith(value, suffix) | some suffix in suffixes])

# A path prefix by element: /a is above /a and /a/b, and not above /ab.
below_path(path, prefix) := any_of([
	trim_suffix(path, "/") == prefix,
	startswith(trim_suffix(path, "/"), concat("", [prefix, "/"])),
])

same_parts(a, b, separator) := sort(split(a, separator)) == sort(split(b, separator))

# Globs, from left to right: what is left of a value after a prefix, and after a part. Null once there was no match.
after_prefix(value, prefix) := trim_prefix(value, prefix) if {
	startswith(value, prefix)
} else := null

after_part(value, part) := concat(part, array.slice(parts, 1, count(parts))) if {
	is_string(value)
	parts := split(value, part)
	count(parts) > 1
} else := null

ends_with(value, suffix) := endswith(value, suffix) if {
	is_string(value)
} else := false

# ---------------------------------------------------------------------------------------------------------------------
# Wording

finding(world, control, reason, detail) := {
	"control": control,
	"msg": concat("", [world.subject, reason, bracketed(detail)]),
}

bracketed("") := ""

bracketed(detail) := concat("", [" (", detail, ")"]) if detail != ""

text(value) := value if {
	is_string(value)
} else := format_int(value, 10) if {
	is_number(value)
} else := "true" if {
	value == true
} else := "false"

flatten(lists) := [element | some list in lists; some element in list]

# Sorted, and without repeats.
distinct(texts) := sort({each | some each in texts})

list_quoted(texts, separator) := concat(separator, [concat("", ["\"", each, "\""]) | some each in texts])

plural(number_of, one, many) := one if {
	number_of == 1
} else := many

if_any(number_of, then, otherwise) := then if {
	number_of > 0
} else := otherwise

# The name of a thing and its elements; nothing where there is none.
named(texts, one, many) := if_any(
	count(texts),
	concat("", [plural(count(texts), one, many), " ", list_quoted(texts, ", ")]),
	"",
)

joined(separator, parts) := concat(separator, [part | some part in parts; part != ""])

# As Go's %q writes a string. Characters beyond U+00A0 that Go does not print are left as they are.
quote(value) := concat("", ["\"", strings.replace_n(escapes, value), "\""])

escapes := {
	"\u0000": "\\x00",
	"\u0001": "\\x01",
	"\u0002": "\\x02",
	"\u0003": "\\x03",
	"\u0004": "\\x04",
	"\u0005": "\\x05",
	"\u0006": "\\x06",
	"\u0007": "\\a",
	"\b": "\\b",
	"\t": "\\t",
	"\n": "\\n",
	"\u000b": "\\v",
	"\f": "\\f",
	"\r": "\\r",
	"\u000e": "\\x0e",
	"\u000f": "\\x0f",
	"\u0010": "\\x10",
	"\u0011": "\\x11",
	"\u0012": "\\x12",
	"\u0013": "\\x13",
	"\u0014": "\\x14",
	"\u0015": "\\x15",
	"\u0016": "\\x16",
	"\u0017": "\\x17",
	"\u0018": "\\x18",
	"\u0019": "\\x19",
	"\u001a": "\\x1a",
	"\u001b": "\\x1b",
	"\u001c": "\\x1c",
	"\u001d": "\\x1d",
	"\u001e": "\\x1e",
	"\u001f": "\\x1f",
	"\"": "\\\"",
	"\\": "\\\\",
	"\u007f": "\\x7f",
	"\u0080": "\\u0080",
	"\u0081": "\\u0081",
	"\u0082": "\\u0082",
	"\u0083": "\\u0083",
	"\u0084": "\\u0084",
	"\u0085": "\\u0085",
	"\u0086": "\\u0086",
	"\u0087": "\\u0087",
	"\u0088": "\\u0088",
	"\u0089": "\\u0089",
	"\u008a": "\\u008a",
	"\u008b": "\\u008b",
	"\u008c": "\\u008c",
	"\u008d": "\\u008d",
	"\u008e": "\\u008e",
	"\u008f": "\\u008f",
	"\u0090": "\\u0090",
	"\u0091": "\\u0091",
	"\u0092": "\\u0092",
	"\u0093": "\\u0093",
	"\u0094": "\\u0094",
	"\u0095": "\\u0095",
	"\u0096": "\\u0096",
	"\u0097": "\\u0097",
	"\u0098": "\\u0098",
	"\u0099": "\\u0099",
	"\u009a": "\\u009a",
	"\u009b": "\\u009b",
	"\u009c": "\\u009c",
	"\u009d": "\\u009d",
	"\u009e": "\\u009e",
	"\u009f": "\\u009f",
	"\u00a0": "\\u00a0",
}
