# Tests of the policy node-agent, from what the reference evaluator says of each pod. Written by podsec 0.1.0.
#
#     opa test .
package podsec_test.node_agent

test_bare_pod if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "bare"},
		"spec": {"containers": [{"name": "app", "image": "example.com/app:1.0"}]},
	}
	findings := data.podsec.node_agent.deny with input as manifest
	{finding.control | some finding in findings} == set()
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
	findings := data.podsec.node_agent.deny with input as manifest
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
		"spec": {"containers": [{"name": "app", "image": "example.com/app:1.0"}]},
	}
	findings := data.podsec.node_agent.deny with input as manifest
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
					"securityContext": {
						"allowPrivilegeEscalation": false,
						"capabilities": {"drop": ["ALL"], "add": ["CHOWN"]},
					},
					"name": "app",
					"image": "example.com/app:1.0",
				},
			],
			"securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
		},
	}
	findings := data.podsec.node_agent.deny with input as manifest
	{finding.control | some finding in findings} == {"capabilities_baseline"}
}

test_capabilities_baseline_denied if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "example"},
		"spec": {
			"containers": [
				{
					"name": "app",
					"image": "example.com/app:1.0",
					"securityContext": {"capabilities": {"add": ["NET_BIND_SERVICE"]}},
				},
			],
		},
	}
	findings := data.podsec.node_agent.deny with input as manifest
	{finding.control | some finding in findings} == {"capabilities_baseline"}
}

test_capabilities_baseline_allowed if {
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
	findings := data.podsec.node_agent.deny with input as manifest
	{finding.control | some finding in findings} == {"windowsHostProcess"}
}

test_hostNamespaces_denied if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "example"},
		"spec": {"containers": [{"name": "app", "image": "example.com/app:1.0"}], "hostPID": true},
	}
	findings := data.podsec.node_agent.deny with input as manifest
	{finding.control | some finding in findings} == {"hostNamespaces"}
}

test_hostNamespaces_allowed if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "example"},
		"spec": {
			"containers": [
				{
					"securityContext": {
						"allowPrivilegeEscalation": false,
						"capabilities": {"drop": ["ALL"], "add": ["CHOWN"]},
					},
					"name": "app",
					"image": "example.com/app:1.0",
				},
			],
			"securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
		},
	}
	findings := data.podsec.node_agent.deny with input as manifest
	{finding.control | some finding in findings} == {"capabilities_baseline"}
}

test_hostPathVolumes_allowed if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "example"},
		"spec": {
			"containers": [
				{
					"securityContext": {
						"allowPrivilegeEscalation": false,
						"capabilities": {"drop": ["ALL"], "add": ["CHOWN"]},
					},
					"name": "app",
					"image": "example.com/app:1.0",
				},
			],
			"securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
		},
	}
	findings := data.podsec.node_agent.deny with input as manifest
	{finding.control | some finding in findings} == {"capabilities_baseline"}
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
	findings := data.podsec.node_agent.deny with input as manifest
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
					"securityContext": {
						"allowPrivilegeEscalation": false,
						"capabilities": {"drop": ["ALL"], "add": ["CHOWN"]},
					},
					"name": "app",
					"image": "example.com/app:1.0",
				},
			],
			"securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
		},
	}
	findings := data.podsec.node_agent.deny with input as manifest
	{finding.control | some finding in findings} == {"capabilities_baseline"}
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
	findings := data.podsec.node_agent.deny with input as manifest
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
					"securityContext": {
						"allowPrivilegeEscalation": false,
						"capabilities": {"drop": ["ALL"], "add": ["CHOWN"]},
					},
					"name": "app",
					"image": "example.com/app:1.0",
				},
			],
			"securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
		},
	}
	findings := data.podsec.node_agent.deny with input as manifest
	{finding.control | some finding in findings} == {"capabilities_baseline"}
}

test_procMount_denied if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "example"},
		"spec": {
			"containers": [
				{"name": "app", "image": "example.com/app:1.0", "securityContext": {"procMount": "Unmasked"}},
			],
		},
	}
	findings := data.podsec.node_agent.deny with input as manifest
	{finding.control | some finding in findings} == {"procMount"}
}

