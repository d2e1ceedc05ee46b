# Tests of the policy payments, from what the reference evaluator says of each pod. Written by podsec 0.1.0.
#
#     opa test .
package podsec_test.payments

test_bare_pod if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "bare"},
		"spec": {"containers": [{"name": "app", "image": "example.com/app:1.0"}]},
	}
	findings := data.podsec.payments.deny with input as manifest
	{finding.control | some finding in findings} == {
		"allowPrivilegeEscalation",
		"capabilities_restricted",
		"imageRegistry",
		"runAsNonRoot",
	}
}

test_appArmorProfile_denied if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {
			"name": "example",
			"annotations": {"container.apparmor.security.beta.kubernetes.io/app": "unconfined"},
		},
		"spec": {"containers": [{"name": "app", "image": "example.com/app:1.0"}]},
	}
	findings := data.podsec.payments.deny with input as manifest
	{finding.control | some finding in findings} == {
		"allowPrivilegeEscalation",
		"appArmorProfile",
		"capabilities_restricted",
		"imageRegistry",
		"runAsNonRoot",
	}
}

test_appArmorProfile_allowed if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "example"},
		"spec": {
			"containers": [
				{
					"name": "app",
					"image": "example.com/app:1.0",
					"securityContext": {"windowsOptions": {"hostProcess": true}},
				},
			],
			"hostNetwork": true,
		},
	}
	findings := data.podsec.payments.deny with input as manifest
	{finding.control | some finding in findings} == {
		"allowPrivilegeEscalation",
		"capabilities_restricted",
		"hostNamespaces",
		"imageRegistry",
		"runAsNonRoot",
		"windowsHostProcess",
	}
}

test_hostNamespaces_denied if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "example"},
		"spec": {"containers": [{"name": "app", "image": "example.com/app:1.0"}], "hostPID": true},
	}
	findings := data.podsec.payments.deny with input as manifest
	{finding.control | some finding in findings} == {
		"allowPrivilegeEscalation",
		"capabilities_restricted",
		"hostNamespaces",
		"imageRegistry",
		"runAsNonRoot",
	}
}

test_hostNamespaces_allowed if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "example"},
		"spec": {
			"containers": [
				{"name": "app", "image": "example.com/app:1.0", "securityContext": {"runAsUser": 1000}},
			],
			"securityContext": {"runAsUser": 0},
		},
	}
	findings := data.podsec.payments.deny with input as manifest
	{finding.control | some finding in findings} == {
		"allowPrivilegeEscalation",
		"capabilities_restricted",
		"imageRegistry",
		"runAsNonRoot",
		"runAsUser",
	}
}

test_hostPorts_denied if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "example"},
		"spec": {
			"containers": [
				{
					"name": "app",
					"image": "example.com/app:1.0",
					"ports": [{"containerPort": 8080, "hostPort": 8080}],
				},
			],
		},
	}
	findings := data.podsec.payments.deny with input as manifest
	{finding.control | some finding in findings} == {
		"allowPrivilegeEscalation",
		"capabilities_restricted",
		"hostPorts",
		"imageRegistry",
		"runAsNonRoot",
	}
}

test_hostPorts_allowed if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "example"},
		"spec": {
			"containers": [
				{
					"name": "app",
					"image": "example.com/app:1.0",
					"securityContext": {"windowsOptions": {"hostProcess": true}},
				},
			],
			"hostNetwork": true,
		},
	}
	findings := data.podsec.payments.deny with input as manifest
	{finding.control | some finding in findings} == {
		"allowPrivilegeEscalation",
		"capabilities_restricted",
		"hostNamespaces",
		"imageRegistry",
		"runAsNonRoot",
		"windowsHostProcess",
	}
}

