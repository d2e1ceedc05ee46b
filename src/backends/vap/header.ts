/** The comment on top of each file: what it does, to whom, and what happens when it cannot be decided. */
import type { LabelRequirement, Policy } from '../../ir/types.js';
import { generator } from '../templates.js';
import { actionsOf, apiVersionOf, failurePolicy, outOfScope, titleOf } from './objects.js';
import type { LeftToPods } from './program.js';
import type { Shape } from './shapes.js';

export function header(
  policy: Policy,
  shape: Shape,
  engineVersion: string,
  leftToPods: readonly LeftToPods[],
): string {
  const { users, runtimeClasses, serviceAccounts } = policy.exemptions;
  const lines = [
    `podsec: ${titleOf(policy)}, for ${shape.title}.`,
    `Mode: ${policy.mode} (validationActions: ${actionsOf(policy.mode, shape).join(', ')}).`,
    `Scope: ${scopeOf(policy)}.`,
    ...listed('Exempt users', users),
    ...listed('Exempt runtime classes', runtimeClasses),
    ...listed(
      'Exempt service accounts',
      serviceAccounts.map(({ namespace, name }) => `${namespace}/${name}`),
    ),
    ...leftToPods.map(({ control, why }) => `Judged in pods alone: ${control}, as ${why}.`),
    `Failure policy: ${failurePolicy}. A request that cannot be judged is treated as one that is denied.`,
    `Engine: ValidatingAdmissionPolicy of Kubernetes ${engineVersion} (${apiVersionOf(engineVersion)}).`,
    `Written by ${generator}. Change the policy, not this file.`,
  ];
  // What a name holds may not end the comment.
  return lines.map((line) => `# ${line.replace(/[\p{Cc}\u2028\u2029]/gu, ' ')}\n`).join('');
}

export function scopeOf(policy: Policy): string {
  const out = outOfScope(policy);
  const selector = policy.scope.namespaceSelector.map(requirementText);
  return [
    out.length === 0 ? 'all namespaces' : `all namespaces but ${out.join(', ')}`,
    ...(selector.length === 0 ? [] : [`with labels ${selector.join(' and ')}`]),
  ].join(', ');
}

/** As `kubectl get -l` writes it. */
function requirementText({ key, operator, values }: LabelRequirement): string {
  switch (operator) {
    case 'In':
      return `${key} in (${values.join(', ')})`;
    case 'NotIn':
      return `${key} notin (${values.join(', ')})`;
    case 'Exists':
      return key;
    case 'DoesNotExist':
      return `!${key}`;
  }
}

const listed = (title: string, names: readonly string[]) =>
  names.length === 0 ? [] : [`${title}: ${names.join(', ')}.`];
