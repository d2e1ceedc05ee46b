/**
 * Random policies two by two: what the solver says of a pair is contradicted by no pod that an API server takes, as far as
 * `evaluate` can show with the pods on the edges of both, and a real API server takes the pods that show a difference.
 */
import { type AdmissionRequest, evaluate, type Finding, noRequest } from '../src/evaluate.js';
import type { Policy } from '../src/ir/types.js';
import type { JsonObject } from '../src/manifest/types.js';
import { acceptanceOf } from '../src/solver/accepted.js';
import { type Comparison, compare } from '../src/solver/compare.js';
import { TooLarge } from '../src/solver/limits.js';
import { EngineError } from '../src/verify/errors.js';
import { refusedWitnesses } from './accepted-pods.js';
import type { Tally } from './agreement.js';
import { type CustomPolicy, defaultSeed, randomPolicies } from './policies/index.js';
import { seedOfRun } from './random/check.js';

interface Pairs {
  readonly asked: number;
  /** Those that are decided. */
  readonly compared: number;
  /** Beyond what is decided: how many, by what was said. */
  readonly beyond: ReadonlyMap<string, number>;
  readonly pods: number;
  readonly wrong: readonly string[];
  /** The pods that show a difference, by what they show. */
  readonly witnesses: ReadonlyMap<string, JsonObject>;
}

/** A group is of this many policies, of which each is compared with each. */
const groupSize = 20;
const pairsOfGroup = (groupSize * (groupSize - 1)) / 2;

/** Of the pods on the edges of a policy. */
const mostPods = 80;

/** A policy, and pods on the edges of its rules that an API server takes, as manifests and as it has them then. */
interface Subject {
  readonly policy: Policy;
  readonly pods: readonly { readonly manifest: JsonObject; readonly pod: JsonObject }[];
}

function subjectOf({ policy, pods }: CustomPolicy): Subject {
  const stride = Math.ceil(pods.length / mostPods);
  const some = pods.filter((_, at) => at % stride === 0);
  return {
    policy,
    pods: some.flatMap((manifest) => {
      const acceptance = acceptanceOf(manifest);
      return 'pod' in acceptance ? [{ manifest, pod: acceptance.pod }] : [];
    }),
  };
}

/** Every request has a user and a namespace: the solver keeps to that (schema/validity/values.ts). */
const request: AdmissionRequest = { ...noRequest, user: 'somebody', namespace: 'default' };

/** Names of places and numbers are not what tells two refusals apart. */
const sort = (message: string): string =>
  message.replace(/\S*\b(pod|old|request)\.\S*/g, 'P').replace(/\d+/g, 'N');

/** What the comparison does not have, though this pod shows it. */
function missing({ onlyFirst, onlySecond }: Comparison, a: readonly Finding[], b: readonly Finding[]) {
  const names = (findings: readonly Finding[]) =>
    findings.map(({ control }) => (control.includes('/') ? 'alternatives' : control));
  const lacks = (said: Comparison['onlyFirst'], findings: readonly Finding[]) =>
    names(findings).filter((name) => !said.some(({ control }) => control === name));
  return [...(b.length === 0 ? lacks(onlyFirst, a) : []), ...(a.length === 0 ? lacks(onlySecond, b) : [])];
}

/** @param count at least how many pairs. */
function comparePairs(seed: number, count: number): Pairs {
  const beyond = new Map<string, number>();
  const wrong: string[] = [];
  const witnesses = new Map<string, JsonObject>();
  let asked = 0;
  let compared = 0;
  let pods = 0;
  const pair = (first: Subject, second: Subject): void => {
    asked += 1;
    const name = `${first.policy.name} and ${second.policy.name}`;
    let comparison: Comparison;
    try {
      comparison = compare(first.policy, second.policy);
    } catch (error) {
      if (error instanceof TooLarge)
        beyond.set(sort(error.message), (beyond.get(sort(error.message)) ?? 0) + 1);
      else wrong.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
      return;
    }
    compared += 1;
    for (const { control, witness } of [...comparison.onlyFirst, ...comparison.onlySecond])
      witnesses.set(`${name}, ${control}: ${JSON.stringify(witness.pod)}`, witness.pod);
    for (const { manifest, pod } of [...first.pods, ...second.pods]) {
      pods += 1;
      const [ofFirst, ofSecond] = [first, second].map(({ policy }) => evaluate(policy, pod, request));
      const lacking = missing(comparison, ofFirst ?? [], ofSecond ?? []);
      if (lacking.length === 0) continue;
      wrong.push(
        `${name}: ${comparison.relation}, without ${lacking.join()}, of ${JSON.stringify(manifest)}`,
      );
      return;
    }
  };
  for (let group = 0; group * pairsOfGroup < count; group += 1) {
    const policies = randomPolicies(seed * 100_000 + group, groupSize).map(subjectOf);
    for (const [at, first] of policies.entries())
      for (const second of policies.slice(at + 1)) pair(first, second);
    process.stderr.write(`pairs: ${(group + 1) * pairsOfGroup} of ${count}, ${wrong.length} wrong\n`);
  }
  if (compared === 0 || pods === 0) throw new EngineError('solver', 'no pair was compared');
  return { asked, compared, beyond, pods, wrong, witnesses };
}

async function check(seed: number, count: number): Promise<Tally> {
  const { asked, compared, beyond, pods, wrong, witnesses } = comparePairs(seed, count);
  for (const [message, times] of beyond) process.stderr.write(`beyond, ${times} times: ${message}\n`);
  const refused = await refusedWitnesses(witnesses);
  const outcome = (failures: readonly string[], text: string) =>
    process.stderr.write(`${failures.length === 0 ? 'ok  ' : 'FAIL'} solver: ${text}\n`);
  outcome(wrong, `${compared} of ${asked} pairs compared, ${wrong.length} wrong, by ${pods} pods`);
  outcome(
    refused,
    `the API server takes ${witnesses.size - refused.length} of ${witnesses.size} pods that show a difference`,
  );
  return {
    passed: [wrong, refused].filter((each) => each.length === 0).length,
    failures: [...wrong, ...refused].map((each) => `pairs: ${each}`),
  };
}

/** Another seed looks elsewhere. */
const seed = (): number => (process.env.PODSEC_SEED === undefined ? defaultSeed : seedOfRun());

/** As many as CI has time for. */
export const checkPairs = (): Promise<Tally> => check(seed(), 190);

export const checkPairsWhole = (): Promise<Tally> => check(seed(), 10_000);