test_procMount_allowed if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "example"},
		"spec": {
			"containers": [
				{
					"securityContext": {
						"allowPrivilegeEscalation": false,
						"capabilities": {"drop": ["ALL"], "add": ["CHOWN"]},
					},
					"name": "app",
					"image": "example.com/app:1.0",
				},
			],
			"securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
		},
	}
	findings := data.podsec.node_agent.deny with input as manifest
	{finding.control | some finding in findings} == {"capabilities_baseline"}
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
	findings := data.podsec.node_agent.deny with input as manifest
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
					"securityContext": {
						"allowPrivilegeEscalation": false,
						"capabilities": {"drop": ["ALL"], "add": ["CHOWN"]},
					},
					"name": "app",
					"image": "example.com/app:1.0",
				},
			],
			"securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
		},
	}
	findings := data.podsec.node_agent.deny with input as manifest
	{finding.control | some finding in findings} == {"capabilities_baseline"}
}

test_seccompProfile_baseline_denied if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "example"},
		"spec": {
			"containers": [
				{
					"name": "app",
					"image": "example.com/app:1.0",
					"securityContext": {"seccompProfile": {"type": "Unconfined"}},
				},
			],
		},
	}
	findings := data.podsec.node_agent.deny with input as manifest
	{finding.control | some finding in findings} == {"seccompProfile_baseline"}
}

test_seccompProfile_baseline_allowed if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "example"},
		"spec": {
			"containers": [
				{
					"securityContext": {
						"allowPrivilegeEscalation": false,
						"capabilities": {"drop": ["ALL"], "add": ["CHOWN"]},
					},
					"name": "app",
					"image": "example.com/app:1.0",
				},
			],
			"securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
		},
	}
	findings := data.podsec.node_agent.deny with input as manifest
	{finding.control | some finding in findings} == {"capabilities_baseline"}
}

test_sysctls_denied if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "example"},
		"spec": {
			"containers": [{"name": "app", "image": "example.com/app:1.0"}],
			"securityContext": {
				"sysctls": [
					{"name": "kernel.shm_rmid_forced", "value": "1"},
					{"name": "net.ipv4.ip_local_port_range", "value": "1"},
					{"name": "net.ipv4.tcp_syncookies", "value": "1"},
					{"name": "net.ipv4.ping_group_range", "value": "1"},
					{"name": "net.ipv4.ip_unprivileged_port_start", "value": "1"},
				],
			},
		},
	}
	findings := data.podsec.node_agent.deny with input as manifest
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
					"securityContext": {
						"allowPrivilegeEscalation": false,
						"capabilities": {"drop": ["ALL"], "add": ["CHOWN"]},
					},
					"name": "app",
					"image": "example.com/app:1.0",
				},
			],
			"securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
		},
	}
	findings := data.podsec.node_agent.deny with input as manifest
	{finding.control | some finding in findings} == {"capabilities_baseline"}
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
	findings := data.podsec.node_agent.deny with input as manifest
	{finding.control | some finding in findings} == {"windowsHostProcess"}
}

test_windowsHostProcess_allowed if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "example"},
		"spec": {
			"containers": [
				{
					"securityContext": {
						"allowPrivilegeEscalation": false,
						"capabilities": {"drop": ["ALL"], "add": ["CHOWN"]},
					},
					"name": "app",
					"image": "example.com/app:1.0",
				},
			],
			"securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
		},
	}
	findings := data.podsec.node_agent.deny with input as manifest
	{finding.control | some finding in findings} == {"capabilities_baseline"}
}

test_other_kinds_pass if {
	manifest := {
		"apiVersion": "v1",
		"kind": "ConfigMap",
		"metadata": {"name": "settings"},
		"data": {"privileged": "true"},
	}
	findings := data.podsec.node_agent.deny with input as manifest
	{finding.control | some finding in findings} == set()
}
