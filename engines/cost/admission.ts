/** How long an admission takes on a real API server: without a policy, with Pod Security, with the emitted policy. */
import type { Policy } from '../../src/ir/types.js';
import type { JsonObject } from '../../src/manifest/types.js';
import type { KubeObject } from '../../src/verify/apiserver/rest.js';
import type { ApiServer } from '../../src/verify/apiserver/server.js';
import { EngineError } from '../../src/verify/errors.js';
import { startApiServer } from '../apiserver.js';
import { objectsOf } from '../emissions.js';
import { compliantPod, violatingPod } from './pods.js';

export interface Admission {
  /** `no policy`, `PodSecurity baseline`, or `podsec restricted`. */
  readonly what: string;
  readonly pod: 'compliant' | 'violating';
  /** Milliseconds for the request as a client sees it, the median. */
  readonly median: number;
}

/** How often each is asked, by turns, so that what else the machine does falls on all of them alike. */
const askedTimes = 100;
const warmUp = 10;

interface Subject {
  readonly what: string;
  readonly namespace: string;
  readonly pod: Admission['pod'];
  readonly object: KubeObject;
  readonly verdict: 'allow' | 'deny';
}

export async function admissionTimes(policies: readonly Policy[], rounds = askedTimes): Promise<Admission[]> {
  const server = await startApiServer();
  try {
    const subjects = await prepared(server, policies);
    const times = new Map(subjects.map((subject): [Subject, number[]] => [subject, []]));
    for (let round = -warmUp; round < rounds; round++) {
      for (const [subject, taken] of times) {
        const start = performance.now();
        const { verdict, message } = await server.dryRunCreate(subject.namespace, subject.object);
        const end = performance.now();
        if (verdict !== subject.verdict)
          throw new EngineError(
            'apiserver',
            `${subject.what} ${subject.pod}: ${verdict}`,
            message.slice(0, 500),
          );
        if (round >= 0) taken.push(end - start);
      }
    }
    return [...times].map(([{ what, pod }, taken]) => ({ what, pod, median: median(taken) }));
  } finally {
    await server.stop();
  }
}

/** A namespace for each way of judging; the emitted policies are bound by its label, so that each judges its own alone. */
async function prepared(server: ApiServer, policies: readonly Policy[]): Promise<Subject[]> {
  const violating = kubeObject(violatingPod(false));
  const subjects: Subject[] = [];
  const add = (what: string, namespace: string, compliant: JsonObject, denies: boolean) => {
    const object = kubeObject(compliant);
    subjects.push(
      { what, namespace, pod: 'compliant', object, verdict: 'allow' },
      { what, namespace, pod: 'violating', object: violating, verdict: denies ? 'deny' : 'allow' },
    );
  };
  const [first] = policies;
  if (first === undefined) throw new RangeError('no policy');
  await server.namespace('unjudged');
  add('no policy', 'unjudged', compliantPod(first, true), false);
  for (const policy of policies) {
    const compliant = compliantPod(policy, true);
    if (policy.name === 'baseline' || policy.name === 'restricted') {
      const namespace = `psa-${policy.name}`;
      await server.namespace(namespace, { 'pod-security.kubernetes.io/enforce': policy.name });
      add(`PodSecurity ${policy.name}`, namespace, compliant, true);
    }
    const namespace = `podsec-${policy.name}`;
    await server.namespace(namespace, { cost: policy.name });
    const scope = {
      ...policy.scope,
      namespaceSelector: [{ key: 'cost', operator: 'In' as const, values: [policy.name] }],
    };
    await server.apply(objectsOf([{ ...policy, scope }]));
    await server.waitForPolicy(namespace, violating);
    add(`podsec ${policy.name}`, namespace, compliant, true);
  }
  return subjects;
}

function kubeObject(pod: JsonObject): KubeObject {
  return { ...pod, apiVersion: 'v1', kind: 'Pod' };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return ((sorted[middle] ?? 0) + (sorted[sorted.length - 1 - middle] ?? 0)) / 2;
}
