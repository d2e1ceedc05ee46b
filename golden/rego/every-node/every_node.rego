# Policy every-node. Written by podsec 0.1.0; changes here are lost.
#
# `deny` is the set of violations of the pods in the input: a manifest, a list, or an AdmissionReview.
#
#     opa eval --data . --input pod.json data.podsec.every_node.deny
#     conftest test --policy . --namespace podsec.every_node pod.yaml
#
# Mode warn: OPA has no modes, so what a violation leads to is up to who asks.
# Namespaces and users count in AdmissionReviews; a manifest is judged whatever its namespace.
# Excluded namespaces: kube-node-lease, kube-public, kube-system, monitoring.
# Exempt users: system:serviceaccount:kube-system:replicaset-controller, a "user".
# Exempt runtime classes: gvisor, kata.
package podsec.every_node

import data.podsec.lib

# The pods to judge, each with what the request says besides it.
worlds := [world |
	some world in lib.worlds
	not world.request.scope in {"kube-node-lease", "kube-public", "kube-system", "monitoring"}
	not world.request.user in {"a \"user\"", "system:serviceaccount:kube-system:replicaset-controller"}
	not world.request.runtimeClass in {"gvisor", "kata"}
]

# cond-constant
deny contains lib.finding(world, "cond-constant", "cond-constant", detail) if {
	some world in worlds
	found := ["pod" | false]
	count(found) > 0
	detail := concat(", ", found)
}

# cond-and
deny contains lib.finding(world, "cond-and", "cond-and", detail) if {
	some world in worlds
	found := ["pod" |
		lib.boolean(world.pod, ["spec", "hostNetwork"], false)
		lib.boolean(world.pod, ["spec", "hostPID"], false)
	]
	count(found) > 0
	detail := concat(", ", found)
}

# cond-or
deny contains lib.finding(world, "cond-or", "cond-or", detail) if {
	some world in worlds
	found := ["pod" |
		lib.any_of([
			lib.boolean(world.pod, ["spec", "hostIPC"], false),
			lib.negate(lib.boolean(world.pod, ["spec", "hostUsers"], true)),
		])
	]
	count(found) > 0
	detail := concat(", ", found)
}

# cond-not
deny contains lib.finding(world, "cond-not", "cond-not", detail) if {
	some world in worlds
	found := ["pod" | lib.filled_string(world.pod, ["spec", "os", "name"], "linux") != "linux"]
	count(found) > 0
	detail := concat(", ", found)
}

# cond-present
deny contains lib.finding(world, "cond-present", "cond-present", detail) if {
	some world in worlds
	found := ["pod" | lib.present(world.pod, ["spec", "securityContext", "runAsGroup"])]
	count(found) > 0
	detail := concat(", ", found)
}

# cond-hasKey
deny contains lib.finding(world, "cond-hasKey", "cond-hasKey", detail) if {
	some world in worlds
	found := ["pod" | lib.has_key(lib.map(world.pod, ["metadata", "annotations"]), "example.com/debug")]
	count(found) > 0
	detail := concat(", ", found)
}

# cond-equal
deny contains lib.finding(world, "cond-equal", "cond-equal", detail) if {
	some world in worlds
	found := ["pod" | lib.string(world.pod, ["spec", "serviceAccountName"], "") == "admin"]
	count(found) > 0
	detail := concat(", ", found)
}

# cond-oneOf
deny contains lib.finding(world, "cond-oneOf", "cond-oneOf", detail) if {
	some world in worlds
	found := ["pod" | lib.number(world.pod, ["spec", "priority"], 0) in {1, 2, 3}]
	count(found) > 0
	detail := concat(", ", found)
}

# cond-matches
deny contains lib.finding(world, "cond-matches", "cond-matches", detail) if {
	some world in worlds
	found := ["pod" | startswith(lib.string(world.pod, ["spec", "nodeName"], ""), "control-")]
	count(found) > 0
	detail := concat(", ", found)
}

# cond-within
deny contains lib.finding(world, "cond-within", "cond-within", detail) if {
	some world in worlds
	found := ["pod" |
		lib.within(lib.number(world.pod, ["spec", "securityContext", "runAsUser"], 1000), [
			[0, 999],
			[65534, 65535],
		])
	]
	count(found) > 0
	detail := concat(", ", found)
}

