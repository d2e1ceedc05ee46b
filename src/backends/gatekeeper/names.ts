/** Names of a policy's template, its constraints and their files. A kind is a name in CamelCase. */
import type { Policy } from '../../ir/types.js';
import { nameRefusals, objectNameOf } from '../objects.js';
import type { Refusal } from '../types.js';
import type { Group } from './groups.js';

/** Kinds are labels of DNS. */
const maxKindLength = 63;

export function kindOf({ name }: Policy): string {
  const words = objectNameOf(name).split(/[.-]+/);
  return `Podsec${words.map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`).join('')}`;
}

/** Gatekeeper wants a template to be called as its kind. */
export const templateName = (policy: Policy): string => kindOf(policy).toLowerCase();

export const constraintName = (policy: Policy, group: Group): string =>
  `podsec-${objectNameOf(policy.name)}-${group.suffix}`;

/** The number keeps templates before constraints, whose kind they make. */
export const templateFile = (policy: Policy): string => `1-${objectNameOf(policy.name)}-template.yaml`;

export const constraintFile = (policy: Policy, group: Group): string =>
  `2-${objectNameOf(policy.name)}-${group.suffix}.yaml`;

export function refusedNames(policies: readonly Policy[]): readonly Refusal[] {
  const known = nameRefusals(policies);
  if (known.length > 0) return known;
  const owners = new Map<string, string>();
  return policies.flatMap((policy): Refusal[] => {
    const [kind, name] = [kindOf(policy), templateName(policy)];
    const refuse = (reason: string) => [{ policy: policy.name, control: null, reason }];
    if (kind.length > maxKindLength)
      return refuse(`the kind of its constraints, ${kind}, has more than ${maxKindLength} characters`);
    const owner = owners.get(name);
    if (owner !== undefined)
      return refuse(`its template would be called ${name}, as that of the policy ${owner}`);
    owners.set(name, policy.name);
    return [];
  });
}
