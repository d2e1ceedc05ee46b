/**
 * A hard case: an agent that needs the host's network and some of its files, read-only, together with one capability and
 * one sysctl. Each relaxation says how far it goes; all else is as in baseline.
 */
import {
  and,
  containers,
  control,
  definePolicy,
  denying,
  each,
  equal,
  isTrue,
  items,
  itself,
  matches,
  named,
  nameOf,
  not,
  once,
  oneOf,
  or,
  pathPrefix,
  plainList,
  pod,
  present,
  sequence,
  showing,
  some,
  value,
} from 'podsec';

const readablePaths = ['/var/log', '/proc', '/sys'];

export default definePolicy({
  name: 'node-agent',
  extends: 'baseline@v1.37',
  drop: ['hostPorts'],
  replace: [
    control({
      id: 'hostNamespaces',
      collections: {
        namespaces: denying(
          once({ where: isTrue(pod.spec.hostIPC), show: 'hostIPC=true', at: pod.spec.hostIPC }),
          once({ where: isTrue(pod.spec.hostPID), show: 'hostPID=true', at: pod.spec.hostPID }),
        ),
      },
      reason: 'host namespaces other than the network',
      detail: plainList('namespaces'),
    }),
    control({
      id: 'hostPathVolumes',
      collections: {
        volumes: denying(
          each(items(pod.spec.volumes), (volume) => ({
            where: and(
              present(volume.hostPath),
              or(
                not(matches(value(volume.hostPath.path, ''), ...readablePaths.map(pathPrefix))),
                some(containers(), (c) =>
                  some(items(c.volumeMounts), (mount) =>
                    and(equal(value(mount.name, ''), nameOf(volume)), not(isTrue(mount.readOnly))),
                  ),
                ),
              ),
            ),
            show: nameOf(volume),
            at: volume.hostPath,
          })),
        ),
      },
      reason: 'hostPath volumes',
      detail: sequence(
        named('volumes', 'volume', 'volumes'),
        ` must be under ${readablePaths.join(', ')} and mounted read-only`,
      ),
    }),
    control({
      id: 'capabilities_baseline',
      collections: {
        containers: denying(
          each(containers(), (c) => ({
            where: some(items(c.securityContext.capabilities.add), (added) =>
              not(oneOf(itself(added), ['SYS_TIME'])),
            ),
            show: nameOf(c),
            at: c.securityContext.capabilities.add,
          })),
        ),
        capabilities: showing(
          each(
            containers(),
            (c) => items(c.securityContext.capabilities.add),
            (_c, added) => ({
              where: not(oneOf(itself(added), ['SYS_TIME'])),
              show: itself(added),
              at: added,
            }),
          ),
        ),
      },
      reason: 'capabilities other than SYS_TIME',
      detail: sequence(
        named('containers', 'container', 'containers'),
        ' must not add ',
        plainList('capabilities'),
      ),
    }),
    control({
      id: 'sysctls',
      collections: {
        sysctls: denying(
          each(items(pod.spec.securityContext.sysctls), (sysctl) => ({
            where: not(equal(nameOf(sysctl), 'net.core.somaxconn')),
            show: nameOf(sysctl),
            at: sysctl.name,
          })),
        ),
      },
      reason: 'sysctls other than net.core.somaxconn',
      detail: plainList('sysctls'),
    }),
  ],
});
