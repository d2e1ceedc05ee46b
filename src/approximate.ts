/**
 * What a target can say instead of a policy that it cannot say: the closest that is laxer, or stricter, proven to be so by the
 * solver. Only where somebody asks for it by name.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Backend, BundleFile, Refusal } from './backends/types.js';
import type { Mode, Policy } from './ir/types.js';
import { levelPolicy, levels } from './levels/levels.js';
import { newestMinor, parseVersion } from './levels/versions.js';
import { type Difference, deniedBeyond } from './solver/compare.js';

/** On which side of the policy the output is: it denies less, or more. */
export type Direction = 'laxer' | 'stricter';
export const directions: readonly Direction[] = ['laxer', 'stricter'];

export interface Approximation {
  /** What is said: under a name of its own, as it is not the policy. */
  readonly policy: Policy;
  readonly files: readonly BundleFile[];
  /** What it lets in that the policy denies, or denies that the policy admits, a pod for each control. */
  readonly differences: readonly Difference[];
  /** The mode that it had to take. */
  readonly mode: { readonly from: Mode; readonly to: Mode } | null;
}

/**
 * The closest output in the direction; the refusals where there is none.
 *
 * @throws TooLarge where the policies are beyond what the solver decides.
 */
export function approximate(
  backend: Backend,
  engineVersion: string,
  policy: Policy,
  direction: Direction,
): Approximation | { readonly refusals: readonly Refusal[] } {
  const compiled = (candidate: Policy) => backend.compile([candidate], engineVersion);
  const named = { ...policy, name: `${policy.name}-${direction}` };
  const found: Approximation[] = [];
  let refusals: readonly Refusal[] = [];
  // A target that cannot do as little as the policy asks for is told to do it.
  const modes: readonly Mode[] = policy.mode === 'enforce' ? ['enforce'] : [policy.mode, 'enforce'];
  for (const mode of modes) {
    const candidates = [
      ...(direction === 'laxer' ? withoutRefused({ ...named, mode }, compiled) : []),
      ...ofLevels({ ...named, mode }),
    ];
    for (const candidate of candidates) {
      const said = compiled(candidate);
      if ('refusals' in said) {
        refusals = refusals.length > 0 ? refusals : said.refusals;
        continue;
      }
      const [denies, admits] = direction === 'laxer' ? [policy, candidate] : [candidate, policy];
      // On the other side of the policy, or on neither.
      if (deniedBeyond(admits, denies).length > 0) continue;
      found.push({
        policy: candidate,
        files: said.files,
        differences: deniedBeyond(denies, admits),
        mode: mode === policy.mode ? null : { from: policy.mode, to: mode },
      });
    }
    if (found.length > 0) break;
  }
  const nothing = { policy: policy.name, control: null, reason: `nothing that it can say is ${direction}` };
  return closest(found, direction) ?? { refusals: refusals.length > 0 ? refusals : [nothing] };
}

/** The policy without the controls that the target refuses, one refusal after the other. */
function withoutRefused(
  policy: Policy,
  compiled: (policy: Policy) => ReturnType<Backend['compile']>,
): readonly Policy[] {
  let left = policy;
  for (;;) {
    const said = compiled(left);
    if ('files' in said) return [left];
    const refused = new Set(said.refusals.map(({ control }) => control));
    const controls = left.controls.filter(({ id }) => !refused.has(id));
    if (controls.length === left.controls.length) return [];
    left = { ...left, controls };
  }
}

/** The levels at the policy's version, for whom and where the policy applies. */
function ofLevels(policy: Policy): readonly Policy[] {
  const minor = (policy.version === null ? undefined : parseVersion(policy.version)) ?? newestMinor;
  return levels.map((level) => {
    const { version, controls } = levelPolicy(level, minor);
    return { ...policy, version, controls, mutations: [], alternatives: [], exceptions: [] };
  });
}

/** The one that no other lies between the policy and it; of several, the first. */
function closest(found: readonly Approximation[], direction: Direction): Approximation | undefined {
  return found.find(({ policy }) =>
    found.every((other) => {
      if (isDeepStrictEqual(other.policy, policy)) return true;
      const [stricter, laxer] = direction === 'laxer' ? [other.policy, policy] : [policy, other.policy];
      const isBetween =
        deniedBeyond(stricter, laxer).length > 0 && deniedBeyond(laxer, stricter).length === 0;
      return !isBetween;
    }),
  );
}
