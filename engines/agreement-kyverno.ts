/** Emitted policies in Kyverno against `evaluate`: pods as they are written and as they are admitted, and in workloads. */
import { kyverno, kyvernoVpol } from '../src/backends/kyverno/index.js';
import { policyName } from '../src/backends/objects.js';
import { shapes } from '../src/backends/shapes.js';
import type { Backend } from '../src/backends/types.js';
import { evaluate } from '../src/evaluate.js';
import type { Policy } from '../src/ir/types.js';
import type { JsonObject } from '../src/manifest/types.js';
import { withNames } from '../src/testing/named.js';
import {
  allowAll,
  controlsIn,
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
import { type KyvernoQuestion, type KyvernoResult, kyvernoJudge } from './kyverno.js';
import { asRequest, asWorkload, workloadShapes } from './shapes.js';

export const forms: readonly Backend[] = [kyverno, kyvernoVpol];

interface Case {
  /** As the API server would admit it. */
  readonly pod: JsonObject;
  readonly question: KyvernoQuestion;
}

const namespace = { name: 'default', labels: { 'kubernetes.io/metadata.name': 'default' } };
const asked = (request: JsonObject): KyvernoQuestion => ({ request, namespace });

/** Every pod as it is written, and by turns as it is admitted or in a kind of workload too. */
function casesOf(manifests: readonly JsonObject[]): Case[] {
  return manifests.flatMap((manifest, index): Case[] => {
    const pod = admittedPod(manifest);
    const turn = index % (2 * workloadShapes.length);
    const shape = workloadShapes[turn >> 1] ?? 'Pod';
    const other =
      shape === 'Pod' || turn % 2 === 0 ? asRequest(pod) : asRequest(asWorkload(manifest, shape), shape);
    return [
      { pod, question: asked(asRequest(manifest)) },
      { pod, question: asked(other) },
    ];
  });
}

/** What the one rule that is for the object finds. That none of them judged it is an error. */
export function failedControls(policy: Policy, results: readonly KyvernoResult[]): readonly string[] {
  const names = new Set(shapes.map((shape) => policyName(policy, shape)));
  const own = results.filter((result) => names.has(result.policy));
  const [judged, ...more] = own;
  if (judged === undefined || more.length > 0 || judged.status === 'skip')
    throw new EngineError('kyverno', `${policy.name}: not judged once: ${JSON.stringify(own)}`);
  return judged.status === 'fail' ? controlsIn(judged.message) : [];
}

/** How many of the cases the rule sets of older versions judge, each another share: the engine takes 2 ms of a core for one. */
const shares = 12;

function casesFor(set: number, count: number, cases: readonly Case[]): readonly Case[] {
  const newest = set >= count - judgedLevels.length;
  return newest ? cases : cases.filter((_, index) => index % shares === set % shares);
}

async function rowFor(
  backend: Backend,
  policy: Policy,
  compiledAs: Policy,
  cases: readonly Case[],
  how: 'webhook' | 'compiled',
): Promise<Row> {
  const questions = cases.map(({ question }) => question);
  const answers = await withBundle(backend, [compiledAs], ({ files }) => kyvernoJudge(files, questions, how));
  const row = new Row(`${backend.target}${how === 'webhook' ? ' (webhook)' : ''}`, policy.name);
  for (const [index, { pod, question }] of cases.entries()) {
    const expected = evaluate(policy, pod).map(({ control }) => control);
    row.compare(expected, failedControls(policy, answers[index] ?? []), () =>
      JSON.stringify(question.request.object),
    );
  }
  return row;
}

export async function checkKyverno(): Promise<Tally> {
  // By version, both levels of the newest last.
  const sets = ruleSets().sort((a, b) => minorOf(a) - minorOf(b));
  const cases = casesOf((await judgedPods()).map(withNames));
  const sample = cases.filter((_, index) => index % 97 === 0);
  const tallies: Tally[] = [];
  for (const backend of forms) {
    const judged: Row[] = [];
    const blind: Row[] = [];
    for (const [index, { policy }] of sets.entries()) {
      const own = casesFor(index, sets.length, cases);
      judged.push(await rowFor(backend, policy, policy, own, 'compiled'));
      blind.push(await rowFor(backend, policy, allowAll(policy), sample, 'compiled'));
    }
    // What is compiled once for many pods says what the webhook says, which compiles a ClusterPolicy for each.
    for (const { policy } of sets.slice(-judgedLevels.length))
      judged.push(await rowFor(backend, policy, policy, sample, 'webhook'));
    tallies.push(tally(judged), demandBlindRowsFail(blind));
  }
  return {
    passed: tallies.reduce((sum, { passed }) => sum + passed, 0),
    failures: tallies.flatMap(({ failures }) => failures),
  };
}

/** The newest version that has these rules. */
function minorOf({ versions }: RuleSet): number {
  return Number(versions.at(-1)?.split('.')[1]);
}
