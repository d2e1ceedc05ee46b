import type { Capabilities } from '../types.js';

/** What CEL says of objects that come through an API server, in every release and engine that podsec writes for. */
export const celCapabilities: Capabilities = {
  cond: {
    constant: 'yes',
    and: 'yes',
    or: 'yes',
    not: 'yes',
    present: 'yes',
    emptyList: { refused: 'an API server leaves an empty list out of the object that it hands to a policy' },
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
