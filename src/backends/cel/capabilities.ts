import { everything } from '../everything.js';
import type { Capabilities } from '../types.js';

/** What CEL says of objects that come through an API server, in every release and engine that podsec writes for. */
export const celCapabilities: Capabilities = {
  ...everything,
  cond: {
    ...everything.cond,
    emptyList: { refused: 'an API server leaves an empty list out of the object that it hands to a policy' },
  },
  policy: {
    ...everything.policy,
    mutations: { refused: 'a policy that validates writes nothing into a pod' },
  },
};
