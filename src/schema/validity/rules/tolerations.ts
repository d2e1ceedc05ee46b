import { and, equal, items, not, type Path, pod, present, some, value } from '../../../dsl/rules.js';
import type { Toleration } from '../../index.js';
import type { ValidityRule } from '../types.js';
import { nodeOf, specWith } from './common.js';

const source = 'ValidateTolerations';
const spec = (...tolerations: readonly Readonly<Record<string, unknown>>[]) => ({
  spec: { ...specWith({}), tolerations },
});
const operator = (each: Path<Toleration>) => value(each.operator, '');

export const tolerationOfAllKeys: ValidityRule = {
  id: 'tolerationOfAllKeys',
  rule: 'what is tolerated without a key is tolerated by its existence',
  source,
  refused: nodeOf(
    some(items(pod.spec.tolerations), (each) =>
      and(equal(value(each.key, ''), ''), not(equal(operator(each), 'Exists'))),
    ),
  ),
  examples: { refused: spec({ operator: 'Equal', value: 'a' }), accepted: spec({ operator: 'Exists' }) },
};

export const tolerationSeconds: ValidityRule = {
  id: 'tolerationSeconds',
  rule: 'only what evicts a pod is tolerated for a time',
  source,
  refused: nodeOf(
    some(items(pod.spec.tolerations), (each) =>
      and(present(each.tolerationSeconds), not(equal(value(each.effect, ''), 'NoExecute'))),
    ),
  ),
  examples: {
    refused: spec({ operator: 'Exists', effect: 'NoSchedule', tolerationSeconds: 60 }),
    accepted: spec({ operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 60 }),
  },
};

export const tolerationValue: ValidityRule = {
  id: 'tolerationValue',
  rule: 'what is tolerated by its existence has no value',
  source,
  refused: nodeOf(
    some(items(pod.spec.tolerations), (each) =>
      and(equal(operator(each), 'Exists'), not(equal(value(each.value, ''), ''))),
    ),
  ),
  examples: {
    refused: spec({ key: 'a', operator: 'Exists', value: 'b' }),
    accepted: spec({ key: 'a', operator: 'Equal', value: 'b' }),
  },
};
