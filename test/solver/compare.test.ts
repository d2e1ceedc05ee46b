/** Levels and versions against each other: what is known of them, and that the answers fit together. */
import { describe, expect, it } from 'vitest';
import { ruleSets } from '../../engines/agreement.js';
import { randomPolicies } from '../../engines/policies/index.js';
import { evaluate } from '../../src/evaluate.js';
import type { Policy } from '../../src/ir/types.js';
import { levelPolicy } from '../../src/levels/levels.js';
import { isMinor, newestMinor } from '../../src/levels/versions.js';
import { acceptanceOf } from '../../src/solver/accepted.js';
import { type Comparison, compare, type Relation } from '../../src/solver/compare.js';
import { TooLarge } from '../../src/solver/limits.js';

const level = (name: 'privileged' | 'baseline' | 'restricted', minor: number): Policy => {
  if (!isMinor(minor)) throw new RangeError(`no version 1.${minor}`);
  return levelPolicy(name, minor);
};

const mirrored: Readonly<Record<Relation, Relation>> = {
  equal: 'equal',
  stricter: 'laxer',
  laxer: 'stricter',
  incomparable: 'incomparable',
};

const controls = ({ onlyFirst, onlySecond }: Comparison) => [
  onlyFirst.map(({ control }) => control),
  onlySecond.map(({ control }) => control),
];

describe('levels', () => {
  it('are ordered at every version', () => {
    for (const { policy } of ruleSets()) {
      if (!policy.name.startsWith('restricted')) continue;
      const minor = Number(policy.version?.split('.')[1]);
      expect(compare(policy, level('baseline', minor)).relation, policy.name).toBe('stricter');
      expect(compare(level('baseline', minor), level('privileged', minor)).relation).toBe('stricter');
    }
  });

  it('equal themselves', () => {
    for (const { policy } of ruleSets())
      expect(compare(policy, { ...policy, name: 'copy' }).relation).toBe('equal');
  });

  it('changed from version to version as their history says', () => {
    expect(controls(compare(level('restricted', 34), level('restricted', 35)))).toEqual([
      ['runAsNonRoot', 'runAsUser'],
      [],
    ]);
    expect(controls(compare(level('baseline', 33), level('baseline', 34)))).toEqual([
      [],
      ['hostProbesAndHostLifecycle'],
    ]);
    expect(controls(compare(level('baseline', 26), level('baseline', 27)))).toEqual([['sysctls'], []]);
    expect(controls(compare(level('restricted', 24), level('restricted', 25)))[0]).toContain(
      'allowPrivilegeEscalation',
    );
  });

  it('are compared the same from both sides', () => {
    const [a, b] = [level('baseline', 0), level('baseline', newestMinor)];
    const [there, back] = [compare(a, b), compare(b, a)];
    expect(back.relation).toBe(mirrored[there.relation]);
    expect(controls(back).reverse()).toEqual(controls(there));
  });
});

describe('exemptions', () => {
  const restricted = level('restricted', newestMinor);
  const exempting = (...runtimeClasses: string[]): Policy => ({
    ...restricted,
    exemptions: { ...restricted.exemptions, runtimeClasses },
  });

  it('of runtime classes make a policy laxer, by a pod of that class', () => {
    const { relation, onlyFirst } = compare(restricted, exempting('kata'));
    expect(relation).toBe('stricter');
    expect(onlyFirst[0]?.witness.pod.spec).toMatchObject({ runtimeClassName: 'kata' });
    expect(compare(exempting('kata'), exempting('gvisor')).relation).toBe('incomparable');
    expect(compare(exempting('kata', ''), exempting('kata')).relation).toBe('equal');
  });
});

describe('random policies', () => {
  it('are never said to deny less than pods show', () => {
    const policies = randomPolicies(77, 14);
    let decided = 0;
    let judged = 0;
    for (const [at, first] of policies.entries()) {
      const second = policies[(at + 1) % policies.length];
      if (second === undefined) continue;
      let comparison: Comparison;
      try {
        comparison = compare(first.policy, second.policy);
      } catch (error) {
        if (!(error instanceof TooLarge)) throw error;
        continue;
      }
      decided += 1;
      const [onlyFirst = [], onlySecond = []] = controls(comparison);
      for (const pod of [...first.pods, ...second.pods]) {
        const acceptance = acceptanceOf(pod);
        if (!('pod' in acceptance)) continue;
        judged += 1;
        const [a, b] = [first, second].map(({ policy }) => evaluate(policy, acceptance.pod));
        if (a === undefined || b === undefined) continue;
        const shown = JSON.stringify([at, pod]);
        const names = (findings: typeof a) =>
          findings.map(({ control }) => (control.includes('/') ? 'alternatives' : control));
        if (b.length === 0) expect(onlyFirst, shown).toEqual(expect.arrayContaining(names(a)));
        if (a.length === 0) expect(onlySecond, shown).toEqual(expect.arrayContaining(names(b)));
      }
    }
    expect(decided).toBeGreaterThan(2);
    expect(judged).toBeGreaterThan(1000);
  });
});
