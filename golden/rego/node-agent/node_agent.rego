# Policy node-agent at version v1.37. Written by podsec 0.1.0; changes here are lost.
#
# `deny` is the set of violations of the pods in the input: a manifest, a list, or an AdmissionReview.
#
#     opa eval --data . --input pod.json data.podsec.node_agent.deny
#     conftest test --policy . --namespace podsec.node_agent pod.yaml
#
# Mode audit: OPA has no modes, so what a violation leads to is up to who asks.
# Namespaces and users count in AdmissionReviews; a manifest is judged whatever its namespace.
# Excluded namespaces: kube-node-lease, kube-public, kube-system.
package podsec.node_agent

import data.podsec.lib

# The pods to judge, each with what the request says besides it.
worlds := [world |
	some world in lib.worlds
	not world.request.scope in {"kube-node-lease", "kube-public", "kube-system"}
]

# appArmorProfile
deny contains lib.finding(world, "appArmorProfile", reason, detail) if {
	some world in worlds
	pod := ["pod" |
		lib.present(world.pod, ["spec", "securityContext", "appArmorProfile"])
		not lib.string(world.pod, ["spec", "securityContext", "appArmorProfile", "type"], "") in {
			"RuntimeDefault",
			"Localhost",
		}
	]
	containers := [lib.string(container, ["name"], "") |
		some container in lib.all_containers(world.pod)
		lib.present(container, ["securityContext", "appArmorProfile"])
		not lib.string(container, ["securityContext", "appArmorProfile", "type"], "") in {
			"RuntimeDefault",
			"Localhost",
		}
	]
	types := lib.distinct(lib.flatten([
		[lib.string(world.pod, ["spec", "securityContext", "appArmorProfile", "type"], "") |
			lib.present(world.pod, ["spec", "securityContext", "appArmorProfile"])
			not lib.string(world.pod, ["spec", "securityContext", "appArmorProfile", "type"], "") in {
				"RuntimeDefault",
				"Localhost",
			}
		],
		[lib.string(container, ["securityContext", "appArmorProfile", "type"], "") |
			some container in lib.all_containers(world.pod)
			lib.present(container, ["securityContext", "appArmorProfile"])
			not lib.string(container, ["securityContext", "appArmorProfile", "type"], "") in {
				"RuntimeDefault",
				"Localhost",
			}
		],
	]))
	annotations := lib.distinct([concat("", [
		lib.string(entry, ["key"], ""),
		"=",
		lib.quote(lib.string(entry, ["value"], "")),
	]) |
		some entry in lib.with_prefix(
			lib.map(world.pod, ["metadata", "annotations"]),
			"container.apparmor.security.beta.kubernetes.io/",
		)
		not lib.string(entry, ["value"], "") in {"", "runtime/default"}
		not startswith(lib.string(entry, ["value"], ""), "localhost/")
	])
	(count(pod) + count(containers)) + count(annotations) > 0
	reason := lib.plural(
		count(types) + count(annotations),
		"forbidden AppArmor profile",
		"forbidden AppArmor profiles",
	)
	detail := concat("", [
		lib.joined(" and ", [
			lib.if_any(count(pod), "pod", ""),
			lib.named(containers, "container", "containers"),
			lib.if_any(count(annotations), lib.plural(count(annotations), "annotation", "annotations"), ""),
		]),
		" must not set AppArmor profile type to ",
		lib.joined(", ", [lib.list_quoted(types, ", "), lib.list_quoted(annotations, ", ")]),
	])
}

# capabilities_baseline
deny contains lib.finding(world, "capabilities_baseline", "capabilities other than SYS_TIME", detail) if {
	some world in worlds
	containers := [lib.string(container, ["name"], "") |
		some container in lib.all_containers(world.pod)
		lib.any_of([(add != "SYS_TIME") |
			some add in lib.scalars(container, ["securityContext", "capabilities", "add"], "")
		])
	]
	capabilities := lib.distinct([add |
		some container in lib.all_containers(world.pod)
		some add in lib.scalars(container, ["securityContext", "capabilities", "add"], "")
		add != "SYS_TIME"
	])
	count(containers) > 0
	detail := concat("", [
		lib.named(containers, "container", "containers"),
		" must not add ",
		concat(", ", capabilities),
	])
}

