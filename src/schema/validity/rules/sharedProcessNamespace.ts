import { and, isTrue, pod } from '../../../dsl/rules.js';
import type { ValidityRule } from '../types.js';
import { nodeOf, specWith } from './common.js';

const spec = (hostPID: boolean) => ({ ...specWith({}), shareProcessNamespace: true, hostPID });

export const sharedProcessNamespace: ValidityRule = {
  id: 'sharedProcessNamespace',
  rule: 'containers do not share a process namespace that is the host’s',
  source: 'validateShareProcessNamespace',
  refused: nodeOf(and(isTrue(pod.spec.shareProcessNamespace), isTrue(pod.spec.hostPID))),
  examples: { refused: { spec: spec(true) }, accepted: { spec: spec(false) } },
};
