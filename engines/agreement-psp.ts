/**
 * PodSecurityPolicies against `evaluate`, on the admission code of Kubernetes 1.24: the verdict alone, on pods that its API
 * server accepts on creation. A pod that is admitted has to be stored as it is without the plugin.
 */

import { isDeepStrictEqual } from 'node:util';
import { psp } from '../src/backends/psp/index.js';
import { type AdmissionRequest, evaluate, noRequest } from '../src/evaluate.js';
import type { Policy } from '../src/ir/types.js';
import { levelPolicy } from '../src/levels/levels.js';
import { newestMinor } from '../src/levels/versions.js';
import { isObject } from '../src/manifest/json.js';
import type { Json, JsonObject } from '../src/manifest/types.js';
import { Random } from '../src/testing/boundary/random.js';
import { boundaryPods } from '../src/testing/index.js';
import { EngineError } from '../src/verify/errors.js';
import { admittedPod } from '../src/verify/judged.js';
import { demandBlindRowsFail, judgedPods, Row, sum, type Tally, tally } from './agreement.js';
import { pspPolicies } from './policies/psp.js';
import { pspPods } from './policies/psp-pods.js';
import { randomPspPolicy } from './policies/psp-random.js';
import { type Answer, type Asker, judgeByPsp, type PspOptions, storedWithoutPsp } from './psp.js';
import { asEnforced, objectsOf } from './psp-world.js';
import { checkPspScenarios } from './scenarios/psp.js';

/** In scope of every policy. */
export const namespace = 'default';
export const anybody: Asker = { namespace, user: 'somebody', groups: ['system:authenticated'] };

/** A pod, as the API server of 1.24 stores it without the plugin. */
export interface Accepted {
  readonly raw: JsonObject;
  readonly stored: JsonObject;
  /** Decoded and defaulted anew, as `evaluate` takes a pod. */
  readonly judged: JsonObject;
  /** The same of the manifest, which podsec reads as 1.37 does; undefined where that is another pod. */
  readonly here: JsonObject | undefined;
}

/** What the rights of somebody are, as rules and as RBAC objects. */
interface Rights {
  readonly asker: Asker;
  readonly authorized: AdmissionRequest['authorized'];
}

/** No annotation of seccomp is left over in 1.37: in 1.24 it is another spelling of the field. */
const seccompAnnotation = /seccomp\.security\.alpha\.kubernetes\.io/;

export async function acceptedOf(
  pods: readonly JsonObject[],
  options: PspOptions,
): Promise<readonly Accepted[]> {
  const answers = await storedWithoutPsp(pods, namespace, options);
  return answers.flatMap(({ plain, unknown }, index): Accepted[] => {
    const raw = pods[index];
    if (raw === undefined || plain?.pod === undefined) return [];
    const isOther = unknown !== undefined || seccompAnnotation.test(JSON.stringify(raw));
    const here = isOther ? undefined : admittedPod(raw);
    return [{ raw, stored: plain.pod, judged: admittedPod(plain.pod), here }];
  });
}

/** Pods that serve for every policy, and those on the edge of one. */
class Corpus {
  private constructor(
    private readonly shared: readonly Accepted[],
    readonly options: PspOptions,
  ) {}

  static async of(options: PspOptions): Promise<Corpus> {
    return new Corpus(await acceptedOf(created([...(await judgedPods()), ...pspPods]), options), options);
  }

  async for(policy: Policy): Promise<readonly Accepted[]> {
    const own = [...boundaryPods(policy)].map(({ pod }) => pod);
    return [...this.shared, ...(await acceptedOf(created(own), this.options))];
  }
}

export const created = (pods: readonly JsonObject[]): readonly JsonObject[] =>
  pods.filter((pod) => !hasEphemeral(pod)).map(withName);

/** A pod cannot be created with them. */
const hasEphemeral = ({ spec }: JsonObject): boolean =>
  isObject(spec) && Array.isArray(spec.ephemeralContainers) && spec.ephemeralContainers.length > 0;

/** A stored pod has a name, and a fixture may have none. */
const withName = (pod: JsonObject): JsonObject => ({
  ...pod,
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { ...(isObject(pod.metadata) ? pod.metadata : {}), name: 'judged', namespace },
});

