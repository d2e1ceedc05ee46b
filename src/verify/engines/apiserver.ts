/**
 * kube-apiserver with an etcd, started for the while: the emitted ValidatingAdmissionPolicies, and, for a level, PodSecurity
 * admission by the labels of a namespace.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { backends } from '../../compile.js';
import type { Policy } from '../../ir/types.js';
import type { JsonObject } from '../../manifest/types.js';
import { objectsIn } from '../apiserver/objects.js';
import { ephemeralOf, judgePods, kubeObject, requestFor, sentAs } from '../apiserver/questions.js';
import { type ApiServer, startServer } from '../apiserver/server.js';
import type { Judgement } from '../apiserver/verdict.js';
import { EngineError } from '../errors.js';
import { controlsIn, deniedBy } from '../judged.js';
import { mapPool } from '../pool.js';
import type { Answer, EngineKind, Judge, Lane, Subject } from '../types.js';
import { versionSaid } from './version.js';

const engine = 'kube-apiserver';
const inFlight = 32;

export const kubeApiserver: EngineKind = {
  name: engine,
  programs: [[engine], ['etcd']],
  testedVersion: '1.37.2',
  targets: ['vap', 'psa'],
  version: (program, limits) => versionSaid(engine, program, ['--version'], /^Kubernetes (\S+)/m, limits),
  withLanes: async ([apiserver = '', etcd = ''], { seconds }, use) => {
    const server = await startServer({ apiserver, etcd }, { audit: true, seconds });
    try {
      return await use([vapLane(server), psaLane(server)]);
    } finally {
      await server.stop();
    }
  },
};

/** Pods share a namespace and a name, so that they are asked about in one go. */
const all = 100_000;

/** How long a policy may take until it is seen to be in force. */
const patience = 20_000;

function vapLane(server: ApiServer): Lane {
  const namespace = 'podsec-vap';
  return {
    target: 'vap',
    driver: null,
    chunk: all,
    tries: 100,
    incomparable: () => undefined,
    withJudge: async (subject, use) => {
      // In audit mode pods that are denied can be stored, and each policy says all that it finds.
      const objects = objectsIn(
        compiled({ ...subject, policy: { ...subject.policy, mode: 'audit' } }, 'vap'),
      );
      const judge: Judge = {
        expected: (pod) => expectedOf(subject.policy, pod, namespace),
        ask: async (pods) => {
          const sent = new Map(pods.map((pod) => [sentAs(pod, namespace), pod]));
          const judged = await judgePods(server, namespace, [...sent.keys()]);
          const answers = new Map(
            judged.map(({ pod, judgement }) => [sent.get(pod), auditedControls(judgement)]),
          );
          return pods.map((pod) => answers.get(pod) ?? notAsked());
        },
      };
      await server.namespace(namespace);
      await server.apply(objects);
      try {
        await untilInForce(judge, subject);
        return await use(judge);
      } finally {
        await server.remove(objects);
        await untilGone(judge, subject);
      }
    },
  };
}

function auditedControls(judgement: Judgement | undefined): Answer {
  if (judgement === undefined || judgement.verdict === 'invalid') return 'invalid';
  if (judgement.verdict === 'error') throw noVerdict(judgement);
  return judgement.policyAudits.flatMap(({ message }) => controlsIn(message));
}

function psaLane(server: ApiServer): Lane {
  let levels = 0;
  return {
    target: 'psa',
    driver: null,
    chunk: all,
    tries: 100,
    incomparable: ({ exemptions }) =>
      exemptions.runtimeClasses.length === 0
        ? undefined
        : 'exempt runtime classes are said by the configuration of a server, and not by labels',
    withJudge: async (subject, use) => {
      // A namespace for each policy: a level that is changed is judged by for a moment longer.
      levels += 1;
      const namespace = `podsec-psa-${levels}`;
      await server.namespace(namespace, labelsOf(subject));
      const judge: Judge = {
        expected: (pod) => expectedOf(subject.policy, pod, namespace),
        ask: (pods) =>
          mapPool(pods, inFlight, async (pod) =>
            // Such a pod cannot be created, and once its namespace has a level its base may not be stored.
            ephemeralOf(pod).length > 0
              ? 'invalid'
              : verdictOf(await server.dryRunCreate(namespace, kubeObject(sentAs(pod, namespace)))),
          ),
      };
      await untilInForce(judge, subject);
      return use(judge);
    },
  };
}

function verdictOf(judgement: Judgement): Answer {
  switch (judgement.verdict) {
    case 'allow':
      return [];
    case 'deny':
      return 'denied';
    case 'invalid':
      return 'invalid';
    case 'error':
      throw noVerdict(judgement);
  }
}

function labelsOf(subject: Subject): Readonly<Record<string, string>> {
  const files = compiled({ ...subject, policy: { ...subject.policy, mode: 'enforce' } }, 'psa');
  const [patch] = objectsIn(files, (path) => path === 'labels/labels.yaml');
  const metadata: { readonly labels?: Readonly<Record<string, string>> } = Object.assign({}, patch?.metadata);
  if (metadata.labels === undefined) throw new TypeError('the bundle has no labels');
  return metadata.labels;
}

function compiled({ policy, engineVersion }: Subject, target: 'vap' | 'psa') {
  const output = backends[target].compile([policy], engineVersion);
  if ('refusals' in output) throw new TypeError(`refused: ${JSON.stringify(output.refusals)}`);
  return output.files;
}

function expectedOf(policy: Policy, pod: JsonObject, namespace: string): readonly string[] {
  const sent = sentAs(pod, namespace);
  return deniedBy(policy, sent, requestFor(sent, namespace));
}

/** Pods that the policy denies, by several of its controls if it can be, for one of them may be what is not denied. */
function denied(judge: Judge, { pods }: Subject): readonly JsonObject[] {
  const found = new Map<string, JsonObject>();
  for (const pod of pods.filter((each) => ephemeralOf(each).length === 0)) {
    const key = judge.expected(pod).join();
    if (key !== '' && !found.has(key)) found.set(key, pod);
  }
  return [...found.values()].slice(0, 20);
}

const isDenied = (answer: Answer): boolean =>
  answer === 'denied' || (answer !== 'invalid' && answer.length > 0);

/** Where no pod is denied in all that time, the comparison tells of it. */
async function untilInForce(judge: Judge, subject: Subject): Promise<void> {
  const pods = denied(judge, subject);
  // What denies nothing is not seen to come into force, which takes a second at most.
  if (pods.length === 0) await sleep(3_000);
  else await until(judge, pods, (answers) => answers.some(isDenied));
}

async function untilGone(judge: Judge, subject: Subject): Promise<void> {
  const gone = await until(judge, denied(judge, subject), (answers) => !answers.some(isDenied));
  if (!gone) throw new EngineError(engine, 'a policy that was removed is still in force');
}

async function until(
  judge: Judge,
  pods: readonly JsonObject[],
  holds: (answers: readonly Answer[]) => boolean,
): Promise<boolean> {
  const deadline = Date.now() + patience;
  for (;;) {
    const answers = await judge.ask(pods);
    if (holds(answers)) return true;
    // Of pods that the API server refuses itself nothing can be seen.
    if (answers.every((answer) => answer === 'invalid') || Date.now() > deadline) return false;
    await sleep(50);
  }
}

function noVerdict({ status, message, policyAudits }: Judgement): EngineError {
  return new EngineError(
    engine,
    `no verdict: status ${status}`,
    `${message} ${JSON.stringify(policyAudits)}`,
  );
}

function notAsked(): never {
  throw new TypeError('a pod was not asked about');
}
