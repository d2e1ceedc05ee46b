/**
 * PodSecurity admission on a real API server against `evaluate`: each level as the labels of a namespace. The verdict alone
 * is compared, as PodSecurity admission has no ids of controls.
 */

import { admit } from '../src/admission/index.js';
import { vap } from '../src/backends/vap/index.js';
import type { Policy } from '../src/ir/types.js';
import { levelPolicy } from '../src/levels/levels.js';
import { newestMinor, parseVersion } from '../src/levels/versions.js';
import { isObject } from '../src/manifest/json.js';
import type { JsonObject } from '../src/manifest/types.js';
import { objectsIn } from '../src/verify/apiserver/objects.js';
import { ephemeralOf, kubeObject, sentAs, withoutEphemeral } from '../src/verify/apiserver/questions.js';
import type { KubeObject } from '../src/verify/apiserver/rest.js';
import type { ApiServer } from '../src/verify/apiserver/server.js';
import type { Judgement } from '../src/verify/apiserver/verdict.js';
import { EngineError } from '../src/verify/errors.js';
import { deniedBy } from '../src/verify/judged.js';
import { mapPool } from '../src/verify/pool.js';
import {
  demandBlindRowsFail,
  judgedPods,
  Row,
  type RuleSet,
  ruleSets,
  sum,
  type Tally,
  tally,
} from './agreement.js';
import { startApiServer } from './apiserver.js';
import { pinned } from './build.js';
import { celCheck } from './celcheck.js';
import { compiled, labelsOf } from './psa-world.js';
import { checkPsaScenarios } from './scenarios/psa.js';
import { demandRecorded } from './verdicts.js';

const inFlight = 32;
/** The fixtures come first; of the boundary pods behind them, each that has this many before it. */
const fixtures = 380;
const step = 12;

/** A policy version that each engine version knows. */
const oldestMinor = parseVersion('1.22') ?? newestMinor;

const created = 'created';
const extended = 'extended';

/** A pod that each level but privileged denies. */
const violating: KubeObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'violating' },
  ...{ spec: { hostNetwork: true, containers: [{ name: 'app', image: 'example.com/app:1.0' }] } },
};

/** A way to ask for the verdict on a pod. */
interface Question {
  readonly pod: JsonObject;
  readonly ask: () => Promise<Judgement>;
}

/**
 * Creations, and for pods with ephemeral containers their addition to the pod, which is stored while its namespace has no
 * level. Pods that the API server itself refuses are left out.
 */
async function questionsOf(server: ApiServer, pods: readonly JsonObject[]): Promise<Question[]> {
  await server.namespace(created);
  await server.namespace(extended);
  const bases = new Map<string, KubeObject | undefined>();
  const all: Question[] = [];
  for (const pod of pods) {
    const ephemeralContainers = ephemeralOf(pod);
    if (ephemeralContainers.length === 0) {
      all.push({ pod, ask: () => server.dryRunCreate(created, kubeObject(sentAs(pod, created))) });
      continue;
    }
    const base = withoutEphemeral(pod);
    const key = JSON.stringify({
      ...base,
      metadata: { ...(isObject(base.metadata) ? base.metadata : {}), name: '' },
    });
    if (!bases.has(key)) bases.set(key, await storedBase(server, base, `base-${bases.size}`));
    const stored = bases.get(key);
    if (stored === undefined) continue;
    const spec: unknown = Reflect.get(stored, 'spec');
    const update = Object.assign({}, stored, { spec: Object.assign({}, spec, { ephemeralContainers }) });
    const ask = () => server.dryRunUpdate(extended, update, { subresource: 'ephemeralcontainers' });
    all.push({ pod, ask });
  }
  const accepted = await mapPool(all, inFlight, async ({ ask }) => (await ask()).verdict);
  const erred = accepted.findIndex((verdict) => verdict !== 'allow' && verdict !== 'invalid');
  if (erred >= 0) throw new EngineError('psa', `no level, and yet ${accepted[erred]}`);
  const kept = all.filter((_, index) => accepted[index] === 'allow');
  const additions = kept.filter(({ pod }) => ephemeralOf(pod).length > 0).length;
  process.stderr.write(
    `psa: the API server accepts ${kept.length} of ${pods.length} pods, ${additions} of them as added ephemeral containers\n`,
  );
  return kept;
}

