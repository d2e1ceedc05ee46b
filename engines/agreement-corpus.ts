/**
 * Every pod of the corpus, pairs and random ones too: what the other steps judge is the fixtures, and pods on the edges of one
 * policy. By the levels at every version that changes a rule, and by the policies of users.
 */
import { defaultScope, noExemptions } from '../src/dsl/scope.js';
import type { Policy } from '../src/ir/types.js';
import type { JsonObject } from '../src/manifest/types.js';
import { EngineError } from '../src/verify/errors.js';
import { allowAll, demandBlindRowsFail, Row, ruleSets, sum, type Tally, tally } from './agreement.js';
import { corpusPods } from './corpus.js';
import { type Judge, type JudgeName, judgeNames, startJudge } from './judges.js';
import { customPolicies } from './policies/index.js';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** So many at once, so that progress is seen and an answer fits into memory. */
const chunk = 6000;

async function rowsOf(
  judge: Judge,
  policies: readonly Policy[],
  pods: readonly JsonObject[],
  allow: boolean,
): Promise<Row[]> {
  const rows = policies.map(({ name }) => new Row(judge.engine, `${name}, whole corpus`));
  const asked = allow ? policies.map(allowAll) : policies;
  const chunkAt = (start: number) => pods.slice(start, start + chunk);
  let judging = judge.judge(asked, chunkAt(0));
  for (let start = 0; start < pods.length; start += chunk) {
    const some = chunkAt(start);
    const judged = await judging;
    // The engine goes on while `evaluate` is asked of what it has judged.
    const isLast = start + chunk >= pods.length;
    judging = isLast ? Promise.resolve([]) : judge.judge(asked, chunkAt(start + chunk));
    judging.catch(() => undefined);
    for (const [at, pod] of some.entries()) {
      for (const [index, policy] of policies.entries()) {
        const failed = judged[index]?.[at];
        if (failed !== undefined)
          rows[index]?.compare(judge.expected(policy, pod), failed, () => JSON.stringify(pod));
      }
      // What it says meanwhile is read.
      if (at % 100 === 0) await turn();
    }
    if (!allow)
      process.stderr.write(
        `${judge.engine}: ${Math.min(start + chunk, pods.length)} of ${pods.length} pods\n`,
      );
  }
  return rows;
}

/** What judges, and how many have to tell some pods from others. */
interface Whose {
  readonly policiesFor: (judge: Judge) => readonly Policy[];
  readonly fewest: number;
}

const ofLevels: Whose = {
  policiesFor: () => ruleSets().map(({ policy }) => policy),
  fewest: ruleSets().length,
};

/**
 * What is compared is what they say of pods: where they hold, and for whom, is for scenarios. The corpus is made of the literals
 * of the levels, of which some policies ask nothing.
 */
const ofUsers: Whose = {
  policiesFor: ({ backend }) =>
    customPolicies()
      .map(({ policy }): Policy => ({ ...policy, scope: defaultScope, exemptions: noExemptions }))
      .filter((policy) => 'files' in backend.compile([policy], backend.engineVersions.at(-1) ?? '')),
  fewest: 15,
};

/** All pods have one verdict, the one that is expected. */
const isDim = ({ judged, denied, wrong }: Row): boolean =>
  judged > 0 && wrong.length === 0 && (denied === 0 || denied === judged);

/** An API server refuses some pods itself, so one that a policy denies is not enough. */
const fewDenied = 40;

/** One pod in so many, and some that each policy denies, so that one that admits everything is seen. */
function sampleFor(
  judge: Judge,
  policies: readonly Policy[],
  pods: readonly JsonObject[],
): readonly JsonObject[] {
  const sample = new Set(pods.filter((_, index) => index % 199 === 0));
  for (const policy of policies) {
    let denied = 0;
    for (const pod of pods) {
      if (denied === fewDenied) break;
      if (judge.expected(policy, pod).length === 0) continue;
      sample.add(pod);
      denied += 1;
    }
  }
  return [...sample];
}

const wholeCorpus =
  (name: JudgeName, { policiesFor, fewest }: Whose): (() => Promise<Tally>) =>
  async () => {
    const judge = await startJudge(name);
    try {
      const pods = corpusPods().map(({ pod }) => pod);
      const policies = policiesFor(judge);
      const rows = await rowsOf(judge, policies, pods, false);
      const dim = new Set(rows.filter(isDim).map(({ policy }) => policy));
      const telling = rows.filter(({ policy }) => !dim.has(policy));
      if (telling.length < fewest)
        throw new EngineError(judge.engine, `no more than ${telling.length} policies tell pods apart`);
      const blind = await rowsOf(judge, policies, sampleFor(judge, policies, pods), true);
      return sum(tally(telling), demandBlindRowsFail(blind.filter(({ policy }) => !dim.has(policy))));
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
