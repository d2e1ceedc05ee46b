# Policy every-other. Written by podsec 0.1.0; changes here are lost.
#
# `deny` is the set of violations of the pods in the input: a manifest, a list, or an AdmissionReview.
#
#     opa eval --data . --input pod.json data.podsec.every_other.deny
#     conftest test --policy . --namespace podsec.every_other pod.yaml
#
# Mode enforce: OPA has no modes, so what a violation leads to is up to who asks.
# Namespaces and users count in AdmissionReviews; a manifest is judged whatever its namespace.
# Excluded namespaces: default.
package podsec.every_other

import data.podsec.lib

# The pods to judge, each with what the request says besides it.
worlds := [world |
	some world in lib.worlds
	not world.request.scope in {"default"}
]

# hostPID
deny contains lib.finding(world, "hostPID", "hostPID", detail) if {
	some world in worlds
	found := ["pod" |
		lib.boolean(world.pod, ["spec", "hostNetwork"], false)
		lib.boolean(world.pod, ["spec", "hostPID"], false)
	]
	count(found) > 0
	detail := concat(", ", found)
}
