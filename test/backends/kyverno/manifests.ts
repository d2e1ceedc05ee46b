/** Manifests that an API server would take. */
import { admit } from '../../../src/admission/index.js';
import type { JsonObject } from '../../../src/manifest/types.js';

/** Each with the pod as validating admission sees it. */
export function decoded(
  manifests: readonly JsonObject[],
): { readonly manifest: JsonObject; readonly admitted: JsonObject }[] {
  return manifests.flatMap((manifest) => {
    const admission = admit(manifest);
    return admission.kind === 'workload' && admission.pod !== undefined && admission.problems.length === 0
      ? [{ manifest, admitted: { apiVersion: 'v1', kind: 'Pod', ...admission.pod } }]
      : [];
  });
}
