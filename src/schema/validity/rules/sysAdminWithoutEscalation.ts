import { and, containers, equal, isFalse, items, itself, some } from '../../../dsl/rules.js';
import type { ValidityRule } from '../types.js';
import { nodeOf, specWith } from './common.js';

const adding = (capability: string) =>
  specWith({ securityContext: { allowPrivilegeEscalation: false, capabilities: { add: [capability] } } });

export const sysAdminWithoutEscalation: ValidityRule = {
  id: 'sysAdminWithoutEscalation',
  rule: 'a container that adds CAP_SYS_ADMIN, in this spelling, does not forbid privilege escalation',
  source: 'ValidateSecurityContext',
  refused: nodeOf(
    some(containers(), (c) =>
      and(
        isFalse(c.securityContext.allowPrivilegeEscalation),
        some(items(c.securityContext.capabilities.add), (added) => equal(itself(added), 'CAP_SYS_ADMIN')),
      ),
    ),
  ),
  examples: { refused: { spec: adding('CAP_SYS_ADMIN') }, accepted: { spec: adding('SYS_ADMIN') } },
};
