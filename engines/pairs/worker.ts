/** Compares the groups that it is told of, one after the other: check.ts has one of these for each processor. */
import { parentPort } from 'node:worker_threads';
import { compareGroup } from './group.js';

export interface Task {
  readonly seed: number;
  readonly group: number;
}

parentPort?.on('message', ({ seed, group }: Task) => parentPort?.postMessage(compareGroup(seed, group)));
