import { everything } from '../everything.js';
import type { Capabilities } from '../types.js';

/**
 * A field of PodSecurityPolicy takes rules of any form that come to what it judges, so no node is refused for its kind:
 * ./lower.ts decides. The same in all versions.
 */
export const capabilities: Capabilities = {
  ...everything,
  policy: {
    ...everything.policy,
    mutations: {
      refused:
        'podsec makes the fields of a PodSecurityPolicy from what a policy demands, none yet from what it writes',
    },
    namespaceSelector: {
      refused: 'a PodSecurityPolicy holds for who may use it, and RBAC knows namespaces by their names alone',
    },
    exemptRuntimeClasses: {
      refused:
        'PodSecurityPolicy forbids runtime classes, and takes a pod without one wherever it takes one with one',
    },
  },
};
