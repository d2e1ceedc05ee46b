/** The comment on top of each file: what it promises, and under which conditions. */
import type { Policy } from '../../ir/types.js';
import { comment, exemptLines, scopeOf, titleOf } from '../describe.js';
import { generator } from '../templates.js';
import type { Exempt } from './exempt.js';
import type { Lowered } from './lower.js';

export interface Described {
  readonly policy: Policy;
  readonly exempt: Exempt;
  readonly policies: readonly Named[];
  readonly engineVersion: string;
}

/** A PodSecurityPolicy with the name that it has in the cluster. */
export interface Named extends Lowered {
  readonly name: string;
}

/** Whether a pod that asks for it may leave /proc as it is, which an API server takes with a feature gate alone. */
export const needsProcMountType = ({ policies }: Described): boolean =>
  policies.some(({ psp }) => psp.allowedProcMountTypes.includes('Unmasked'));

/** The fields that write into pods, each once. */
export const writingFields = ({ policy }: Described): readonly string[] => [
  ...new Set(policy.mutations.map(({ id }) => id)),
];

export function header(described: Described, what: string): string {
  const { policy, engineVersion } = described;
  const writing = writingFields(described);
  const changes =
    writing.length === 0
      ? 'no pod is changed'
      : `pods are given what they do not say, by ${writing.join(', ')}`;
  const lines = [
    `podsec: ${titleOf(policy)}, ${what}.`,
    `Promise: the verdict on the creation of pods without ephemeral containers; ${changes}.`,
    'It holds for who has no rights on other PodSecurityPolicies: any that admits a pod suffices.',
    ...(needsProcMountType(described)
      ? [
          'It needs the feature gate ProcMountType on: without it the API server refuses pods with procMount Unmasked.',
        ]
      : []),
    `Mode: ${policy.mode}.`,
    `Scope: ${scopeOf(policy)}.`,
    ...exemptLines(policy),
    `Engine: the admission plugin PodSecurityPolicy of Kubernetes ${engineVersion} (policy/v1beta1).`,
    `Written by ${generator}. Change the policy, not this file.`,
  ];
  return comment(lines);
}