# hostNamespaces
deny contains lib.finding(world, "hostNamespaces", "host namespaces other than the network", detail) if {
	some world in worlds
	namespaces := lib.flatten([
		["hostIPC=true" | lib.boolean(world.pod, ["spec", "hostIPC"], false)],
		["hostPID=true" | lib.boolean(world.pod, ["spec", "hostPID"], false)],
	])
	count(namespaces) > 0
	detail := concat(", ", namespaces)
}

# hostPathVolumes
deny contains lib.finding(world, "hostPathVolumes", "hostPath volumes", detail) if {
	some world in worlds
	volumes := [lib.string(volume, ["name"], "") |
		some volume in lib.structs(world.pod, ["spec", "volumes"])
		lib.present(volume, ["hostPath"])
		lib.any_of([
			lib.negate(lib.any_of([
				lib.below_path(lib.string(volume, ["hostPath", "path"], ""), "/var/log"),
				lib.below_path(lib.string(volume, ["hostPath", "path"], ""), "/proc"),
				lib.below_path(lib.string(volume, ["hostPath", "path"], ""), "/sys"),
			])),
			lib.any_of([lib.any_of([lib.all_of([
				lib.string(volumeMount, ["name"], "") == lib.string(volume, ["name"], ""),
				lib.negate(lib.boolean(volumeMount, ["readOnly"], false)),
			]) |
				some volumeMount in lib.structs(container, ["volumeMounts"])
			]) |
				some container in lib.all_containers(world.pod)
			]),
		])
	]
	count(volumes) > 0
	detail := concat("", [
		lib.named(volumes, "volume", "volumes"),
		" must be under /var/log, /proc, /sys and mounted read-only",
	])
}

# hostProbesAndHostLifecycle
deny contains lib.finding(world, "hostProbesAndHostLifecycle", "probe or lifecycle host", detail) if {
	some world in worlds
	containers := lib.distinct([lib.string(container, ["name"], "") |
		some container in lib.all_containers(world.pod)
		lib.any_of([
			lib.string(container, ["livenessProbe", "httpGet", "host"], "") != "",
			lib.string(container, ["livenessProbe", "tcpSocket", "host"], "") != "",
			lib.string(container, ["readinessProbe", "httpGet", "host"], "") != "",
			lib.string(container, ["readinessProbe", "tcpSocket", "host"], "") != "",
			lib.string(container, ["startupProbe", "httpGet", "host"], "") != "",
			lib.string(container, ["startupProbe", "tcpSocket", "host"], "") != "",
			lib.string(container, ["lifecycle", "postStart", "httpGet", "host"], "") != "",
			lib.string(container, ["lifecycle", "postStart", "tcpSocket", "host"], "") != "",
			lib.string(container, ["lifecycle", "preStop", "httpGet", "host"], "") != "",
			lib.string(container, ["lifecycle", "preStop", "tcpSocket", "host"], "") != "",
		])
	])
	hosts := lib.distinct(lib.flatten([
		[lib.string(container, ["livenessProbe", "httpGet", "host"], "") |
			some container in lib.all_containers(world.pod)
			lib.string(container, ["livenessProbe", "httpGet", "host"], "") != ""
		],
		[lib.string(container, ["livenessProbe", "tcpSocket", "host"], "") |
			some container in lib.all_containers(world.pod)
			lib.string(container, ["livenessProbe", "tcpSocket", "host"], "") != ""
		],
		[lib.string(container, ["readinessProbe", "httpGet", "host"], "") |
			some container in lib.all_containers(world.pod)
			lib.string(container, ["readinessProbe", "httpGet", "host"], "") != ""
		],
		[lib.string(container, ["readinessProbe", "tcpSocket", "host"], "") |
			some container in lib.all_containers(world.pod)
			lib.string(container, ["readinessProbe", "tcpSocket", "host"], "") != ""
		],
		[lib.string(container, ["startupProbe", "httpGet", "host"], "") |
			some container in lib.all_containers(world.pod)
			lib.string(container, ["startupProbe", "httpGet", "host"], "") != ""
		],
		[lib.string(container, ["startupProbe", "tcpSocket", "host"], "") |
			some container in lib.all_containers(world.pod)
			lib.string(container, ["startupProbe", "tcpSocket", "host"], "") != ""
		],
		[lib.string(container, ["lifecycle", "postStart", "httpGet", "host"], "") |
			some container in lib.all_containers(world.pod)
			lib.string(container, ["lifecycle", "postStart", "httpGet", "host"], "") != ""
		],
		[lib.string(container, ["lifecycle", "postStart", "tcpSocket", "host"], "") |
			some container in lib.all_containers(world.pod)
			lib.string(container, ["lifecycle", "postStart", "tcpSocket", "host"], "") != ""
		],
		[lib.string(container, ["lifecycle", "preStop", "httpGet", "host"], "") |
			some container in lib.all_containers(world.pod)
			lib.string(container, ["lifecycle", "preStop", "httpGet", "host"], "") != ""
		],
		[lib.string(container, ["lifecycle", "preStop", "tcpSocket", "host"], "") |
			some container in lib.all_containers(world.pod)
			lib.string(container, ["lifecycle", "preStop", "tcpSocket", "host"], "") != ""
		],
	]))
	count(containers) > 0
	detail := concat("", [
		lib.named(containers, "container", "containers"),
		lib.plural(count(containers), " uses ", " use "),
		lib.plural(count(hosts), "probe or lifecycle host ", "probe or lifecycle hosts "),
		lib.list_quoted(hosts, ", "),
	])
}

