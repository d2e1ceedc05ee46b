/** A difference that a random run met, made small and frozen into the corpus: engines/policies/frozen/. */
import { createHash } from 'node:crypto';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Policy } from '../../src/ir/types.js';
import type { JsonObject } from '../../src/manifest/types.js';
import { EngineError } from '../../src/verify/errors.js';
import type { Judge } from '../judges.js';
import { type FrozenCase, frozenDirectory } from '../policies/frozen.js';
import { shrink, smallerPods, smallerPolicies } from './shrink.js';

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

/** The smallest pod, then the smallest policy, on which the engine still says something else. */
export async function shrunk(judge: Judge, { policy, pod }: Find): Promise<Find> {
  const small = await shrink(pod, async (from) => {
    const pods = smallerPods(from);
    const kept = pods.length === 0 ? [] : await differs(judge, policy, pods);
    return pods.find((_, index) => kept[index]);
  });
  const version = judge.backend.engineVersions.at(-1) ?? '';
  const simple = await shrink(policy, async (from) => {
    for (const each of smallerPolicies(from)) {
      if ('refusals' in judge.backend.compile([each], version)) continue;
      if ((await differs(judge, each, [small]))[0] === true) return each;
    }
    return undefined;
  });
  return { policy: simple, pod: small };
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
