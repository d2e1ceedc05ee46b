/** The bundle of a backend on disk, as `podsec compile` would write it. */
import { join } from 'node:path';
import type { Backend, BackendOptions, BundleFile } from '../backends/types.js';
import type { Policy } from '../ir/types.js';
import { EngineError } from './errors.js';
import { inScratch, writeFiles } from './scratch.js';

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
  {
    engineVersion = backend.engineVersions.at(-1) ?? '',
    ...options
  }: BackendOptions & { readonly engineVersion?: string } = {},
): Promise<T> {
  const compiled = backend.compile(policies, engineVersion, options);
  if ('refusals' in compiled)
    throw new EngineError(backend.target, `refused: ${JSON.stringify(compiled.refusals)}`);
  return inScratch(backend.target, (directory) => {
    writeFiles(directory, compiled.files);
    return use({
      directory,
      files: compiled.files.filter(hasRules).map(({ path }) => join(directory, path)),
    });
  });
}

function hasRules({ path }: BundleFile): boolean {
  return /^[^/]+\.(rego|yaml)$/.test(path);
}
