/** A difference that a random run met, made small and frozen into the corpus: engines/policies/frozen/. */
import { createHash } from 'node:crypto';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Policy } from '../../src/ir/types.js';
import type { JsonObject } from '../../src/manifest/types.js';
import { EngineError } from '../../src/verify/errors.js';
import { shrink } from '../../src/verify/shrink.js';
import type { Judge } from '../judges.js';
import { type FrozenCase, frozenDirectory } from '../policies/frozen.js';
import { smallerPolicies } from './smaller-policies.js';

interface Find {
  readonly policy: Policy;
  readonly pod: JsonObject;
}

/** Whether the engine says something else of each of the pods. An error of the engine is no such find. */
async function differs(judge: Judge, policy: Policy, pods: readonly JsonObject[]): Promise<boolean[]> {
  try {
    const [failed = []] = await judge.judge([policy], pods);
    return pods.map((pod, index) => {
      const answer = failed[index];
      return answer !== undefined && !isDeepStrictEqual(answer, judge.expected(policy, pod).toSorted());
    });
  } catch (error) {
    if (error instanceof EngineError) return pods.map(() => false);
    throw error;
  }
}

/** Pods are asked about all at once; policies one by one, each of which an engine has to load. */
const limits = { runs: 60, tries: 200 };
const mostSteps = 60;

/** The smallest pod, then the smallest policy, on which the engine still says something else. */
export async function shrunk(judge: Judge, { policy, pod }: Find): Promise<Find> {
  const small = await shrink(pod, (pods) => differs(judge, policy, pods), limits);
  let simple = policy;
  for (let step = 0; step < mostSteps; step++) {
    const less = await lessOf(judge, simple, small);
    if (less === undefined) break;
    simple = less;
  }
  return { policy: simple, pod: small };
}

/** A smaller policy on which the engine still says something else of the pod; undefined where there is none. */
async function lessOf(judge: Judge, policy: Policy, pod: JsonObject): Promise<Policy | undefined> {
  const version = judge.backend.engineVersions.at(-1) ?? '';
  for (const each of smallerPolicies(policy)) {
    if ('refusals' in judge.backend.compile([each], version)) continue;
    if ((await differs(judge, each, [pod]))[0] === true) return each;
  }
  return undefined;
}

/** Writes the case, and says where. */
export function freeze(judge: Judge, seed: number, { policy, pod }: Find): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([policy, pod]))
    .digest('hex')
    .slice(0, 8);
  const name = `found-${hash}`;
  const frozen: FrozenCase = {
    found: { engine: judge.engine, seed, date: new Date().toISOString().slice(0, 10) },
    policy: { ...policy, name },
    pods: [pod],
  };
  const file = join(frozenDirectory, `${name}.json`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, `${JSON.stringify(frozen, null, 1)}\n`);
  renameSync(`${file}.new`, file);
  return file;
}
