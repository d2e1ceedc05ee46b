/**
 * PodSecurityPolicies that podsec reads, against the admission code of Kubernetes 1.24: which of them the API server takes,
 * which pods they admit, and the pods that are stored then.
 *
 * A pod is judged as 1.24 stores it without the plugin: with its defaults, and seccomp profiles as fields and as
 * annotations.
 */

import { isDeepStrictEqual } from 'node:util';
import { evaluate, mutate } from '../src/evaluate.js';
import { readPsp } from '../src/frontends/psp/index.js';
import type { Policy } from '../src/ir/types.js';
import { isObject } from '../src/manifest/json.js';
import type { Document, Json, JsonObject } from '../src/manifest/types.js';
import { Random } from '../src/testing/boundary/random.js';
import { EngineError } from '../src/verify/errors.js';
import { admittedPod } from '../src/verify/judged.js';
import { demandBlindRowsFail, Row, sum, type Tally, tally } from './agreement.js';
import { randomCreation } from './policies/psp-creations.js';
import { randomPsp } from './policies/psp-documents.js';
import { openSpec } from './policies/psp-open.js';
import { type Answer, type Asker, judgeInTurn, type PspAnswers } from './psp.js';

const asker: Asker = { namespace: 'default', user: 'somebody', groups: ['system:authenticated'] };

/** Whoever it is may use every policy. */
const rights: readonly JsonObject[] = [
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: 'use' },
    rules: [{ apiGroups: ['policy'], resources: ['podsecuritypolicies'], verbs: ['use'] }],
  },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: 'use' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'use' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: asker.user }],
  },
];

/** It refuses nothing that a pod of these has, and writes nothing. */
const allowingAll: JsonObject = {
  apiVersion: 'policy/v1beta1',
  kind: 'PodSecurityPolicy',
  metadata: { name: 'all', annotations: { 'seccomp.security.alpha.kubernetes.io/allowedProfileNames': '*' } },
  spec: openSpec,
};

/** 1.24 serves it no more under `extensions`, with the same schema. */
const served = (psp: JsonObject): JsonObject => ({ ...psp, apiVersion: 'policy/v1beta1' });

export function readPolicy(psp: JsonObject): Policy | undefined {
  const place = { file: 'psp.json' };
  const document: Document = { file: place.file, place, value: psp, spellings: [], placeOf: () => place };
  return readPsp(document).value;
}

export interface Judgement {
  /** Whether a policy admits it. */
  readonly admitted: boolean;
  /** What is stored, where it is valid then: what is written may make a pod invalid. */
  readonly stored: JsonObject | undefined;
}

/** A pod that 1.24 takes without the plugin, as `evaluate` is given it. */
export interface Created {
  readonly raw: JsonObject;
  /** As 1.24 stores it. */
  readonly plain: JsonObject;
  readonly judged: JsonObject;
}

/** JSON of a stored pod has no empty list, and admission keeps one apart from none. */
export function asAdmitted(raw: JsonObject, stored: JsonObject): JsonObject {
  const groups =
    isObject(raw.spec) && isObject(raw.spec.securityContext)
      ? raw.spec.securityContext.supplementalGroups
      : undefined;
  const pod = admittedPod(stored);
  if (!Array.isArray(groups) || groups.length > 0 || !isObject(pod.spec)) return pod;
  const context = isObject(pod.spec.securityContext) ? pod.spec.securityContext : {};
  return { ...pod, spec: { ...pod.spec, securityContext: { ...context, supplementalGroups: [] } } };
}

export interface Verdicts {
  /** Why the API server refuses the policy. */
  readonly errors: readonly string[];
  readonly judged: readonly (Created & Judgement)[];
}

/** What 1.24 makes of pods under a policy alone; pods that it does not take by itself are left out. */
export async function judgedBy(
  questions: readonly { readonly psp: JsonObject; readonly pods: readonly JsonObject[] }[],
): Promise<Verdicts[]> {
  const worlds = questions.map(({ psp, pods }) => ({
    objects: [served(psp), ...rights],
    creations: pods.map((pod) => ({ pod, request: asker })),
  }));
  const answers = await judgeInTurn(worlds, { procMountType: true });
  return answers.map((each, index) => verdictsOf(each, questions[index]?.pods ?? []));
}

function verdictsOf(
  { objects: [taken, ...others], answers }: PspAnswers,
  pods: readonly JsonObject[],
): Verdicts {
  if (others.some(({ errors }) => errors.length > 0))
    throw new EngineError('psp', 'the API server refuses RBAC');
  return {
    errors: taken?.errors ?? ['nothing'],
    judged: answers.flatMap((answer, index) => {
      const raw = pods[index];
      const stored = answer.plain?.pod;
      if (raw === undefined || stored === undefined) return [];
      return [{ raw, plain: stored, judged: asAdmitted(raw, stored), ...judgementOf(answer) }];
    }),
  };
}

