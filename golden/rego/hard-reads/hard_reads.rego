# Policy hard-reads. Written by podsec 0.1.0; changes here are lost.
#
# `deny` is the set of violations of the pods in the input: a manifest, a list, or an AdmissionReview.
#
#     opa eval --data . --input pod.json data.podsec.hard_reads.deny
#     conftest test --policy . --namespace podsec.hard_reads pod.yaml
#
# Mode audit: OPA has no modes, so what a violation leads to is up to who asks.
# Namespaces and users count in AdmissionReviews; a manifest is judged whatever its namespace.
# Excluded namespaces: kube-node-lease, kube-public, kube-system.
package podsec.hard_reads

import data.podsec.lib

# The pods to judge, each with what the request says besides it.
worlds := [world |
	some world in lib.worlds
	not world.request.scope in {"kube-node-lease", "kube-public", "kube-system"}
]

# quoted-condition
deny contains lib.finding(world, "quoted-condition", "quoted-condition", detail) if {
	some world in worlds
	found := ["pod" | lib.quote(lib.string(world.pod, ["spec", "hostname"], "")) == "\"host\""]
	count(found) > 0
	detail := concat(", ", found)
}

# default-of-the-server
deny contains lib.finding(world, "default-of-the-server", "default-of-the-server", detail) if {
	some world in worlds
	found := ["pod" | lib.boolean(world.pod, ["spec", "enableServiceLinks"], true)]
	count(found) > 0
	detail := concat(", ", found)
}

# service-account
deny contains lib.finding(world, "service-account", "service-account", detail) if {
	some world in worlds
	found := ["pod" | lib.string(world.pod, ["spec", "serviceAccountName"], "") == ""]
	count(found) > 0
	detail := concat(", ", found)
}
