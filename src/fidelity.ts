/**
 * How faithful the output of a target is whose form podsec reads as well: what was written is read back, and the solver compares
 * it with the policy.
 */
import type { Backend, BundleFile } from './backends/types.js';
import type { Policy } from './ir/types.js';
import { manifestPolicies } from './load/manifest.js';
import {
  type CompareOptions,
  type Comparison,
  compare,
  type Difference,
  type Relation,
} from './solver/compare.js';

export interface Fidelity {
  /** What the output is to the policy. One that repairs is written where somebody asks for what is near alone: src/approximate.ts. */
  readonly is: 'exact' | 'stricter' | 'laxer' | 'incomparable';
  /** Where it is not exact. */
  readonly differences: readonly Difference[];
}

/**
 * Undefined for a target that is not read back, and where the policy asks for rights, which say who may use what is written.
 *
 * @throws TooLarge where it is beyond what the solver decides.
 */
export async function fidelityOf(
  { readBack }: Backend,
  policy: Policy,
  files: readonly BundleFile[],
): Promise<Fidelity | undefined> {
  if (readBack === undefined || JSON.stringify(policy).includes('"kind":"authorized"')) return undefined;
  const given = readBack.seenOtherwise.map((cond) => ({ cond, holds: false }));
  let found: Fidelity | undefined;
  for (const { path, text } of files.filter((each) => readBack.says(each.path, policy))) {
    const { value = [] } = await manifestPolicies(text);
    const read = value.map((each) => each.policy);
    if (read.length === 0) throw new Error(`${path} is no policy when it is read back`);
    const { relation, onlyFirst, onlySecond } = compared(policy, read, { given });
    found = { is: outputIs[relation], differences: [...onlyFirst, ...onlySecond] };
    if (found.is !== 'exact') return found;
  }
  return found;
}

/** Of several that are read, one that admits a pod suffices. */
function compared(policy: Policy, read: readonly Policy[], options: CompareOptions): Comparison {
  const [only, ...others] = read;
  if (only !== undefined && others.length === 0) return compare(policy, only, options);
  const ways = waysOf(policy);
  // Where each way to be admitted is one that is read, all are; and one by one, that is a matter of a moment.
  const sameOneByOne =
    ways.length === read.length &&
    ways.every((way, at) => {
      const other = read[at];
      return other !== undefined && compare(way, other, options).relation === 'equal';
    });
  if (sameOneByOne) return { relation: 'equal', onlyFirst: [], onlySecond: [] };
  return compare(policy, { ...policy, mutations: [], controls: [], alternatives: read }, options);
}

/** A policy for each alternative, with what all of them share. */
function waysOf(policy: Policy): readonly Policy[] {
  if (policy.alternatives.length === 0) return [policy];
  return policy.alternatives.flatMap(waysOf).map((way) => ({
    ...policy,
    name: way.name,
    alternatives: [],
    controls: [...policy.controls, ...way.controls],
  }));
}

/** The relation is that of the policy to the output. */
const outputIs: Readonly<Record<Relation, Fidelity['is']>> = {
  equal: 'exact',
  stricter: 'laxer',
  laxer: 'stricter',
  incomparable: 'incomparable',
};
