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
	findings := data.podsec.payments.deny with input as manifest
	{finding.control | some finding in findings} == {"imageRegistry"}
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
	findings := data.podsec.payments.deny with input as manifest
	{finding.control | some finding in findings} == {"appArmorProfile", "imageRegistry"}
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
	findings := data.podsec.payments.deny with input as manifest
	{finding.control | some finding in findings} == {"hostNamespaces", "imageRegistry"}
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
					"securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}},
					"name": "app",
					"image": "example.com/app:1.0",
					"ports": [{"containerPort": 8080, "hostPort": 8080}],
				},
			],
			"securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
		},
	}
	findings := data.podsec.payments.deny with input as manifest
	{finding.control | some finding in findings} == {"hostPorts", "imageRegistry"}
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
					"securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}},
					"name": "app",
					"image": "example.com/app:1.0",
					"livenessProbe": {"httpGet": {"port": 80, "host": "169.254.169.254"}},
				},
			],
			"securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
		},
	}
	findings := data.podsec.payments.deny with input as manifest
	{finding.control | some finding in findings} == {"hostProbesAndHostLifecycle", "imageRegistry"}
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
	findings := data.podsec.payments.deny with input as manifest
	{finding.control | some finding in findings} == {"imageRegistry", "privileged"}
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
	findings := data.podsec.payments.deny with input as manifest
	{finding.control | some finding in findings} == {"imageRegistry", "seLinuxOptions"}
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
	findings := data.podsec.payments.deny with input as manifest
	{finding.control | some finding in findings} == {"imageRegistry", "sysctls"}
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
	findings := data.podsec.payments.deny with input as manifest
	{finding.control | some finding in findings} == {"hostNamespaces", "imageRegistry", "windowsHostProcess"}
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
	findings := data.podsec.payments.deny with input as manifest
	{finding.control | some finding in findings} == {"allowPrivilegeEscalation", "imageRegistry"}
}

test_allowPrivilegeEscalation_allowed if {
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
	findings := data.podsec.payments.deny with input as manifest
	{finding.control | some finding in findings} == {"hostNamespaces", "imageRegistry", "windowsHostProcess"}
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
	findings := data.podsec.payments.deny with input as manifest
	{finding.control | some finding in findings} == {"capabilities_restricted", "imageRegistry"}
}

test_capabilities_restricted_allowed if {
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
	findings := data.podsec.payments.deny with input as manifest
	{finding.control | some finding in findings} == {"hostNamespaces", "imageRegistry", "windowsHostProcess"}
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
	findings := data.podsec.payments.deny with input as manifest
	{finding.control | some finding in findings} == {"imageRegistry", "procMount_restricted"}
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
	findings := data.podsec.payments.deny with input as manifest
	{finding.control | some finding in findings} == {"imageRegistry", "restrictedVolumes"}
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
	findings := data.podsec.payments.deny with input as manifest
	{finding.control | some finding in findings} == {"imageRegistry", "runAsUser"}
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
	findings := data.podsec.payments.deny with input as manifest
	{finding.control | some finding in findings} == {"imageRegistry"}
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
