/**
 * How faithful the output of a target is whose form podsec reads as well: what was written is read back, and the solver compares
 * it with the policy.
 */
import type { Backend, BundleFile } from './backends/types.js';
import type { Policy } from './ir/types.js';
import { manifestPolicies } from './load/manifest.js';
import { compare, type Difference, type Relation } from './solver/compare.js';

export interface Fidelity {
  /** What the output is to the policy. Podsec's PodSecurityPolicies write nothing into pods, so none is `repairing`. */
  readonly is: 'exact' | 'stricter' | 'laxer' | 'incomparable';
  /** Where it is not exact. */
  readonly differences: readonly Difference[];
}

/**
 * Undefined for a target that is not read back, where several PodSecurityPolicies are the policy, and where it asks for rights,
 * which say who may use them.
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
    const [read, ...others] = value;
    if (read === undefined) throw new Error(`${path} is no policy when it is read back`);
    if (others.length > 0) return undefined;
    const { relation, onlyFirst, onlySecond } = compare(policy, read.policy, { given });
    found = { is: outputIs[relation], differences: [...onlyFirst, ...onlySecond] };
    if (found.is !== 'exact') return found;
  }
  return found;
}

/** The relation is that of the policy to the output. */
const outputIs: Readonly<Record<Relation, Fidelity['is']>> = {
  equal: 'exact',
  stricter: 'laxer',
  laxer: 'stricter',
  incomparable: 'incomparable',
};
