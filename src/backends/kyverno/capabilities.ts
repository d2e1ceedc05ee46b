import { celCapabilities } from '../cel/index.js';
import type { Capabilities } from '../types.js';

/** The same in all versions. */
export const clusterPolicyCapabilities: Capabilities = {
  ...celCapabilities,
  cond: {
    ...celCapabilities.cond,
    authorized: {
      // Authorize of pkg/engine/internal hands on the kind of the judged object, and neither the resource nor its name.
      refused:
        'the authorizer of a ClusterPolicy asks of the kind that is judged, whatever an expression names',
    },
  },
};

export const validatingPolicyCapabilities: Capabilities = {
  ...celCapabilities,
  cond: { ...celCapabilities.cond, authorized: { refused: 'a ValidatingPolicy has no authorizer to ask' } },
};
