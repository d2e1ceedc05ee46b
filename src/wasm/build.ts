/**
 * golden/wasm: the levels as Wasm, built by OPA. Development only; who uses podsec has the committed files.
 *
 *     node dist/src/wasm/build.js [--check]
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { opaBuildWasm } from '../../engines/opa.js';
import {
  entrypointOf,
  fingerprintFile,
  fingerprints,
  levelModules,
  type WasmLevel,
  wasmLevels,
} from './level.js';

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

async function main(check: boolean): Promise<number> {
  let different = 0;
  for (const [path, bytes] of await deriveWasm()) {
    const committed = await readFile(path).catch(() => undefined);
    if (committed !== undefined && Buffer.compare(committed, Buffer.from(bytes)) === 0) continue;
    different += 1;
    process.stderr.write(`${check ? 'differs' : 'written'}: ${path}\n`);
    if (check) continue;
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, bytes);
  }
  return check && different > 0 ? 1 : 0;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  process.exitCode = await main(process.argv.includes('--check'));
}