test_hostProbesAndHostLifecycle_denied if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "example"},
		"spec": {
			"containers": [
				{
					"name": "app",
					"image": "example.com/app:1.0",
					"livenessProbe": {"httpGet": {"port": 80, "host": "169.254.169.254"}},
				},
			],
		},
	}
	findings := data.podsec.payments.deny with input as manifest
	{finding.control | some finding in findings} == {
		"allowPrivilegeEscalation",
		"capabilities_restricted",
		"hostProbesAndHostLifecycle",
		"imageRegistry",
		"runAsNonRoot",
	}
}

test_hostProbesAndHostLifecycle_allowed if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "example"},
		"spec": {
			"containers": [
				{
					"name": "app",
					"image": "example.com/app:1.0",
					"securityContext": {"windowsOptions": {"hostProcess": true}},
				},
			],
			"hostNetwork": true,
		},
	}
	findings := data.podsec.payments.deny with input as manifest
	{finding.control | some finding in findings} == {
		"allowPrivilegeEscalation",
		"capabilities_restricted",
		"hostNamespaces",
		"imageRegistry",
		"runAsNonRoot",
		"windowsHostProcess",
	}
}

test_privileged_denied if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "example"},
		"spec": {
			"containers": [
				{"name": "app", "image": "example.com/app:1.0", "securityContext": {"privileged": true}},
			],
		},
	}
	findings := data.podsec.payments.deny with input as manifest
	{finding.control | some finding in findings} == {
		"allowPrivilegeEscalation",
		"capabilities_restricted",
		"imageRegistry",
		"privileged",
		"runAsNonRoot",
	}
}

test_privileged_allowed if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "example"},
		"spec": {
			"containers": [
				{
					"name": "app",
					"image": "example.com/app:1.0",
					"securityContext": {"windowsOptions": {"hostProcess": true}},
				},
			],
			"hostNetwork": true,
		},
	}
	findings := data.podsec.payments.deny with input as manifest
	{finding.control | some finding in findings} == {
		"allowPrivilegeEscalation",
		"capabilities_restricted",
		"hostNamespaces",
		"imageRegistry",
		"runAsNonRoot",
		"windowsHostProcess",
	}
}

test_seLinuxOptions_denied if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "example"},
		"spec": {
			"containers": [
				{
					"name": "app",
					"image": "example.com/app:1.0",
					"securityContext": {"seLinuxOptions": {"type": "spc_t"}},
				},
			],
		},
	}
	findings := data.podsec.payments.deny with input as manifest
	{finding.control | some finding in findings} == {
		"allowPrivilegeEscalation",
		"capabilities_restricted",
		"imageRegistry",
		"runAsNonRoot",
		"seLinuxOptions",
	}
}

test_seLinuxOptions_allowed if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "example"},
		"spec": {
			"containers": [
				{
					"name": "app",
					"image": "example.com/app:1.0",
					"securityContext": {"windowsOptions": {"hostProcess": true}},
				},
			],
			"hostNetwork": true,
		},
	}
	findings := data.podsec.payments.deny with input as manifest
	{finding.control | some finding in findings} == {
		"allowPrivilegeEscalation",
		"capabilities_restricted",
		"hostNamespaces",
		"imageRegistry",
		"runAsNonRoot",
		"windowsHostProcess",
	}
}

test_sysctls_denied if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "example"},
		"spec": {
			"containers": [{"name": "app", "image": "example.com/app:1.0"}],
			"securityContext": {"sysctls": [{"name": "kernel.msgmax", "value": "1"}]},
		},
	}
	findings := data.podsec.payments.deny with input as manifest
	{finding.control | some finding in findings} == {
		"allowPrivilegeEscalation",
		"capabilities_restricted",
		"imageRegistry",
		"runAsNonRoot",
		"sysctls",
	}
}

test_sysctls_allowed if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "example"},
		"spec": {
			"containers": [
				{
					"name": "app",
					"image": "example.com/app:1.0",
					"securityContext": {"windowsOptions": {"hostProcess": true}},
				},
			],
			"hostNetwork": true,
		},
	}
	findings := data.podsec.payments.deny with input as manifest
	{finding.control | some finding in findings} == {
		"allowPrivilegeEscalation",
		"capabilities_restricted",
		"hostNamespaces",
		"imageRegistry",
		"runAsNonRoot",
		"windowsHostProcess",
	}
}

