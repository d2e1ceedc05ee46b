import { everything } from '../everything.js';
import type { Capabilities } from '../types.js';

/**
 * A level is said as its name, whatever nodes it is made of; that a policy is a level is decided in ./level.ts. The
 * same in all versions.
 */
export const capabilities: Capabilities = {
  ...everything,
  policy: {
    ...everything.policy,
    mutations: { refused: 'PodSecurity admission writes nothing into a pod' },
    alternatives: {
      refused: 'PodSecurity admission judges by one level, never by the one of several that fits',
    },
    namespaceSelector: {
      refused:
        'PodSecurity admission knows namespaces by its own labels and by exempt names alone, so labels that others ' +
        'give and take cannot choose them',
    },
    exemptServiceAccounts: {
      refused:
        'PodSecurity admission exempts who sends a request, which for the pod of a workload is a controller of the ' +
        'control plane and never the service account that the pod runs as',
    },
  },
};
