/** Policies about what pods as a whole may do: volumes, annotations, labels, the host, and levels that are bent. */
import {
  and,
  type Cond,
  type Control,
  concat,
  containerItems,
  containers,
  containerValue,
  control,
  type DefinedPolicy,
  definePolicy,
  denying,
  each,
  entries,
  equal,
  every,
  firstPresent,
  glob,
  hasKey,
  isFalse,
  isTrue,
  items,
  itself,
  lookup,
  matches,
  named,
  nameOf,
  not,
  once,
  oneOf,
  or,
  type Path,
  pathPrefix,
  plainList,
  pod,
  podItems,
  podValue,
  present,
  sameParts,
  sequence,
  some,
  value,
  within,
} from '../../src/dsl/index.js';
import { refOf } from '../../src/dsl/paths.js';
import type { Volume } from '../../src/schema/index.js';

/** A control that denies a pod of which the condition holds. */
export function ofPods(id: string, where: Cond, at: Path<unknown> = pod.spec): Control {
  return control({
    id,
    collections: { pods: denying(once({ where, show: 'pod', at })) },
    reason: `not allowed by ${id}`,
    detail: '',
  });
}

function ofVolumes(id: string, where: (volume: Path<Volume>) => Cond): Control {
  return control({
    id,
    collections: {
      volumes: denying(
        each(items(pod.spec.volumes), (volume) => ({
          where: where(volume),
          show: nameOf(volume),
          at: volume,
        })),
      ),
    },
    reason: `not allowed by ${id}`,
    detail: named('volumes', 'volume', 'volumes'),
  });
}

const { annotations, labels } = pod.metadata;

const hostPaths = definePolicy({
  name: 'host-paths',
  controls: [
    ofVolumes('hostPathPrefix', (volume) =>
      and(
        present(volume.hostPath),
        not(matches(value(volume.hostPath.path, ''), pathPrefix('/var/log'), pathPrefix('/srv/data/'))),
      ),
    ),
    ofVolumes('hostPathWritable', (volume) =>
      and(
        present(volume.hostPath),
        some(containers(), (c) =>
          some(items(c.volumeMounts), (mount) =>
            and(equal(value(mount.name, ''), nameOf(volume)), not(isTrue(mount.readOnly))),
          ),
        ),
      ),
    ),
    ofVolumes('socket', (volume) => matches(value(volume.hostPath.path, ''), glob('/*run/*.sock'))),
  ],
});

const volumeTypes = definePolicy({
  name: 'volume-types',
  controls: [
    ofVolumes('volumeType', (volume) =>
      not(
        oneOf(firstPresent(volume, ['configMap', 'emptyDir', 'secret', 'hostPath', 'nfs', 'csi'], 'other'), [
          'configMap',
          'emptyDir',
          'csi',
          'other',
        ]),
      ),
    ),
    ofVolumes('csiDriver', (volume) =>
      and(present(volume.csi), not(equal(value(volume.csi.driver, ''), 'inline.storage.kubernetes.io'))),
    ),
    ofVolumes('memory', (volume) => equal(value(volume.emptyDir.medium, ''), 'Memory')),
  ],
});

/** The exception that PodSecurityPolicy makes for the volume of a service account. */
const projected = definePolicy({
  name: 'projected',
  controls: [
    ofVolumes('projectedSources', (volume) =>
      and(
        present(volume.projected),
        not(
          every(items(volume.projected.sources), (source) =>
            or(
              and(
                present(source.serviceAccountToken),
                equal(value(source.serviceAccountToken.path, ''), 'token'),
              ),
              equal(value(source.configMap.name, ''), 'kube-root-ca.crt'),
              and(
                present(source.downwardAPI),
                every(items(source.downwardAPI.items), (item) => equal(value(item.path, ''), 'namespace')),
              ),
            ),
          ),
        ),
      ),
    ),
  ],
});

const seLinuxLevel = definePolicy({
  name: 'selinux-level',
  controls: [
    ofPods(
      'seLinuxLevel',
      not(sameParts(value(pod.spec.securityContext.seLinuxOptions.level, ''), 's0:c0,c1,c2', ',')),
    ),
  ],
});