test_windowsHostProcess_denied if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "example"},
		"spec": {
			"containers": [
				{
					"name": "app",
					"image": "example.com/app:1.0",
					"securityContext": {"windowsOptions": {"hostProcess": true}},
				},
			],
			"hostNetwork": true,
		},
	}
	findings := data.podsec.payments.deny with input as manifest
	{finding.control | some finding in findings} == {
		"allowPrivilegeEscalation",
		"capabilities_restricted",
		"hostNamespaces",
		"imageRegistry",
		"runAsNonRoot",
		"windowsHostProcess",
	}
}

test_windowsHostProcess_allowed if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "example"},
		"spec": {
			"containers": [
				{"name": "app", "image": "example.com/app:1.0", "securityContext": {"runAsUser": 1000}},
			],
			"securityContext": {"runAsUser": 0},
		},
	}
	findings := data.podsec.payments.deny with input as manifest
	{finding.control | some finding in findings} == {
		"allowPrivilegeEscalation",
		"capabilities_restricted",
		"imageRegistry",
		"runAsNonRoot",
		"runAsUser",
	}
}

test_allowPrivilegeEscalation_denied if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "example"},
		"spec": {
			"containers": [
				{
					"name": "app",
					"image": "example.com/app:1.0",
					"securityContext": {"capabilities": {"drop": ["ALL"], "add": ["NET_BIND_SERVICE"]}},
				},
			],
		},
	}
	findings := data.podsec.payments.deny with input as manifest
	{finding.control | some finding in findings} == {
		"allowPrivilegeEscalation",
		"imageRegistry",
		"runAsNonRoot",
	}
}

test_allowPrivilegeEscalation_allowed if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "example"},
		"spec": {
			"containers": [
				{
					"name": "app",
					"image": "example.com/app:1.0",
					"securityContext": {"allowPrivilegeEscalation": false},
				},
			],
		},
	}
	findings := data.podsec.payments.deny with input as manifest
	{finding.control | some finding in findings} == {
		"capabilities_restricted",
		"imageRegistry",
		"runAsNonRoot",
	}
}

test_capabilities_restricted_denied if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "example"},
		"spec": {
			"containers": [
				{
					"name": "app",
					"image": "example.com/app:1.0",
					"securityContext": {"allowPrivilegeEscalation": false},
				},
			],
		},
	}
	findings := data.podsec.payments.deny with input as manifest
	{finding.control | some finding in findings} == {
		"capabilities_restricted",
		"imageRegistry",
		"runAsNonRoot",
	}
}

test_capabilities_restricted_allowed if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "example"},
		"spec": {
			"containers": [
				{
					"name": "app",
					"image": "example.com/app:1.0",
					"securityContext": {"capabilities": {"drop": ["ALL"], "add": ["NET_BIND_SERVICE"]}},
				},
			],
		},
	}
	findings := data.podsec.payments.deny with input as manifest
	{finding.control | some finding in findings} == {
		"allowPrivilegeEscalation",
		"imageRegistry",
		"runAsNonRoot",
	}
}

test_procMount_restricted_denied if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "example"},
		"spec": {
			"containers": [
				{"name": "app", "image": "example.com/app:1.0", "securityContext": {"procMount": "Unmasked"}},
			],
			"hostUsers": false,
		},
	}
	findings := data.podsec.payments.deny with input as manifest
	{finding.control | some finding in findings} == {
		"allowPrivilegeEscalation",
		"capabilities_restricted",
		"imageRegistry",
		"procMount_restricted",
	}
}

