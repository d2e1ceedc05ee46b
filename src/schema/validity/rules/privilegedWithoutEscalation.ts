import { and, containers, isFalse, isTrue, some } from '../../../dsl/rules.js';
import type { ValidityRule } from '../types.js';
import { nodeOf, specWith } from './common.js';

export const privilegedWithoutEscalation: ValidityRule = {
  id: 'privilegedWithoutEscalation',
  rule: 'a privileged container does not forbid privilege escalation',
  source: 'ValidateSecurityContext',
  refused: nodeOf(
    some(containers(), (c) =>
      and(isTrue(c.securityContext.privileged), isFalse(c.securityContext.allowPrivilegeEscalation)),
    ),
  ),
  examples: {
    refused: { spec: specWith({ securityContext: { privileged: true, allowPrivilegeEscalation: false } }) },
    accepted: { spec: specWith({ securityContext: { privileged: true, allowPrivilegeEscalation: true } }) },
  },
};
