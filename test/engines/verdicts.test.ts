/** What the engines said, replayed without them: `evaluate` says the same of each pod that an engine judged. */
import { expect, test } from 'vitest';
import { judgedPods, newestRuleSets, ruleSets } from '../../engines/agreement.js';
import { evaluator, judgedLevels } from '../../engines/corpus.js';
import { allRecorded, committed, committedOfNewest, judgedIn, recordOf } from '../../engines/verdicts.js';
import { versionsWithChanges } from '../../src/levels/levels.js';
import { parseVersion } from '../../src/levels/versions.js';
import type { JsonObject } from '../../src/manifest/types.js';
import { withNames } from '../../src/testing/named.js';

const recorded = allRecorded();
const pods = await judgedPods();
const minors = versionsWithChanges();
const failures = evaluator(minors);
const failed = new Map(pods.map((pod) => [pod, failures(pod)]));
const failedNamed = new Map(pods.map((pod) => [pod, failures(withNames(pod))]));

/** By the name of a rule set, the controls that deny a pod. */
const policies = new Map(
  ruleSets().map(({ policy, versions }) => {
    const level = judgedLevels.find((each) => policy.name.startsWith(each));
    const minor = parseVersion(versions[0] ?? '');
    const index = minor === undefined ? -1 : minors.indexOf(minor);
    if (level === undefined || index < 0) throw new TypeError(`no level at a version: ${policy.name}`);
    const answer = (pod: JsonObject, named = false) =>
      ((named ? failedNamed : failed).get(pod)?.[level][index] ?? []).map(([id]) => id);
    return [policy.name, answer];
  }),
);

test('those of each engine that is to have them, and no others', () => {
  expect(recorded.map(({ engine }) => engine).sort()).toEqual([...committed].sort());
});

test.each(recorded)('$engine $version', (record) => {
  let judgedPods = 0;
  const replayed = new Map(
    Object.entries(record.policies).map(([name, policy]) => {
      const answer = policies.get(name);
      if (answer === undefined) throw new TypeError(`no rule set ${name}`);
      const judged = judgedIn(policy, pods.length);
      const subjects = new Set(pods.filter((_, index) => judged[index]));
      judgedPods += subjects.size;
      return [
        name,
        (pod: JsonObject) => (subjects.has(pod) ? answer(pod, record.named) : undefined),
      ] as const;
    }),
  );
  const newest = newestRuleSets().map(({ policy }) => policy.name);
  const wanted = committedOfNewest.includes(record.engine) ? newest : [...policies.keys()];
  expect([...replayed.keys()].sort()).toEqual(wanted.toSorted());
  expect(judgedPods).toBeGreaterThan(500 * wanted.length);
  const verdictOnly = Object.values(record.policies).every(({ controls }) => controls === null);
  expect(recordOf({ ...record, verdictOnly }, pods, replayed)).toEqual(record);
});
