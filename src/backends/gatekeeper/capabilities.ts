import { capabilities as rego } from '../rego/capabilities.js';
import type { Capabilities } from '../types.js';

const authorizer = 'Gatekeeper has no authorizer to ask';

/** What Rego says of a review and CEL says too. The names and labels of namespaces are for the constraint to match. */
export const capabilities: Capabilities = {
  ...rego,
  cond: { ...rego.cond, authorized: { refused: authorizer } },
  term: {
    ...rego.term,
    namespaceLabel: {
      refused: 'gator gives a rule no namespace, nor does Gatekeeper before its newest releases',
    },
  },
  policy: {
    ...rego.policy,
    mutations: { refused: 'a constraint judges a pod and writes nothing into it' },
    alternatives: {
      refused: `which of several policies counts depends on who may use it, and ${authorizer}`,
    },
    namespaceSelector: 'yes',
    exemptServiceAccounts: 'yes',
  },
};
