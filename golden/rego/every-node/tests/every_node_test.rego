# Tests of the policy every-node, from what the reference evaluator says of each pod. Written by podsec 0.1.0.
#
#     opa test .
package podsec_test.every_node

test_bare_pod if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "bare"},
		"spec": {"containers": [{"name": "app", "image": "example.com/app:1.0"}]},
	}
	findings := data.podsec.every_node.deny with input as manifest
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
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == set()
}

test_cond_constant_allowed if {
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

test_cond_and_allowed if {
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

test_cond_or_denied if {
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
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == {"cond-or"}
}

test_cond_or_allowed if {
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

test_cond_not_denied if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "example"},
		"spec": {"containers": [{"name": "app", "image": "example.com/app:1.0"}], "os": {"name": "windows"}},
	}
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == {"cond-not"}
}

test_cond_not_allowed if {
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

test_cond_present_allowed if {
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

test_cond_hasKey_allowed if {
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

test_cond_equal_allowed if {
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

test_cond_oneOf_allowed if {
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

test_cond_matches_allowed if {
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

test_cond_within_denied if {
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
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == {"cond-within"}
}

test_cond_within_allowed if {
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

test_cond_sameParts_allowed if {
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

test_cond_some_allowed if {
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

test_cond_every_allowed if {
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

test_term_literal_allowed if {
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

test_term_value_allowed if {
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

test_term_effective_denied if {
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
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == {"term-effective"}
}

test_term_effective_allowed if {
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

test_term_lookup_allowed if {
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

test_term_firstPresent_denied if {
	manifest := {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "example"},
		"spec": {
			"containers": [{"name": "app", "image": "example.com/app:1.0"}],
			"volumes": [{"name": "data", "nfs": {"server": "files.example.com", "path": "/"}}],
		},
	}
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == {"term-firstPresent"}
}

test_term_firstPresent_allowed if {
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

test_term_size_allowed if {
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

test_term_concat_allowed if {
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

test_term_quoted_allowed if {
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

test_term_request_allowed if {
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

test_source_containers_allowed if {
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

test_source_items_allowed if {
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

test_source_entries_allowed if {
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

test_source_userGroups_allowed if {
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

test_pattern_prefix_allowed if {
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

test_pattern_suffix_allowed if {
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

test_pattern_glob_allowed if {
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

test_pattern_pathPrefix_allowed if {
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

test_text_text_denied if {
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
			"hostUsers": false,
			"securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
		},
	}
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == {"cond-or", "term-effective"}
}

test_text_list_denied if {
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
			"hostUsers": false,
			"securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
		},
	}
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == {"cond-or", "term-effective"}
}

test_text_plural_denied if {
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
			"hostUsers": false,
			"securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
		},
	}
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == {"cond-or", "term-effective"}
}

test_text_sequence_denied if {
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
			"hostUsers": false,
			"securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
		},
	}
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == {"cond-or", "term-effective"}
}

test_text_joined_denied if {
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
			"hostUsers": false,
			"securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
		},
	}
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == {"cond-or", "term-effective"}
}

test_text_ifAny_denied if {
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
			"hostUsers": false,
			"securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
		},
	}
	findings := data.podsec.every_node.deny with input as manifest
	{finding.control | some finding in findings} == {"cond-or", "term-effective"}
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