function judgementOf({ judged, undecodable }: Answer): Judgement {
  if (judged?.forbidden !== undefined) return { admitted: false, stored: undefined };
  if (judged?.pod !== undefined) return { admitted: true, stored: judged.pod };
  if (judged?.invalid !== undefined) return { admitted: true, stored: undefined };
  throw new EngineError('psp', `no verdict: ${undecodable ?? 'no answer'}`);
}

/** Compares the verdict, and the pod that is stored. */
export function compare(row: Row, psp: JsonObject, policy: Policy, each: Created & Judgement): void {
  const denied = evaluate(policy, each.judged).length > 0;
  const text = () => `${JSON.stringify(psp)} on ${JSON.stringify(each.raw)}`;
  row.compare(denied ? ['denied'] : [], each.admitted ? [] : ['denied'], text);
  // As podsec reads the manifest, which is as 1.37 does: seccomp is in one place, where 1.24 has it in two.
  if (evaluate(policy, admittedPod(each.raw)).length > 0 !== denied)
    row.wrong.push(`podsec reads the pod otherwise than 1.24 does: ${text()}`);
  if (denied || each.stored === undefined) return;
  const written = admittedPod(mutate(policy, each.judged).pod);
  if (!isDeepStrictEqual(sortedKeys(written), sortedKeys(asAdmitted(each.raw, each.stored))))
    row.wrong.push(`another pod is stored, ${JSON.stringify(each.stored)}: ${text()}`);
}

/** An object that is made empty on the way, `securityContext: {}`, is one that an API server writes. */
function sortedKeys(value: Json | undefined): Json | undefined {
  if (Array.isArray(value)) return value.map((each: Json) => sortedKeys(each) ?? null);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sortedKeys(value[key]) ?? null]),
  );
}

const seed = 20261128;
const batches = 20;
const policiesInBatch = 50;
const podsOfEach = 80;
/** Enough of them for a row in which nothing is refused to fail. */
const blindPodsOfEach = 8;

export async function checkPspRead(): Promise<Tally> {
  const random = new Random(seed);
  const rows: Row[] = [];
  const blind: Row[] = [];
  const found = { refused: 0, taken: 0, repaired: 0, invalid: 0, wrong: [] as string[] };
  for (let batch = 0; batch < batches; batch += 1) {
    const questions = Array.from({ length: policiesInBatch }, (_, count) => ({
      psp: randomPsp(random, `random-${count}`),
      pods: Array.from({ length: podsOfEach }, () => randomCreation(random)),
    }));
    const name = `PodSecurityPolicies, batch ${batch + 1} from seed ${seed}`;
    const [row, blindRow] = [new Row('psp-read', name), new Row('psp-read', name)];
    rows.push(row);
    blind.push(blindRow);
    const verdicts = await judgedBy(questions);
    const open = await judgedBy(
      questions.map(({ pods }) => ({ psp: allowingAll, pods: pods.slice(0, blindPodsOfEach) })),
    );
    for (const [index, { psp }] of questions.entries()) {
      const { errors = [], judged = [] } = verdicts[index] ?? {};
      const policy = readPolicy(psp);
      if ((policy === undefined) !== errors.length > 0)
        found.wrong.push(`the API server says [${errors.join('; ')}] of ${JSON.stringify(psp)}`);
      if (policy === undefined || errors.length > 0) {
        found.refused += 1;
        continue;
      }
      found.taken += 1;
      for (const each of judged) {
        compare(row, psp, policy, each);
        if (!each.admitted) continue;
        if (each.stored === undefined) found.invalid += 1;
        else if (mutate(policy, each.judged).writings.length > 0) found.repaired += 1;
      }
      for (const each of open[index]?.judged ?? []) compare(blindRow, psp, policy, each);
    }
  }
  const judged = rows.reduce((count, row) => count + row.judged, 0);
  process.stderr.write(
    `psp-read: ${found.taken} policies taken, ${found.refused} refused; ${judged} pods judged, ${found.repaired} repaired, ${found.invalid} made invalid\n`,
  );
  const nothing =
    found.refused === 0 || found.repaired === 0 ? ['psp-read: no policy refused, or no pod repaired'] : [];
  return sum(tally(rows), demandBlindRowsFail(blind), { passed: 0, failures: [...found.wrong, ...nothing] });
}