test_procMount_restricted_allowed if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "example"},
		"spec": {
			"containers": [
				{
					"name": "app",
					"image": "example.com/app:1.0",
					"securityContext": {"windowsOptions": {"hostProcess": true}},
				},
			],
			"hostNetwork": true,
		},
	}
	findings := data.podsec.payments.deny with input as manifest
	{finding.control | some finding in findings} == {
		"allowPrivilegeEscalation",
		"capabilities_restricted",
		"hostNamespaces",
		"imageRegistry",
		"runAsNonRoot",
		"windowsHostProcess",
	}
}

test_restrictedVolumes_denied if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "example"},
		"spec": {
			"containers": [{"name": "app", "image": "example.com/app:1.0"}],
			"volumes": [{"name": "logs", "hostPath": {"path": "/var/log"}}],
		},
	}
	findings := data.podsec.payments.deny with input as manifest
	{finding.control | some finding in findings} == {
		"allowPrivilegeEscalation",
		"capabilities_restricted",
		"imageRegistry",
		"restrictedVolumes",
		"runAsNonRoot",
	}
}

test_restrictedVolumes_allowed if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "example"},
		"spec": {
			"containers": [
				{
					"name": "app",
					"image": "example.com/app:1.0",
					"securityContext": {"windowsOptions": {"hostProcess": true}},
				},
			],
			"hostNetwork": true,
		},
	}
	findings := data.podsec.payments.deny with input as manifest
	{finding.control | some finding in findings} == {
		"allowPrivilegeEscalation",
		"capabilities_restricted",
		"hostNamespaces",
		"imageRegistry",
		"runAsNonRoot",
		"windowsHostProcess",
	}
}

test_runAsNonRoot_denied if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "example"},
		"spec": {"containers": [{"name": "app", "image": "example.com/app:1.0"}], "os": {"name": "windows"}},
	}
	findings := data.podsec.payments.deny with input as manifest
	{finding.control | some finding in findings} == {"imageRegistry", "runAsNonRoot"}
}

test_runAsNonRoot_allowed if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "example"},
		"spec": {
			"containers": [
				{"name": "app", "image": "example.com/app:1.0", "securityContext": {"procMount": "Unmasked"}},
			],
			"hostUsers": false,
		},
	}
	findings := data.podsec.payments.deny with input as manifest
	{finding.control | some finding in findings} == {
		"allowPrivilegeEscalation",
		"capabilities_restricted",
		"imageRegistry",
		"procMount_restricted",
	}
}

test_runAsUser_denied if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "example"},
		"spec": {
			"containers": [
				{"name": "app", "image": "example.com/app:1.0", "securityContext": {"runAsUser": 0}},
			],
		},
	}
	findings := data.podsec.payments.deny with input as manifest
	{finding.control | some finding in findings} == {
		"allowPrivilegeEscalation",
		"capabilities_restricted",
		"imageRegistry",
		"runAsNonRoot",
		"runAsUser",
	}
}

test_runAsUser_allowed if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "example"},
		"spec": {
			"containers": [
				{
					"name": "app",
					"image": "example.com/app:1.0",
					"securityContext": {"windowsOptions": {"hostProcess": true}},
				},
			],
			"hostNetwork": true,
		},
	}
	findings := data.podsec.payments.deny with input as manifest
	{finding.control | some finding in findings} == {
		"allowPrivilegeEscalation",
		"capabilities_restricted",
		"hostNamespaces",
		"imageRegistry",
		"runAsNonRoot",
		"windowsHostProcess",
	}
}

test_imageRegistry_denied if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "example"},
		"spec": {"containers": [{"name": "app", "image": "example.com/app:1.0"}], "os": {"name": "windows"}},
	}
	findings := data.podsec.payments.deny with input as manifest
	{finding.control | some finding in findings} == {"imageRegistry", "runAsNonRoot"}
}

test_other_kinds_pass if {
	manifest := {
		"apiVersion": "v1",
		"kind": "ConfigMap",
		"metadata": {"name": "settings"},
		"data": {"privileged": "true"},
	}
	findings := data.podsec.payments.deny with input as manifest
	{finding.control | some finding in findings} == set()
}