export async function checkPsp(): Promise<Tally> {
  const corpus = await Corpus.of({ procMountType: true });
  const rows: Row[] = [];
  const blind: Row[] = [];
  for (const policy of pspPolicies.map(asEnforced)) {
    const pods = await corpus.for(policy);
    rows.push(...(await rowsFor(policy, policy, pods, corpus.options)));
    blind.push(...(await rowsFor(policy, admitting(policy), pods, corpus.options)));
  }
  return sum(
    tally(rows),
    demandBlindRowsFail(blind),
    await checkRandom(),
    await checkPrivileged(corpus),
    await checkWithoutGate(),
    await checkPspScenarios(),
  );
}

/** The same bundle, in which no PodSecurityPolicy refuses anything. */
const admitting = (policy: Policy): Policy => ({ ...policy, controls: [], alternatives: [] });

/** A row for each way to have rights, as far as the policy's rules ask for them. */
async function rowsFor(
  policy: Policy,
  emitted: Policy,
  pods: readonly Accepted[],
  options: PspOptions,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const rights of rightsFor(policy)) {
    const { asker } = rights;
    const row = new Row('psp', asker === anybody ? policy.name : `${policy.name} as ${asker.user}`);
    await judge(row, { policy, emitted, rights, pods, options });
    rows.push(row);
  }
  return rows;
}

interface Judging {
  readonly policy: Policy;
  readonly emitted: Policy;
  readonly rights: Rights;
  readonly pods: readonly Accepted[];
  readonly options: PspOptions;
}

async function judge(row: Row, { policy, emitted, rights, pods, options }: Judging): Promise<void> {
  const { asker, authorized } = rights;
  const objects = [...objectsOf(emitted), ...trustObjects];
  const creations = pods.map(({ raw }) => ({ pod: raw, request: asker }));
  const found = await judgeByPsp(objects, creations, options);
  for (const { kind, name, errors } of found.objects)
    if (errors.length > 0) row.wrong.push(`the API server refuses ${kind} ${name}: ${errors.join('; ')}`);
  for (const [index, pod] of pods.entries()) {
    const admitted = verdictOf(found.answers[index], pod);
    const denied = evaluate(policy, pod.judged, { ...noRequest, namespace, authorized }).length > 0;
    const text = () => JSON.stringify(pod.raw);
    row.compare(denied ? ['denied'] : [], admitted === 'forbidden' ? ['denied'] : [], text);
    if (admitted === 'changed') row.wrong.push(`PodSecurityPolicy changed the pod: ${text()}`);
    if (pod.here === undefined) continue;
    const here = evaluate(policy, pod.here, { ...noRequest, namespace, authorized }).length > 0;
    if (here !== denied) row.wrong.push(`podsec reads the pod otherwise than 1.24 does: ${text()}`);
  }
}

function verdictOf(answer: Answer | undefined, { stored }: Accepted): 'unchanged' | 'changed' | 'forbidden' {
  const judged = answer?.judged;
  if (judged?.forbidden !== undefined) return 'forbidden';
  if (judged?.pod === undefined)
    throw new EngineError('psp', `no verdict: ${answer?.undecodable ?? judged?.invalid ?? 'no answer'}`);
  return isDeepStrictEqual(judged.pod, stored) ? 'unchanged' : 'changed';
}

const trusted = 'trusted-workloads';

const role = (name: string, group: string): readonly JsonObject[] => [
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name },
    rules: [
      { apiGroups: [group], resources: ['podsecuritypolicies'], resourceNames: [trusted], verbs: ['use'] },
    ],
  },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name, namespace },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name }],
  },
];

/** Users who are called after the group in which they may use it. */
const trustGroups = ['policy', 'extensions'] as const;
const trustObjects: readonly JsonObject[] = trustGroups.flatMap((group) => role(group, group));

function rightsFor(policy: Policy): readonly Rights[] {
  const nobody: Rights = { asker: anybody, authorized: () => false };
  if (!JSON.stringify(policy).includes('"authorized"')) return [nobody];
  const trustedIn = (group: string): Rights => ({
    asker: { ...anybody, user: group },
    authorized: (verb, of, resource, name) =>
      verb === 'use' && of === group && resource === 'podsecuritypolicies' && name === trusted,
  });
  return [nobody, ...trustGroups.map(trustedIn)];
}

const seed = 20261127;
const wanted = 100;

