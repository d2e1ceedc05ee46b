/**
 * What is emitted for the levels, against `evaluate`, on the reference's fixtures, on every pod with one value on the
 * edge of a rule, and on a slice of the corpus: verdict and set of failed controls, by every distinct rule set.
 *
 * Rego runs as the committed Wasm in opa-wasm: each rule set judges all pods. CEL runs in cel-js, which takes longer: the
 * oldest and the newest rule sets judge all pods, each other one the next share of them, so that they all are judged.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { allowAll, judgedPods, Row, type RuleSet, ruleSets } from '../../engines/agreement.js';
import { corpusPods, evaluator, type JudgedLevel, judgedLevels } from '../../engines/corpus.js';
import { admit } from '../../src/admission/index.js';
import { versionsWithChanges } from '../../src/levels/levels.js';
import { type Minor, parseVersion } from '../../src/levels/versions.js';
import type { JsonObject } from '../../src/manifest/types.js';
import { loadLevel } from '../../src/wasm/engine.js';
import { engineFor } from './vap/corpus.js';

interface Subject {
  readonly manifest: JsonObject;
  /** As validating admission sees it. */
  readonly pod: JsonObject;
  /** Ids of the controls that deny it, by level and version. */
  readonly failed: Readonly<Record<JudgedLevel, ReadonlyMap<Minor, readonly string[]>>>;
}

interface Judged extends RuleSet {
  readonly level: JudgedLevel;
  /** The first of its versions. */
  readonly minor: Minor;
}

type Engine = (subject: Subject) => readonly string[];

const sets = ruleSets().map((set): Judged => {
  const level = judgedLevels.find((each) => set.policy.name.startsWith(each));
  const minor = parseVersion(set.versions[0] ?? '');
  if (level === undefined || minor === undefined)
    throw new TypeError(`no level at a version: ${set.policy.name}`);
  return { ...set, level, minor };
});
const oldest = sets.filter(({ minor }) => minor === 0);
const newest = judgedLevels.flatMap((level) => sets.findLast((set) => set.level === level) ?? []);
const celShares = 4;

let subjects: readonly Subject[];

beforeAll(async () => {
  const minors = versionsWithChanges();
  const failures = evaluator(minors);
  const slice = corpusPods({ seed: 29, pairs: 10, near: 0, cross: 1500 }).filter(({ tweaks }) => tweaks > 1);
  const pods = [...(await judgedPods()), ...slice.map(({ pod }) => pod)];
  subjects = pods.flatMap((manifest): Subject[] => {
    const admission = admit(manifest);
    // An API server refuses it before any policy sees it.
    if (admission.kind !== 'workload' || admission.pod === undefined || admission.problems.length > 0)
      return [];
    const all = failures(manifest);
    const byMinor = (level: JudgedLevel) =>
      new Map(minors.map((minor, index) => [minor, (all[level][index] ?? []).map(([id]) => id)]));
    const failed = { baseline: byMinor('baseline'), restricted: byMinor('restricted') };
    return [{ manifest, pod: admission.pod, failed }];
  });
});

/** Every `shares`th pod, beginning with another one for each rule set of a level. */
function shareOf(set: Judged, shares: number): readonly Subject[] {
  const own = sets.filter(({ level }) => level === set.level).indexOf(set);
  return subjects.filter((_, index) => index % shares === own % shares);
}

function compared(
  name: string,
  { policy, level, minor }: Judged,
  judge: Engine,
  pods: readonly Subject[],
): Row {
  const row = new Row(name, policy.name);
  for (const subject of pods) {
    const expected = subject.failed[level].get(minor);
    if (expected === undefined) throw new TypeError(`not judged by evaluate: ${policy.name}`);
    row.compare(expected, judge(subject), () => JSON.stringify(subject.manifest));
  }
  return row;
}

const celOf = (set: Judged, policy = set.policy): Engine => {
  const engine = engineFor(policy);
  return ({ pod }) => {
    const { verdict, controls, error } = engine.judge(pod);
    if (error !== undefined) return [`error: ${error}`];
    return (verdict === 'deny') === controls.length > 0 ? controls : [`${verdict} by ${controls.length}`];
  };
};

test('there are pods and rule sets', () => {
  expect(subjects.length).toBeGreaterThan(7000);
  expect(sets.length).toBeGreaterThan(20);
  expect([oldest, newest].map(({ length }) => length)).toEqual([2, 2]);
});

test('the shares together are all pods', () => {
  for (const level of judgedLevels) {
    const shares = sets.filter((set) => set.level === level).map((set) => shareOf(set, celShares));
    expect(new Set(shares.flat()).size).toBe(subjects.length);
  }
});

describe.each(judgedLevels)('%s', (level) => {
  const own = sets.filter((set) => set.level === level);

  test.each(own)('as Wasm in opa-wasm, at $versions', async (set) => {
    const engine = await loadLevel(level);
    const judge: Engine = ({ manifest }) => engine.judge(set.minor, manifest).map(({ control }) => control);
    const row = compared('opa-wasm', set, judge, subjects);
    expect(row.failure).toBeUndefined();
  });

  test.each(own)('as ValidatingAdmissionPolicy in cel-js, at $versions', (set) => {
    const pods = oldest.includes(set) || newest.includes(set) ? subjects : shareOf(set, celShares);
    expect(compared('cel-js', set, celOf(set), pods).failure).toBeUndefined();
  });
});

describe('the comparison fails', () => {
  test.each(newest)('where $policy.name denies nothing', (set) => {
    const row = compared('cel-js', set, celOf(set, allowAll(set.policy)), subjects.slice(0, 400));
    expect(row.failure).toMatch(/of 400 pods differ/);
  });

  test.each(newest)('where $policy.name judges nothing', (set) => {
    expect(compared('nobody', set, () => [], []).failure).toBe('judged no pod');
  });

  test.each(newest)('where $policy.name is judged by the rules of another version', async (set) => {
    const engine = await loadLevel(set.level);
    const judge: Engine = ({ manifest }) => engine.judge(0, manifest).map(({ control }) => control);
    expect(compared('opa-wasm', set, judge, subjects).failure).toMatch(/pods differ/);
  });
});
