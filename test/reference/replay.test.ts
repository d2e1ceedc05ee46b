/** `evaluate` against the committed verdicts of the reference: verdict, control ids, reasons and details. */

import { describe, expect, it } from 'vitest';
import {
  bitsOf,
  corpusPods,
  Digest,
  digestChunk,
  evaluator,
  type Failures,
  judgedLevels,
  minorsOf,
  ownCheckTable,
} from '../../engines/corpus.js';
import { CoverageTable, coverageText } from '../../engines/coverage.js';
import { type PodsRecord, readReference, type Verdicts } from '../../engines/reference.js';
import { severalPods } from '../../engines/several.js';
import { evaluate, levelPolicy, parseVersion, versionsWithChanges } from '../../src/index.js';
import type { Comprehension } from '../../src/ir/types.js';
import { allRevisions, levelControls } from '../../src/levels/levels.js';
import type { JsonObject } from '../../src/manifest/types.js';
import { admittedPod } from '../../src/verify/judged.js';

const { fixtures, corpus, several } = await readReference();
const { record } = corpus;
const deniesPods = new Set(
  allRevisions()
    .filter(({ control }) => control.collections.some(({ denies, from }) => denies && from.some(deniesPod)))
    .map(({ control }) => control.id),
);

function deniesPod({ over }: Comprehension): boolean {
  return over.every((binding) => binding.in.kind !== 'containers');
}
const minors = minorsOf(record.table);

/** What `evaluate` says otherwise than the reference did: of the pods made again, each verdict and all words. */
function differences(
  { record: kept, bits }: Verdicts<PodsRecord>,
  pods: readonly JsonObject[],
  saw: (index: number, failures: Failures) => void = () => undefined,
): string[] {
  const podsDigest = new Digest();
  for (const pod of pods) podsDigest.add(pod);
  expect(pods.length).toBe(kept.pods);
  expect(podsDigest.hex()).toBe(kept.podsDigest);

  const judge = evaluator(minors);
  const width = bits.length / pods.length;
  const wrong: string[] = [];
  let chunk: Failures[] = [];
  for (const [index, pod] of pods.entries()) {
    const failures = judge(pod);
    saw(index, failures);
    chunk.push(failures);
    const expected = bits.subarray(index * width, (index + 1) * width);
    if (Buffer.compare(bitsOf(kept.table, failures), expected) !== 0)
      wrong.push(`verdict: ${JSON.stringify(pod)}`);
    if (chunk.length === digestChunk || index === pods.length - 1) {
      const wording = new Digest();
      for (const each of chunk) wording.add(judgedLevels.map((level) => each[level]));
      const at = Math.floor(index / digestChunk);
      if (wording.hex() !== kept.wordingDigests[at]) wrong.push(`wording: chunk ${at}`);
      chunk = [];
    }
  }
  return wrong;
}

describe('the reference', () => {
  it('has a change at the versions at which ours have one, and the same checks there', () => {
    expect(versionsWithChanges()).toEqual(minors);
    expect(ownCheckTable(minors)).toEqual(record.table);
  });

  it('agrees on every fixture', () => {
    expect(fixtures.length).toBe(4537);
    const wrong = fixtures.filter(({ level, version, verdict, pod }) => {
      const minor = parseVersion(version);
      if (minor === undefined) throw new RangeError(version);
      const denied = evaluate(levelPolicy(level, minor), admittedPod(pod)).length > 0;
      return denied !== (verdict === 'fail');
    });
    expect(wrong.map(({ level, version, name }) => `${level} ${version} ${name}`)).toEqual([]);
  });

  it('agrees on pods in which several containers break a rule, in words for many too', () => {
    const pods = severalPods();
    expect(several.record.table).toEqual(record.table);
    expect(pods.length).toBeGreaterThan(1000);
    expect(differences(several, pods)).toEqual([]);
  });

  it('agrees on the corpus in verdict, control ids, reasons and details', () => {
    const pods = corpusPods();
    expect(pods.length).toBeGreaterThanOrEqual(50_000);
    const coverage = new CoverageTable(record.table);
    const wrong = differences(
      corpus,
      pods.map(({ pod }) => pod),
      (index, failures) => {
        const boundary = pods[index];
        if (boundary !== undefined) coverage.add(boundary, failures);
      },
    );
    expect(wrong.slice(0, 20)).toEqual([]);

    const rows = coverage.rows();
    console.info(coverageText(rows));
    const controlsAndVersions = new Set(rows.map(({ control, version }) => `${control} ${version}`));
    const all = levelControls.flatMap(({ id, level }) =>
      record.table.versions
        .filter((_, at) => record.table[level][at]?.includes(id))
        .map((version) => `${id} ${version}`),
    );
    expect([...controlsAndVersions].sort()).toEqual(all.sort());
    const groupsOf = (id: string) =>
      new Set(rows.filter(({ control }) => control === id).map(({ group }) => group));
    for (const { id } of levelControls) {
      const groups = groupsOf(id);
      if (groups.has('regular'))
        expect([...groups], id).toEqual(expect.arrayContaining(['init', 'regular', 'ephemeral']));
    }
    // A control may read relaxations from the pod, and deny containers alone: then no pod-level value makes it fail.
    const mustFail = rows.filter(({ group, control }) => group !== 'pod' || deniesPods.has(control));
    expect(mustFail.filter(({ failOnly, passNear }) => failOnly < 100 || passNear < 100)).toEqual([]);
  });
});
