/** ValidatingAdmissionPolicy on a real API server against `evaluate`: as podsec emits it, and as Gatekeeper makes it. */
import { admit } from '../src/admission/index.js';
import { asksAuthorizer } from '../src/backends/cel/index.js';
import type { Finding } from '../src/evaluate.js';
import type { Policy } from '../src/ir/types.js';
import type { JsonObject } from '../src/manifest/types.js';
import { ephemeralOf, judgePods, kubeObject, requestFor, sentAs } from '../src/verify/apiserver/questions.js';
import { type ApiServer, until } from '../src/verify/apiserver/server.js';
import type { Judgement } from '../src/verify/apiserver/verdict.js';
import { EngineError } from '../src/verify/errors.js';
import { controlsIn, deniedBy, findingsOf } from '../src/verify/judged.js';
import {
  allowAll,
  demandBlindRowsFail,
  detailsIn,
  judgedPods,
  newestRuleSets,
  Row,
  type RuleSet,
  ruleSets,
  sum,
  type Tally,
  tally,
} from './agreement.js';
import { startApiServer } from './apiserver.js';
import { pinned } from './build.js';
import { asEmitted, type Emission, madeByGatekeeper } from './emissions.js';
import { applyAll, applyParameters, judging, timeoutMs } from './in-force.js';
import { customPolicies } from './policies/index.js';
import { demandRecorded } from './verdicts.js';

const namespace = 'judged';

/** A pod that each rule set denies, to see when a policy is in force. */
const violating: JsonObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'violating' },
  spec: { hostNetwork: true, containers: [{ name: 'app', image: 'example.com/app:1.0' }] },
};

/** Failed controls by policy name; undefined where the API server refuses the pod itself. */
function auditedControls(judgement: Judgement): ReadonlyMap<string, readonly string[]> | undefined {
  if (judgement.verdict === 'invalid') return undefined;
  if (judgement.verdict === 'error')
    throw new EngineError(
      'apiserver',
      `no verdict: ${judgement.status} ${judgement.message} ${JSON.stringify(judgement.policyAudits)}`,
    );
  return byPolicy(judgement, controlsIn);
}

/** What is made of the messages of each policy: one, or several of a policy that asks an authorizer. */
function byPolicy<T>({ policyAudits }: Judgement, read: (message: string) => readonly T[]): Map<string, T[]> {
  const found = new Map<string, T[]>();
  for (const { policy, message } of policyAudits)
    found.set(policy, [...(found.get(policy) ?? []), ...read(message)]);
  return found;
}

interface Answer {
  /** As it is in the corpus. */
  readonly pod: JsonObject;
  /** As the API server was given it. */
  readonly sent: JsonObject;
  /** Failed controls by policy name; undefined where the API server refuses the pod itself. */
  readonly verdicts: ReadonlyMap<string, readonly string[]> | undefined;
  /** By policy name. */
  readonly messages: ReadonlyMap<string, readonly string[]>;
}

const answered = (judgement: Judgement): Pick<Answer, 'verdicts' | 'messages'> => ({
  verdicts: auditedControls(judgement),
  messages: byPolicy(judgement, (message) => [message]),
});

/** What `evaluate` finds in the pod that the API server is given. */
const expectedOf = (policy: Policy, sent: JsonObject): readonly Finding[] =>
  findingsOf(policy, sent, requestFor(sent, namespace));

function deniedAsSent(policy: Policy, pod: JsonObject): readonly string[] {
  const sent = sentAs(pod, namespace);
  return deniedBy(policy, sent, requestFor(sent, namespace));
}

/** Judges pods, one request for all policies: creations, and for pods with ephemeral containers their addition. */
async function judgeAll(server: ApiServer, pods: readonly JsonObject[]): Promise<Answer[]> {
  const sent = pods.map((pod) => sentAs(pod, namespace));
  const judged = new Map(
    (await judgePods(server, namespace, sent)).map(({ pod, judgement }) => [pod, judgement]),
  );
  return pods.map((pod, index) => {
    const given = sent[index] ?? pod;
    const judgement = judged.get(given);
    const answer =
      judgement === undefined ? { verdicts: undefined, messages: new Map() } : answered(judgement);
    return { pod, sent: given, ...answer };
  });
}

async function rowsFor(
  server: ApiServer,
  emission: Emission,
  sets: readonly RuleSet[],
  pods: readonly JsonObject[],
): Promise<Row[]> {
  const results = await judgeAll(server, pods);
  const accepted = results.filter(({ verdicts }) => verdicts !== undefined).length;
  process.stderr.write(`${emission.engine}: the API server accepts ${accepted} of ${pods.length} pods\n`);
  return sets.map(({ policy }) => {
    const row = new Row(emission.engine, policy.name);
    for (const answer of results) compareAnswer(row, emission, policy, answer, answer.pod);
    return row;
  });
}

