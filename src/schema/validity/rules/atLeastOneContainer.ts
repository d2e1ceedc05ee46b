import { not, pod, present } from '../../../dsl/rules.js';
import type { ValidityRule } from '../types.js';
import { nodeOf, specWith } from './common.js';

export const atLeastOneContainer: ValidityRule = {
  id: 'atLeastOneContainer',
  rule: 'a pod has a container',
  source: 'validateContainers',
  refused: nodeOf(not(present(pod.spec.containers))),
  always: true,
  examples: { refused: { spec: { containers: [] } }, accepted: { spec: specWith({}) } },
};
