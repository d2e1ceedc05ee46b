# Tests of the policy hard-reads, from what the reference evaluator says of each pod. Written by podsec 0.1.0.
#
#     opa test .
package podsec_test.hard_reads

test_bare_pod if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "bare"},
		"spec": {"containers": [{"name": "app", "image": "example.com/app:1.0"}]},
	}
	findings := data.podsec.hard_reads.deny with input as manifest
	{finding.control | some finding in findings} == {"default-of-the-server", "service-account"}
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
	findings := data.podsec.hard_reads.deny with input as manifest
	{finding.control | some finding in findings} == {"default-of-the-server", "service-account"}
}

test_quoted_condition_allowed if {
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
						"runAsUser": 1000,
					},
					"name": "app",
					"image": "example.com/app:1.0",
				},
			],
			"securityContext": {
				"runAsNonRoot": true,
				"seccompProfile": {"type": "RuntimeDefault"},
				"runAsUser": 0,
			},
		},
	}
	findings := data.podsec.hard_reads.deny with input as manifest
	{finding.control | some finding in findings} == {"default-of-the-server", "service-account"}
}

test_default_of_the_server_denied if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "bare"},
		"spec": {"containers": [{"name": "app", "image": "example.com/app:1.0"}]},
	}
	findings := data.podsec.hard_reads.deny with input as manifest
	{finding.control | some finding in findings} == {"default-of-the-server", "service-account"}
}

test_service_account_denied if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "bare"},
		"spec": {"containers": [{"name": "app", "image": "example.com/app:1.0"}]},
	}
	findings := data.podsec.hard_reads.deny with input as manifest
	{finding.control | some finding in findings} == {"default-of-the-server", "service-account"}
}

test_other_kinds_pass if {
	manifest := {
		"apiVersion": "v1",
		"kind": "ConfigMap",
		"metadata": {"name": "settings"},
		"data": {"privileged": "true"},
	}
	findings := data.podsec.hard_reads.deny with input as manifest
	{finding.control | some finding in findings} == set()
}
