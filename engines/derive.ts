/**
 * Everything in the repository that a program derived from a real engine or from Kubernetes' own sources.
 *
 *     node dist/engines/derive.js [--check] [NAME...]
 *
 * Writes it anew; with --check, changes nothing and demands that there is no difference.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { Tally } from './agreement.js';
import { deriveSchema } from './psa/generate-schema.js';
import { deriveAdmissionAnswers } from './psa/record.js';
import { deriveReference } from './reference.js';
import { deriveWasm } from './wasm.js';

type Derivation = () => Promise<ReadonlyMap<string, string | Uint8Array>>;

/** In the order in which they build on each other. */
const derivations: Readonly<Record<string, Derivation>> = {
  schema: deriveSchema,
  admission: deriveAdmissionAnswers,
  reference: deriveReference,
  wasm: deriveWasm,
};

export async function derive(
  check: boolean,
  names: readonly string[] = Object.keys(derivations),
): Promise<Tally> {
  const failures: string[] = [];
  let passed = 0;
  for (const name of names) {
    const derivation = derivations[name];
    if (derivation === undefined) throw new RangeError(`nothing is derived under the name ${name}`);
    for (const [path, content] of await derivation()) {
      const same = await holds(path, content);
      if (check && !same) failures.push(`${path} is not what \`npm run derive\` writes`);
      else passed += 1;
      if (!check && !same) {
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, content);
      }
      process.stderr.write(`${same ? 'ok  ' : check ? 'FAIL' : 'new '} ${name}: ${path}\n`);
    }
  }
  return { passed, failures };
}

async function holds(path: string, content: string | Uint8Array): Promise<boolean> {
  try {
    const committed = await readFile(path);
    // Compressed bytes differ between versions of zlib; what they say does not.
    const [old, now] = path.endsWith('.gz')
      ? [gunzipSync(committed), gunzipSync(content)]
      : [committed, content];
    return Buffer.compare(old, Buffer.from(now)) === 0;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const names = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
  const { failures } = await derive(process.argv.includes('--check'), names.length > 0 ? names : undefined);
  process.exitCode = failures.length > 0 ? 1 : 0;
}
