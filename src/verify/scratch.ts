/** A directory for the while, which goes also where the run is interrupted. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { BundleFile } from '../backends/types.js';
import { trackDirectory } from './process.js';

export async function inScratch<T>(name: string, use: (directory: string) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), `podsec-${name}-`));
  const remove = trackDirectory(directory);
  try {
    return await use(directory);
  } finally {
    remove();
  }
}

export function writeFiles(directory: string, files: readonly BundleFile[]): void {
  for (const { path, text } of files) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
}
