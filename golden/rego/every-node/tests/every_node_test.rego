# Tests of the policy every-node, from what the reference evaluator says of each pod. Written by podsec 0.1.0.
#
#     opa test .
package podsec_test.every_node

test_bare_pod if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "pod"},
		"spec": {"containers": [{"name": "app", "image": "example.com/app:1.0"}]},
	}
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == set()
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
		},
	}
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == set()
}

test_cond_constant_allowed if {
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
		},
	}
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == set()
}

test_cond_and_denied if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "example"},
		"spec": {
			"containers": [{"image": "example.com/app:1.0", "name": "app"}],
			"hostNetwork": true,
			"hostPID": true,
		},
	}
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == {"cond-and"}
}

test_cond_and_allowed if {
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
		},
	}
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == set()
}

test_cond_or_denied if {
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
			"hostIPC": true,
		},
	}
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == {"cond-or"}
}

test_cond_or_allowed if {
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
			"hostIPC": false,
		},
	}
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == set()
}

test_cond_not_denied if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "example"},
		"spec": {"containers": [{"image": "example.com/app:1.0", "name": "app"}], "os": {"name": "windows"}},
	}
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == {"cond-not"}
}

test_cond_not_allowed if {
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
			"os": {"name": "linux"},
		},
	}
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == set()
}

test_cond_present_denied if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "pod"},
		"spec": {
			"securityContext": {
				"runAsNonRoot": true,
				"seccompProfile": {"type": "RuntimeDefault"},
				"runAsGroup": 0,
			},
			"containers": [
				{
					"name": "app",
					"image": "example.com/app:1.0",
					"securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}},
				},
			],
		},
	}
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == {"cond-present"}
}

test_cond_present_allowed if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "pod"},
		"spec": {
			"securityContext": {
				"runAsNonRoot": true,
				"seccompProfile": {"type": "RuntimeDefault"},
				"runAsGroup": null,
			},
			"containers": [
				{
					"name": "app",
					"image": "example.com/app:1.0",
					"securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}},
				},
			],
		},
	}
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == set()
}

test_cond_hasKey_denied if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"annotations": {"example.com/debug": ""}, "name": "example"},
		"spec": {"containers": [{"image": "example.com/app:1.0", "name": "app"}]},
	}
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == {"cond-hasKey"}
}

test_cond_hasKey_allowed if {
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
		},
	}
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == set()
}

test_cond_equal_denied if {
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
			"serviceAccountName": "admin",
		},
	}
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == {"cond-equal"}
}

test_cond_equal_allowed if {
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
			"serviceAccountName": "adminx",
		},
	}
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == set()
}

test_cond_oneOf_denied if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "example"},
		"spec": {
			"containers": [{"image": "example.com/app:1.0", "name": "app"}],
			"priority": 3,
			"priorityClassName": "x",
		},
	}
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == {"cond-oneOf"}
}

test_cond_oneOf_allowed if {
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
			"priority": 0,
		},
	}
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == set()
}

test_cond_matches_denied if {
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
			"nodeName": "control-x",
		},
	}
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == {"cond-matches"}
}

test_cond_matches_allowed if {
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
			"nodeName": "control",
		},
	}
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == set()
}

test_cond_within_denied if {
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
					"image": "example.com/app:1.0",
					"securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}},
				},
			],
		},
	}
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == {"cond-within"}
}

test_cond_within_allowed if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "pod"},
		"spec": {
			"securityContext": {
				"runAsNonRoot": true,
				"seccompProfile": {"type": "RuntimeDefault"},
				"runAsUser": 1000,
			},
			"containers": [
				{
					"name": "app",
					"image": "example.com/app:1.0",
					"securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}},
				},
			],
		},
	}
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == set()
}

test_cond_sameParts_denied if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "pod"},
		"spec": {
			"securityContext": {
				"runAsNonRoot": true,
				"seccompProfile": {"type": "RuntimeDefault"},
				"seLinuxOptions": {"level": "s0:c1,c2"},
			},
			"containers": [
				{
					"name": "app",
					"image": "example.com/app:1.0",
					"securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}},
				},
			],
		},
	}
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == {"cond-sameParts"}
}

