# Tests of the policy hard-reads, from what the reference evaluator says of each pod. Written by podsec 0.1.0.
#
#     opa test .
package podsec_test.hard_reads

test_bare_pod if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "pod"},
		"spec": {"containers": [{"name": "app", "image": "example.com/app:1.0"}]},
	}
	findings := data.podsec.hard_reads.deny with input as manifest
	{finding.control | some finding in findings} == {"default-of-the-server", "service-account"}
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
					"image": "example.com/app:1.0",
					"securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}},
				},
			],
			"enableServiceLinks": false,
			"serviceAccountName": "x",
		},
	}
	findings := data.podsec.hard_reads.deny with input as manifest
	{finding.control | some finding in findings} == set()
}

test_quoted_condition_denied if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "example"},
		"spec": {
			"containers": [{"image": "example.com/app:1.0", "name": "app"}],
			"enableServiceLinks": false,
			"hostname": "host",
			"serviceAccountName": "xx",
		},
	}
	findings := data.podsec.hard_reads.deny with input as manifest
	{finding.control | some finding in findings} == {"quoted-condition"}
}

test_quoted_condition_allowed if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "pod"},
		"spec": {
			"securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
			"containers": [
				{
					"name": "app",
					"image": "example.com/app:1.0",
					"securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}},
				},
			],
			"enableServiceLinks": false,
			"serviceAccountName": "x",
		},
	}
	findings := data.podsec.hard_reads.deny with input as manifest
	{finding.control | some finding in findings} == set()
}

test_default_of_the_server_denied if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "pod"},
		"spec": {
			"securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
			"containers": [
				{
					"name": "app",
					"image": "example.com/app:1.0",
					"securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}},
				},
			],
			"enableServiceLinks": true,
			"serviceAccountName": "x",
		},
	}
	findings := data.podsec.hard_reads.deny with input as manifest
	{finding.control | some finding in findings} == {"default-of-the-server"}
}

test_default_of_the_server_allowed if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "pod"},
		"spec": {
			"securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
			"containers": [
				{
					"name": "app",
					"image": "example.com/app:1.0",
					"securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}},
				},
			],
			"enableServiceLinks": false,
			"serviceAccountName": "x",
		},
	}
	findings := data.podsec.hard_reads.deny with input as manifest
	{finding.control | some finding in findings} == set()
}

test_service_account_denied if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "pod"},
		"spec": {
			"securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
			"containers": [
				{
					"name": "app",
					"image": "example.com/app:1.0",
					"securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}},
				},
			],
			"enableServiceLinks": false,
			"serviceAccountName": "",
		},
	}
	findings := data.podsec.hard_reads.deny with input as manifest
	{finding.control | some finding in findings} == {"service-account"}
}

test_service_account_allowed if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "pod"},
		"spec": {
			"securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
			"containers": [
				{
					"name": "app",
					"image": "example.com/app:1.0",
					"securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}},
				},
			],
			"enableServiceLinks": false,
			"serviceAccountName": "podsec-fresh",
		},
	}
	findings := data.podsec.hard_reads.deny with input as manifest
	{finding.control | some finding in findings} == set()
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
