/**
 * golden/wasm: the levels as Wasm, built by OPA. Development only; who uses podsec has the committed files.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  entrypointOf,
  fingerprintFile,
  fingerprints,
  levelModules,
  type WasmLevel,
  wasmLevels,
} from '../src/wasm/level.js';
import { opaBuildWasm } from './opa.js';

/** The files by their paths from the project's root. */
export async function deriveWasm(): Promise<ReadonlyMap<string, string | Uint8Array>> {
  const built = new Map<string, string | Uint8Array>([[`golden/wasm/${fingerprintFile}`, fingerprints()]]);
  for (const level of wasmLevels) built.set(`golden/wasm/${level}.wasm`, await build(level));
  return built;
}

async function build(level: WasmLevel): Promise<Uint8Array> {
  const scratch = await mkdtemp(join(tmpdir(), 'podsec-wasm-'));
  try {
    const files = levelModules(level).map(({ path, text }) => ({ path: join(scratch, path), text }));
    for (const { path, text } of files) await writeFile(path, text);
    const { wasm } = await opaBuildWasm({
      files: files.map(({ path }) => path),
      entrypoints: [entrypointOf(level)],
    });
    return wasm;
  } finally {
    await rm(scratch, { recursive: true });
  }
}
