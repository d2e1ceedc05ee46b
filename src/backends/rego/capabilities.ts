import type { Capabilities } from '../types.js';

/**
 * OPA is given a manifest or an AdmissionReview and nothing else. What a request says is in the latter; for a manifest
 * its terms have the values that `evaluate` gives them without a request.
 */
export const capabilities: Capabilities = {
  cond: {
    constant: 'yes',
    and: 'yes',
    or: 'yes',
    not: 'yes',
    present: 'yes',
    emptyList: {
      refused: 'only the API server keeps an empty list apart from an absent one, and only in one field',
    },
    hasKey: 'yes',
    equal: 'yes',
    oneOf: 'yes',
    matches: 'yes',
    within: 'yes',
    sameParts: 'yes',
    some: 'yes',
    every: 'yes',
    authorized: { refused: 'OPA has no authorizer to ask' },
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
    namespaceLabel: { refused: 'neither a manifest nor an AdmissionReview has the labels of the namespace' },
  },
  source: { containers: 'yes', items: 'yes', entries: 'yes', userGroups: 'yes' },
  pattern: { prefix: 'yes', suffix: 'yes', glob: 'yes', pathPrefix: 'yes' },
  policy: {
    alternatives: {
      refused: 'which of several policies counts depends on who may use it, and OPA has no authorizer to ask',
    },
    namespaceSelector: {
      refused: 'neither a manifest nor an AdmissionReview has the labels of the namespace',
    },
    excludedNamespaces: 'yes',
    exemptUsers: 'yes',
    exemptRuntimeClasses: 'yes',
    exemptServiceAccounts: { refused: 'a request does not say on whose behalf a controller acts' },
  },
};
