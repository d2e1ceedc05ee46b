# Policy payments at version v1.37. Written by podsec 0.1.0; changes here are lost.
#
# `deny` is the set of violations of the pods in the input: a manifest, a list, or an AdmissionReview.
#
#     opa eval --data . --input pod.json data.podsec.payments.deny
#     conftest test --policy . --namespace podsec.payments pod.yaml
#
# Mode audit: OPA has no modes, so what a violation leads to is up to who asks.
# Namespaces and users count in AdmissionReviews; a manifest is judged whatever its namespace.
# Excluded namespaces: kube-node-lease, kube-public, kube-system.
package podsec.payments

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

# hostNamespaces
deny contains lib.finding(world, "hostNamespaces", "host namespaces", detail) if {
	some world in worlds
	namespaces := lib.flatten([
		["hostNetwork=true" | lib.boolean(world.pod, ["spec", "hostNetwork"], false)],
		["hostPID=true" | lib.boolean(world.pod, ["spec", "hostPID"], false)],
		["hostIPC=true" | lib.boolean(world.pod, ["spec", "hostIPC"], false)],
	])
	count(namespaces) > 0
	detail := concat(", ", namespaces)
}

# hostPorts
deny contains lib.finding(world, "hostPorts", "hostPort", detail) if {
	some world in worlds
	containers := [lib.string(container, ["name"], "") |
		some container in lib.all_containers(world.pod)
		lib.any_of([(lib.number(port, ["hostPort"], 0) != 0) |
			some port in lib.structs(container, ["ports"])
		])
	]
	ports := lib.distinct([lib.text(lib.number(port, ["hostPort"], 0)) |
		some container in lib.all_containers(world.pod)
		some port in lib.structs(container, ["ports"])
		lib.number(port, ["hostPort"], 0) != 0
	])
	count(containers) > 0
	detail := concat("", [
		lib.named(containers, "container", "containers"),
		lib.plural(count(containers), " uses ", " use "),
		lib.plural(count(ports), "hostPort ", "hostPorts "),
		concat(", ", ports),
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

# sysctls
deny contains lib.finding(world, "sysctls", "forbidden sysctls", detail) if {
	some world in worlds
	sysctls := [lib.string(sysctl, ["name"], "") |
		some sysctl in lib.structs(world.pod, ["spec", "securityContext", "sysctls"])
		not lib.string(sysctl, ["name"], "") in sysctls_name_values
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

# allowPrivilegeEscalation
deny contains lib.finding(world, "allowPrivilegeEscalation", "allowPrivilegeEscalation != false", detail) if {
	some world in worlds
	lib.string(world.pod, ["spec", "os", "name"], "") != "windows"
	containers := [lib.string(container, ["name"], "") |
		some container in lib.all_containers(world.pod)
		lib.boolean(container, ["securityContext", "allowPrivilegeEscalation"], true)
	]
	count(containers) > 0
	detail := concat("", [
		lib.named(containers, "container", "containers"),
		" must set securityContext.allowPrivilegeEscalation=false",
	])
}

# capabilities_restricted
deny contains lib.finding(world, "capabilities_restricted", "unrestricted capabilities", detail) if {
	some world in worlds
	lib.string(world.pod, ["spec", "os", "name"], "") != "windows"
	missing := [lib.string(container, ["name"], "") |
		some container in lib.all_containers(world.pod)
		not lib.any_of([(drop == "ALL") |
			some drop in lib.scalars(container, ["securityContext", "capabilities", "drop"], "")
		])
	]
	adding := [lib.string(container, ["name"], "") |
		some container in lib.all_containers(world.pod)
		lib.any_of([(add != "NET_BIND_SERVICE") |
			some add in lib.scalars(container, ["securityContext", "capabilities", "add"], "")
		])
	]
	capabilities := lib.distinct([add |
		some container in lib.all_containers(world.pod)
		some add in lib.scalars(container, ["securityContext", "capabilities", "add"], "")
		add != "NET_BIND_SERVICE"
	])
	count(missing) + count(adding) > 0
	detail := lib.joined("; ", [
		lib.if_any(
			count(missing),
			concat("", [
				lib.named(missing, "container", "containers"),
				" must set securityContext.capabilities.drop=[\"ALL\"]",
			]),
			"",
		),
		lib.if_any(
			count(adding),
			concat("", [
				lib.named(adding, "container", "containers"),
				" must not include ",
				lib.list_quoted(capabilities, ", "),
				" in securityContext.capabilities.add",
			]),
			"",
		),
	])
}

# procMount_restricted
deny contains lib.finding(world, "procMount_restricted", "procMount", detail) if {
	some world in worlds
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

# restrictedVolumes
deny contains lib.finding(world, "restrictedVolumes", "restricted volume types", detail) if {
	some world in worlds
	volumes := [lib.string(volume, ["name"], "") |
		some volume in lib.structs(world.pod, ["spec", "volumes"])
		not lib.present(volume, ["configMap"])
		not lib.present(volume, ["csi"])
		not lib.present(volume, ["downwardAPI"])
		not lib.present(volume, ["emptyDir"])
		not lib.present(volume, ["ephemeral"])
		not lib.present(volume, ["image"])
		not lib.present(volume, ["persistentVolumeClaim"])
		not lib.present(volume, ["projected"])
		not lib.present(volume, ["secret"])
	]
	types := lib.distinct([lib.first_present(
		volume,
		[
			"hostPath",
			"gcePersistentDisk",
			"awsElasticBlockStore",
			"gitRepo",
			"nfs",
			"iscsi",
			"glusterfs",
			"rbd",
			"flexVolume",
			"cinder",
			"cephfs",
			"flocker",
			"fc",
			"azureFile",
			"vsphereVolume",
			"quobyte",
			"azureDisk",
			"photonPersistentDisk",
			"portworxVolume",
			"scaleIO",
			"storageos",
		],
		[],
		"unknown",
	) |
		some volume in lib.structs(world.pod, ["spec", "volumes"])
		not lib.present(volume, ["configMap"])
		not lib.present(volume, ["csi"])
		not lib.present(volume, ["downwardAPI"])
		not lib.present(volume, ["emptyDir"])
		not lib.present(volume, ["ephemeral"])
		not lib.present(volume, ["image"])
		not lib.present(volume, ["persistentVolumeClaim"])
		not lib.present(volume, ["projected"])
		not lib.present(volume, ["secret"])
	])
	count(volumes) > 0
	detail := concat("", [
		lib.named(volumes, "volume", "volumes"),
		lib.plural(count(volumes), " uses ", " use "),
		lib.plural(count(types), "restricted volume type ", "restricted volume types "),
		lib.list_quoted(types, ", "),
	])
}

# runAsNonRoot
deny contains lib.finding(world, "runAsNonRoot", "runAsNonRoot != true", detail) if {
	some world in worlds
	lib.boolean(world.pod, ["spec", "hostUsers"], true)
	pod := ["pod" | not lib.boolean(world.pod, ["spec", "securityContext", "runAsNonRoot"], true)]
	containers := [lib.string(container, ["name"], "") |
		some container in lib.all_containers(world.pod)
		not lib.boolean(container, ["securityContext", "runAsNonRoot"], true)
	]
	unset := [lib.string(container, ["name"], "") |
		some container in lib.all_containers(world.pod)
		not lib.present(container, ["securityContext", "runAsNonRoot"])
		not lib.boolean(world.pod, ["spec", "securityContext", "runAsNonRoot"], false)
	]
	(count(pod) + count(containers)) + count(unset) > 0
	detail := lib.if_any(
		count(pod) + count(containers),
		concat("", [
			lib.joined(" and ", [
				lib.if_any(count(pod), "pod", ""),
				lib.named(containers, "container", "containers"),
			]),
			" must not set securityContext.runAsNonRoot=false",
		]),
		concat("", [
			"pod or ",
			lib.named(unset, "container", "containers"),
			" must set securityContext.runAsNonRoot=true",
		]),
	)
}

# runAsUser
deny contains lib.finding(world, "runAsUser", "runAsUser=0", detail) if {
	some world in worlds
	lib.boolean(world.pod, ["spec", "hostUsers"], true)
	pod := ["pod" | lib.number(world.pod, ["spec", "securityContext", "runAsUser"], -1) == 0]
	containers := [lib.string(container, ["name"], "") |
		some container in lib.all_containers(world.pod)
		lib.number(container, ["securityContext", "runAsUser"], -1) == 0
	]
	count(pod) + count(containers) > 0
	detail := concat("", [
		lib.joined(" and ", [
			lib.if_any(count(pod), "pod", ""),
			lib.named(containers, "container", "containers"),
		]),
		" must not set runAsUser=0",
	])
}

# imageRegistry
deny contains lib.finding(world, "imageRegistry", "image from elsewhere", detail) if {
	some world in worlds
	containers := [lib.string(container, ["name"], "") |
		some container in lib.all_containers(world.pod)
		not startswith(lib.string(container, ["image"], ""), "registry.example.com/")
	]
	count(containers) > 0
	detail := concat("", [
		lib.named(containers, "container", "containers"),
		" must use an image of registry.example.com/",
	])
}

seLinuxOptions_type_values := {"", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"}

sysctls_name_values := {
	"kernel.shm_rmid_forced",
	"net.ipv4.ip_local_port_range",
	"net.ipv4.tcp_syncookies",
	"net.ipv4.ping_group_range",
	"net.ipv4.ip_unprivileged_port_start",
	"net.ipv4.ip_local_reserved_ports",
	"net.ipv4.tcp_keepalive_time",
	"net.ipv4.tcp_fin_timeout",
	"net.ipv4.tcp_keepalive_intvl",
	"net.ipv4.tcp_keepalive_probes",
	"net.ipv4.tcp_rmem",
	"net.ipv4.tcp_wmem",
	"net.ipv4.tcp_slow_start_after_idle",
	"net.ipv4.tcp_notsent_lowat",
}
