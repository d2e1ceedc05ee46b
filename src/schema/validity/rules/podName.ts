import { not, pod, present } from '../../../dsl/rules.js';
import type { ValidityRule } from '../types.js';
import { nodeOf, specWith } from './common.js';

export const podName: ValidityRule = {
  id: 'podName',
  rule: 'a pod has a name; the API server makes one of generateName',
  source: 'ValidateObjectMetaAccessor of apimachinery/pkg/api/validation/objectmeta.go',
  refused: nodeOf(not(present(pod.metadata.name))),
  filledIn: true,
  examples: { refused: { spec: specWith({}) }, accepted: { spec: specWith({}) } },
};
