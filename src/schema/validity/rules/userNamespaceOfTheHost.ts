import { and, isFalse, isTrue, or, pod } from '../../../dsl/rules.js';
import type { ValidityRule } from '../types.js';
import { nodeOf, specWith } from './common.js';

export const userNamespaceOfTheHost: ValidityRule = {
  id: 'userNamespaceOfTheHost',
  rule: 'a pod with a user namespace of its own has no other namespace of the host',
  source: 'validateHostUsers; UserNamespacesHostNetworkSupport is off in 1.37',
  refused: nodeOf(
    and(
      isFalse(pod.spec.hostUsers),
      or(isTrue(pod.spec.hostNetwork), isTrue(pod.spec.hostPID), isTrue(pod.spec.hostIPC)),
    ),
  ),
  examples: {
    refused: { spec: { ...specWith({}), hostUsers: false, hostPID: true } },
    accepted: { spec: { ...specWith({}), hostUsers: true, hostPID: true } },
  },
};
