/** The bundle's README, from templates/gatekeeper. Markdown of its own in a name is escaped. */
import type { Policy } from '../../ir/types.js';
import { markdown, scopeOf, titleOf } from '../describe.js';
import { fill, generator } from '../templates.js';
import { failurePolicyOf } from './failure-policy.js';
import { generatesSince } from './generate-vap.js';
import { actionOf, groups } from './groups.js';
import { constraintFile, kindOf, templateFile, templateName } from './names.js';

export function readme(policies: readonly Policy[], generateVap: boolean): string {
  return fill('gatekeeper/README.md', {
    generator,
    generateVap,
    since: generateVap ? generatesSince : '3.17',
    policies: policies.map((policy) => ({
      title: markdown(titleOf(policy)),
      mode: policy.mode,
      failurePolicy: failurePolicyOf(policy.mode, generateVap),
      scope: markdown(scopeOf(policy)),
      controls: policy.controls.map((control) => markdown(control.id)).join(', ') || 'none',
      kind: kindOf(policy),
      name: templateName(policy),
      template: templateFile(policy),
      files: groups.map((group) => ({
        file: constraintFile(policy, group),
        title: group.title,
        action: actionOf(policy.mode, group),
      })),
    })),
  });
}
