/** What a pod belongs to. */
import { and, equal, items, pod, some, value } from '../../../dsl/rules.js';
import type { ValidityRule } from '../types.js';
import { nodeOf, specWith } from './common.js';

const owner = (kind: string) => ({ apiVersion: 'v1', kind, name: 'a', uid: 'a' });

export const owners: ValidityRule = {
  id: 'owners',
  rule: 'an event owns no pod',
  source: 'validateOwnerReference of apimachinery/pkg/api/validation/objectmeta.go',
  refused: nodeOf(
    some(items(pod.metadata.ownerReferences), (each) =>
      and(equal(value(each.kind, ''), 'Event'), equal(value(each.apiVersion, ''), 'v1')),
    ),
  ),
  examples: {
    refused: { metadata: { ownerReferences: [owner('Event')] }, spec: specWith({}) },
    accepted: { metadata: { ownerReferences: [owner('Node')] }, spec: specWith({}) },
  },
};