# cond-sameParts
deny contains lib.finding(world, "cond-sameParts", "cond-sameParts", detail) if {
	some world in worlds
	found := ["pod" |
		lib.same_parts(
			lib.string(world.pod, ["spec", "securityContext", "seLinuxOptions", "level"], ""),
			"s0:c1,c2",
			",",
		)
	]
	count(found) > 0
	detail := concat(", ", found)
}

# cond-some
deny contains lib.finding(world, "cond-some", "cond-some", detail) if {
	some world in worlds
	found := ["pod" |
		lib.any_of([lib.any_of([(lib.string(env, ["name"], "") == "LD_PRELOAD") |
			some env in lib.structs(container, ["env"])
		]) |
			some container in lib.all_containers(world.pod)
		])
	]
	count(found) > 0
	detail := concat(", ", found)
}

# cond-every
deny contains lib.finding(world, "cond-every", "cond-every", detail) if {
	some world in worlds
	found := ["pod" |
		lib.all_of([lib.boolean(container, ["stdin"], false) |
			some container in lib.containers(world.pod, ["initContainers", "containers"])
		])
	]
	count(found) > 0
	detail := concat(", ", found)
}

# term-literal
deny contains lib.finding(world, "term-literal", "term-literal", detail) if {
	some world in worlds
	found := ["pod" |
		lib.filled_string(world.pod, ["spec", "schedulerName"], "default-scheduler") == "a \"quoted\"\n\\ ünïcode 🙂 scheduler"
	]
	count(found) > 0
	detail := concat(", ", found)
}

# term-value
deny contains lib.finding(world, "term-value", "term-value", detail) if {
	some world in worlds
	found := ["pod" | lib.string(world.pod, ["spec", "hostname"], "") == "host"]
	count(found) > 0
	detail := concat(", ", found)
}

# term-effective
deny contains lib.finding(world, "term-effective", "term-effective", detail) if {
	some world in worlds
	found := ["pod" |
		lib.any_of([(lib.number(container, ["securityContext", "runAsUser"], lib.number(world.pod, ["spec", "securityContext", "runAsUser"], 1000)) == 0) |
			some container in lib.all_containers(world.pod)
		])
	]
	count(found) > 0
	detail := concat(", ", found)
}

# term-lookup
deny contains lib.finding(world, "term-lookup", "term-lookup", detail) if {
	some world in worlds
	found := ["pod" |
		lib.lookup(
			lib.map(world.pod, ["metadata", "annotations"]),
			concat("", ["example.com/", "mode"]),
			"safe",
		) == "unsafe"
	]
	count(found) > 0
	detail := concat(", ", found)
}

# term-firstPresent
deny contains lib.finding(world, "term-firstPresent", "term-firstPresent", detail) if {
	some world in worlds
	found := ["pod" |
		lib.any_of([(lib.first_present(volume, ["secret", "configMap", "nfs"], [], "other") == "nfs") |
			some volume in lib.structs(world.pod, ["spec", "volumes"])
		])
	]
	count(found) > 0
	detail := concat(", ", found)
}

# term-size
deny contains lib.finding(world, "term-size", "term-size", detail) if {
	some world in worlds
	found := ["pod" | lib.within(count(lib.containers(world.pod, ["ephemeralContainers"])), [[2, 1000000]])]
	count(found) > 0
	detail := concat(", ", found)
}

# term-concat
deny contains lib.finding(world, "term-concat", "term-concat", detail) if {
	some world in worlds
	found := ["pod" |
		concat("", [
			lib.string(world.pod, ["spec", "hostname"], ""),
			".",
			lib.string(world.pod, ["spec", "subdomain"], ""),
		]) == "db.prod"
	]
	count(found) > 0
	detail := concat(", ", found)
}

# term-quoted
deny contains lib.finding(world, "term-quoted", "term-quoted", detail) if {
	some world in worlds
	found := ["pod" | lib.filled(world.pod, ["spec", "hostname"])]
	count(found) > 0
	detail := concat(", ", found)
}

# term-request
deny contains lib.finding(world, "term-request", "term-request", detail) if {
	some world in worlds
	found := ["pod" |
		lib.any_of([
			world.request.operation == "UPDATE",
			world.request.subresource == "ephemeralcontainers",
			world.request.user == "system:anonymous",
			world.request.namespace == "production",
			lib.string(world.old, ["spec", "serviceAccountName"], "") == "admin",
		])
	]
	count(found) > 0
	detail := concat(", ", found)
}

