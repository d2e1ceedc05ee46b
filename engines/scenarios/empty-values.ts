/** Manifests with null and empty values where a field is absent by default, at each level of a path. */
import { admit } from '../../src/admission/index.js';
import { evaluate } from '../../src/evaluate.js';
import type { Policy } from '../../src/ir/types.js';
import { isObject } from '../../src/manifest/json.js';
import type { Json, JsonObject } from '../../src/manifest/types.js';

const empty: readonly Json[] = [null, '', false, 0, [], {}];
const metadataFields = ['annotations', 'labels', 'finalizers'];
const podFields = ['volumes', 'initContainers', 'ephemeralContainers', 'hostIPC', 'os', 'hostAliases'];
const containerFields = ['ports', 'env', 'livenessProbe', 'lifecycle', 'volumeMounts', 'command'];
const contextFields = ['seLinuxOptions', 'windowsOptions', 'seccompProfile', 'procMount', 'runAsUser'];
const capabilityFields = ['add', 'drop'];

/** The pod with each of these, and the objects that hold them, replaced by each empty value in turn. */
export function emptied(pod: JsonObject): JsonObject[] {
  const metadata = objectAt(pod, 'metadata');
  const spec = objectAt(pod, 'spec');
  const [container] = Array.isArray(spec.containers) ? spec.containers : [];
  const own = isObject(container) ? container : {};
  const context = objectAt(own, 'securityContext');
  const withSpec = (changed: JsonObject): JsonObject => ({ ...pod, spec: { ...spec, ...changed } });
  const withContainer = (changed: JsonObject) => withSpec({ containers: [{ ...own, ...changed }] });
  const withContext = (changed: JsonObject) => withContainer({ securityContext: { ...context, ...changed } });
  return empty.flatMap((value): JsonObject[] => [
    ...metadataFields.map((field) => ({ ...pod, metadata: { ...metadata, [field]: value } })),
    ...podFields.map((field) => withSpec({ [field]: value })),
    ...containerFields.map((field) => withContainer({ [field]: value })),
    ...contextFields.map((field) => withContext({ [field]: value })),
    ...capabilityFields.map((field) => withContext({ capabilities: { [field]: value } })),
    withSpec({ securityContext: value }),
    withContainer({ securityContext: value }),
  ]);
}

function objectAt(object: JsonObject, field: string): JsonObject {
  const value = object[field];
  return isObject(value) ? value : {};
}

/** What is left of them that an API server would decode, with the controls that deny it. */
export function judgedEmptied(
  policy: Policy,
  pod: JsonObject,
): { manifest: JsonObject; controls: readonly string[] }[] {
  return emptied(pod).flatMap((manifest) => {
    const admission = admit(manifest);
    if (admission.kind !== 'workload' || admission.pod === undefined) return [];
    return [{ manifest, controls: evaluate(policy, admission.pod).map(({ control }) => control) }];
  });
}
