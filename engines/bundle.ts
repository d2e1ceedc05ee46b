/** The bundle of a backend on disk, as `podsec compile` would write it. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Backend } from '../src/backends/types.js';
import type { Policy } from '../src/ir/types.js';
import { EngineError } from './errors.js';
import { trackDirectory } from './process.js';

export interface Bundle {
  readonly directory: string;
  /** Paths of what an engine loads: of the files directly in the directory those with rules. */
  readonly files: readonly string[];
}

/** Writes the bundle to a directory of its own, and removes that when done. A refusal is an error. */
export async function withBundle<T>(
  backend: Backend,
  policies: readonly Policy[],
  use: (bundle: Bundle) => Promise<T>,
): Promise<T> {
  const compiled = backend.compile(policies, backend.engineVersions.at(-1) ?? '');
  if ('refusals' in compiled)
    throw new EngineError(backend.target, `refused: ${JSON.stringify(compiled.refusals)}`);
  const directory = mkdtempSync(join(tmpdir(), `podsec-${backend.target}-`));
  const remove = trackDirectory(directory);
  try {
    for (const { path, text } of compiled.files) {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), text);
    }
    const files = compiled.files
      .filter(({ path }) => /^[^/]+\.(rego|yaml)$/.test(path))
      .map(({ path }) => join(directory, path));
    return await use({ directory, files });
  } finally {
    remove();
  }
}
