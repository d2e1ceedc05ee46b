/** The comment on top of each file: what it does, to whom, and what happens when it cannot be decided. */
import type { Policy } from '../../ir/types.js';
import { actionsOf, failurePolicy } from '../admission-policy.js';
import type { LeftToPods } from '../cel/index.js';
import { comment, exemptLines, scopeOf, titleOf } from '../describe.js';
import type { Shape } from '../shapes.js';
import { generator } from '../templates.js';
import { apiVersionOf } from './objects.js';

export function header(
  policy: Policy,
  shape: Shape,
  engineVersion: string,
  leftToPods: readonly LeftToPods[],
): string {
  return comment([
    `podsec: ${titleOf(policy)}, for ${shape.title}.`,
    `Mode: ${policy.mode} (validationActions: ${actionsOf(policy.mode, shape).join(', ')}).`,
    `Scope: ${scopeOf(policy)}.`,
    ...exemptLines(policy),
    ...leftToPods.map(({ control, why }) => `Judged in pods alone: ${control}, as ${why}.`),
    `Failure policy: ${failurePolicy}. A request that cannot be judged is treated as one that is denied.`,
    `Engine: ValidatingAdmissionPolicy of Kubernetes ${engineVersion} (${apiVersionOf(engineVersion)}).`,
    `Written by ${generator}. Change the policy, not this file.`,
  ]);
}