# source-containers
deny contains lib.finding(world, "source-containers", "source-containers", detail) if {
	some world in worlds
	found := ["pod" |
		lib.any_of([
			lib.any_of([lib.boolean(container, ["tty"], false) |
				some container in lib.all_containers(world.pod)
			]),
			lib.any_of([lib.boolean(oldContainer, ["tty"], false) |
				some oldContainer in lib.containers(world.old, ["ephemeralContainers"])
			]),
		])
	]
	count(found) > 0
	detail := concat(", ", found)
}

# source-items
deny contains lib.finding(world, "source-items", "source-items", detail) if {
	some world in worlds
	found := ["pod" |
		lib.any_of([(lib.string(toleration, ["operator"], "") == "Exists") |
			some toleration in lib.structs(world.pod, ["spec", "tolerations"])
		])
	]
	count(found) > 0
	detail := concat(", ", found)
}

# source-entries
deny contains lib.finding(world, "source-entries", "source-entries", detail) if {
	some world in worlds
	found := ["pod" |
		lib.any_of([(lib.string(entry, ["suffix"], "") == lib.string(entry, ["value"], "")) |
			some entry in lib.with_prefix(
				lib.map(world.pod, ["metadata", "annotations"]),
				"example.com/allow-",
			)
		])
	]
	count(found) > 0
	detail := concat(", ", found)
}

# source-userGroups
deny contains lib.finding(world, "source-userGroups", "source-userGroups", detail) if {
	some world in worlds
	found := ["pod" | lib.any_of([(group == "system:masters") | some group in world.request.groups])]
	count(found) > 0
	detail := concat(", ", found)
}

# pattern-prefix
deny contains lib.finding(world, "pattern-prefix", "pattern-prefix", detail) if {
	some world in worlds
	found := ["pod" |
		lib.any_of([startswith(lib.string(volume, ["hostPath", "path"], ""), "/etc") |
			some volume in lib.structs(world.pod, ["spec", "volumes"])
		])
	]
	count(found) > 0
	detail := concat(", ", found)
}

# pattern-suffix
deny contains lib.finding(world, "pattern-suffix", "pattern-suffix", detail) if {
	some world in worlds
	found := ["pod" |
		lib.any_of([endswith(lib.string(volume, ["hostPath", "path"], ""), ".sock") |
			some volume in lib.structs(world.pod, ["spec", "volumes"])
		])
	]
	count(found) > 0
	detail := concat(", ", found)
}

# pattern-glob
deny contains lib.finding(world, "pattern-glob", "pattern-glob", detail) if {
	some world in worlds
	found := ["pod" |
		lib.any_of([lib.ends_with(
			lib.after_part(
				lib.after_prefix(lib.string(volume, ["hostPath", "path"], ""), "/var/"),
				"/containers/",
			),
			".log",
		) |
			some volume in lib.structs(world.pod, ["spec", "volumes"])
		])
	]
	count(found) > 0
	detail := concat(", ", found)
}

# pattern-pathPrefix
deny contains lib.finding(world, "pattern-pathPrefix", "pattern-pathPrefix", detail) if {
	some world in worlds
	found := ["pod" |
		lib.any_of([lib.below_path(lib.string(volume, ["hostPath", "path"], ""), "/var/lib") |
			some volume in lib.structs(world.pod, ["spec", "volumes"])
		])
	]
	count(found) > 0
	detail := concat(", ", found)
}

# text-text
deny contains lib.finding(world, "text-text", reason, "a text with \"quotes\", a \\ and a %") if {
	some world in worlds
	lib.string(world.pod, ["spec", "os", "name"], "") != "windows"
	found := lib.distinct(lib.flatten([
		[lib.string(container, ["name"], "") |
			some container in lib.all_containers(world.pod)
			some port in lib.structs(container, ["ports"])
			lib.filled(port, ["hostPort"])
		],
		[concat("", ["host ", lib.quote(lib.string(world.pod, ["spec", "hostname"], ""))]) |
			lib.filled(world.pod, ["spec", "hostname"])
		],
	]))
	count(found) > 0
	reason := lib.plural(count(found), "a host port", "host ports")
}

