# Tests of the policy restricted, from what the reference evaluator says of each pod. Written by podsec 0.1.0.
#
#     opa test .
package podsec_test.restricted

test_bare_pod if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "bare"},
		"spec": {"containers": [{"name": "app", "image": "example.com/app:1.0"}]},
	}
	findings := data.podsec.restricted.deny with input as manifest
	{finding.control | some finding in findings} == {
		"allowPrivilegeEscalation",
		"capabilities_restricted",
		"runAsNonRoot",
		"seccompProfile_restricted",
	}
}

test_hardened if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "hardened"},
		"spec": {
			"securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
			"containers": [
				{
					"name": "app",
					"image": "example.com/app:1.0",
					"securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}},
				},
			],
		},
	}
	findings := data.podsec.restricted.deny with input as manifest
	{finding.control | some finding in findings} == set()
}

test_appArmorProfile_denied if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {
			"name": "example",
			"annotations": {"container.apparmor.security.beta.kubernetes.io/app": "unconfined"},
		},
		"spec": {
			"containers": [
				{
					"securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}},
					"name": "app",
					"image": "example.com/app:1.0",
				},
			],
			"securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
		},
	}
	findings := data.podsec.restricted.deny with input as manifest
	{finding.control | some finding in findings} == {"appArmorProfile"}
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
	findings := data.podsec.restricted.deny with input as manifest
	{finding.control | some finding in findings} == {
		"allowPrivilegeEscalation",
		"capabilities_restricted",
		"hostNamespaces",
		"runAsNonRoot",
		"seccompProfile_restricted",
		"windowsHostProcess",
	}
}

test_hostNamespaces_denied if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "example"},
		"spec": {
			"containers": [
				{
					"securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}},
					"name": "app",
					"image": "example.com/app:1.0",
				},
			],
			"hostPID": true,
			"securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
		},
	}
	findings := data.podsec.restricted.deny with input as manifest
	{finding.control | some finding in findings} == {"hostNamespaces"}
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
	findings := data.podsec.restricted.deny with input as manifest
	{finding.control | some finding in findings} == {
		"allowPrivilegeEscalation",
		"capabilities_restricted",
		"runAsNonRoot",
		"runAsUser",
		"seccompProfile_restricted",
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
					"securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}},
					"name": "app",
					"image": "example.com/app:1.0",
					"ports": [{"containerPort": 8080, "hostPort": 8080}],
				},
			],
			"securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
		},
	}
	findings := data.podsec.restricted.deny with input as manifest
	{finding.control | some finding in findings} == {"hostPorts"}
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
	findings := data.podsec.restricted.deny with input as manifest
	{finding.control | some finding in findings} == {
		"allowPrivilegeEscalation",
		"capabilities_restricted",
		"hostNamespaces",
		"runAsNonRoot",
		"seccompProfile_restricted",
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
					"securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}},
					"name": "app",
					"image": "example.com/app:1.0",
					"livenessProbe": {"httpGet": {"port": 80, "host": "169.254.169.254"}},
				},
			],
			"securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
		},
	}
	findings := data.podsec.restricted.deny with input as manifest
	{finding.control | some finding in findings} == {"hostProbesAndHostLifecycle"}
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
	findings := data.podsec.restricted.deny with input as manifest
	{finding.control | some finding in findings} == {
		"allowPrivilegeEscalation",
		"capabilities_restricted",
		"hostNamespaces",
		"runAsNonRoot",
		"seccompProfile_restricted",
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
				{
					"securityContext": {
						"allowPrivilegeEscalation": false,
						"capabilities": {"drop": ["ALL"]},
						"privileged": true,
					},
					"name": "app",
					"image": "example.com/app:1.0",
				},
			],
			"securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
		},
	}
	findings := data.podsec.restricted.deny with input as manifest
	{finding.control | some finding in findings} == {"privileged"}
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
	findings := data.podsec.restricted.deny with input as manifest
	{finding.control | some finding in findings} == {
		"allowPrivilegeEscalation",
		"capabilities_restricted",
		"hostNamespaces",
		"runAsNonRoot",
		"seccompProfile_restricted",
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
					"securityContext": {
						"allowPrivilegeEscalation": false,
						"capabilities": {"drop": ["ALL"]},
						"seLinuxOptions": {"type": "spc_t"},
					},
					"name": "app",
					"image": "example.com/app:1.0",
				},
			],
			"securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
		},
	}
	findings := data.podsec.restricted.deny with input as manifest
	{finding.control | some finding in findings} == {"seLinuxOptions"}
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
	findings := data.podsec.restricted.deny with input as manifest
	{finding.control | some finding in findings} == {
		"allowPrivilegeEscalation",
		"capabilities_restricted",
		"hostNamespaces",
		"runAsNonRoot",
		"seccompProfile_restricted",
		"windowsHostProcess",
	}
}

test_sysctls_denied if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "example"},
		"spec": {
			"containers": [
				{
					"securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}},
					"name": "app",
					"image": "example.com/app:1.0",
				},
			],
			"securityContext": {
				"runAsNonRoot": true,
				"seccompProfile": {"type": "RuntimeDefault"},
				"sysctls": [{"name": "kernel.msgmax", "value": "1"}],
			},
		},
	}
	findings := data.podsec.restricted.deny with input as manifest
	{finding.control | some finding in findings} == {"sysctls"}
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
	findings := data.podsec.restricted.deny with input as manifest
	{finding.control | some finding in findings} == {
		"allowPrivilegeEscalation",
		"capabilities_restricted",
		"hostNamespaces",
		"runAsNonRoot",
		"seccompProfile_restricted",
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
					"securityContext": {
						"allowPrivilegeEscalation": false,
						"capabilities": {"drop": ["ALL"]},
						"windowsOptions": {"hostProcess": true},
					},
					"name": "app",
					"image": "example.com/app:1.0",
				},
			],
			"hostNetwork": true,
			"securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
		},
	}
	findings := data.podsec.restricted.deny with input as manifest
	{finding.control | some finding in findings} == {"hostNamespaces", "windowsHostProcess"}
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
	findings := data.podsec.restricted.deny with input as manifest
	{finding.control | some finding in findings} == {
		"allowPrivilegeEscalation",
		"capabilities_restricted",
		"runAsNonRoot",
		"runAsUser",
		"seccompProfile_restricted",
	}
}

