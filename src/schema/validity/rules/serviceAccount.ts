import { equal, not, pod, value } from '../../../dsl/rules.js';
import type { ValidityRule } from '../types.js';
import { nodeOf, specWith } from './common.js';

export const serviceAccount: ValidityRule = {
  id: 'serviceAccount',
  rule: 'both names of the service account are the same: the API server writes the one over the other',
  source: 'Convert_v1_PodSpec_To_core_PodSpec of v1/conversion.go',
  refused: nodeOf(not(equal(value(pod.spec.serviceAccount, ''), value(pod.spec.serviceAccountName, '')))),
  filledIn: true,
  examples: { refused: { spec: specWith({}) }, accepted: { spec: specWith({}) } },
};
