/** The comment on top of each file: what it does, to whom, and what happens when it cannot be decided. */
import type { Policy } from '../../ir/types.js';
import { failurePolicy } from '../admission-policy.js';
import type { LeftToPods } from '../cel/index.js';
import { comment, exemptLines, scopeOf, titleOf } from '../describe.js';
import type { Shape } from '../shapes.js';
import { generator } from '../templates.js';
import type { Form } from './form.js';

export function header(
  form: Form,
  policy: Policy,
  shape: Shape,
  engineVersion: string,
  leftToPods: readonly LeftToPods[],
): string {
  return comment([
    `podsec: ${titleOf(policy)}, for ${shape.title}.`,
    `Mode: ${policy.mode} (${form.action(policy.mode, shape)}).`,
    `Scope: ${scopeOf(policy)}. What Kyverno's own configuration leaves out is not judged either.`,
    ...exemptLines(policy),
    ...leftToPods.map(({ control, why }) => `Judged in pods alone: ${control}, as ${why}.`),
    `Failure policy: ${failurePolicy}. A request that cannot be judged is treated as one that is denied.`,
    `Engine: ${form.title} of Kyverno ${engineVersion} (${form.apiVersion}), autogen off.`,
    `Written by ${generator}. Change the policy, not this file.`,
  ]);
}