# privileged
deny contains lib.finding(world, "privileged", "privileged", detail) if {
	some world in worlds
	containers := [lib.string(container, ["name"], "") |
		some container in lib.all_containers(world.pod)
		lib.boolean(container, ["securityContext", "privileged"], false)
	]
	count(containers) > 0
	detail := concat("", [
		lib.named(containers, "container", "containers"),
		" must not set securityContext.privileged=true",
	])
}

# procMount
deny contains lib.finding(world, "procMount", "procMount", detail) if {
	some world in worlds
	lib.boolean(world.pod, ["spec", "hostUsers"], true)
	containers := [lib.string(container, ["name"], "") |
		some container in lib.all_containers(world.pod)
		lib.string(container, ["securityContext", "procMount"], "Default") != "Default"
	]
	types := lib.distinct([lib.string(container, ["securityContext", "procMount"], "Default") |
		some container in lib.all_containers(world.pod)
		lib.string(container, ["securityContext", "procMount"], "Default") != "Default"
	])
	count(containers) > 0
	detail := concat("", [
		lib.named(containers, "container", "containers"),
		" must not set securityContext.procMount to ",
		lib.list_quoted(types, ", "),
	])
}

# seLinuxOptions
deny contains lib.finding(world, "seLinuxOptions", "seLinuxOptions", detail) if {
	some world in worlds
	pod := ["pod" |
		lib.any_of([
			lib.negate(lib.string(world.pod, ["spec", "securityContext", "seLinuxOptions", "type"], "") in seLinuxOptions_type_values),
			lib.string(world.pod, ["spec", "securityContext", "seLinuxOptions", "user"], "") != "",
			lib.string(world.pod, ["spec", "securityContext", "seLinuxOptions", "role"], "") != "",
		])
	]
	containers := [lib.string(container, ["name"], "") |
		some container in lib.all_containers(world.pod)
		lib.any_of([
			lib.negate(lib.string(container, ["securityContext", "seLinuxOptions", "type"], "") in seLinuxOptions_type_values),
			lib.string(container, ["securityContext", "seLinuxOptions", "user"], "") != "",
			lib.string(container, ["securityContext", "seLinuxOptions", "role"], "") != "",
		])
	]
	types := lib.distinct(lib.flatten([
		[lib.string(world.pod, ["spec", "securityContext", "seLinuxOptions", "type"], "") |
			not lib.string(world.pod, ["spec", "securityContext", "seLinuxOptions", "type"], "") in seLinuxOptions_type_values
		],
		[lib.string(container, ["securityContext", "seLinuxOptions", "type"], "") |
			some container in lib.all_containers(world.pod)
			not lib.string(container, ["securityContext", "seLinuxOptions", "type"], "") in seLinuxOptions_type_values
		],
	]))
	user := lib.distinct(lib.flatten([
		["user may not be set" |
			lib.string(world.pod, ["spec", "securityContext", "seLinuxOptions", "user"], "") != ""
		],
		["user may not be set" |
			some container in lib.all_containers(world.pod)
			lib.string(container, ["securityContext", "seLinuxOptions", "user"], "") != ""
		],
	]))
	role := lib.distinct(lib.flatten([
		["role may not be set" |
			lib.string(world.pod, ["spec", "securityContext", "seLinuxOptions", "role"], "") != ""
		],
		["role may not be set" |
			some container in lib.all_containers(world.pod)
			lib.string(container, ["securityContext", "seLinuxOptions", "role"], "") != ""
		],
	]))
	count(pod) + count(containers) > 0
	detail := concat("", [
		lib.joined(" and ", [
			lib.if_any(count(pod), "pod", ""),
			lib.named(containers, "container", "containers"),
		]),
		" set forbidden securityContext.seLinuxOptions: ",
		lib.joined("; ", [
			lib.named(types, "type", "types"),
			lib.if_any(count(user), "user may not be set", ""),
			lib.if_any(count(role), "role may not be set", ""),
		]),
	])
}

