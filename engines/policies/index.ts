/** The policies of users that engines are compared on, besides the levels: written by hand, and random ones by a seed. */

import { defaultScope, noExemptions } from '../../src/dsl/scope.js';
import type { Policy } from '../../src/ir/types.js';
import type { JsonObject } from '../../src/manifest/types.js';
import { Random } from '../../src/testing/boundary/random.js';
import { deniedBy } from '../../src/verify/judged.js';
import { containerPolicies } from './containers.js';
import { edgesOf } from './edges.js';
import { frozenCases } from './frozen.js';
import { podPolicies } from './pods.js';
import { type NodeKind, policyOfChoices } from './random.js';
import { requestPolicies } from './requests.js';

/** A policy, and pods on the edges of its own rules. */
export interface CustomPolicy {
  readonly policy: Policy;
  readonly pods: readonly JsonObject[];
}

export const handWritten: readonly Policy[] = [...containerPolicies, ...podPolicies, ...requestPolicies].map(
  (each) => ('ir' in each && typeof each.ir === 'object' ? each.ir : each),
);

/** What no engine but the API server, or none at all, can say: three in four random policies do without. */
const rare: readonly NodeKind[] = ['authorized', 'emptyList', 'namespaceLabel', 'quoted'];

/**
 * Random policies that deny some pods and not all: others show nothing. They hold everywhere and for everybody, as what
 * is compared is what they say of pods.
 */
export function randomPolicies(seed: number, count: number): CustomPolicy[] {
  const random = new Random(seed);
  const found: CustomPolicy[] = [];
  while (found.length < count) {
    const words = Array.from({ length: 60 + random.below(400) }, () => random.below(0x10000));
    const free = found.length % 4 === 3;
    const policy: Policy = {
      ...policyOfChoices(words, free ? { without: ['authorized'] } : { without: rare, alternatives: false }),
      name: `random-${seed}-${found.length}`,
      scope: defaultScope,
      exemptions: noExemptions,
    };
    const custom = withPods(policy);
    if (tellsApart(custom)) found.push(custom);
  }
  return found;
}

/** The seed of the random policies; a run of its own may take another. */
export const defaultSeed = 1;

let known: readonly CustomPolicy[] | undefined;

/** All of them, each with its pods. */
export function customPolicies(): readonly CustomPolicy[] {
  known ??= [
    ...handWritten.map(withPods),
    ...randomPolicies(defaultSeed, 16),
    ...frozenCases().map(({ policy, pods }) => ({ policy, pods: [...pods, ...withPods(policy).pods] })),
  ];
  return known;
}

export function withPods(policy: Policy): CustomPolicy {
  return { policy, pods: edgesOf(policy) };
}

function tellsApart({ policy, pods }: CustomPolicy): boolean {
  const denied = pods.map((manifest) => deniedBy(policy, manifest).length > 0);
  return denied.includes(true) && denied.includes(false);
}
