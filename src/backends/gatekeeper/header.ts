/** The comment on top of each file: what it does, to whom, and what happens when it cannot be decided. */
import type { Policy } from '../../ir/types.js';
import { comment, exemptLines, scopeOf, titleOf } from '../describe.js';
import { generator } from '../templates.js';
import { failurePolicyOf } from './failure-policy.js';
import { generatesSince } from './generate-vap.js';
import { actionOf, type Group } from './groups.js';

const written = `Written by ${generator}. Change the policy, not this file.`;

export function templateHeader(policy: Policy, generateVap: boolean): string {
  return comment([
    `podsec: ${titleOf(policy)}, as CEL and as Rego. Gatekeeper runs the CEL, and the Rego where it has`,
    '--enable-k8s-native-validation=false.',
    ...failureLines(failurePolicyOf(policy.mode, generateVap)),
    generateVap
      ? 'While Gatekeeper does not answer, the API server judges alone, by the policy that Gatekeeper makes of this.'
      : "What happens to a request while Gatekeeper does not answer is said by its own webhook's failure policy, Ignore in its chart.",
    generateVap
      ? `Engine: Gatekeeper ${generatesSince} and newer (templates.gatekeeper.sh/v1), generateVAP on.`
      : 'Engine: Gatekeeper 3.17 and newer (templates.gatekeeper.sh/v1), generateVAP off.',
    written,
  ]);
}

const failureLines = (failurePolicy: string): readonly string[] =>
  failurePolicy === 'Ignore'
    ? [
        'Failure policy: Ignore. An object that the rule cannot judge is treated as one that is admitted: this mode refuses nothing.',
        'Compile the policy in a mode that enforces before a constraint of yours denies by this template.',
      ]
    : [
        `Failure policy: ${failurePolicy}. An object that the rule cannot judge is treated as one that is denied.`,
      ];

export function constraintHeader(policy: Policy, group: Group): string {
  return comment([
    `podsec: ${titleOf(policy)}, for ${group.title}.`,
    `Mode: ${policy.mode} (enforcementAction: ${actionOf(policy.mode, group)}).`,
    `Scope: ${scopeOf(policy)}. What Gatekeeper's own configuration leaves out is not judged either.`,
    ...exemptLines(policy),
    'Engine: Gatekeeper 3.17 and newer (constraints.gatekeeper.sh/v1beta1).',
    written,
  ]);
}