# seccompProfile_baseline
deny contains lib.finding(world, "seccompProfile_baseline", "seccompProfile", detail) if {
	some world in worlds
	pod := ["pod" |
		lib.present(world.pod, ["spec", "securityContext", "seccompProfile"])
		not lib.string(world.pod, ["spec", "securityContext", "seccompProfile", "type"], "") in {
			"RuntimeDefault",
			"Localhost",
		}
	]
	containers := [lib.string(container, ["name"], "") |
		some container in lib.all_containers(world.pod)
		lib.present(container, ["securityContext", "seccompProfile"])
		not lib.string(container, ["securityContext", "seccompProfile", "type"], "") in {
			"RuntimeDefault",
			"Localhost",
		}
	]
	types := lib.distinct(lib.flatten([
		[lib.string(world.pod, ["spec", "securityContext", "seccompProfile", "type"], "") |
			lib.present(world.pod, ["spec", "securityContext", "seccompProfile"])
			not lib.string(world.pod, ["spec", "securityContext", "seccompProfile", "type"], "") in {
				"RuntimeDefault",
				"Localhost",
			}
		],
		[lib.string(container, ["securityContext", "seccompProfile", "type"], "") |
			some container in lib.all_containers(world.pod)
			lib.present(container, ["securityContext", "seccompProfile"])
			not lib.string(container, ["securityContext", "seccompProfile", "type"], "") in {
				"RuntimeDefault",
				"Localhost",
			}
		],
	]))
	count(pod) + count(containers) > 0
	detail := concat("", [
		lib.joined(" and ", [
			lib.if_any(count(pod), "pod", ""),
			lib.named(containers, "container", "containers"),
		]),
		" must not set securityContext.seccompProfile.type to ",
		lib.list_quoted(types, ", "),
	])
}

# sysctls
deny contains lib.finding(world, "sysctls", "sysctls other than net.core.somaxconn", detail) if {
	some world in worlds
	sysctls := [lib.string(sysctl, ["name"], "") |
		some sysctl in lib.structs(world.pod, ["spec", "securityContext", "sysctls"])
		lib.string(sysctl, ["name"], "") != "net.core.somaxconn"
	]
	count(sysctls) > 0
	detail := concat(", ", sysctls)
}

# windowsHostProcess
deny contains lib.finding(world, "windowsHostProcess", "hostProcess", detail) if {
	some world in worlds
	pod := ["pod" |
		lib.boolean(world.pod, ["spec", "securityContext", "windowsOptions", "hostProcess"], false)
	]
	containers := [lib.string(container, ["name"], "") |
		some container in lib.all_containers(world.pod)
		lib.boolean(container, ["securityContext", "windowsOptions", "hostProcess"], false)
	]
	count(pod) + count(containers) > 0
	detail := concat("", [
		lib.joined(" and ", [
			lib.if_any(count(pod), "pod", ""),
			lib.named(containers, "container", "containers"),
		]),
		" must not set securityContext.windowsOptions.hostProcess=true",
	])
}

seLinuxOptions_type_values := {"", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"}
