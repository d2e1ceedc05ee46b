import { everything } from '../everything.js';
import type { Capabilities } from '../types.js';

const noLabels = 'neither a manifest nor an AdmissionReview has the labels of the namespace';

/**
 * OPA is given a manifest or an AdmissionReview and nothing else. What a request says is in the latter; for a manifest
 * its terms have the values that `evaluate` gives them without a request.
 */
export const capabilities: Capabilities = {
  ...everything,
  cond: {
    ...everything.cond,
    emptyList: {
      refused: 'only the API server keeps an empty list apart from an absent one, and only in one field',
    },
    authorized: { refused: 'OPA has no authorizer to ask' },
  },
  term: { ...everything.term, namespaceLabel: { refused: noLabels } },
  policy: {
    ...everything.policy,
    mutations: { refused: 'OPA answers questions about a pod and writes nothing into it' },
    alternatives: {
      refused: 'which of several policies counts depends on who may use it, and OPA has no authorizer to ask',
    },
    namespaceSelector: { refused: noLabels },
    exemptServiceAccounts: { refused: 'a request does not say on whose behalf a controller acts' },
  },
};
