# Tests of the policy payments, from what the reference evaluator says of each pod. Written by podsec 0.1.0.
#
#     opa test .
package podsec_test.payments

test_bare_pod if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "pod"},
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
		"metadata": {"name": "pod"},
		"spec": {
			"securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
			"containers": [
				{
					"name": "app",
					"image": "registry.example.com/",
					"securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}},
				},
			],
		},
	}
	findings := data.podsec.payments.deny with input as manifest
	{finding.control | some finding in findings} == set()
}

test_appArmorProfile_denied if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "pod"},
		"spec": {
			"securityContext": {
				"runAsNonRoot": true,
				"seccompProfile": {"type": "RuntimeDefault"},
				"appArmorProfile": {"type": "Unconfined"},
			},
			"containers": [
				{
					"name": "app",
					"image": "registry.example.com/",
					"securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}},
				},
			],
		},
	}
	findings := data.podsec.payments.deny with input as manifest
	{finding.control | some finding in findings} == {"appArmorProfile"}
}

test_appArmorProfile_allowed if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "pod"},
		"spec": {
			"securityContext": {
				"runAsNonRoot": true,
				"seccompProfile": {"type": "RuntimeDefault"},
				"appArmorProfile": {"type": "RuntimeDefault"},
			},
			"containers": [
				{
					"name": "app",
					"image": "registry.example.com/",
					"securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}},
				},
			],
		},
	}
	findings := data.podsec.payments.deny with input as manifest
	{finding.control | some finding in findings} == set()
}

test_hostNamespaces_denied if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "pod"},
		"spec": {
			"securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
			"containers": [
				{
					"name": "app",
					"image": "registry.example.com/",
					"securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}},
				},
			],
			"hostNetwork": true,
		},
	}
	findings := data.podsec.payments.deny with input as manifest
	{finding.control | some finding in findings} == {"hostNamespaces"}
}

test_hostNamespaces_allowed if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "pod"},
		"spec": {
			"securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
			"containers": [
				{
					"name": "app",
					"image": "registry.example.com/",
					"securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}},
				},
			],
			"hostNetwork": false,
		},
	}
	findings := data.podsec.payments.deny with input as manifest
	{finding.control | some finding in findings} == set()
}

test_hostPorts_denied if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "pod"},
		"spec": {
			"securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
			"containers": [
				{
					"name": "app",
					"image": "registry.example.com/",
					"securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}},
					"ports": [{"containerPort": 8080, "hostPort": 1}],
				},
			],
		},
	}
	findings := data.podsec.payments.deny with input as manifest
	{finding.control | some finding in findings} == {"hostPorts"}
}

test_hostPorts_allowed if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "pod"},
		"spec": {
			"securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
			"containers": [
				{
					"name": "app",
					"image": "registry.example.com/",
					"securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}},
					"ports": [{"containerPort": 8080, "hostPort": 0}],
				},
			],
		},
	}
	findings := data.podsec.payments.deny with input as manifest
	{finding.control | some finding in findings} == set()
}

test_hostProbesAndHostLifecycle_denied if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "pod"},
		"spec": {
			"securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
			"containers": [
				{
					"name": "app",
					"image": "registry.example.com/",
					"securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}},
					"livenessProbe": {"httpGet": {"port": 80, "host": "x"}},
				},
			],
		},
	}
	findings := data.podsec.payments.deny with input as manifest
	{finding.control | some finding in findings} == {"hostProbesAndHostLifecycle"}
}

test_hostProbesAndHostLifecycle_allowed if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "pod"},
		"spec": {
			"securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
			"containers": [
				{
					"name": "app",
					"image": "registry.example.com/",
					"securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}},
					"livenessProbe": {"httpGet": {"port": 80, "host": ""}},
				},
			],
		},
	}
	findings := data.podsec.payments.deny with input as manifest
	{finding.control | some finding in findings} == set()
}

test_privileged_denied if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "example"},
		"spec": {
			"containers": [
				{
					"image": "registry.example.com/",
					"name": "app",
					"securityContext": {
						"capabilities": {"drop": ["ALL"]},
						"privileged": true,
						"runAsNonRoot": true,
					},
				},
			],
		},
	}
	findings := data.podsec.payments.deny with input as manifest
	{finding.control | some finding in findings} == {"allowPrivilegeEscalation", "privileged"}
}

test_privileged_alone_denied if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "pod"},
		"spec": {
			"securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
			"containers": [
				{
					"name": "app",
					"image": "registry.example.com/",
					"securityContext": {
						"allowPrivilegeEscalation": false,
						"capabilities": {"drop": ["ALL"]},
						"privileged": true,
					},
				},
			],
		},
	}
	findings := data.podsec.payments.deny with input as manifest
	{finding.control | some finding in findings} == {"privileged"}
}

