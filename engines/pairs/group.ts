/** A group of random policies, each compared with each, and with pods on the edges of both. */
import { type AdmissionRequest, evaluate, type Finding, noRequest } from '../../src/evaluate.js';
import type { Policy } from '../../src/ir/types.js';
import type { JsonObject } from '../../src/manifest/types.js';
import { acceptanceOf } from '../../src/solver/accepted.js';
import { type Comparison, compare } from '../../src/solver/compare.js';
import { TooLarge } from '../../src/solver/limits.js';
import { type CustomPolicy, randomPolicies } from '../policies/index.js';

export interface Pairs {
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
export const pairsOfGroup = (groupSize * (groupSize - 1)) / 2;

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

/** The same group for the same seed and number. */
export function compareGroup(seed: number, group: number): Pairs {
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
  const policies = randomPolicies(seed * 100_000 + group, groupSize).map(subjectOf);
  for (const [at, first] of policies.entries())
    for (const second of policies.slice(at + 1)) pair(first, second);
  return { asked, compared, beyond, pods, wrong, witnesses };
}
