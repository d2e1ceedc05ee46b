/** What the admission code of 1.24 said of PodSecurityPolicies, replayed without it: golden/psp-read. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { asAdmitted, readPolicy } from '../../../engines/agreement-psp-read.js';
import { randomPsp } from '../../../engines/policies/psp-documents.js';
import { pspRows } from '../../../engines/policies/psp-rows.js';
import {
  type AnsweredRow,
  answerFiles,
  type Change,
  pspCorpus,
  replayedCorpus,
} from '../../../engines/psp-answers.js';
import { judgedIn, type Recorded } from '../../../engines/verdicts.js';
import { evaluate, mutate } from '../../../src/evaluate.js';
import { pspTypes } from '../../../src/frontends/psp/types.js';
import { checkPolicy } from '../../../src/ir/check.js';
import { parsePolicy } from '../../../src/ir/parse.js';
import { policyJson } from '../../../src/ir/print.js';
import { isObject } from '../../../src/manifest/json.js';
import type { Json } from '../../../src/manifest/types.js';
import { Random } from '../../../src/testing/boundary/random.js';
import { admittedPod } from '../../../src/verify/judged.js';

const answered: readonly AnsweredRow[] = JSON.parse(readFileSync(answerFiles.rows, 'utf8'));

function withChange(at: Json | undefined, { path: [step, ...path], value }: Change): Json {
  if (step === undefined) return value;
  if (typeof step === 'number')
    return Array.isArray(at) ? at.with(step, withChange(at[step], { path, value })) : [];
  const object = isObject(at) ? at : {};
  return { ...object, [step]: withChange(object[step], { path, value }) };
}

describe('the rows by hand', () => {
  test('are answered, each field and annotation with pods of both verdicts or one that is changed', () => {
    expect(answered.map(({ field, name }) => [field, name])).toEqual(
      pspRows.map(({ field, name }) => [field, name]),
    );
    const fields = [...Object.keys(pspTypes.PodSecurityPolicySpec?.fields ?? {}), 'seccomp', 'appArmor'];
    for (const field of fields) {
      const pods = answered.filter((row) => row.field === field).flatMap((row) => row.pods);
      const verdicts = new Set(pods.map((each) => each?.admitted));
      const changed = pods.some((each) => each?.changes !== undefined);
      expect(verdicts.has(true), field).toBe(true);
      expect(verdicts.has(false) || changed, field).toBe(true);
    }
    const refused = answered.flatMap(({ pods }) => pods).filter((each) => each === null);
    expect(refused.length).toBeLessThan(20);
  });

  test.each(pspRows.map((row, index) => ({ ...row, answers: answered[index]?.pods ?? [] })))(
    '$field: $name',
    ({ psp, pods, answers }) => {
      const policy = readPolicy(psp);
      if (policy === undefined) throw new TypeError('the policy is refused');
      expect(checkPolicy(policy)).toEqual([]);
      expect(parsePolicy(JSON.parse(JSON.stringify(policy))).value).toEqual(policy);
      for (const [index, raw] of pods.entries()) {
        const answer = answers[index];
        if (answer === null || answer === undefined) continue;
        const judged = answer.plain === undefined ? admittedPod(raw) : asAdmitted(raw, answer.plain);
        const text = JSON.stringify(raw);
        expect(evaluate(policy, judged).length === 0, text).toBe(answer.admitted);
        // As 1.37 reads it, seccomp is in one place alone.
        expect(evaluate(policy, admittedPod(raw)).length === 0, text).toBe(answer.admitted);
        if (!answer.admitted || answer.changes === null) continue;
        const expected = (answer.changes ?? []).reduce((pod: Json, each) => withChange(pod, each), judged);
        expect(admittedPod(mutate(policy, judged).pod), text).toEqual(expected);
      }
    },
  );
});

test('random ones that are read are well-formed, and the same as JSON', () => {
  const random = new Random(20261128);
  const policies = Array.from({ length: 300 }, (_, count) =>
    readPolicy(randomPsp(random, `random-${count}`)),
  );
  const read = policies.filter((policy) => policy !== undefined);
  expect(read.length).toBeGreaterThan(150);
  expect(read.length).toBeLessThan(300);
  for (const policy of read) expect(parsePolicy(JSON.parse(policyJson(policy))).value).toEqual(policy);
});

test('the corpus by policies that people wrote', async () => {
  const recorded: Recorded = JSON.parse(readFileSync(answerFiles.corpus, 'utf8'));
  const pods = await pspCorpus();
  const judged = new Map(
    Object.entries(recorded.policies).map(([name, policy]) => [name, judgedIn(policy, pods.length)]),
  );
  for (const bits of judged.values()) expect(bits.filter((bit) => bit).length).toBeGreaterThan(20);
  const replayed = replayedCorpus(recorded, pods, (name, index) => judged.get(name)?.[index] === true);
  expect(replayed).toEqual(recorded);
});