test_allowPrivilegeEscalation_denied if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "hardened"},
		"spec": {
			"securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
			"containers": [
				{
					"name": "app",
					"image": "example.com/app:1.0",
					"securityContext": {"capabilities": {"drop": ["ALL"]}},
				},
			],
		},
	}
	findings := data.podsec.restricted.deny with input as manifest
	{finding.control | some finding in findings} == {"allowPrivilegeEscalation"}
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
	findings := data.podsec.restricted.deny with input as manifest
	{finding.control | some finding in findings} == {
		"capabilities_restricted",
		"runAsNonRoot",
		"seccompProfile_restricted",
	}
}

test_capabilities_restricted_denied if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "hardened"},
		"spec": {
			"securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
			"containers": [
				{
					"name": "app",
					"image": "example.com/app:1.0",
					"securityContext": {"allowPrivilegeEscalation": false},
				},
			],
		},
	}
	findings := data.podsec.restricted.deny with input as manifest
	{finding.control | some finding in findings} == {"capabilities_restricted"}
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
	findings := data.podsec.restricted.deny with input as manifest
	{finding.control | some finding in findings} == {
		"allowPrivilegeEscalation",
		"runAsNonRoot",
		"seccompProfile_restricted",
	}
}

test_procMount_restricted_denied if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "example"},
		"spec": {
			"containers": [
				{
					"securityContext": {
						"allowPrivilegeEscalation": false,
						"capabilities": {"drop": ["ALL"]},
						"procMount": "Unmasked",
					},
					"name": "app",
					"image": "example.com/app:1.0",
				},
			],
			"hostUsers": false,
			"securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
		},
	}
	findings := data.podsec.restricted.deny with input as manifest
	{finding.control | some finding in findings} == {"procMount_restricted"}
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
	findings := data.podsec.restricted.deny with input as manifest
	{finding.control | some finding in findings} == {
		"allowPrivilegeEscalation",
		"capabilities_restricted",
		"hostNamespaces",
		"runAsNonRoot",
		"seccompProfile_restricted",
		"windowsHostProcess",
	}
}

test_restrictedVolumes_denied if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "example"},
		"spec": {
			"containers": [
				{
					"securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}},
					"name": "app",
					"image": "example.com/app:1.0",
				},
			],
			"volumes": [{"name": "logs", "hostPath": {"path": "/var/log"}}],
			"securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
		},
	}
	findings := data.podsec.restricted.deny with input as manifest
	{finding.control | some finding in findings} == {"restrictedVolumes"}
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
	findings := data.podsec.restricted.deny with input as manifest
	{finding.control | some finding in findings} == {
		"allowPrivilegeEscalation",
		"capabilities_restricted",
		"hostNamespaces",
		"runAsNonRoot",
		"seccompProfile_restricted",
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
	findings := data.podsec.restricted.deny with input as manifest
	{finding.control | some finding in findings} == {"runAsNonRoot"}
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
	findings := data.podsec.restricted.deny with input as manifest
	{finding.control | some finding in findings} == {
		"allowPrivilegeEscalation",
		"capabilities_restricted",
		"procMount_restricted",
		"seccompProfile_restricted",
	}
}

test_runAsUser_denied if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "example"},
		"spec": {
			"containers": [
				{
					"securityContext": {
						"allowPrivilegeEscalation": false,
						"capabilities": {"drop": ["ALL"]},
						"runAsUser": 0,
					},
					"name": "app",
					"image": "example.com/app:1.0",
				},
			],
			"securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
		},
	}
	findings := data.podsec.restricted.deny with input as manifest
	{finding.control | some finding in findings} == {"runAsUser"}
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
	findings := data.podsec.restricted.deny with input as manifest
	{finding.control | some finding in findings} == {
		"allowPrivilegeEscalation",
		"capabilities_restricted",
		"hostNamespaces",
		"runAsNonRoot",
		"seccompProfile_restricted",
		"windowsHostProcess",
	}
}

test_seccompProfile_restricted_denied if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "hardened"},
		"spec": {
			"securityContext": {"runAsNonRoot": true},
			"containers": [
				{
					"name": "app",
					"image": "example.com/app:1.0",
					"securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}},
				},
			],
		},
	}
	findings := data.podsec.restricted.deny with input as manifest
	{finding.control | some finding in findings} == {"seccompProfile_restricted"}
}

test_seccompProfile_restricted_allowed if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "example"},
		"spec": {
			"containers": [{"name": "app", "image": "example.com/app:1.0"}],
			"securityContext": {"seccompProfile": {"type": "RuntimeDefault"}},
		},
	}
	findings := data.podsec.restricted.deny with input as manifest
	{finding.control | some finding in findings} == {
		"allowPrivilegeEscalation",
		"capabilities_restricted",
		"runAsNonRoot",
	}
}

test_other_kinds_pass if {
	manifest := {
		"apiVersion": "v1",
		"kind": "ConfigMap",
		"metadata": {"name": "settings"},
		"data": {"privileged": "true"},
	}
	findings := data.podsec.restricted.deny with input as manifest
	{finding.control | some finding in findings} == set()
}
