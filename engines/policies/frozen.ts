/** What random runs have found: each case is judged by every run on policies of users from then on. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Policy } from '../../src/ir/types.js';
import type { JsonObject } from '../../src/manifest/types.js';

export interface FrozenCase {
  readonly found: { readonly engine: string; readonly seed: number; readonly date: string };
  readonly policy: Policy;
  readonly pods: readonly JsonObject[];
}

const root = import.meta.dirname.replace(/([/\\]dist)?[/\\]engines[/\\]policies$/, '');
export const frozenDirectory: string = join(root, 'engines', 'policies', 'frozen');

export function frozenCases(): FrozenCase[] {
  if (!existsSync(frozenDirectory)) return [];
  return readdirSync(frozenDirectory)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name): FrozenCase => JSON.parse(readFileSync(join(frozenDirectory, name), 'utf8')));
}