/** Undefined where API validation refuses it, for then the pod could not be either. */
async function storedBase(server: ApiServer, pod: JsonObject, name: string): Promise<KubeObject | undefined> {
  const metadata = { ...(isObject(pod.metadata) ? pod.metadata : {}), name };
  const base = kubeObject({ ...pod, metadata });
  const { verdict } = await server.dryRunCreate(extended, base);
  return verdict === 'invalid' ? undefined : server.store(extended, base);
}

/** Puts the labels on both namespaces and waits until they are judged by. */
async function label(server: ApiServer, policy: Policy): Promise<void> {
  const labels = labelsOf(policy);
  const level = `${labels['pod-security.kubernetes.io/enforce']}:${labels['pod-security.kubernetes.io/enforce-version']}`;
  for (const namespace of [created, extended]) {
    await server.namespace(namespace, labels);
    await server.waitFor(namespace, violating, ({ verdict, policyDenials }) =>
      level.startsWith('privileged:') ? verdict === 'allow' : policyDenials[0]?.binding === level,
    );
  }
}

async function rowFor({ policy }: RuleSet, questions: readonly Question[]): Promise<Row> {
  const row = new Row('psa', policy.name);
  const judgements = await mapPool(questions, inFlight, ({ ask }) => ask());
  for (const [index, { pod }] of questions.entries()) {
    const judgement = judgements[index];
    if (judgement?.verdict !== 'allow' && judgement?.policyDenials[0]?.policy !== 'PodSecurity')
      throw new EngineError('psa', `no verdict: ${judgement?.status} ${judgement?.message}`);
    const denied = deniedBy(policy, pod).length > 0;
    row.compare(
      denied ? ['denied'] : [],
      judgement.verdict === 'deny' ? ['denied'] : [],
      () => JSON.stringify(pod),
      pod,
    );
  }
  return row;
}

async function checkLabels(): Promise<Tally> {
  const all = await judgedPods();
  const valid = all.filter((pod) => admit(pod).problems.length === 0);
  const pods = valid.filter((_, index) => index < fixtures || index % step === 0);
  const sets = ruleSets();
  const server = await startApiServer();
  try {
    const questions = await questionsOf(server, pods);
    const rows: Row[] = [];
    for (const set of sets) {
      await label(server, { ...set.policy, mode: 'enforce' });
      rows.push(await rowFor(set, questions));
    }
    const real = tally(rows);
    const recorded = demandRecorded(
      { engine: 'psa', version: pinned('apiserver', 'k8s.io/kubernetes'), verdictOnly: true, rows },
      all,
    );
    await label(server, { ...levelPolicy('privileged', newestMinor), mode: 'enforce' });
    const sample = questions.filter((_, index) => index % 10 === 0);
    const blind = demandBlindRowsFail(await mapPool(sets, 1, (set) => rowFor(set, sample)));
    return sum(real, recorded, blind);
  } finally {
    await server.stop();
  }
}

/** The guard's CEL, typed and compiled for each release that has ValidatingAdmissionPolicy. */
async function checkGuards(): Promise<Tally> {
  const policy: Policy = { ...levelPolicy('baseline', oldestMinor), mode: 'enforce' };
  const failures: string[] = [];
  const versions = vap.engineVersions;
  for (const version of versions) {
    const guards = objectsIn(compiled(policy, version), (path) => path.endsWith('guard.yaml'));
    const policies = guards.filter(({ kind }) => kind === 'ValidatingAdmissionPolicy');
    const reports = await celCheck(policies, { versions: [version] });
    const wrong = reports.flatMap(({ warnings, releases }) => [
      ...warnings,
      ...releases.flatMap(({ errors }) => errors),
    ]);
    if (reports.length !== 2) failures.push(`psa: ${reports.length} guards of 2 for ${version}`);
    for (const { field, message } of wrong)
      failures.push(`psa: the guard for ${version}: ${field}: ${message}`);
  }
  const state = failures.length === 0 ? 'ok  ' : 'FAIL';
  process.stderr.write(`${state} psa: the guards compile for ${versions.join(', ')}\n`);
  return { passed: failures.length === 0 ? 1 : 0, failures };
}

export async function checkPsa(): Promise<Tally> {
  return sum(await checkGuards(), await checkLabels(), await checkPsaScenarios());
}