# text-list
deny contains lib.finding(world, "text-list", reason, detail) if {
	some world in worlds
	lib.string(world.pod, ["spec", "os", "name"], "") != "windows"
	found := lib.distinct(lib.flatten([
		[lib.string(container, ["name"], "") |
			some container in lib.all_containers(world.pod)
			some port in lib.structs(container, ["ports"])
			lib.filled(port, ["hostPort"])
		],
		[concat("", ["host ", lib.quote(lib.string(world.pod, ["spec", "hostname"], ""))]) |
			lib.filled(world.pod, ["spec", "hostname"])
		],
	]))
	shown := lib.distinct([lib.text(lib.number(port, ["hostPort"], 0)) |
		some container in lib.all_containers(world.pod)
		some port in lib.structs(container, ["ports"])
		lib.filled(port, ["hostPort"])
	])
	count(found) > 0
	reason := lib.plural(count(found), "a host port", "host ports")
	detail := lib.list_quoted(shown, " | ")
}

# text-plural
deny contains lib.finding(world, "text-plural", reason, detail) if {
	some world in worlds
	lib.string(world.pod, ["spec", "os", "name"], "") != "windows"
	found := lib.distinct(lib.flatten([
		[lib.string(container, ["name"], "") |
			some container in lib.all_containers(world.pod)
			some port in lib.structs(container, ["ports"])
			lib.filled(port, ["hostPort"])
		],
		[concat("", ["host ", lib.quote(lib.string(world.pod, ["spec", "hostname"], ""))]) |
			lib.filled(world.pod, ["spec", "hostname"])
		],
	]))
	shown := lib.distinct([lib.text(lib.number(port, ["hostPort"], 0)) |
		some container in lib.all_containers(world.pod)
		some port in lib.structs(container, ["ports"])
		lib.filled(port, ["hostPort"])
	])
	count(found) > 0
	reason := lib.plural(count(found), "a host port", "host ports")
	detail := lib.plural(count(found) + count(shown), "one", "many")
}

# text-sequence
deny contains lib.finding(world, "text-sequence", reason, detail) if {
	some world in worlds
	lib.string(world.pod, ["spec", "os", "name"], "") != "windows"
	found := lib.distinct(lib.flatten([
		[lib.string(container, ["name"], "") |
			some container in lib.all_containers(world.pod)
			some port in lib.structs(container, ["ports"])
			lib.filled(port, ["hostPort"])
		],
		[concat("", ["host ", lib.quote(lib.string(world.pod, ["spec", "hostname"], ""))]) |
			lib.filled(world.pod, ["spec", "hostname"])
		],
	]))
	count(found) > 0
	reason := lib.plural(count(found), "a host port", "host ports")
	detail := concat("", ["found: ", concat(", ", found)])
}

# text-joined
deny contains lib.finding(world, "text-joined", reason, detail) if {
	some world in worlds
	lib.string(world.pod, ["spec", "os", "name"], "") != "windows"
	found := lib.distinct(lib.flatten([
		[lib.string(container, ["name"], "") |
			some container in lib.all_containers(world.pod)
			some port in lib.structs(container, ["ports"])
			lib.filled(port, ["hostPort"])
		],
		[concat("", ["host ", lib.quote(lib.string(world.pod, ["spec", "hostname"], ""))]) |
			lib.filled(world.pod, ["spec", "hostname"])
		],
	]))
	shown := lib.distinct([lib.text(lib.number(port, ["hostPort"], 0)) |
		some container in lib.all_containers(world.pod)
		some port in lib.structs(container, ["ports"])
		lib.filled(port, ["hostPort"])
	])
	count(found) > 0
	reason := lib.plural(count(found), "a host port", "host ports")
	detail := lib.joined(" and ", [
		lib.named(found, "container", "containers"),
		lib.if_any(count(shown), "others", ""),
	])
}

# text-ifAny
deny contains lib.finding(world, "text-ifAny", reason, detail) if {
	some world in worlds
	lib.string(world.pod, ["spec", "os", "name"], "") != "windows"
	found := lib.distinct(lib.flatten([
		[lib.string(container, ["name"], "") |
			some container in lib.all_containers(world.pod)
			some port in lib.structs(container, ["ports"])
			lib.filled(port, ["hostPort"])
		],
		[concat("", ["host ", lib.quote(lib.string(world.pod, ["spec", "hostname"], ""))]) |
			lib.filled(world.pod, ["spec", "hostname"])
		],
	]))
	shown := lib.distinct([lib.text(lib.number(port, ["hostPort"], 0)) |
		some container in lib.all_containers(world.pod)
		some port in lib.structs(container, ["ports"])
		lib.filled(port, ["hostPort"])
	])
	count(found) > 0
	reason := lib.plural(count(found), "a host port", "host ports")
	detail := lib.if_any(count(found) + count(shown), lib.list_quoted(found, ", "), "nothing")
}