const seccompByAnnotation = definePolicy({
  name: 'seccomp-by-annotation',
  controls: [
    control({
      id: 'seccompAnnotation',
      collections: {
        containers: denying(
          each(containers(), (c) => ({
            where: oneOf(
              lookup(
                annotations,
                concat('container.seccomp.security.alpha.kubernetes.io/', nameOf(c)),
                'runtime/default',
              ),
              ['unconfined', ''],
            ),
            show: nameOf(c),
            at: c.name,
          })),
        ),
      },
      reason: 'seccomp by annotation',
      detail: plainList('containers'),
    }),
  ],
});

const annotated = definePolicy({
  name: 'annotated',
  controls: [
    control({
      id: 'appArmorAnnotation',
      collections: {
        keys: denying(
          each(entries(annotations, 'container.apparmor.security.beta.kubernetes.io/'), (entry) => ({
            where: not(matches(value(entry.value, ''), glob('localhost/k8s-*'), glob('runtime/default'))),
            show: value(entry.suffix, ''),
            at: entry,
          })),
        ),
      },
      reason: 'AppArmor by annotation',
      detail: plainList('keys'),
    }),
    ofPods('owner', not(hasKey(labels, 'owner')), labels),
    ofPods('costCentre', equal(lookup(labels, 'cost-centre', 'none'), 'none'), labels),
  ],
});

const sysctls = definePolicy({
  name: 'sysctl-values',
  controls: [
    control({
      id: 'sysctlValue',
      collections: {
        sysctls: denying(
          each(items(pod.spec.securityContext.sysctls), (sysctl) => ({
            where: or(
              not(matches(nameOf(sysctl), glob('net.*'), glob('kernel.shm*'))),
              and(
                equal(nameOf(sysctl), 'net.ipv4.ip_local_port_range'),
                not(equal(value(sysctl.value, ''), '32768 60999')),
              ),
            ),
            show: concat(nameOf(sysctl), '=', value(sysctl.value, '')),
            at: sysctl.name,
          })),
        ),
      },
      reason: 'sysctls',
      detail: plainList('sysctls'),
    }),
  ],
});

const groups = definePolicy({
  name: 'groups',
  controls: [
    ofPods(
      'fsGroup',
      not(within(value(pod.spec.securityContext.fsGroup, 1000), { min: 1000, max: 2000 })),
      pod.spec.securityContext.fsGroup,
    ),
    control({
      id: 'supplementalGroups',
      collections: {
        groups: denying(
          each(items(pod.spec.securityContext.supplementalGroups), (group) => ({
            where: within(
              { node: { kind: 'value', ref: refOf(group), absent: 0 } },
              { min: 0, max: 999 },
              { min: 65534, max: 65535 },
            ),
            show: { node: { kind: 'value', ref: refOf(group), absent: 0 } },
            at: pod.spec.securityContext.supplementalGroups,
          })),
        ),
      },
      reason: 'supplemental groups',
      detail: plainList('groups'),
    }),
  ],
});

const scheduling = definePolicy({
  name: 'scheduling',
  controls: [
    control({
      id: 'toleratesAll',
      collections: {
        tolerations: denying(
          each(items(pod.spec.tolerations), (toleration) => ({
            where: and(equal(value(toleration.operator, ''), 'Exists'), not(present(toleration.key))),
            show: 'toleration',
            at: toleration,
          })),
        ),
      },
      reason: 'tolerates everything',
      detail: '',
    }),
    ofPods('priority', equal(value(pod.spec.priorityClassName, ''), 'system-node-critical')),
    ofPods('scheduler', not(equal(value(pod.spec.schedulerName, ''), 'default-scheduler'))),
    ofPods('nodeName', present(pod.spec.nodeName)),
    ofPods(
      'nodePool',
      some(entries(pod.spec.nodeSelector, 'pool/'), (entry) =>
        and(equal(value(entry.suffix, ''), 'reserved'), equal(value(entry.value, ''), 'yes')),
      ),
    ),
  ],
});

const hostUsers = definePolicy({
  name: 'host-users',
  controls: [
    control({
      id: 'userNamespace',
      unless: equal(value(pod.spec.os.name, ''), 'windows'),
      collections: {
        pods: denying(once({ where: not(isFalse(pod.spec.hostUsers)), show: 'pod', at: pod.spec.hostUsers })),
      },
      reason: 'no user namespace',
      detail: 'hostUsers must be false',
    }),
    ofPods('sharedProcesses', and(isTrue(pod.spec.shareProcessNamespace), isTrue(pod.spec.hostPID))),
  ],
});

