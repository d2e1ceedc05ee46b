/** Judging by a level's Wasm: the same rules as `evaluate` has, run by OPA's Wasm runtime. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadPolicy } from '@open-policy-agent/opa-wasm';
import { packageRoot } from '../backends/templates.js';
import { newestMinor, parseVersion } from '../levels/versions.js';
import { dataFor, type WasmLevel } from './level.js';

export interface WasmFinding {
  readonly control: string;
  readonly msg: string;
}

export interface WasmEngine {
  /**
   * What the level at version 1.`minor` finds in a manifest, by control. Throws a WasmError where the engine fails or
   * does not know the version: that is not an allow.
   */
  judge(minor: number, manifest: unknown): WasmFinding[];
}

export class WasmError extends Error {
  override readonly name = 'WasmError';
}

export async function loadLevel(level: WasmLevel): Promise<WasmEngine> {
  const policy = await loadPolicy(await readFile(join(packageRoot(), 'golden', 'wasm', `${level}.wasm`)));
  let loaded: number | undefined;
  return {
    judge: (minor, manifest) => {
      if (parseVersion(`1.${minor}`) === undefined) {
        throw new WasmError(`the level ${level} has no version 1.${minor}; the newest is 1.${newestMinor}`);
      }
      try {
        if (loaded !== minor) policy.setData(dataFor(minor));
        loaded = minor;
        return findingsOf(policy.evaluate(manifest));
      } catch (error) {
        // The runtime throws strings and plain objects, and after a trap its memory is not to be trusted.
        loaded = undefined;
        const cause = error instanceof Error ? error.message : JSON.stringify(error);
        throw new WasmError(`the level ${level} in Wasm failed: ${cause}`, { cause: error });
      }
    },
  };
}

/** A result set with one result, the set of findings; anything else is no verdict. */
function findingsOf(answer: unknown): WasmFinding[] {
  const first: unknown = Array.isArray(answer) && answer.length === 1 ? answer[0] : undefined;
  const found: unknown = isObject(first) ? first.result : undefined;
  if (!Array.isArray(found) || !found.every(isFinding)) {
    throw new WasmError(`the engine gave no verdict: ${JSON.stringify(answer)}`);
  }
  return found.toSorted((a, b) => (a.control < b.control ? -1 : 1));
}

function isFinding(value: unknown): value is WasmFinding {
  return isObject(value) && typeof value.control === 'string' && typeof value.msg === 'string';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
