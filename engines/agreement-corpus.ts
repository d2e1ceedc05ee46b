/**
 * The levels at every version that changes a rule, on every pod of the corpus, pairs and random ones too: what the other steps
 * judge is the fixtures and the pods with one value changed.
 */
import type { JsonObject } from '../src/manifest/types.js';
import { allowAll, demandBlindRowsFail, Row, ruleSets, sum, type Tally, tally } from './agreement.js';
import { corpusPods } from './corpus.js';
import { type Judge, type JudgeName, startJudge } from './judges.js';

/** So many at once, so that progress is seen and an answer fits into memory. */
const chunk = 6000;

async function rowsOf(judge: Judge, pods: readonly JsonObject[], allow: boolean): Promise<Row[]> {
  const policies = ruleSets().map(({ policy }) => policy);
  const rows = policies.map(({ name }) => new Row(judge.engine, `${name}, whole corpus`));
  for (let start = 0; start < pods.length; start += chunk) {
    const some = pods.slice(start, start + chunk);
    const judged = await judge.judge(allow ? policies.map(allowAll) : policies, some);
    for (const [index, policy] of policies.entries()) {
      for (const [at, pod] of some.entries()) {
        const failed = judged[index]?.[at];
        if (failed !== undefined)
          rows[index]?.compare(judge.expected(policy, pod), failed, () => JSON.stringify(pod));
      }
    }
    if (!allow)
      process.stderr.write(
        `${judge.engine}: ${Math.min(start + chunk, pods.length)} of ${pods.length} pods\n`,
      );
  }
  return rows;
}

const wholeCorpus =
  (name: JudgeName): (() => Promise<Tally>) =>
  async () => {
    const judge = await startJudge(name);
    try {
      const pods = corpusPods().map(({ pod }) => pod);
      const rows = await rowsOf(judge, pods, false);
      const sample = pods.filter((_, index) => index % 199 === 0);
      return sum(tally(rows), demandBlindRowsFail(await rowsOf(judge, sample, true)));
    } finally {
      await judge.stop();
    }
  };

/** A step for each engine, as they take long. */
export const corpusChecks: Readonly<Record<`corpus-${JudgeName}`, () => Promise<Tally>>> = {
  'corpus-opa': wholeCorpus('opa'),
  'corpus-vap': wholeCorpus('vap'),
  'corpus-kyverno': wholeCorpus('kyverno'),
  'corpus-kyverno-vpol': wholeCorpus('kyverno-vpol'),
  'corpus-gatekeeper-cel': wholeCorpus('gatekeeper-cel'),
  'corpus-gatekeeper-rego': wholeCorpus('gatekeeper-rego'),
};
