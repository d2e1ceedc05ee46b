/** Names of Kubernetes objects and of files, made from policies' names. */
import type { Policy } from '../ir/types.js';
import type { Shape } from './shapes.js';
import type { Refusal } from './types.js';

/** A DNS subdomain has 253 characters; the prefix and the longest suffix need some. */
const maxNameLength = 200;

/** What a namespace can be called. */
export const dnsLabel = /^(?=.{1,63}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
/** What most other objects can be called. */
export const dnsSubdomain = /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** The nearest name that Kubernetes takes: lower case, `a_b` becomes `a-b`. */
export function objectNameOf(policy: string): string {
  return policy
    .toLowerCase()
    .replace(/[^a-z0-9.-]+/g, '-')
    .replace(/\.[.-]+|-+\./g, '.')
    .replace(/^[.-]+|[.-]+$/g, '');
}

export const policyName = (policy: Policy, shape: Shape): string =>
  `podsec-${objectNameOf(policy.name)}-${shape.suffix}`;

export const fileName = (policy: Policy, shape: Shape): string =>
  `${objectNameOf(policy.name)}-${shape.suffix}.yaml`;

export function nameRefusals(
  policies: readonly Policy[],
  maxLength: number = maxNameLength,
): readonly Refusal[] {
  const owners = new Map<string, string>();
  return policies.flatMap(({ name }): Refusal[] => {
    const given = objectNameOf(name);
    const refuse = (reason: string) => [{ policy: name, control: null, reason }];
    if (given === '')
      return refuse('the name has no letter and no digit, so no Kubernetes object can be called after it');
    if (given.length > maxLength) return refuse(`the name has more than ${maxLength} characters`);
    const owner = owners.get(given);
    if (owner !== undefined)
      return refuse(`its objects would be called ${given}, as those of the policy ${owner}`);
    owners.set(given, name);
    return [];
  });
}
