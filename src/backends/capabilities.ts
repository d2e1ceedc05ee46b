import type { Cond, Control, Pattern, Policy } from '../ir/types.js';
import { nodesOf } from '../ir/visit.js';
import type { Backend, Refusal, Support } from './types.js';

/** Everything in a policy, its alternatives included, that a backend cannot say in an engine version. */
export function refusalsOf(policy: Policy, backend: Backend, engineVersion: string): Refusal[] {
  return withAlternatives(policy).flatMap((each) => ownRefusals(each, backend, engineVersion));
}

function withAlternatives(policy: Policy): readonly Policy[] {
  return [policy, ...policy.alternatives.flatMap(withAlternatives)];
}

function ownRefusals(policy: Policy, backend: Backend, engineVersion: string): Refusal[] {
  const position = (version: string) => backend.engineVersions.indexOf(version);
  const why = (support: Support): string | undefined => {
    if (support === 'yes') return undefined;
    if ('refused' in support) return support.refused;
    return position(engineVersion) < position(support.since)
      ? `${support.reason} (from ${support.since} on)`
      : undefined;
  };
  const { capabilities } = backend;
  const refusals: Refusal[] = [];
  const refuse = (control: string | null, what: string, support: Support) => {
    const reason = why(support);
    const known = refusals.some((each) => each.control === control && each.reason === `${what}: ${reason}`);
    if (reason !== undefined && !known)
      refusals.push({ policy: policy.name, control, reason: `${what}: ${reason}` });
  };

  const { exemptions, scope } = policy;
  const used = {
    mutations: policy.mutations.length > 0,
    alternatives: policy.alternatives.length > 0,
    namespaceSelector: scope.namespaceSelector.length > 0,
    excludedNamespaces: scope.excludedNamespaces.length + exemptions.namespaces.length > 0,
    exemptUsers: exemptions.users.length > 0,
    exemptRuntimeClasses: exemptions.runtimeClasses.length > 0,
    exemptServiceAccounts: exemptions.serviceAccounts.length > 0,
  } as const satisfies Record<keyof typeof capabilities.policy, boolean>;
  const names = [
    'mutations',
    'alternatives',
    'namespaceSelector',
    'excludedNamespaces',
    'exemptUsers',
    'exemptRuntimeClasses',
    'exemptServiceAccounts',
  ] as const;
  for (const name of names) if (used[name]) refuse(null, name, capabilities.policy[name]);

  for (const control of policy.controls) {
    const nodes = nodesOf(only(policy, control));
    for (const { kind } of nodes.conds) refuse(control.id, kind, capabilities.cond[kind]);
    for (const { kind } of nodes.terms) refuse(control.id, kind, capabilities.term[kind]);
    for (const { kind } of nodes.sources) refuse(control.id, kind, capabilities.source[kind]);
    for (const { kind } of nodes.conds.flatMap(patternsOf))
      refuse(control.id, kind, capabilities.pattern[kind]);
  }
  return refusals;
}

function only(policy: Policy, control: Control): Policy {
  return { ...policy, mutations: [], controls: [control], alternatives: [] };
}

function patternsOf(cond: Cond): readonly Pattern[] {
  return cond.kind === 'matches' ? cond.patterns : [];
}
