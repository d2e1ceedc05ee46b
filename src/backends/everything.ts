import type { Capabilities } from './types.js';

/** A yes to everything: what a target cannot say, it writes over this. A new kind of node is answered here, then there. */
export const everything: Capabilities = {
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
    namespaceSelector: 'yes',
    excludedNamespaces: 'yes',
    exemptUsers: 'yes',
    exemptRuntimeClasses: 'yes',
    exemptServiceAccounts: 'yes',
  },
};
