import {
  and,
  type Cond,
  equal,
  items,
  not,
  type Path,
  pod,
  present,
  some,
  value,
} from '../../../dsl/rules.js';
import type { Toleration } from '../../index.js';
import type { ValidityRule } from '../types.js';
import { type Given, nodeOf, withSpec } from './common.js';

const source = 'ValidateTolerations';
const tolerating = (toleration: Given) => withSpec({ tolerations: [toleration] });
const someToleration = (where: (each: Path<Toleration>) => Cond) =>
  nodeOf(some(items(pod.spec.tolerations), where));
const operator = (each: Path<Toleration>) => value(each.operator, '');

export const tolerationOfAllKeys: ValidityRule = {
  id: 'tolerationOfAllKeys',
  rule: 'what is tolerated without a key is tolerated by its existence',
  source,
  refused: someToleration((each) => and(not(present(each.key)), not(equal(operator(each), 'Exists')))),
  examples: {
    refused: tolerating({ operator: 'Equal', value: 'a' }),
    accepted: tolerating({ operator: 'Exists' }),
  },
};

export const tolerationSeconds: ValidityRule = {
  id: 'tolerationSeconds',
  rule: 'only what evicts a pod is tolerated for a time',
  source,
  refused: someToleration((each) =>
    and(present(each.tolerationSeconds), not(equal(value(each.effect, ''), 'NoExecute'))),
  ),
  examples: {
    refused: tolerating({ operator: 'Exists', effect: 'NoSchedule', tolerationSeconds: 60 }),
    accepted: tolerating({ operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 60 }),
  },
};

export const tolerationValue: ValidityRule = {
  id: 'tolerationValue',
  rule: 'what is tolerated by its existence has no value',
  source,
  refused: someToleration((each) => and(equal(operator(each), 'Exists'), present(each.value))),
  examples: {
    refused: tolerating({ key: 'a', operator: 'Exists', value: 'b' }),
    accepted: tolerating({ key: 'a', operator: 'Equal', value: 'b' }),
  },
};
