/** The comparison: each policy in each form of each engine, with `evaluate`, on pods on the edges of its rules. */
import { isDeepStrictEqual } from 'node:util';
import type { Backend, Refusal } from '../backends/types.js';
import { backends } from '../compile.js';
import type { Policy } from '../ir/types.js';
import type { JsonObject } from '../manifest/types.js';
import type { Agreement, AgreementRow, ComparedPolicy, Difference } from '../report/agreement.js';
import { EngineError } from './errors.js';
import { deniedBy } from './judged.js';
import { podsFor } from './pods.js';
import { mapPool } from './pool.js';
import { shrink } from './shrink.js';
import type { Answer, EngineKind, Engines, FoundEngine, Judge, Lane, Limits } from './types.js';

export interface VerifyOptions extends Limits {
  /** The most pods for a policy. */
  readonly pods: number;
  /** Runs of an engine at once. */
  readonly parallel: number;
  /** What is being done, for a person who waits. */
  readonly progress: (what: string) => void;
}

export interface LabelledPolicy {
  readonly label: string;
  readonly policy: Policy;
}

interface Work extends LabelledPolicy {
  readonly compared: ComparedPolicy;
  readonly pods: readonly JsonObject[];
}

/** Questions that may be asked to make a difference small. */
const shrinkRuns = 12;

export async function verify(
  policies: readonly LabelledPolicy[],
  { found, missing }: Engines,
  options: VerifyOptions,
): Promise<Agreement> {
  const work = policies.map((each) => workFor(each, options));
  const rows: AgreementRow[] = [];
  for (const engine of found) rows.push(...(await rowsOf(engine, work, options)));
  for (const kind of missing) rows.push(...work.map(({ label }) => blankRow(kind, label, 'not-installed')));
  return {
    policies: work.map(({ compared }) => compared),
    rows: work.flatMap(({ label }) => rows.filter(({ policy }) => policy === label)),
  };
}

function workFor({ label, policy }: LabelledPolicy, { pods: most, progress }: VerifyOptions): Work {
  progress(`${label}: making pods`);
  const { pods, all } = podsFor(policy, most);
  const denied = pods.filter((pod) => deniedBy(policy, pod).length > 0).length;
  return { label, policy, pods, compared: { policy: label, pods: pods.length, boundaryPods: all, denied } };
}

/** An engine that cannot even say its version, or does not start, has failed on each policy. */
async function rowsOf(
  { kind, programs }: FoundEngine,
  work: readonly Work[],
  options: VerifyOptions,
): Promise<AgreementRow[]> {
  let version: string | null = null;
  try {
    options.progress(`${kind.name}: starting`);
    const said = await kind.version(programs[0] ?? '', options);
    version = said;
    return await kind.withLanes(programs, options, async (lanes) => {
      const rows: AgreementRow[] = [];
      for (const each of work)
        for (const lane of lanes) rows.push(await rowOf(kind, said, lane, each, options));
      return rows;
    });
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return work.map(({ label }) => ({ ...blankRow(kind, label, 'error'), version, reason: reasonOf(error) }));
  }
}

async function rowOf(
  kind: EngineKind,
  version: string,
  lane: Lane,
  work: Work,
  options: VerifyOptions,
): Promise<AgreementRow> {
  const backend = backends[lane.target];
  const compiledFor = nearestVersion(backend, version);
  const row: AgreementRow = {
    ...blankRow(kind, work.label, 'agrees'),
    version,
    target: lane.target,
    driver: lane.driver,
    compiledFor,
  };
  const compiled = backend.compile([work.policy], compiledFor);
  if ('refusals' in compiled) return { ...row, state: 'refused', reason: refusalsText(compiled.refusals) };
  const incomparable = lane.incomparable(work.policy);
  if (incomparable !== undefined) return { ...row, state: 'not-comparable', reason: incomparable };
  const name = [kind.name, lane.driver ?? lane.target].join(' ');
  const progress = (what: string) => options.progress(`${work.label}: ${name}: ${what}`);
  try {
    const subject = { policy: everywhere(work.policy), engineVersion: compiledFor, pods: work.pods };
    return await lane.withJudge(subject, async (judge) => ({
      ...row,
      ...(await compared(judge, lane, work.pods, { ...options, progress })),
    }));
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return { ...row, state: 'error', reason: reasonOf(error) };
  }
}

type Compared = Pick<AgreementRow, 'state' | 'judged' | 'denied' | 'invalid' | 'differences' | 'difference'>;

async function compared(
  judge: Judge,
  lane: Lane,
  pods: readonly JsonObject[],
  { parallel, progress }: VerifyOptions,
): Promise<Compared> {
  const chunks = Array.from({ length: Math.ceil(pods.length / lane.chunk) }, (_, index) =>
    pods.slice(index * lane.chunk, (index + 1) * lane.chunk),
  );
  let done = 0;
  progress(`0 of ${pods.length} pods`);
  const answers = await mapPool(chunks, parallel, async (chunk) => {
    const answered = await pairs(judge, chunk);
    done += chunk.length;
    progress(`${done} of ${pods.length} pods`);
    return answered;
  });
  const judged = answers.flat().filter(({ answer }) => answer !== 'invalid');
  const denied = judged.filter(({ expected }) => expected.length > 0).length;
  const different = judged.filter(differs);
  const counts = {
    judged: judged.length,
    denied,
    invalid: pods.length - judged.length,
    differences: different.length,
  };
  const [first] = different.sort(
    (a, b) => undisputed(a).length - undisputed(b).length || sizeOf(a) - sizeOf(b),
  );
  if (first !== undefined) {
    progress('making the difference small');
    return { ...counts, state: 'differs', difference: await smallest(judge, lane, first) };
  }
  const state = denied === 0 || denied === judged.length ? 'shows-nothing' : 'agrees';
  return { ...counts, state, difference: null };
}

