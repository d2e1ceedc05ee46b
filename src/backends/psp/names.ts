/** Names of the policies in the cluster. */
import type { Policy } from '../../ir/types.js';
import { dnsSubdomain, objectNameOf } from '../objects.js';
import type { Refusal } from '../types.js';
import type { Named } from './header.js';
import type { Lowered } from './lower.js';

export const roleName = (policy: Policy): string => `podsec-${objectNameOf(policy.name)}`;

/** For who is out of scope or exempt. */
export const exemptName = (policy: Policy): string => `${roleName(policy)}-exempt`;

/** Each by its alternative, or as the rules call it. */
export function namesOf(policy: Policy, lowered: readonly Lowered[]): readonly Named[] | readonly Refusal[] {
  const named = lowered.map(
    (each): Named => ({
      ...each,
      name: each.usedAs ?? [roleName(policy), ...each.names.map(objectNameOf)].join('-'),
    }),
  );
  const refuse = (reason: string): Refusal => ({ policy: policy.name, control: null, reason });
  const taken = new Set([exemptName(policy)]);
  const refusals = named.flatMap(({ name }): Refusal[] => {
    if (!dnsSubdomain.test(name))
      return [refuse(`no PodSecurityPolicy can be called ${JSON.stringify(name)}`)];
    if (taken.has(name)) return [refuse(`two PodSecurityPolicies would be called ${name}`)];
    taken.add(name);
    return [];
  });
  return refusals.length > 0 ? refusals : named;
}