test_cond_sameParts_allowed if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "pod"},
		"spec": {
			"securityContext": {
				"runAsNonRoot": true,
				"seccompProfile": {"type": "RuntimeDefault"},
				"seLinuxOptions": {"level": "s0:c1,c2x"},
			},
			"containers": [
				{
					"name": "app",
					"image": "example.com/app:1.0",
					"securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}},
				},
			],
		},
	}
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == set()
}

test_cond_some_denied if {
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
					"env": [{"name": "LD_PRELOAD"}],
				},
			],
		},
	}
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == {"cond-some"}
}

test_cond_some_allowed if {
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
					"env": [{"name": "LD_PRELOADx"}],
				},
			],
		},
	}
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == set()
}

test_cond_every_denied if {
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
					"stdin": true,
				},
			],
		},
	}
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == {"cond-every"}
}

test_cond_every_allowed if {
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
					"stdin": false,
				},
			],
		},
	}
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == set()
}

test_term_literal_denied if {
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
			"schedulerName": "a \"quoted\"\n\\ ünïcode 🙂 scheduler",
		},
	}
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == {"term-literal"}
}

test_term_literal_allowed if {
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
			"schedulerName": "a \"quoted\"\n\\ ünïcode 🙂 schedulerx",
		},
	}
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == set()
}

test_term_value_denied if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "example"},
		"spec": {"containers": [{"image": "example.com/app:1.0", "name": "app"}], "hostname": "host"},
	}
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == {
		"term-quoted",
		"term-value",
		"text-ifAny",
		"text-joined",
		"text-list",
		"text-plural",
		"text-sequence",
		"text-text",
	}
}

test_term_value_allowed if {
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
		},
	}
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == set()
}

test_term_effective_denied if {
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
					"securityContext": {
						"allowPrivilegeEscalation": false,
						"capabilities": {"drop": ["ALL"]},
						"runAsUser": 0,
					},
				},
			],
		},
	}
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == {"term-effective"}
}

test_term_effective_allowed if {
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
					"securityContext": {
						"allowPrivilegeEscalation": false,
						"capabilities": {"drop": ["ALL"]},
						"runAsUser": 1,
					},
				},
			],
		},
	}
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == set()
}

test_term_lookup_denied if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "pod", "annotations": {"example.com/mode": "unsafe"}},
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
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == {"term-lookup"}
}

test_term_lookup_allowed if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "pod", "annotations": {"example.com/mode": "unsafex"}},
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
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == set()
}

test_term_firstPresent_denied if {
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
			"volumes": [{"name": "volume-0", "nfs": {"server": "files.example.com", "path": "/"}}],
		},
	}
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == {"term-firstPresent"}
}

test_term_firstPresent_allowed if {
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
			"volumes": [{"name": "volume-0", "nfs": null}],
		},
	}
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == set()
}

test_term_size_allowed if {
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
		},
	}
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == set()
}

test_term_concat_denied if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "example"},
		"spec": {
			"containers": [{"image": "example.com/app:1.0", "name": "app"}],
			"hostname": "db",
			"subdomain": "prod",
		},
	}
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == {
		"term-concat",
		"term-quoted",
		"text-ifAny",
		"text-joined",
		"text-list",
		"text-plural",
		"text-sequence",
		"text-text",
	}
}

test_term_concat_allowed if {
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
		},
	}
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == set()
}

test_term_quoted_denied if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "example"},
		"spec": {"containers": [{"image": "example.com/app:1.0", "name": "app"}], "hostname": "x"},
	}
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == {
		"term-quoted",
		"text-ifAny",
		"text-joined",
		"text-list",
		"text-plural",
		"text-sequence",
		"text-text",
	}
}

test_term_quoted_allowed if {
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
		},
	}
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == set()
}

