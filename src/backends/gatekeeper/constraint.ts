/** Constraints: to what the template applies, in which namespaces, and what a violation leads to. */
import type { Policy } from '../../ir/types.js';
import type { JsonObject } from '../../manifest/types.js';
import { labelSelector, metadataOf } from '../admission-policy.js';
import { outOfScope } from '../describe.js';
import { actionOf, type Group } from './groups.js';
import { constraintName, kindOf } from './names.js';
import { parametersOf } from './parameters.js';

export function constraintObject(policy: Policy, group: Group): JsonObject {
  // Gatekeeper reads a star as a pattern, and no namespace has one in its name.
  const excluded = outOfScope(policy).filter((name) => /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(name));
  const selector = labelSelector(policy.scope.namespaceSelector);
  return {
    apiVersion: 'constraints.gatekeeper.sh/v1beta1',
    kind: kindOf(policy),
    metadata: metadataOf(constraintName(policy, group)),
    spec: {
      enforcementAction: actionOf(policy.mode, group),
      match: {
        kinds: group.shapes.flatMap(({ rules }) => rules.map(kindsOf)),
        ...(excluded.length > 0 && { excludedNamespaces: excluded }),
        ...(selector !== undefined && { namespaceSelector: selector }),
      },
      parameters: parametersOf(policy),
    },
  };
}

/** Manifests may still be of the group that the kinds of apps were in before. */
function kindsOf({ apiGroups, kinds }: Group['shapes'][number]['rules'][number]): JsonObject {
  return { apiGroups: apiGroups.flatMap((each) => (each === 'apps' ? [each, 'extensions'] : [each])), kinds };
}
