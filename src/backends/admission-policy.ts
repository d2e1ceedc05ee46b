/** What the policies of an API server and those of Kyverno that look like them have in common. */
import type { LabelRequirement, Mode, Policy } from '../ir/types.js';
import type { JsonObject } from '../manifest/types.js';
import { outOfScope } from './describe.js';
import { isPod, type ResourceRule, type Shape } from './shapes.js';

export const failurePolicy = 'Fail';

/** The label that an API server puts on every namespace. */
const namespaceName = 'kubernetes.io/metadata.name';

/** As PodSecurity admission does, `enforce` only warns of workloads: their pods are refused when they come. */
export function actionsOf(mode: Mode, shape: Shape): readonly string[] {
  switch (mode) {
    case 'enforce':
      return [isPod(shape) ? 'Deny' : 'Warn', 'Audit'];
    case 'enforce-workloads':
      return ['Deny', 'Audit'];
    case 'warn':
      return ['Warn'];
    case 'audit':
      return ['Audit'];
  }
}

export function ruleObject({ apiGroups, apiVersions, operations, resources }: ResourceRule): JsonObject {
  return { apiGroups, apiVersions, operations, resources };
}

/** The namespaces that are not out of scope by name, and in scope by label. */
export function namespaceSelector(policy: Policy): JsonObject | undefined {
  const out = outOfScope(policy);
  const byName: LabelRequirement[] =
    out.length > 0 ? [{ key: namespaceName, operator: 'NotIn', values: out }] : [];
  return labelSelector([...byName, ...policy.scope.namespaceSelector]);
}

/** Nothing where nothing is required. */
export function labelSelector(requirements: readonly LabelRequirement[]): JsonObject | undefined {
  return requirements.length === 0 ? undefined : { matchExpressions: requirements.map(requirement) };
}

function requirement({ key, operator, values }: LabelRequirement): JsonObject {
  switch (operator) {
    case 'In':
    case 'NotIn':
      return { key, operator, values };
    case 'Exists':
    case 'DoesNotExist':
      return { key, operator };
  }
}

export const metadataOf = (name: string): JsonObject => ({
  name,
  labels: { 'app.kubernetes.io/managed-by': 'podsec' },
});
