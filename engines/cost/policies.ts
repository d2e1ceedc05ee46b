/** The policies that podsec ships, at the newest version: the levels, and the examples. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Policy } from '../../src/ir/types.js';
import { loadPolicies } from '../../src/load/policies.js';

const examples = join('policies', 'examples');

export async function shippedPolicies(): Promise<readonly Policy[]> {
  const files = readdirSync(examples)
    .filter((name) => name.endsWith('.ts'))
    .sort();
  const loaded = await loadPolicies(
    ['baseline', 'restricted', ...files.map((name) => join(examples, name))],
    { cwd: process.cwd(), timeoutSeconds: 60, onOutput: (text) => process.stderr.write(text) },
  );
  if (loaded.value === undefined) throw new TypeError(`not loaded: ${JSON.stringify(loaded.diagnostics)}`);
  return loaded.value.map(({ policy }) => ({ ...policy, mode: 'enforce' }));
}