/** Random policies, as many as are said and say something, each on the edges of its own rules and the pods made by hand. */
async function checkRandom(): Promise<Tally> {
  const random = new Random(seed);
  const options: PspOptions = { procMountType: true };
  const row = new Row('psp', `${wanted} random policies from seed ${seed}`);
  const blind = new Row('psp', row.policy);
  const rights: Rights = { asker: anybody, authorized: () => false };
  let refused = 0;
  for (let said = 0; said < wanted; ) {
    const policy = randomPspPolicy(random, `random-${said}`);
    if ('refusals' in psp.compile([policy], '1.24')) {
      refused += 1;
      continue;
    }
    said += 1;
    const own = [...boundaryPods(policy, { pairs: 20, near: 2, cross: 20 })].map(({ pod }) => pod);
    const pods = await acceptedOf(created([...own, ...pspPods]), options);
    await judge(row, { policy, emitted: policy, rights, pods, options });
    await judge(blind, { policy, emitted: admitting(policy), rights, pods, options });
  }
  process.stderr.write(`psp: ${refused} random policies were refused before ${wanted} were said\n`);
  return sum(tally([row]), demandBlindRowsFail([blind]));
}

/** It denies nothing, so a row of it has one verdict: all pods are admitted as they are, and none without the policy. */
async function checkPrivileged(corpus: Corpus): Promise<Tally> {
  const policy = asEnforced(levelPolicy('privileged', newestMinor));
  const pods = await corpus.for(policy);
  const admits = async (objects: readonly JsonObject[]) => {
    const creations = pods.map(({ raw }) => ({ pod: raw, request: anybody }));
    const { answers, objects: taken } = await judgeByPsp(objects, creations, corpus.options);
    const refused = taken.flatMap(({ errors }) => errors);
    if (refused.length > 0) throw new EngineError('psp', `the API server refuses ${refused.join('; ')}`);
    return pods.filter((pod, index) => verdictOf(answers[index], pod) === 'unchanged').length;
  };
  const [all, none] = [await admits(objectsOf(policy)), await admits([])];
  const failures = [
    ...(pods.length === 0 ? ['psp privileged: judged no pod'] : []),
    ...(all === pods.length ? [] : [`psp privileged: ${all} of ${pods.length} pods admitted as they are`]),
    ...(none === 0 ? [] : [`psp privileged: ${none} pods admitted without a policy`]),
  ];
  const state = failures.length === 0 ? 'ok  ' : 'FAIL';
  process.stderr.write(
    `${state} psp privileged: ${all} of ${pods.length} pods admitted as they are, ${none} without it\n`,
  );
  return { passed: failures.length === 0 ? 1 : 0, failures };
}

/** Whether a container asks for another /proc than the default one, whatever it calls it. */
function asksProcMount({ spec }: JsonObject): boolean {
  if (!isObject(spec)) return false;
  return [spec.containers, spec.initContainers]
    .flatMap((list): readonly Json[] => (Array.isArray(list) ? list : []))
    .some((container) => {
      const security = isObject(container) ? container.securityContext : undefined;
      const procMount = isObject(security) ? security.procMount : undefined;
      return procMount !== undefined && procMount !== null && procMount !== 'Default';
    });
}

/**
 * Without the feature gate ProcMountType, which is off in 1.24 unless set, the API server resets procMount, and a pod that
 * asks for another than the default is refused before, whatever the policy says; all else is the same.
 */
async function checkWithoutGate(): Promise<Tally> {
  const corpus = await Corpus.of({ procMountType: false });
  const rows: Row[] = [];
  let refusedFor = 0;
  for (const policy of pspPolicies.map(asEnforced)) {
    const row = new Row('psp without ProcMountType', policy.name);
    const pods = await corpus.for(policy);
    const creations = pods.map(({ raw }) => ({ pod: raw, request: anybody }));
    const { answers } = await judgeByPsp(objectsOf(policy), creations, corpus.options);
    for (const [index, pod] of pods.entries()) {
      const asks = asksProcMount(pod.raw);
      const denied = evaluate(policy, pod.judged, { ...noRequest, namespace }).length > 0;
      if (asks && !denied) refusedFor += 1;
      row.compare(
        denied || asks ? ['denied'] : [],
        verdictOf(answers[index], pod) === 'forbidden' ? ['denied'] : [],
        () => JSON.stringify(pod.raw),
      );
    }
    rows.push(row);
  }
  const real = tally(rows);
  process.stderr.write(
    `psp without ProcMountType: ${refusedFor} pods refused for the procMount that they ask for, alone\n`,
  );
  return refusedFor > 0 ? real : sum(real, { passed: 0, failures: ['psp: the gate makes no difference'] });
}
