import {
  containers,
  denyingDistinct,
  each,
  equal,
  named,
  nameOf,
  not,
  or,
  type Path,
  plural,
  quotedList,
  sequence,
  showing,
  value,
} from '../../../src/dsl/rules.js';
import type { LevelControl } from '../../../src/levels/types.js';
import type { Container } from '../../../src/schema/index.js';
import { containerWith } from '../common.js';

/** lifecycle.*.tcpSocket is not run by any kubelet, but is still in the API. */
const hostsOf = (c: Path<Container>): readonly Path<string>[] =>
  [c.livenessProbe, c.readinessProbe, c.startupProbe, c.lifecycle.postStart, c.lifecycle.preStop].flatMap(
    (handler) => [handler.httpGet.host, handler.tcpSocket.host],
  );

const isSet = (host: Path<string>) => not(equal(value(host, ''), ''));

/** The number of places in a container where a host can stand. */
const places = 10;

export const hostProbesAndHostLifecycle: LevelControl = {
  id: 'hostProbesAndHostLifecycle',
  level: 'baseline',
  title: 'Host of probes and lifecycle hooks',
  rule: `Restricted fields:
  spec.{containers,initContainers}[*].{livenessProbe,readinessProbe,startupProbe}.{httpGet,tcpSocket}.host
  spec.{containers,initContainers}[*].lifecycle.{postStart,preStop}.{httpGet,tcpSocket}.host
Allowed values: undefined, ""`,
  why: 'The kubelet sends these requests from the node: with a host of their own they reach what the pod cannot (SSRF).',
  fix: 'Leave host out; the request then goes to the pod. To send a name, set the header Host in httpGet.httpHeaders.',
  revisions: [
    {
      since: 34,
      change: 'probes and lifecycle hooks may not name a host',
      body: {
        collections: {
          containers: denyingDistinct(
            each(containers(), (c) => ({ where: or(...hostsOf(c).map(isSet)), show: nameOf(c), at: c })),
          ),
          hosts: showing(
            ...Array.from({ length: places }, (_, place) =>
              each(containers(), (c) => {
                const host = hostsOf(c)[place] ?? c.name;
                return { where: isSet(host), show: value(host, ''), at: host };
              }),
            ),
          ),
        },
        reason: 'probe or lifecycle host',
        detail: sequence(
          named('containers', 'container', 'containers'),
          plural('containers', ' uses ', ' use '),
          plural('hosts', 'probe or lifecycle host ', 'probe or lifecycle hosts '),
          quotedList('hosts'),
        ),
      },
      denied: containerWith({ livenessProbe: { httpGet: { port: 80, host: '169.254.169.254' } } }),
      allowed: containerWith({ livenessProbe: { httpGet: { port: 80, host: '' } } }),
    },
  ],
};
