/**
 * Pods that the solver found where no other pod told a rule from one that differs in one thing (test/mutation): a printer that
 * made that mistake would be noticed by them.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '../../src/manifest/types.js';

type Telling = Readonly<Record<string, readonly JsonObject[]>>;

const root = import.meta.dirname.replace(/([/\\]dist)?[/\\]engines[/\\]policies$/, '');
const file = join(root, 'engines', 'policies', 'telling.json');

let known: Telling | undefined;

function telling(): Telling {
  const read = (): Telling => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {});
  known ??= read();
  return known;
}

/** Those of a policy, by its name. */
export const tellingPods = (policy: string): readonly JsonObject[] => telling()[policy] ?? [];

/** Keeps a pod for later runs. */
export function keepTelling(policy: string, pod: JsonObject): void {
  const pods = tellingPods(policy);
  if (pods.some((each) => JSON.stringify(each) === JSON.stringify(pod))) return;
  known = { ...telling(), [policy]: [...pods, pod] };
  writeFileSync(file, `${JSON.stringify(known, null, 2)}\n`);
}
