/** The objects of a bundle, as `kubectl apply` would send them. */
import { parseAllDocuments } from 'yaml';
import type { BundleFile } from '../../backends/types.js';
import type { KubeObject } from './rest.js';

/** Of the files that are wanted; those directly in the directory, unless said otherwise. */
export function objectsIn(
  files: readonly BundleFile[],
  wanted: (path: string) => boolean = (path) => /^[^/]+\.ya?ml$/.test(path),
): KubeObject[] {
  return files
    .filter(({ path }) => wanted(path))
    .flatMap(({ text }) => parseAllDocuments(text).map((document): KubeObject => document.toJS()));
}
