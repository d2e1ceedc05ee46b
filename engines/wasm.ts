/**
 * golden/wasm: the levels as Wasm, built by OPA. Development only; who uses podsec has the committed files. And the Rego of a
 * Gatekeeper template, for a test without OPA.
 */
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { regoOf } from '../src/backends/gatekeeper/rego.js';
import type { BundleFile } from '../src/backends/types.js';
import type { Policy } from '../src/ir/types.js';
import { levelPolicy } from '../src/levels/levels.js';
import { newestMinor } from '../src/levels/versions.js';
import { entrypointOf, fingerprintFile, fingerprints, levelModules, wasmLevels } from '../src/wasm/level.js';
import { opaBuildWasm } from './opa.js';

/** A policy that has what a request decides: exemptions, which the constraint says, and workloads that are denied. */
export const gatekeeperSample: Policy = {
  ...levelPolicy('restricted', newestMinor),
  mode: 'enforce-workloads',
  exemptions: {
    namespaces: [],
    users: ['exempt-user'],
    runtimeClasses: ['exempt-class'],
    serviceAccounts: [{ namespace: 'team', name: 'robot' }],
  },
};

export const gatekeeperWasm = 'golden/gatekeeper-wasm/restricted.wasm';

/** The Rego of its template, and beside the Wasm the hash of what it was built from. */
export function gatekeeperModules(): { readonly files: readonly BundleFile[]; readonly fingerprint: string } {
  const rego = regoOf(gatekeeperSample);
  if ('unsayable' in rego) throw new TypeError(JSON.stringify(rego.unsayable));
  const files = [
    { path: 'restricted.rego', text: rego.module },
    { path: 'lib.rego', text: rego.library },
  ];
  const hash = createHash('sha256');
  for (const { path, text } of files) hash.update(`${path}\n${text.replace(/^#.*\n/gm, '')}`);
  return { files, fingerprint: `${hash.digest('hex')}\n` };
}

/** The files by their paths from the project's root. */
export async function deriveWasm(): Promise<ReadonlyMap<string, string | Uint8Array>> {
  const built = new Map<string, string | Uint8Array>([[`golden/wasm/${fingerprintFile}`, fingerprints()]]);
  for (const level of wasmLevels)
    built.set(`golden/wasm/${level}.wasm`, await build(levelModules(level), entrypointOf(level)));
  const { files, fingerprint } = gatekeeperModules();
  built.set(gatekeeperWasm, await build(files, 'podsec/restricted/violation'));
  built.set(`${gatekeeperWasm}.sources`, fingerprint);
  return built;
}

async function build(modules: readonly BundleFile[], entrypoint: string): Promise<Uint8Array> {
  const scratch = await mkdtemp(join(tmpdir(), 'podsec-wasm-'));
  try {
    const files = modules.map(({ path, text }) => ({ path: join(scratch, path), text }));
    for (const { path, text } of files) await writeFile(path, text);
    const { wasm } = await opaBuildWasm({
      files: files.map(({ path }) => path),
      entrypoints: [entrypoint],
    });
    return wasm;
  } finally {
    await rm(scratch, { recursive: true });
  }
}
