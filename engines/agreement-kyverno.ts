/** Emitted policies in Kyverno against `evaluate`: pods as they are written and as they are admitted, and in workloads. */

import { kyverno, kyvernoVpol } from '../src/backends/kyverno/index.js';
import { policyName } from '../src/backends/objects.js';
import { shapes } from '../src/backends/shapes.js';
import type { Backend } from '../src/backends/types.js';
import { type AdmissionRequest, evaluate } from '../src/evaluate.js';
import type { Policy } from '../src/ir/types.js';
import type { JsonObject } from '../src/manifest/types.js';
import { withNames } from '../src/testing/named.js';
import { withBundle } from '../src/verify/bundle.js';
import { EngineError } from '../src/verify/errors.js';
import { admittedPod, controlsIn } from '../src/verify/judged.js';
import {
  allowAll,
  demandBlindRowsFail,
  detailsIn,
  judgedPods,
  Row,
  ruleSetsByVersion,
  shareOf,
  sum,
  type Tally,
  tally,
} from './agreement.js';
import { pinned } from './build.js';
import { judgedLevels } from './corpus.js';
import { type KyvernoResult, kyvernoJudge } from './kyverno.js';
import { customPolicies } from './policies/index.js';
import { asRequest, asWorkload, type RequestQuestion, reviewed, workloadShapes } from './shapes.js';
import { demandRecorded } from './verdicts.js';

export const forms: readonly Backend[] = [kyverno, kyvernoVpol];

interface Case {
  /** As it is compared and committed. */
  readonly manifest: JsonObject;
  /** As the API server would admit it. */
  readonly pod: JsonObject;
  readonly question: RequestQuestion;
}

const namespace = { name: 'default', labels: { 'kubernetes.io/metadata.name': 'default' } };
/** Who asks, and where. */
export const inNamespace: AdmissionRequest = { ...reviewed, namespaceLabels: namespace.labels };
const asked = (request: JsonObject): RequestQuestion => ({ request, namespace });

/** Every pod as it is written, and by turns as it is admitted or in a kind of workload too. */
function casesOf(manifests: readonly JsonObject[]): Case[] {
  return manifests.flatMap((original, index): Case[] => {
    const manifest = withNames(original);
    const pod = admittedPod(manifest);
    const turn = index % (2 * workloadShapes.length);
    const shape = workloadShapes[turn >> 1] ?? 'Pod';
    const other =
      shape === 'Pod' || turn % 2 === 0 ? asRequest(pod) : asRequest(asWorkload(manifest, shape), shape);
    return [
      { manifest: original, pod, question: asked(asRequest(manifest)) },
      { manifest: original, pod, question: asked(other) },
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

/**
 * How many of the cases the rule sets of older versions judge, each another share: the engine takes 2 ms of a core for one.
 * Pods have two cases each, so the number is odd: else a share would be of one form alone.
 */
const shares = 11;

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
  for (const [index, { manifest, pod, question }] of cases.entries()) {
    const findings = evaluate(policy, pod, inNamespace);
    const results = answers[index] ?? [];
    const subject = () => JSON.stringify(question.request.object);
    row.compare(
      findings.map(({ control }) => control),
      failedControls(policy, results),
      subject,
      manifest,
    );
    const message = results.find(({ status }) => status === 'fail')?.message;
    // Kyverno's own limit of a message is none, but that of an API server is kept.
    if (findings.length > 0 && message !== undefined && !message.endsWith('…'))
      row.compareMessage(findings, detailsIn(message), subject, 'cel');
  }
  return row;
}

/** @param whole the rule sets of older versions judge every case too, which takes half an hour. */
export async function checkKyverno(whole = false): Promise<Tally> {
  // By version, both levels of the newest last.
  const sets = ruleSetsByVersion();
  const pods = await judgedPods();
  const cases = casesOf(pods);
  const sample = cases.filter((_, index) => index % 97 === 0);
  const tallies: Tally[] = [];
  for (const backend of forms) {
    const judged: Row[] = [];
    const blind: Row[] = [];
    for (const [index, { policy }] of sets.entries()) {
      const own = whole ? cases : casesFor(index, sets.length, cases);
      judged.push(await rowFor(backend, policy, policy, own, 'compiled'));
      blind.push(await rowFor(backend, policy, allowAll(policy), sample, 'compiled'));
    }
    const version = pinned('kyverno', 'github.com/kyverno/kyverno');
    if (!whole)
      tallies.push(demandRecorded({ engine: backend.target, version, named: true, rows: [...judged] }, pods));
    // What is compiled once for many pods says what the webhook says, which compiles a ClusterPolicy for each.
    for (const { policy } of sets.slice(-judgedLevels.length))
      judged.push(await rowFor(backend, policy, policy, sample, 'webhook'));
    tallies.push(tally(judged), demandBlindRowsFail(blind));
  }
  return sum(...tallies);
}

/** Policies of users, each on the pods on the edges of its own rules, with the words of the messages. */
export async function checkKyvernoCustom(): Promise<Tally> {
  const tallies: Tally[] = [];
  for (const backend of forms) {
    const newest = backend.engineVersions.at(-1) ?? '';
    const judged: Row[] = [];
    const blind: Row[] = [];
    for (const { policy, pods } of customPolicies()) {
      if ('refusals' in backend.compile([policy], newest)) continue;
      const cases = shareOf(
        casesOf(pods),
        customShare,
        ({ pod }) => evaluate(policy, pod, inNamespace).length > 0,
      );
      judged.push(await rowFor(backend, policy, policy, cases, 'compiled'));
      blind.push(await rowFor(backend, policy, allowAll(policy), cases, 'compiled'));
    }
    tallies.push(tally(judged), demandBlindRowsFail(blind));
  }
  return sum(...tallies);
}

/** One in so many of the cases: an odd number, so that both forms of pods are met. */
const customShare = 3;
