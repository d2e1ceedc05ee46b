/**
 * Every pod of the corpus, pairs and random ones too: what the other steps judge is the fixtures, and pods on the edges of one
 * policy. By the levels at every version that changes a rule, and by the policies of users.
 */
import { defaultScope, noExemptions } from '../src/dsl/scope.js';
import type { Policy } from '../src/ir/types.js';
import type { JsonObject } from '../src/manifest/types.js';
import { allowAll, demandBlindRowsFail, Row, ruleSets, sum, type Tally, tally } from './agreement.js';
import { corpusPods } from './corpus.js';
import { type Judge, type JudgeName, judgeNames, startJudge } from './judges.js';
import { customPolicies } from './policies/index.js';

/** So many at once, so that progress is seen and an answer fits into memory. */
const chunk = 6000;

async function rowsOf(
  judge: Judge,
  policies: readonly Policy[],
  pods: readonly JsonObject[],
  allow: boolean,
): Promise<Row[]> {
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

/** What judges, and whether each has to tell some pods from others: the corpus is made of the levels' literals alone. */
interface Whose {
  readonly policiesFor: (judge: Judge) => readonly Policy[];
  readonly allTell: boolean;
}

const ofLevels: Whose = { policiesFor: () => ruleSets().map(({ policy }) => policy), allTell: true };

/** What is compared is what they say of pods: where they hold, and for whom, is for scenarios. */
const ofUsers: Whose = {
  policiesFor: ({ backend }) =>
    customPolicies()
      .map(({ policy }): Policy => ({ ...policy, scope: defaultScope, exemptions: noExemptions }))
      .filter((policy) => 'files' in backend.compile([policy], backend.engineVersions.at(-1) ?? '')),
  allTell: false,
};

const wholeCorpus =
  (name: JudgeName, { policiesFor, allTell }: Whose): (() => Promise<Tally>) =>
  async () => {
    const judge = await startJudge(name);
    try {
      const pods = corpusPods().map(({ pod }) => pod);
      const rows = await rowsOf(judge, policiesFor(judge), pods, false);
      const tells = (row: Row): boolean =>
        allTell || row.wrong.length > 0 || (row.denied > 0 && row.denied < row.judged);
      const sample = pods.filter((_, index) => index % 199 === 0);
      const telling = policiesFor(judge).filter((_, index) => rows.slice(index, index + 1).some(tells));
      return sum(tally(rows.filter(tells)), demandBlindRowsFail(await rowsOf(judge, telling, sample, true)));
    } finally {
      await judge.stop();
    }
  };

const checksOf = (prefix: string, whose: Whose): readonly (readonly [string, () => Promise<Tally>])[] =>
  judgeNames.map((name) => [`${prefix}-${name}`, wholeCorpus(name, whose)]);

/** A step for each engine, as they take long: `corpus-opa`, `corpus-custom-opa` and so on. */
export const corpusChecks: Readonly<Record<string, () => Promise<Tally>>> = Object.fromEntries([
  ...checksOf('corpus', ofLevels),
  ...checksOf('corpus-custom', ofUsers),
]);
