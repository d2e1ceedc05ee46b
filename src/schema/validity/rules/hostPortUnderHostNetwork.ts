import { and, containers, equal, isTrue, items, not, pod, some, value } from '../../../dsl/rules.js';
import type { ValidityRule } from '../types.js';
import { nodeOf, specWith } from './common.js';

const spec = (hostPort: number) => ({
  ...specWith({ ports: [{ containerPort: 8080, hostPort }] }),
  hostNetwork: true,
});

export const hostPortUnderHostNetwork: ValidityRule = {
  id: 'hostPortUnderHostNetwork',
  rule: 'with hostNetwork, the port of the host is that of the container; the API server fills it in',
  source:
    'validatePodHostNetworkDeps, for containers; defaultHostNetworkPorts of defaults.go, for init containers that have none',
  refused: nodeOf(
    and(
      isTrue(pod.spec.hostNetwork),
      some(containers(['regular']), (c) =>
        some(items(c.ports), (port) => not(equal(value(port.hostPort, 0), value(port.containerPort, 0)))),
      ),
    ),
  ),
  examples: { refused: { spec: spec(9090) }, accepted: { spec: spec(8080) } },
};

export const initHostPortUnderHostNetwork: ValidityRule = {
  id: 'initHostPortUnderHostNetwork',
  rule: 'with hostNetwork, each port of an init container has one of the host: the API server fills it in',
  source: 'defaultHostNetworkPorts of defaults.go',
  refused: nodeOf(
    and(
      isTrue(pod.spec.hostNetwork),
      some(containers(['init']), (c) => some(items(c.ports), (port) => equal(value(port.hostPort, 0), 0))),
    ),
  ),
  filledIn: true,
  examples: { refused: { spec: spec(9090) }, accepted: { spec: spec(8080) } },
};
