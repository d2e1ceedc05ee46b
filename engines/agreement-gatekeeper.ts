/** Emitted templates in Gatekeeper, by each of its drivers, against `evaluate`: as `gator test` and as the webhook judge. */
import { gatekeeper } from '../src/backends/gatekeeper/index.js';
import { kindOf } from '../src/backends/gatekeeper/names.js';
import { evaluate } from '../src/evaluate.js';
import type { Policy } from '../src/ir/types.js';
import type { JsonObject } from '../src/manifest/types.js';
import {
  allowAll,
  demandBlindRowsFail,
  judgedPods,
  Row,
  type RuleSet,
  ruleSets,
  type Tally,
  tally,
} from './agreement.js';
import { withBundle } from './bundle.js';
import { admittedPod, judgedLevels } from './corpus.js';
import { EngineError } from './errors.js';
import { type Driver, drivers, gatekeeperJudge, type Question, type Verdict } from './gatekeeper.js';
import { asRequest, asWorkload, workloadShapes } from './shapes.js';

interface Case {
  /** As the API server would admit it. */
  readonly pod: JsonObject;
  readonly question: Question;
}

const namespace = { name: 'default', labels: { 'kubernetes.io/metadata.name': 'default' } };

/** Every pod as it is written; and by turns as it is admitted, in a workload's manifest, and in a request for a workload. */
function casesOf(manifests: readonly JsonObject[]): Case[] {
  return manifests.flatMap((written, index): Case[] => {
    const manifest: JsonObject = { ...written, apiVersion: 'v1', kind: 'Pod' };
    const pod = admittedPod(manifest);
    const shape = workloadShapes[Math.floor(index / 3) % workloadShapes.length] ?? 'Pod';
    const workload = asWorkload(manifest, shape);
    const others: readonly Question[] = [
      { request: asRequest(pod), namespace },
      { object: workload },
      { request: asRequest(workload, shape), namespace },
    ];
    return [{ object: manifest }, others[index % others.length]].flatMap((question) =>
      question === undefined ? [] : [{ pod, question }],
    );
  });
}

/** The controls that the constraints of a policy name: there is one constraint for each object, and one violation of it. */
function failedControls(policy: Policy, { violations }: Verdict): readonly string[] {
  const own = violations.filter(({ constraint }) => constraint.startsWith(`${kindOf(policy)}/`));
  const [violation, ...more] = own;
  if (more.length > 0)
    throw new EngineError('gatekeeper', `${policy.name}: several violations: ${JSON.stringify(own)}`);
  return violation?.controls ?? [];
}

async function rowsFor(
  driver: Driver,
  policies: readonly Policy[],
  compiledAs: readonly Policy[],
  cases: readonly Case[],
): Promise<Row[]> {
  const questions = cases.map(({ question }) => question);
  const verdicts = await withBundle(gatekeeper, compiledAs, ({ files }) =>
    gatekeeperJudge(driver, files, questions),
  );
  const skipped = verdicts.findIndex(({ evaluated }) => evaluated !== policies.length);
  if (skipped >= 0)
    throw new EngineError('gatekeeper', `not judged by each policy: ${JSON.stringify(questions[skipped])}`);
  return policies.map((policy) => {
    const row = new Row(`gatekeeper (${driver})`, policy.name);
    for (const [index, { pod, question }] of cases.entries()) {
      const expected = evaluate(policy, pod).map(({ control }) => control);
      const verdict = verdicts[index] ?? { violations: [], evaluated: 0 };
      row.compare(expected, failedControls(policy, verdict), () => JSON.stringify(question));
    }
    return row;
  });
}

/** The rule sets of older versions judge one case in so many, each another share: one takes 5 ms of a core. */
const shares = 16;

export async function checkGatekeeper(): Promise<Tally> {
  // By version, both levels of the newest last.
  const sets = ruleSets().sort((a, b) => newestOf(a) - newestOf(b));
  const newest = sets.slice(-judgedLevels.length).map(({ policy }) => policy);
  const older = sets.slice(0, -judgedLevels.length).map(({ policy }) => policy);
  const cases = casesOf(await judgedPods());
  const sample = cases.filter((_, index) => index % 97 === 0);
  const tallies: Tally[] = [];
  for (const driver of drivers) {
    const rows = await rowsFor(driver, newest, newest, cases);
    for (const [index, policy] of older.entries()) {
      const share = cases.filter((_, at) => at % shares === index % shares);
      rows.push(...(await rowsFor(driver, [policy], [policy], share)));
    }
    const all = [...older, ...newest];
    const blind = await rowsFor(driver, all, all.map(allowAll), sample);
    tallies.push(tally(rows), demandBlindRowsFail(blind));
  }
  return {
    passed: tallies.reduce((sum, { passed }) => sum + passed, 0),
    failures: tallies.flatMap(({ failures }) => failures),
  };
}

/** The newest version that has these rules. */
function newestOf({ versions }: RuleSet): number {
  return Number(versions.at(-1)?.split('.')[1]);
}