test_source_containers_denied if {
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
					"tty": true,
				},
			],
		},
	}
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == {"source-containers"}
}

test_source_containers_allowed if {
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
					"tty": false,
				},
			],
		},
	}
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == set()
}

test_source_items_denied if {
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
			"tolerations": [{"operator": "Exists"}],
		},
	}
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == {"source-items"}
}

test_source_items_allowed if {
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
		},
	}
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == set()
}

test_source_entries_denied if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"annotations": {"example.com/allow-x": "x"}, "name": "example"},
		"spec": {"containers": [{"image": "example.com/app:1.0", "name": "app"}]},
	}
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == {"source-entries"}
}

test_source_entries_allowed if {
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
		},
	}
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == set()
}

test_pattern_prefix_denied if {
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
			"volumes": [{"name": "volume-0", "hostPath": {"path": "/etc"}}],
		},
	}
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == {"pattern-prefix"}
}

test_pattern_prefix_allowed if {
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
			"volumes": [{"name": "volume-0", "hostPath": {"path": "/et"}}],
		},
	}
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == set()
}

test_pattern_suffix_denied if {
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
			"volumes": [{"name": "volume-0", "hostPath": {"path": ".sock"}}],
		},
	}
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == {"pattern-suffix"}
}

test_pattern_suffix_allowed if {
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
			"volumes": [{"name": "volume-0", "hostPath": {"path": ".sockx"}}],
		},
	}
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == set()
}

test_pattern_glob_denied if {
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
			"volumes": [{"name": "volume-0", "hostPath": {"path": "/var//containers/.log"}}],
		},
	}
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == {"pattern-glob"}
}

test_pattern_glob_allowed if {
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
			"volumes": [{"name": "volume-0", "hostPath": {"path": "/var//containers/.logx"}}],
		},
	}
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == set()
}

test_pattern_pathPrefix_denied if {
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
			"volumes": [{"name": "volume-0", "hostPath": {"path": "/var/lib/"}}],
		},
	}
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == {"pattern-pathPrefix"}
}

test_pattern_pathPrefix_allowed if {
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
			"volumes": [{"name": "volume-0", "hostPath": {"path": "/VAR/LIB/"}}],
		},
	}
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == set()
}

test_text_text_denied if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "example"},
		"spec": {
			"containers": [
				{
					"image": "example.com/app:1.0",
					"name": "app",
					"ports": [{"containerPort": 8080, "hostPort": 2}],
				},
			],
		},
	}
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == {
		"text-ifAny",
		"text-joined",
		"text-list",
		"text-plural",
		"text-sequence",
		"text-text",
	}
}

test_text_text_allowed if {
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
		},
	}
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == set()
}

test_text_list_denied if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "example"},
		"spec": {
			"containers": [
				{
					"image": "example.com/app:1.0",
					"name": "app",
					"ports": [{"containerPort": 8080, "hostPort": 2}],
				},
			],
		},
	}
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == {
		"text-ifAny",
		"text-joined",
		"text-list",
		"text-plural",
		"text-sequence",
		"text-text",
	}
}

test_text_list_allowed if {
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
		},
	}
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == set()
}

test_text_plural_denied if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "example"},
		"spec": {
			"containers": [
				{
					"image": "example.com/app:1.0",
					"name": "app",
					"ports": [{"containerPort": 8080, "hostPort": 2}],
				},
			],
		},
	}
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == {
		"text-ifAny",
		"text-joined",
		"text-list",
		"text-plural",
		"text-sequence",
		"text-text",
	}
}

test_text_plural_allowed if {
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
		},
	}
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == set()
}

test_text_sequence_denied if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "example"},
		"spec": {
			"containers": [
				{
					"image": "example.com/app:1.0",
					"name": "app",
					"ports": [{"containerPort": 8080, "hostPort": 2}],
				},
			],
		},
	}
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == {
		"text-ifAny",
		"text-joined",
		"text-list",
		"text-plural",
		"text-sequence",
		"text-text",
	}
}

