/**
 * Random policies and random pods of the newest levels, on every engine, with a seed of the day; `PODSEC_SEED` repeats a run.
 * What differs is made small, frozen into the corpus, and fails the run.
 */
import type { Policy } from '../../src/ir/types.js';
import { levelPolicy } from '../../src/levels/levels.js';
import { newestMinor } from '../../src/levels/versions.js';
import type { JsonObject } from '../../src/manifest/types.js';
import { crossPods } from '../../src/testing/boundary/pods.js';
import { Random } from '../../src/testing/boundary/random.js';
import { allowAll, demandBlindRowsFail, Row, sum, type Tally, tally } from '../agreement.js';
import { judgedLevels } from '../corpus.js';
import { type Judge, startJudges } from '../judges.js';
import { type CustomPolicy, randomPolicies } from '../policies/index.js';
import { freeze, shrunk } from './find.js';

const policies = 6;
const mostPods = 150;
const podsOfLevels = 400;

/** A number of the day, so that each day looks elsewhere and a day's runs look alike. */
export function seedOfRun(text = process.env.PODSEC_SEED): number {
  const seed = text === undefined || text === '' ? Math.floor(Date.now() / 86_400_000) : Number(text);
  if (!Number.isSafeInteger(seed) || seed < 0) throw new RangeError(`PODSEC_SEED=${text} is no seed`);
  return seed;
}

function subjectsOf(seed: number): CustomPolicy[] {
  const levels = judgedLevels.map((level): CustomPolicy => {
    const policy = levelPolicy(level, newestMinor);
    return {
      policy,
      pods: [...crossPods(policy.controls, new Random(seed), podsOfLevels)].map(({ pod }) => pod),
    };
  });
  const random = randomPolicies(seed, policies).map(({ policy, pods }) => {
    const stride = Math.ceil(pods.length / mostPods);
    return { policy, pods: pods.filter((_, index) => index % stride === 0) };
  });
  return [...levels, ...random];
}

interface Compared {
  readonly row: Row;
  /** The first pod of which the engine says something else. */
  readonly wrong: JsonObject | undefined;
}

async function compared(judge: Judge, { policy, pods }: CustomPolicy, compiledAs: Policy): Promise<Compared> {
  const row = new Row(judge.engine, policy.name);
  const [failed = []] = await judge.judge([compiledAs], pods);
  let wrong: JsonObject | undefined;
  for (const [index, pod] of pods.entries()) {
    const answer = failed[index];
    if (answer === undefined) continue;
    const before = row.wrong.length;
    row.compare(judge.expected(policy, pod), answer, () => JSON.stringify(pod));
    if (row.wrong.length > before) wrong ??= pod;
  }
  return { row, wrong };
}

export async function checkRandom(): Promise<Tally> {
  const seed = seedOfRun();
  process.stderr.write(`random: PODSEC_SEED=${seed} repeats this run\n`);
  const subjects = subjectsOf(seed);
  const judges = await startJudges();
  const rows: Row[] = [];
  const blind: Row[] = [];
  try {
    for (const judge of judges) {
      const version = judge.backend.engineVersions.at(-1) ?? '';
      let shown = 0;
      for (const subject of subjects) {
        const { policy, pods } = subject;
        if ('refusals' in judge.backend.compile([policy], version)) continue;
        const { row, wrong } = await compared(judge, subject, policy);
        // Of random pods an API server itself may take none that the policy denies, or none at all.
        const shows = row.wrong.length > 0 || (row.denied > 0 && row.denied < row.judged);
        if (!shows) continue;
        shown += 1;
        rows.push(row);
        if (wrong !== undefined) {
          const small = await shrunk(judge, { policy, pod: wrong });
          row.wrong.unshift(`frozen as ${freeze(judge, seed, small)}`);
        }
        const level = judgedLevels.some((each) => each === policy.name);
        if (level) blind.push((await compared(judge, { policy, pods }, allowAll(policy))).row);
      }
      if (shown < judgedLevels.length)
        rows.push(new Row(judge.engine, `only ${shown} policies show something`));
    }
  } finally {
    for (const judge of judges) await judge.stop();
  }
  return sum(tally(rows), demandBlindRowsFail(blind));
}
