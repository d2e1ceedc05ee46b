/** Bundles of the target psp as the objects of a cluster. */
import { parseAllDocuments } from 'yaml';
import { psp } from '../src/backends/psp/index.js';
import type { BundleFile } from '../src/backends/types.js';
import type { Policy } from '../src/ir/types.js';
import type { JsonObject } from '../src/manifest/types.js';
import { EngineError } from '../src/verify/errors.js';

/** PodSecurityPolicy does nothing but enforce. */
export const asEnforced = (policy: Policy): Policy => ({ ...policy, mode: 'enforce' });

export function bundleOf(policy: Policy): readonly BundleFile[] {
  const compiled = psp.compile([policy], psp.engineVersions.at(-1) ?? '');
  if ('files' in compiled) return compiled.files;
  const why = compiled.refusals.map(({ control, reason }) => `${control}: ${reason}`);
  throw new EngineError('psp', `refuses ${policy.name}: ${why.join('; ')}`);
}

/** What `kubectl apply -f` of the bundle's directory takes. */
export const objectsOf = (policy: Policy): readonly JsonObject[] => objectsIn(bundleOf(policy));

/** The same of files that are there. */
export const objectsIn = (files: readonly BundleFile[]): readonly JsonObject[] =>
  files.filter(({ path }) => /^[^/]+\.yaml$/.test(path)).flatMap(documentsOf);

export function documentsOf({ text }: BundleFile): readonly JsonObject[] {
  return parseAllDocuments(text).map((document): JsonObject => document.toJS());
}