test_text_sequence_allowed if {
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
		},
	}
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == set()
}

test_text_joined_denied if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "example"},
		"spec": {
			"containers": [
				{
					"image": "example.com/app:1.0",
					"name": "app",
					"ports": [{"containerPort": 8080, "hostPort": 2}],
				},
			],
		},
	}
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == {
		"text-ifAny",
		"text-joined",
		"text-list",
		"text-plural",
		"text-sequence",
		"text-text",
	}
}

test_text_joined_allowed if {
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
		},
	}
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == set()
}

test_text_ifAny_denied if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "example"},
		"spec": {
			"containers": [
				{
					"image": "example.com/app:1.0",
					"name": "app",
					"ports": [{"containerPort": 8080, "hostPort": 2}],
				},
			],
		},
	}
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == {
		"text-ifAny",
		"text-joined",
		"text-list",
		"text-plural",
		"text-sequence",
		"text-text",
	}
}

test_text_ifAny_allowed if {
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
		},
	}
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == set()
}

test_request_1_term_size_denied if {
	manifest := {
		"apiVersion": "admission.k8s.io/v1",
		"kind": "AdmissionReview",
		"request": {
			"uid": "00000000-0000-0000-0000-000000000000",
			"kind": {"group": "", "version": "v1", "kind": "Pod"},
			"resource": {"group": "", "version": "v1", "resource": "pods"},
			"name": "example",
			"operation": "UPDATE",
			"userInfo": {"username": "", "groups": []},
			"object": {
				"apiVersion": "v1",
				"kind": "Pod",
				"metadata": {"name": "example"},
				"spec": {
					"containers": [{"image": "example.com/app:1.0", "name": "app"}],
					"ephemeralContainers": [
						{"image": "example.com/app:1.0", "name": "app2"},
						{"image": "example.com/app:1.0", "name": "app3"},
					],
				},
			},
			"oldObject": {
				"apiVersion": "v1",
				"kind": "Pod",
				"metadata": {"name": "example"},
				"spec": {"containers": [{"image": "example.com/app:0.9", "name": "app"}]},
			},
		},
	}
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == {"term-request", "term-size"}
}

test_request_2_term_request_denied if {
	manifest := {
		"apiVersion": "admission.k8s.io/v1",
		"kind": "AdmissionReview",
		"request": {
			"uid": "00000000-0000-0000-0000-000000000000",
			"kind": {"group": "", "version": "v1", "kind": "Pod"},
			"resource": {"group": "", "version": "v1", "resource": "pods"},
			"name": "example",
			"namespace": "production",
			"operation": "CREATE",
			"userInfo": {"username": "", "groups": []},
			"object": {
				"apiVersion": "v1",
				"kind": "Pod",
				"metadata": {"name": "example"},
				"spec": {"containers": [{"image": "example.com/app:1.0", "name": "app"}]},
			},
			"oldObject": null,
		},
	}
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == {"term-request"}
}

test_request_3_source_userGroups_denied if {
	manifest := {
		"apiVersion": "admission.k8s.io/v1",
		"kind": "AdmissionReview",
		"request": {
			"uid": "00000000-0000-0000-0000-000000000000",
			"kind": {"group": "", "version": "v1", "kind": "Pod"},
			"resource": {"group": "", "version": "v1", "resource": "pods"},
			"name": "example",
			"operation": "CREATE",
			"userInfo": {"username": "", "groups": ["system:masters"]},
			"object": {
				"apiVersion": "v1",
				"kind": "Pod",
				"metadata": {"name": "example"},
				"spec": {"containers": [{"image": "example.com/app:1.0", "name": "app"}]},
			},
			"oldObject": null,
		},
	}
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == {"source-userGroups"}
}

test_other_kinds_pass if {
	manifest := {
		"apiVersion": "v1",
		"kind": "ConfigMap",
		"metadata": {"name": "settings"},
		"data": {"privileged": "true"},
	}
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == set()
}