test_privileged_allowed if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "pod"},
		"spec": {
			"securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
			"containers": [
				{
					"name": "app",
					"image": "registry.example.com/",
					"securityContext": {
						"allowPrivilegeEscalation": false,
						"capabilities": {"drop": ["ALL"]},
						"privileged": false,
					},
				},
			],
		},
	}
	findings := data.podsec.payments.deny with input as manifest
	{finding.control | some finding in findings} == set()
}

test_seLinuxOptions_denied if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "pod"},
		"spec": {
			"securityContext": {
				"runAsNonRoot": true,
				"seccompProfile": {"type": "RuntimeDefault"},
				"seLinuxOptions": {"type": "x"},
			},
			"containers": [
				{
					"name": "app",
					"image": "registry.example.com/",
					"securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}},
				},
			],
		},
	}
	findings := data.podsec.payments.deny with input as manifest
	{finding.control | some finding in findings} == {"seLinuxOptions"}
}

test_seLinuxOptions_allowed if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "pod"},
		"spec": {
			"securityContext": {
				"runAsNonRoot": true,
				"seccompProfile": {"type": "RuntimeDefault"},
				"seLinuxOptions": {"type": "container_t"},
			},
			"containers": [
				{
					"name": "app",
					"image": "registry.example.com/",
					"securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}},
				},
			],
		},
	}
	findings := data.podsec.payments.deny with input as manifest
	{finding.control | some finding in findings} == set()
}

test_sysctls_denied if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "pod"},
		"spec": {
			"securityContext": {
				"runAsNonRoot": true,
				"seccompProfile": {"type": "RuntimeDefault"},
				"sysctls": [{"name": "kernel.shm_rmid_forcedx", "value": "1"}],
			},
			"containers": [
				{
					"name": "app",
					"image": "registry.example.com/",
					"securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}},
				},
			],
		},
	}
	findings := data.podsec.payments.deny with input as manifest
	{finding.control | some finding in findings} == {"sysctls"}
}

test_sysctls_allowed if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "pod"},
		"spec": {
			"securityContext": {
				"runAsNonRoot": true,
				"seccompProfile": {"type": "RuntimeDefault"},
				"sysctls": [{"name": "kernel.shm_rmid_forced", "value": "1"}],
			},
			"containers": [
				{
					"name": "app",
					"image": "registry.example.com/",
					"securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}},
				},
			],
		},
	}
	findings := data.podsec.payments.deny with input as manifest
	{finding.control | some finding in findings} == set()
}

test_windowsHostProcess_denied if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "example"},
		"spec": {
			"containers": [
				{
					"image": "registry.example.com/",
					"name": "app",
					"securityContext": {
						"allowPrivilegeEscalation": false,
						"capabilities": {"drop": ["ALL"]},
						"runAsNonRoot": true,
						"windowsOptions": {"hostProcess": true},
					},
				},
			],
			"hostNetwork": true,
		},
	}
	findings := data.podsec.payments.deny with input as manifest
	{finding.control | some finding in findings} == {"hostNamespaces", "windowsHostProcess"}
}

test_windowsHostProcess_alone_denied if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "pod"},
		"spec": {
			"securityContext": {
				"runAsNonRoot": true,
				"seccompProfile": {"type": "RuntimeDefault"},
				"windowsOptions": {"hostProcess": true},
			},
			"containers": [
				{
					"name": "app",
					"image": "registry.example.com/",
					"securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}},
				},
			],
		},
	}
	findings := data.podsec.payments.deny with input as manifest
	{finding.control | some finding in findings} == {"windowsHostProcess"}
}

test_windowsHostProcess_allowed if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "pod"},
		"spec": {
			"securityContext": {
				"runAsNonRoot": true,
				"seccompProfile": {"type": "RuntimeDefault"},
				"windowsOptions": {"hostProcess": false},
			},
			"containers": [
				{
					"name": "app",
					"image": "registry.example.com/",
					"securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}},
				},
			],
		},
	}
	findings := data.podsec.payments.deny with input as manifest
	{finding.control | some finding in findings} == set()
}

test_allowPrivilegeEscalation_denied if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "pod"},
		"spec": {
			"securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
			"containers": [
				{
					"name": "app",
					"image": "registry.example.com/",
					"securityContext": {"allowPrivilegeEscalation": true, "capabilities": {"drop": ["ALL"]}},
				},
			],
		},
	}
	findings := data.podsec.payments.deny with input as manifest
	{finding.control | some finding in findings} == {"allowPrivilegeEscalation"}
}

test_allowPrivilegeEscalation_allowed if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "pod"},
		"spec": {
			"securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
			"containers": [
				{
					"name": "app",
					"image": "registry.example.com/",
					"securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}},
				},
			],
		},
	}
	findings := data.podsec.payments.deny with input as manifest
	{finding.control | some finding in findings} == set()
}

