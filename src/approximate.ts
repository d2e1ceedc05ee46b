/**
 * What a target can say instead of a policy that it cannot say: the closest that is laxer, or stricter, proven to be so by the
 * solver. Only where somebody asks for it by name.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Backend, BackendOptions, BundleFile, Direction, Refusal, Search } from './backends/types.js';
import type { Mode, Policy } from './ir/types.js';
import { levelPolicy, levels } from './levels/levels.js';
import { newestMinor, parseVersion } from './levels/versions.js';
import {
  type CompareOptions,
  type Difference,
  deniedBeyond,
  deniesBeyond,
  writesInto,
} from './solver/compare.js';

export type { Direction } from './backends/types.js';
export const directions: readonly Direction[] = ['laxer', 'stricter'];

export interface Approximation {
  /** What is said: under a name of its own, as it is not the policy. */
  readonly policy: Policy;
  readonly files: readonly BundleFile[];
  /** What it lets in that the policy denies, or denies that the policy admits, a pod for each control. */
  readonly differences: readonly Difference[];
  /** Of the controls of `differences`, those that deny none of the pods any more that it lets in, as it stores them. */
  readonly repaired: readonly string[];
  /** The mode that it had to take. */
  readonly mode: { readonly from: Mode; readonly to: Mode } | null;
}

/**
 * The closest output in the direction; where there is none, that there is none, and what of the policy it cannot say.
 *
 * @throws TooLarge where the policies are beyond what the solver decides.
 */
export function approximate(
  backend: Backend,
  engineVersion: string,
  policy: Policy,
  direction: Direction,
  options: BackendOptions = {},
): Approximation | { readonly refusals: readonly Refusal[] } {
  const compiled = (candidate: Policy) => backend.compile([candidate], engineVersion, options);
  const named = { ...policy, name: `${policy.name}-${direction}` };
  const found: Approximation[] = [];
  let refusals: readonly Refusal[] = [];
  // A target that cannot do as little as the policy asks for is told to do it.
  const modes: readonly Mode[] = policy.mode === 'enforce' ? ['enforce'] : [policy.mode, 'enforce'];
  for (const mode of modes) {
    const own = compiled({ ...named, mode });
    const taken = mode === policy.mode ? null : { from: policy.mode, to: mode };
    if ('files' in own)
      return { policy: { ...named, mode }, files: own.files, differences: [], repaired: [], mode: taken };
    refusals = own.refusals.map((each) => ({ ...each, policy: policy.name }));
    const near = nearest(backend, engineVersion, { ...named, mode }, policy, direction);
    if (near !== undefined) return near;
    const candidates = [
      ...(direction === 'laxer' ? withoutRefused({ ...named, mode }, compiled) : []),
      ...ofLevels({ ...named, mode }),
    ];
    for (const candidate of candidates) {
      const said = compiled(candidate);
      if ('refusals' in said) continue;
      const [denies, admits] = direction === 'laxer' ? [policy, candidate] : [candidate, policy];
      // On the other side of the policy, or on neither.
      if (deniedBeyond(admits, denies).length > 0) continue;
      found.push({
        policy: candidate,
        files: said.files,
        differences: deniedBeyond(denies, admits),
        repaired: [],
        mode: taken,
      });
    }
    if (found.length > 0) break;
  }
  const nothing = { policy: policy.name, control: null, reason: `nothing that it can say is ${direction}` };
  return closest(found, direction) ?? { refusals: [nothing, ...refusals] };
}

/** Where the target knows how to come near. */
function nearest(
  backend: Backend,
  engineVersion: string,
  named: Policy,
  policy: Policy,
  direction: Direction,
): Approximation | undefined {
  const given = (backend.readBack?.seenOtherwise ?? []).map((cond) => ({ cond, holds: false }));
  const near = backend.nearest?.(named, engineVersion, searchFor(policy, direction, { given }));
  if (near === undefined) return undefined;
  const { said, files } = near;
  const [denies, admits] = direction === 'laxer' ? [policy, said] : [said, policy];
  const differences = deniedBeyond(denies, admits, { given });
  const left =
    said.mutations.length > 0 ? deniedBeyond(storedBy(said, policy), said, { given }) : differences;
  const kept = new Set(left.map(({ control }) => control));
  return {
    policy: said,
    files,
    differences,
    repaired: differences.map(({ control }) => control).filter((control) => !kept.has(control)),
    mode: named.mode === policy.mode ? null : { from: policy.mode, to: named.mode },
  };
}

/** The policy, of a pod as another one leaves it. */
const storedBy = ({ mutations }: Policy, policy: Policy): Policy => ({ ...policy, mutations });

function searchFor(policy: Policy, direction: Direction, options: CompareOptions): Search {
  const each = (of: Policy, beyond: Policy) => deniesBeyond(of, beyond, options);
  return {
    direction,
    holds: (said, than) => {
      if (direction === 'stricter') return !each(policy, said);
      const writesTheSame = than !== undefined && isDeepStrictEqual(said.mutations, than.mutations);
      const known = new Set(writesTheSame ? than.controls.map((control) => JSON.stringify(control)) : []);
      const controls = said.controls.filter((control) => !known.has(JSON.stringify(control)));
      if (each({ ...said, controls }, policy)) return false;
      // What the policy admits is stored as it is: nothing that is written stops it, or makes something else of it.
      return writesTheSame || !writesInto(said.mutations, policy, options);
    },
    helps: (said, than) =>
      !each(than, said) && (each(said, than) || each(storedBy(than, policy), storedBy(said, policy))),
  };
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