/** Compares what the policy for pods says of one. Nothing, where the API server refuses the pod itself. */
function compareAnswer(
  row: Row,
  emission: Emission,
  policy: Policy,
  { pod, sent, verdicts, messages }: Answer,
  recorded?: JsonObject,
): void {
  if (verdicts === undefined) return;
  const subject = () => JSON.stringify(pod);
  const findings = expectedOf(policy, sent);
  // A policy that was removed is in force for a moment longer.
  const name = emission.podsName(policy);
  row.compare(
    findings.map(({ control }) => control),
    verdicts.get(name) ?? [],
    subject,
    recorded,
  );
  const [message] = messages.get(name) ?? [];
  if (asksAuthorizer(policy)) return;
  // An API server takes 5 KiB of a message.
  if (findings.length > 0 && message !== undefined && !message.endsWith('…'))
    row.compareMessage(findings, detailsIn(message), subject, 'cel');
}

export const checkVap = (): Promise<Tally> =>
  checkLevels(asEmitted, ruleSets(), { engine: 'vap', version: pinned('apiserver', 'k8s.io/kubernetes') });

/** The policies that Gatekeeper makes of templates that say `generateVAP`, of the newest levels. */
export const checkGatekeeperVap = (): Promise<Tally> =>
  checkLevels(madeByGatekeeper, newestRuleSets(), {
    engine: 'gatekeeper-vap',
    version: pinned('gatekeeper', 'github.com/open-policy-agent/gatekeeper/v3'),
  });

async function checkLevels(
  emission: Emission,
  sets: readonly RuleSet[],
  as: { readonly engine: string; readonly version: string },
): Promise<Tally> {
  const all = await judgedPods();
  const pods = all.filter((pod) => admit(pod).problems.length === 0);
  const server = await startApiServer({ audit: true });
  try {
    await server.namespace(namespace);
    const policies = sets.map(({ policy }) => policy);
    await applyAll(server, namespace, await emission.auditing(policies));
    await waitForAll(server, policies);
    const rows = await rowsFor(server, emission, sets, pods);
    const real = tally(rows);
    const recorded = demandRecorded({ ...as, rows }, all);
    await applyAll(server, namespace, await emission.auditing(policies.map(allowAll)));
    await server.waitFor(
      namespace,
      kubeObject(violating),
      (judgement) => judgement.policyAudits.length === 0,
    );
    const sample = pods.filter((_, index) => index % 20 === 0);
    const blind = demandBlindRowsFail(await rowsFor(server, emission, sets, sample));
    return sum(real, recorded, blind);
  } finally {
    await server.stop();
  }
}

export interface VapJudge {
  /** Failed controls by policy, then by pod; undefined where the API server refuses the pod itself. */
  readonly judge: (
    policies: readonly Policy[],
    pods: readonly JsonObject[],
  ) => Promise<readonly (readonly (readonly string[] | undefined)[])[]>;
  /** What `evaluate` says of the pod that the API server is given. */
  readonly expected: (policy: Policy, pod: JsonObject) => readonly string[];
  readonly stop: () => Promise<void>;
}

/** An API server that judges by policies all of which are in force at once. */
export async function startVapJudge(emission: Emission): Promise<VapJudge> {
  const server = await startApiServer({ audit: true });
  await server.namespace(namespace);
  return {
    judge: async (policies, pods) => {
      const objects = await emission.auditing(policies);
      const sound = pods.filter((pod) => admit(pod).problems.length === 0);
      const active: { readonly policy: Policy; readonly pod: JsonObject }[] = [];
      await applyAll(server, namespace, objects);
      try {
        for (const policy of policies) {
          const pod = await waitUntilInForce(server, emission, policy, sound);
          if (pod !== undefined) active.push({ policy, pod });
        }
        const verdicts = new Map(
          (await judgeAll(server, sound)).map((answer) => [answer.pod, answer.verdicts]),
        );
        return policies.map((policy) =>
          pods.map((pod) => {
            const of = verdicts.get(pod);
            return of && [...(of.get(emission.podsName(policy)) ?? [])].sort();
          }),
        );
      } finally {
        await server.remove(judging(objects));
        for (const { policy, pod } of active)
          await waitForPod(server, pod, (judgement) => !isInForce(judgement, emission, policy));
      }
    },
    expected: deniedAsSent,
    stop: () => server.stop(),
  };
}

