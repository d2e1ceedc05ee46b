import type { Capabilities } from '../types.js';

/**
 * A field of PodSecurityPolicy takes rules of any form that come to what it judges, so no node is refused for its kind:
 * ./lower.ts decides. The same in all versions.
 */
export const capabilities: Capabilities = {
  cond: {
    constant: 'yes',
    and: 'yes',
    or: 'yes',
    not: 'yes',
    present: 'yes',
    emptyList: 'yes',
    hasKey: 'yes',
    equal: 'yes',
    oneOf: 'yes',
    matches: 'yes',
    within: 'yes',
    sameParts: 'yes',
    some: 'yes',
    every: 'yes',
    authorized: 'yes',
  },
  term: {
    literal: 'yes',
    value: 'yes',
    effective: 'yes',
    lookup: 'yes',
    firstPresent: 'yes',
    size: 'yes',
    concat: 'yes',
    quoted: 'yes',
    request: 'yes',
    namespaceLabel: 'yes',
  },
  source: { containers: 'yes', items: 'yes', entries: 'yes', userGroups: 'yes' },
  pattern: { prefix: 'yes', suffix: 'yes', glob: 'yes', pathPrefix: 'yes' },
  policy: {
    alternatives: 'yes',
    namespaceSelector: {
      refused: 'a PodSecurityPolicy holds for who may use it, and RBAC knows namespaces by their names alone',
    },
    excludedNamespaces: 'yes',
    exemptUsers: 'yes',
    exemptRuntimeClasses: {
      refused:
        'PodSecurityPolicy forbids runtime classes, and takes a pod without one wherever it takes one with one',
    },
    exemptServiceAccounts: 'yes',
  },
};
