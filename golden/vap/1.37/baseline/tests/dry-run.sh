#!/bin/sh
# Asks an API server about the objects of this directory, and compares what the policies say with what is expected.
# Written by podsec 0.1.0.
#
#     sh dry-run.sh                each policy
#     sh dry-run.sh NAME...        the policies of these directories
#
# The policies have to be applied. For each a namespace is made, with bindings that deny there and nowhere else whatever the
# mode, and removed at the end; no object is stored. KUBECTL names another kubectl. The exit code is 0 where all is as expected.
set -eu
kubectl=${KUBECTL:-kubectl}
cd -- "$(dirname -- "$0")"
if [ $# -eq 0 ]; then set -- */; fi
answers=$(mktemp)
applied=
cleanup() {
  rm -f "$answers"
  if [ -n "$applied" ]; then
    "$kubectl" delete --wait=false --ignore-not-found -f "$applied" >/dev/null || true
  fi
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

ask() {
  namespace=$(awk -F '\t' '$1 == "namespace" { print $2 }' "$1/expected.tsv")
  "$kubectl" create --dry-run=server --namespace "$namespace" -f "$1/objects.yaml" >"$answers" 2>&1 || true
}

# Policies are in force a moment after they are bound: until then each policy that should deny something denies nothing.
await() {
  tries=0
  while [ $tries -lt 30 ]; do
    ask "$1"
    if awk -F '\t' '
      NR == FNR { if ($1 == "policy") wanted[$2] = 1; next }
      match($0, /ValidatingAdmissionPolicy \047[^\047]*\047/) { delete wanted[substr($0, RSTART + 27, RLENGTH - 28)] }
      END { for (each in wanted) exit 1 }
    ' "$1/expected.tsv" "$answers"; then return; fi
    tries=$((tries + 1))
    sleep 1
  done
}

# Lines of expected.tsv: object, its name, the controls that deny it: all of them with `,` between, or any of them with `|`.
compare() {
  awk -F '\t' -v policy="$1" '
    function normal(ids, count, parts, i, kept) {
      count = split(ids, parts, / *, */)
      kept = ""
      for (i = 1; i <= count; i++) if (!(parts[i] in ignored)) kept = kept (kept == "" ? "" : ",") parts[i]
      return kept
    }
    function isRight(wanted, given, count, parts, i) {
      if (index(wanted, "|") == 0) return wanted == given
      count = split(wanted, parts, "|")
      for (i = 1; i <= count; i++) if (parts[i] == given) return 1
      return 0
    }
    NR == FNR && $1 == "title" { title = $2 ": " }
    NR == FNR && $1 == "ignored" { ignored[$2] = 1 }
    NR == FNR && $1 == "object" { order[++total] = $2; wanted[$2] = $3 }
    NR == FNR { next }
    / created \(server dry run\)$/ {
      name = $0
      sub(/^[^\/]*\//, "", name)
      sub(/ created .*/, "", name)
      given[name] = ""
      answered[name] = 1
      next
    }
    {
      for (i = 1; i <= total; i++) {
        name = order[i]
        if (answered[name] || index($0, " \"" name "\" ") == 0) continue
        answered[name] = 1
        at = index($0, "denied request: " title)
        if (at == 0) { given[name] = "something else: " $0; continue }
        ids = substr($0, at + length("denied request: " title))
        sub(/:.*/, "", ids)
        given[name] = normal(ids)
      }
    }
    END {
      for (i = 1; i <= total; i++) {
        name = order[i]
        said = answered[name] ? (given[name] == "" ? "nothing" : given[name]) : "no answer"
        if (answered[name] && isRight(wanted[name], given[name])) continue
        wrong++
        printf "FAIL %s: %s: expected %s, was denied by %s\n", policy, name, (wanted[name] == "" ? "nothing" : wanted[name]), said
      }
      printf "%s %s: %d objects, %d wrong\n", (wrong > 0 ? "FAIL" : "ok  "), policy, total, wrong
      exit (wrong > 0 || total == 0)
    }
  ' "$1/expected.tsv" "$answers"
}

status=0
for directory in "$@"; do
  policy=$(basename -- "$directory")
  applied=$policy/setup.yaml
  "$kubectl" apply -f "$applied" >/dev/null
  await "$policy"
  ask "$policy"
  compare "$policy" || status=1
  "$kubectl" delete --wait=false --ignore-not-found -f "$applied" >/dev/null
  applied=
done
exit $status