interface Pair {
  readonly pod: JsonObject;
  readonly expected: readonly string[];
  readonly answer: Answer;
}

async function pairs(judge: Judge, pods: readonly JsonObject[]): Promise<readonly Pair[]> {
  if (pods.length === 0) return [];
  const answers = await judge.ask(pods);
  return pods.map((pod, index) => {
    const answer = answers[index];
    if (answer === undefined) throw new TypeError(`no answer for pod ${index}`);
    return { pod, expected: distinct(judge.expected(pod)), answer: named(answer) };
  });
}

const distinct = (ids: readonly string[]): readonly string[] => [...new Set(ids)].sort();
const named = (answer: Answer): Answer => (typeof answer === 'string' ? answer : distinct(answer));
const sizeOf = ({ pod }: Pair): number => JSON.stringify(pod).length;

function differs({ expected, answer }: Pair): boolean {
  if (answer === 'invalid') return false;
  return answer === 'denied' ? expected.length === 0 : !isDeepStrictEqual(expected, answer);
}

/** What one says and the other does not: the verdict where the engine has no ids. */
function disputed({ expected, answer }: Pair): readonly string[] {
  if (typeof answer === 'string') return [];
  return [
    ...expected.filter((id) => !answer.includes(id)).map((id) => `-${id}`),
    ...answer.filter((id) => !expected.includes(id)).map((id) => `+${id}`),
  ];
}

/** The controls that both name: the fewer, the plainer the difference. */
function undisputed({ expected, answer }: Pair): readonly string[] {
  return typeof answer === 'string' ? [] : expected.filter((id) => answer.includes(id));
}

/**
 * The pod is made smaller while the two differ over one of the same controls, and agree on no further ones. An engine that
 * fails meanwhile ends that.
 */
async function smallest(judge: Judge, lane: Lane, found: Pair): Promise<Difference> {
  const about = disputed(found);
  const beside = undisputed(found);
  const isSame = (pair: Pair) =>
    differs(pair) && sharesOne(about, disputed(pair)) && undisputed(pair).every((id) => beside.includes(id));
  let best = found;
  const holds = async (pods: readonly JsonObject[]): Promise<readonly boolean[]> => {
    const tried = await pairs(judge, pods);
    for (const pair of tried) if (isSame(pair) && sizeOf(pair) < sizeOf(best)) best = pair;
    return tried.map(isSame);
  };
  try {
    await shrink(found.pod, holds, { runs: shrinkRuns, tries: lane.tries });
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
  }
  const { pod, expected, answer } = best;
  return { pod, evaluate: expected, engine: typeof answer === 'string' ? null : answer };
}

function sharesOne(a: readonly string[], b: readonly string[]): boolean {
  return a.length === 0 ? b.length === 0 : a.some((each) => b.includes(each));
}

/**
 * Where a policy holds and for whom is about the request, which manifests do not say: it is compared as if it held everywhere
 * and for everybody. A runtime class is the pod's own.
 */
function everywhere(policy: Policy): Policy {
  const { runtimeClasses } = policy.exemptions;
  return {
    ...policy,
    scope: { excludedNamespaces: [], namespaceSelector: [] },
    exemptions: { namespaces: [], users: [], runtimeClasses, serviceAccounts: [] },
  };
}

/** The newest of the target's engine versions that is not newer than the engine; the newest where it names none. */
function nearestVersion({ engineVersions }: Backend, version: string): string {
  const known = numbersOf(version);
  const [oldest = ''] = engineVersions;
  if (known === undefined) return engineVersions.at(-1) ?? oldest;
  return engineVersions.findLast((each) => (numbersOf(each) ?? 0) <= known) ?? oldest;
}

/** `1.30.2` as a number to compare by. */
function numbersOf(version: string): number | undefined {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(version) ?? [];
  return major === undefined || minor === undefined ? undefined : Number(major) * 1000 + Number(minor);
}

function refusalsText(refusals: readonly Refusal[]): string {
  return refusals
    .map(({ control, reason }) => (control === null ? reason : `control ${control}: ${reason}`))
    .join('; ');
}

/** What went wrong, with the last of what the engine printed. */
function reasonOf({ what, output }: EngineError): string {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  const last = lines.slice(-3).join(' ').replace(/\s+/g, ' ').trim();
  return last === '' ? what : `${what}: ${last.length > 400 ? `...${last.slice(-400)}` : last}`;
}

function blankRow(kind: EngineKind, policy: string, state: AgreementRow['state']): AgreementRow {
  return {
    policy,
    engine: kind.name,
    version: null,
    testedVersion: kind.testedVersion,
    target: null,
    driver: null,
    compiledFor: null,
    state,
    judged: 0,
    denied: 0,
    invalid: 0,
    differences: 0,
    reason: null,
    difference: null,
  };
}