const names = definePolicy({
  name: 'host-names',
  controls: [
    ofPods(
      'qualifiedName',
      equal(concat(value(pod.spec.hostname, ''), '.', value(pod.spec.subdomain, 'none')), 'db.prod'),
    ),
    control({
      id: 'hostAliases',
      collections: {
        names: denying(
          each(
            items(pod.spec.hostAliases),
            (alias) => items(alias.hostnames),
            (alias, name) => ({
              where: matches(itself(name), glob('*.svc.*'), glob('kubernetes*')),
              show: concat(value(alias.ip, ''), ' ', itself(name)),
              at: alias,
            }),
          ),
        ),
      },
      reason: 'host aliases',
      detail: plainList('names'),
    }),
  ],
});

const token = definePolicy({
  name: 'token',
  extends: 'baseline@v1.37',
  drop: ['sysctls', 'hostPorts'],
  controls: [
    ofPods('automount', equal(value(pod.spec.automountServiceAccountToken, true), true)),
    ofPods('defaultAccount', oneOf(value(pod.spec.serviceAccountName, 'default'), ['default', ''])),
  ],
});

/** The hard case of the founding article: host network with host volumes, sysctls and capabilities together. */
const hostAgent = definePolicy({
  name: 'host-agent',
  extends: 'baseline@v1.37',
  drop: ['hostPorts'],
  replace: [
    control({
      id: 'hostNamespaces',
      collections: {
        namespaces: denying(
          once({
            where: and(
              isTrue(pod.spec.hostNetwork),
              some(items(pod.spec.volumes), (volume) =>
                and(
                  present(volume.hostPath),
                  not(
                    matches(
                      value(volume.hostPath.path, ''),
                      pathPrefix('/etc/cni'),
                      pathPrefix('/opt/cni/bin'),
                    ),
                  ),
                ),
              ),
            ),
            show: 'hostNetwork with a host path',
            at: pod.spec.hostNetwork,
          }),
          once({ where: isTrue(pod.spec.hostPID), show: 'hostPID', at: pod.spec.hostPID }),
        ),
      },
      reason: 'host namespaces',
      detail: plainList('namespaces'),
    }),
    control({
      id: 'hostPathVolumes',
      collections: {
        volumes: denying(
          each(items(pod.spec.volumes), (volume) => ({
            where: and(present(volume.hostPath), not(isTrue(pod.spec.hostNetwork))),
            show: nameOf(volume),
            at: volume.hostPath,
          })),
        ),
      },
      reason: 'host paths without the host network',
      detail: sequence(named('volumes', 'volume', 'volumes')),
    }),
  ],
});

const excepted = definePolicy({
  name: 'excepted',
  extends: 'restricted@v1.37',
  exceptions: [
    {
      control: 'capabilities_restricted',
      containers: ['app'],
      values: containerItems(
        (c) => c.securityContext.capabilities.add,
        (added) => added,
        ['SYS_TIME', 'NET_RAW'],
      ),
      reason: 'sets the clock',
    },
    {
      control: 'seccompProfile_restricted',
      labels: { app: 'agent' },
      values: containerValue((c) => c.securityContext.seccompProfile.type, ['Unconfined']),
      reason: 'traces',
    },
    { control: 'runAsNonRoot', containers: ['app'], reason: 'is root' },
    { control: 'procMount_restricted', where: isFalse(pod.spec.hostUsers), reason: 'builds images' },
  ],
});

const exceptedOfPods = definePolicy({
  name: 'excepted-of-pods',
  extends: 'baseline@v1.37',
  exceptions: [
    { control: 'hostNamespaces', values: podValue(pod.spec.hostNetwork, [true]), reason: 'routes' },
    {
      control: 'sysctls',
      values: podItems(pod.spec.securityContext.sysctls, (sysctl) => sysctl.name, ['kernel.msgmax']),
      reason: 'an old database',
    },
    {
      control: 'hostPorts',
      containers: ['app'],
      values: containerItems(
        (c) => c.ports,
        (port) => port.hostPort,
        [8080, 443],
      ),
      reason: 'an ingress',
    },
  ],
});

export const podPolicies: readonly DefinedPolicy[] = [
  hostPaths,
  volumeTypes,
  projected,
  seLinuxLevel,
  seccompByAnnotation,
  annotated,
  sysctls,
  groups,
  scheduling,
  hostUsers,
  names,
  token,
  hostAgent,
  excepted,
  exceptedOfPods,
];
