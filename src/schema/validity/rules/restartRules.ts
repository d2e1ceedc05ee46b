import {
  and,
  type Cond,
  containers,
  equal,
  items,
  not,
  or,
  type Path,
  pod,
  present,
  size,
  some,
  value,
  within,
} from '../../../dsl/rules.js';
import type { Container } from '../../index.js';
import type { ValidityRule } from '../types.js';
import { container, moreThan, nodeOf, specWith } from './common.js';

const restartPolicyRules = [{ action: 'Restart', exitCodes: { operator: 'In', values: [1] } }];

export const restartRules: ValidityRule = {
  id: 'restartRules',
  rule: 'a container with rules of when to restart says what holds otherwise',
  source: 'validateContainerRestartPolicy',
  refused: nodeOf(
    some(containers(), (c) => and(present(c.restartPolicyRules), not(present(c.restartPolicy)))),
  ),
  examples: {
    refused: { spec: specWith({ restartPolicyRules }) },
    accepted: { spec: specWith({ restartPolicyRules, restartPolicy: 'Never' }) },
  },
};

const rules = (count: number) =>
  specWith({
    restartPolicy: 'Never',
    restartPolicyRules: Array.from({ length: count }, () => restartPolicyRules[0]),
  });

export const restartLists: ValidityRule = {
  id: 'restartLists',
  rule: 'a container has at most 20 rules of when to restart, of at most 255 codes each',
  source: 'validateContainerRestartPolicy',
  refused: nodeOf(
    some(containers(), (c) =>
      or(
        within(size(items(c.restartPolicyRules)), moreThan(20)),
        some(items(c.restartPolicyRules), ({ exitCodes }) =>
          within(size(items(exitCodes.values)), moreThan(255)),
        ),
      ),
    ),
  ),
  examples: { refused: { spec: rules(21) }, accepted: { spec: rules(20) } },
};

const isRestarted = (c: Path<Container>): Cond =>
  some(items(c.resizePolicy), (each) => equal(value(each.restartPolicy, ''), 'RestartContainer'));

const resized = { resizePolicy: [{ resourceName: 'cpu', restartPolicy: 'RestartContainer' }] };

export const restartToResize: ValidityRule = {
  id: 'restartToResize',
  rule: 'a container is restarted to be resized only where it is restarted at all',
  source: 'validateResizePolicy, validateInitContainers',
  refused: nodeOf(
    or(
      and(
        equal(value(pod.spec.restartPolicy, ''), 'Never'),
        some(containers(['init', 'regular']), isRestarted),
      ),
      some(containers(['init']), (c) =>
        and(not(equal(value(c.restartPolicy, ''), 'Always')), isRestarted(c)),
      ),
    ),
  ),
  examples: {
    refused: { spec: { ...specWith({}), initContainers: [{ ...container(resized), name: 'init' }] } },
    accepted: { spec: specWith(resized) },
  },
};
