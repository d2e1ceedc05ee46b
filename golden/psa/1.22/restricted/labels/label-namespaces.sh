#!/bin/sh
# podsec: restricted@v1.22 as PodSecurity admission has it: restricted at v1.22.
# Labels every namespace in scope.
# Mode: audit (audit).
# Scope: all namespaces but kube-system, kube-public, kube-node-lease.
# Engine: PodSecurity admission of Kubernetes 1.22.
# Written by podsec 0.1.0. Change the policy, not this file.
#
#     sh label-namespaces.sh --dry-run=server   shows what would happen; with enforce, also which pods break the level
#     sh label-namespaces.sh
set -eu
namespaces=$(kubectl get namespaces --output=name)
for namespace in $namespaces; do
  case $namespace in
  namespace/kube-system | namespace/kube-public | namespace/kube-node-lease) continue ;;
  esac
  kubectl label --overwrite "$@" "$namespace" \
    pod-security.kubernetes.io/audit=restricted \
    pod-security.kubernetes.io/audit-version=v1.22
done
