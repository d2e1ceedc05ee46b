import type { Exemptions, Scope } from '../ir/types.js';

/** Namespaces of the control plane, which a policy must not lock out: out of scope unless a policy says otherwise. */
export const systemNamespaces: readonly string[] = ['kube-system', 'kube-public', 'kube-node-lease'];

export const defaultScope: Scope = { excludedNamespaces: systemNamespaces, namespaceSelector: [] };

export const noExemptions: Exemptions = {
  namespaces: [],
  users: [],
  runtimeClasses: [],
  serviceAccounts: [],
};
