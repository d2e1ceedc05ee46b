/**
 * Random policies two by two: what the solver says of a pair is contradicted by no pod that an API server takes, as far as
 * `evaluate` can show with the pods on the edges of both, and a real API server takes the pods that show a difference.
 */
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { JsonObject } from '../../src/manifest/types.js';
import { EngineError } from '../../src/verify/errors.js';
import { refusedWitnesses } from '../accepted-pods.js';
import type { Tally } from '../agreement.js';
import { defaultSeed } from '../policies/index.js';
import { seedOfRun } from '../random/check.js';
import { type Pairs, pairsOfGroup } from './group.js';
import type { Task } from './worker.js';

/** @param count at least how many pairs. */
async function comparePairs(seed: number, count: number): Promise<Pairs> {
  const groups = Math.ceil(count / pairsOfGroup);
  const found: Pairs[] = [];
  let next = 0;
  let done = 0;
  const work = async (): Promise<void> => {
    const worker = new Worker(new URL('./worker.js', import.meta.url));
    try {
      while (next < groups) {
        const group = next++;
        const task: Task = { seed, group };
        worker.postMessage(task);
        const [pairs]: Pairs[] = await once(worker, 'message');
        if (pairs === undefined) throw new EngineError('solver', 'a group without an answer');
        found[group] = pairs;
        done += 1;
        const wrong = found.reduce((sum, each) => sum + each.wrong.length, 0);
        process.stderr.write(`pairs: ${done * pairsOfGroup} of ${count}, ${wrong} wrong\n`);
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), groups) }, work));
  const all = together(found);
  if (all.compared === 0 || all.pods === 0) throw new EngineError('solver', 'no pair was compared');
  return all;
}

function together(found: readonly Pairs[]): Pairs {
  const beyond = new Map<string, number>();
  for (const each of found)
    for (const [message, times] of each.beyond) beyond.set(message, (beyond.get(message) ?? 0) + times);
  const sum = (of: (pairs: Pairs) => number) => found.reduce((total, each) => total + of(each), 0);
  return {
    asked: sum(({ asked }) => asked),
    compared: sum(({ compared }) => compared),
    beyond,
    pods: sum(({ pods }) => pods),
    wrong: found.flatMap(({ wrong }) => wrong),
    witnesses: new Map<string, JsonObject>(found.flatMap(({ witnesses }) => [...witnesses])),
  };
}

async function check(seed: number, count: number): Promise<Tally> {
  const { asked, compared, beyond, pods, wrong, witnesses } = await comparePairs(seed, count);
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