/** Policies of users, each on the pods on the edges of its own rules, with the words of the messages. */
export const checkVapCustom = (): Promise<Tally> => checkCustom(asEmitted);
export const checkGatekeeperVapCustom = (): Promise<Tally> => checkCustom(madeByGatekeeper);

async function checkCustom(emission: Emission): Promise<Tally> {
  const { backend } = emission;
  const version = backend.engineVersions.at(-1) ?? '';
  const sayable = customPolicies().filter(({ policy }) => 'files' in backend.compile([policy], version));
  const server = await startApiServer({ audit: true });
  try {
    await server.namespace(namespace);
    await applyParameters(server, namespace, await emission.auditing(sayable.map(({ policy }) => policy)));
    const rows: Row[] = [];
    const blind: Row[] = [];
    for (const { policy, pods } of sayable) {
      const sound = pods.filter((pod) => admit(pod).problems.length === 0);
      const objects = await emission.auditing([policy]);
      await applyAll(server, namespace, objects);
      const active = await waitUntilInForce(server, emission, policy, sound);
      const row = await customRow(server, emission, policy, sound);
      // Of the pods on the edges of some policies the API server itself takes none that it would deny.
      const shows = row.wrong.length > 0 || (row.denied > 0 && row.denied < row.judged);
      if (!shows)
        process.stderr.write(
          `${emission.engine}: ${policy.name} shows nothing: all ${row.judged} pods alike\n`,
        );
      if (shows) rows.push(row);
      await applyAll(server, namespace, await emission.auditing([allowAll(policy)]));
      if (active !== undefined)
        await waitForPod(server, active, (judgement) => !isInForce(judgement, emission, policy));
      if (shows) blind.push(await customRow(server, emission, policy, sound));
      await server.remove(judging(objects));
    }
    if (rows.length < fewestShown[emission.engine])
      throw new EngineError(emission.engine, `no more than ${rows.length} policies of users show something`);
    return sum(tally(rows), demandBlindRowsFail(blind));
  } finally {
    await server.stop();
  }
}

/** How many policies of users have pods of both verdicts at least, on an API server. */
const fewestShown: Readonly<Record<Emission['engine'], number>> = { vap: 35, 'gatekeeper (vap)': 30 };

async function customRow(
  server: ApiServer,
  emission: Emission,
  policy: Policy,
  pods: readonly JsonObject[],
): Promise<Row> {
  const row = new Row(emission.engine, policy.name);
  for (const answer of await judgeAll(server, pods)) compareAnswer(row, emission, policy, answer);
  return row;
}

/** Whether it denies the pod. Another, that was removed, may still be in force, so the name has to be its own. */
const isInForce = ({ policyAudits }: Judgement, { podsName }: Emission, policy: Policy): boolean =>
  policyAudits.some((audit) => audit.policy === podsName(policy) && !audit.error);

/**
 * The pod by which it was seen that the policy is in force, an ordinary one before those with ephemeral containers, which take
 * longer to ask about; none where the API server accepts no pod that the policy denies.
 */
async function waitUntilInForce(
  server: ApiServer,
  emission: Emission,
  policy: Policy,
  pods: readonly JsonObject[],
): Promise<JsonObject | undefined> {
  const later = (pod: JsonObject): number => (ephemeralOf(pod).length > 0 ? 1 : 0);
  for (const pod of pods.toSorted((a, b) => later(a) - later(b))) {
    if (deniedAsSent(policy, pod).length === 0) continue;
    const judgement = await judgePod(server, pod);
    if (judgement === undefined || judgement.verdict === 'invalid') continue;
    await waitForPod(server, pod, (each) => isInForce(each, emission, policy));
    return pod;
  }
  return undefined;
}

async function judgePod(server: ApiServer, pod: JsonObject): Promise<Judgement | undefined> {
  const [judged] = await judgePods(server, namespace, [sentAs(pod, namespace)]);
  return judged?.judgement;
}

/** As `waitFor` of the server does, and for pods with ephemeral containers too. */
async function waitForPod(
  server: ApiServer,
  pod: JsonObject,
  expected: (judgement: Judgement) => boolean,
): Promise<void> {
  const ask = async (): Promise<Judgement> => {
    const judgement = await judgePod(server, pod);
    if (judgement === undefined) throw new EngineError('vap', `it cannot be stored: ${JSON.stringify(pod)}`);
    return judgement;
  };
  await until('the policies of a pod', ask, expected, timeoutMs);
}

async function waitForAll(server: ApiServer, policies: readonly Policy[]): Promise<void> {
  await server.waitFor(
    namespace,
    kubeObject(violating),
    ({ policyAudits }) => policyAudits.filter(({ error }) => !error).length >= policies.length,
    { timeoutMs },
  );
}
