import {
  containers,
  denying,
  each,
  equal,
  items,
  named,
  nameOf,
  not,
  plainList,
  plural,
  sequence,
  showing,
  some,
  value,
} from '../../../src/dsl/rules.js';
import type { LevelControl } from '../../../src/levels/types.js';
import { containerWith } from '../common.js';

export const hostPorts: LevelControl = {
  id: 'hostPorts',
  level: 'baseline',
  title: 'Host ports',
  rule: `Restricted fields:
  spec.{containers,initContainers,ephemeralContainers}[*].ports[*].hostPort
Allowed values: undefined, 0
With hostNetwork, the API server copies containerPort to hostPort, which then counts.`,
  why: 'A port of the node is taken from everything else on it, and is reached past network policies.',
  fix: 'Leave hostPort out and use a Service.',
  revisions: [
    {
      since: 0,
      change: 'no container may take a port of the host',
      body: {
        collections: {
          containers: denying(
            each(containers(), (c) => ({
              where: some(items(c.ports), (port) => not(equal(value(port.hostPort, 0), 0))),
              show: nameOf(c),
              at: c.ports,
            })),
          ),
          ports: showing(
            each(
              containers(),
              (c) => items(c.ports),
              (_c, port) => ({
                where: not(equal(value(port.hostPort, 0), 0)),
                show: value(port.hostPort, 0),
                at: port.hostPort,
              }),
            ),
          ),
        },
        reason: 'hostPort',
        detail: sequence(
          named('containers', 'container', 'containers'),
          plural('containers', ' uses ', ' use '),
          plural('ports', 'hostPort ', 'hostPorts '),
          plainList('ports'),
        ),
      },
      denied: containerWith({ ports: [{ containerPort: 8080, hostPort: 8080 }] }),
      allowed: containerWith({ ports: [{ containerPort: 8080, hostPort: 0 }] }),
    },
  ],
};
