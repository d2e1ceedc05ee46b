/**
 * How faithful the output of a target is whose form podsec reads as well: what was written is read back, and the solver compares
 * it with the policy.
 */
import type { BundleFile } from './backends/types.js';
import type { Cond, Policy } from './ir/types.js';
import { manifestPolicies } from './load/manifest.js';
import { compare, type Difference } from './solver/compare.js';

export interface Fidelity {
  /** What the output is to the policy. Podsec's PodSecurityPolicies write nothing into pods, so none is `repairing`. */
  readonly is: 'exact' | 'stricter' | 'laxer' | 'incomparable';
  /** Where it is not exact. */
  readonly differences: readonly Difference[];
}

interface ReadBack {
  /** The files that say the policy, each by itself. */
  readonly file: RegExp;
  readonly kind: RegExp;
  /** Pods that the engine sees otherwise than a newer API server, so that nothing is to be said of them. */
  readonly seenOtherwise: readonly Cond[];
}

const always = { kind: 'constant', value: true } as const;

const annotated = (prefix: string): Cond => ({
  kind: 'some',
  bind: 'entry',
  in: { kind: 'entries', map: { from: 'pod', path: ['metadata', 'annotations'] }, prefix },
  where: always,
});

const readBacks: Readonly<Record<string, ReadBack>> = {
  psa: {
    file: /(^|\/)(labels|admission-configuration)\.yaml$/,
    kind: /^kind: (Namespace|AdmissionConfiguration)$/m,
    seenOtherwise: [],
  },
  psp: {
    file: /^(?!tests\/|.*-exempt\.yaml$).*\.yaml$/,
    kind: /^kind: PodSecurityPolicy$/m,
    // 1.24 drops the source of an image volume, and makes fields of annotations about seccomp and the reverse.
    seenOtherwise: [
      {
        kind: 'some',
        bind: 'volume',
        in: { kind: 'items', list: { from: 'pod', path: ['spec', 'volumes'] } },
        where: { kind: 'present', ref: { from: 'volume', path: ['image'] } },
      },
      annotated('seccomp.security.alpha.kubernetes.io/'),
      annotated('container.seccomp.security.alpha.kubernetes.io/'),
    ],
  },
};

/**
 * Undefined for a target that is not read back, where several PodSecurityPolicies are the policy, and where it asks for rights,
 * which say who may use them.
 *
 * @throws TooLarge where it is beyond what the solver decides.
 */
export async function fidelityOf(
  target: string,
  policy: Policy,
  files: readonly BundleFile[],
): Promise<Fidelity | undefined> {
  const how = readBacks[target];
  if (how === undefined || JSON.stringify(policy).includes('"kind":"authorized"')) return undefined;
  const given = how.seenOtherwise.map((cond) => ({ cond, holds: false }));
  let found: Fidelity | undefined;
  for (const { path, text } of files) {
    if (!how.file.test(path) || !how.kind.test(text)) continue;
    const { value = [] } = await manifestPolicies(text);
    const [read, ...others] = value;
    if (read === undefined) throw new Error(`${path} is no policy when it is read back`);
    if (others.length > 0) return undefined;
    const { relation, onlyFirst, onlySecond } = compare(policy, read.policy, { given });
    // The relation is that of the policy to the output.
    const is = (
      { equal: 'exact', stricter: 'laxer', laxer: 'stricter', incomparable: 'incomparable' } as const
    )[relation];
    if (is !== 'exact') return { is, differences: [...onlyFirst, ...onlySecond] };
    found = { is, differences: [] };
  }
  return found;
}