test_capabilities_restricted_denied if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "pod"},
		"spec": {
			"securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
			"containers": [
				{
					"name": "app",
					"image": "registry.example.com/",
					"securityContext": {
						"allowPrivilegeEscalation": false,
						"capabilities": {"drop": ["ALL"], "add": ["windows"]},
					},
				},
			],
		},
	}
	findings := data.podsec.payments.deny with input as manifest
	{finding.control | some finding in findings} == {"capabilities_restricted"}
}

test_capabilities_restricted_allowed if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "pod"},
		"spec": {
			"securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
			"containers": [
				{
					"name": "app",
					"image": "registry.example.com/",
					"securityContext": {
						"allowPrivilegeEscalation": false,
						"capabilities": {"drop": ["ALL"], "add": ["NET_BIND_SERVICE"]},
					},
				},
			],
		},
	}
	findings := data.podsec.payments.deny with input as manifest
	{finding.control | some finding in findings} == set()
}

test_procMount_restricted_denied if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "example"},
		"spec": {
			"containers": [
				{
					"image": "registry.example.com/",
					"name": "app",
					"securityContext": {
						"allowPrivilegeEscalation": false,
						"capabilities": {"drop": ["ALL"]},
						"procMount": "Unmasked",
					},
				},
			],
			"hostUsers": false,
		},
	}
	findings := data.podsec.payments.deny with input as manifest
	{finding.control | some finding in findings} == {"procMount_restricted"}
}

test_procMount_restricted_allowed if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "pod"},
		"spec": {
			"securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
			"containers": [
				{
					"name": "app",
					"image": "registry.example.com/",
					"securityContext": {
						"allowPrivilegeEscalation": false,
						"capabilities": {"drop": ["ALL"]},
						"procMount": "Default",
					},
				},
			],
		},
	}
	findings := data.podsec.payments.deny with input as manifest
	{finding.control | some finding in findings} == set()
}

test_restrictedVolumes_denied if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "pod"},
		"spec": {
			"securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
			"containers": [
				{
					"name": "app",
					"image": "registry.example.com/",
					"securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}},
				},
			],
			"volumes": [{"name": "volume-0", "hostPath": {"path": "/var/log"}}],
		},
	}
	findings := data.podsec.payments.deny with input as manifest
	{finding.control | some finding in findings} == {"restrictedVolumes"}
}

test_restrictedVolumes_allowed if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "pod"},
		"spec": {
			"securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
			"containers": [
				{
					"name": "app",
					"image": "registry.example.com/",
					"securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}},
				},
			],
			"volumes": [{"name": "volume-0", "hostPath": null}],
		},
	}
	findings := data.podsec.payments.deny with input as manifest
	{finding.control | some finding in findings} == set()
}

test_runAsNonRoot_denied if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "pod"},
		"spec": {
			"securityContext": {"runAsNonRoot": false, "seccompProfile": {"type": "RuntimeDefault"}},
			"containers": [
				{
					"name": "app",
					"image": "registry.example.com/",
					"securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}},
				},
			],
		},
	}
	findings := data.podsec.payments.deny with input as manifest
	{finding.control | some finding in findings} == {"runAsNonRoot"}
}

test_runAsNonRoot_allowed if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "pod"},
		"spec": {
			"securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
			"containers": [
				{
					"name": "app",
					"image": "registry.example.com/",
					"securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}},
				},
			],
		},
	}
	findings := data.podsec.payments.deny with input as manifest
	{finding.control | some finding in findings} == set()
}

test_runAsUser_denied if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "pod"},
		"spec": {
			"securityContext": {
				"runAsNonRoot": true,
				"seccompProfile": {"type": "RuntimeDefault"},
				"runAsUser": 0,
			},
			"containers": [
				{
					"name": "app",
					"image": "registry.example.com/",
					"securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}},
				},
			],
		},
	}
	findings := data.podsec.payments.deny with input as manifest
	{finding.control | some finding in findings} == {"runAsUser"}
}

test_runAsUser_allowed if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "pod"},
		"spec": {
			"securityContext": {
				"runAsNonRoot": true,
				"seccompProfile": {"type": "RuntimeDefault"},
				"runAsUser": 1,
			},
			"containers": [
				{
					"name": "app",
					"image": "registry.example.com/",
					"securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}},
				},
			],
		},
	}
	findings := data.podsec.payments.deny with input as manifest
	{finding.control | some finding in findings} == set()
}

test_imageRegistry_denied if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "pod"},
		"spec": {
			"securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
			"containers": [
				{
					"name": "app",
					"image": "registry.example.com",
					"securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}},
				},
			],
		},
	}
	findings := data.podsec.payments.deny with input as manifest
	{finding.control | some finding in findings} == {"imageRegistry"}
}

test_imageRegistry_allowed if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "pod"},
		"spec": {
			"securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
			"containers": [
				{
					"name": "app",
					"image": "registry.example.com/x",
					"securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}},
				},
			],
		},
	}
	findings := data.podsec.payments.deny with input as manifest
	{finding.control | some finding in findings} == set()
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
