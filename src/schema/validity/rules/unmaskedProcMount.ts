import { and, containers, equal, isFalse, not, pod, some, value } from '../../../dsl/rules.js';
import type { ValidityRule } from '../types.js';
import { nodeOf, specWith } from './common.js';

const unmasked = specWith({ securityContext: { procMount: 'Unmasked' } });

export const unmaskedProcMount: ValidityRule = {
  id: 'unmaskedProcMount',
  rule: 'an unmasked /proc needs a user namespace of its own',
  source: 'ValidateSecurityContext',
  refused: nodeOf(
    and(
      not(isFalse(pod.spec.hostUsers)),
      some(containers(), (c) => equal(value(c.securityContext.procMount, ''), 'Unmasked')),
    ),
  ),
  examples: { refused: { spec: unmasked }, accepted: { spec: { ...unmasked, hostUsers: false } } },
};
