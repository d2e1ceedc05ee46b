/**
 * A case by hand for each field of PodSecurityPolicy and each annotation: what it refuses, what it writes, and what a reader
 * would not expect. What comes of the pods is the admission code's to say: golden/psp-read/rows.json has its answers.
 */
import type { Json, JsonObject } from '../../src/manifest/types.js';
import { app, both, container, context, type PspRow, pod, psp, row } from './psp-row.js';
import { rowsOfProfiles } from './psp-rows-of-profiles.js';

const caps = (add: Json, drop: Json = []): JsonObject => container({ capabilities: { add, drop } });
const volume = (body: JsonObject, mounts: readonly JsonObject[] = []): JsonObject =>
  pod({
    volumes: [{ name: 'v', ...body }],
    containers: [
      {
        ...app,
        volumeMounts: mounts.map((each, index) => ({ name: 'v', mountPath: `/m${index}`, ...each })),
      },
    ],
  });
const sysctls = (...names: string[]): JsonObject =>
  context({ sysctls: names.map((name) => ({ name, value: '1' })) });
const level = (text: string): JsonObject => ({ seLinuxOptions: { level: text } });
const token: JsonObject = { serviceAccountToken: { path: 'token' } };
const projected = (...sources: JsonObject[]): JsonObject => volume({ projected: { sources } });

const levels = ['s0:c1,c2', 's0:c2,c1', 's0', 's0:c1,c1,c2', 's1:c1,c2', 's0:c1', 's0:c0.c3', ''];
const oddLevels = ['s0:s0:c1,c2', 's0:c2,s0:c1', 's0:c1,s0:c2', 's0:s0:c2,c1', 's0:c2,c1', 's0:s0:c1,s0:c2'];
const idsOf = (field: string, ...ids: number[]): JsonObject[] =>
  ids.flatMap((id) => [
    context({ [field]: id }),
    ...both({ [field]: id }),
    container({ [field]: id }, { [field]: 1000 }),
  ]);
const within = (rule: string, ...ends: readonly (readonly [number, number])[]): JsonObject => ({
  rule,
  ranges: ends.map(([min, max]) => ({ min, max })),
});

export const pspRows: readonly PspRow[] = [
  row(
    'privileged',
    'false',
    psp({ privileged: false }),
    ...both({ privileged: true }),
    ...both({ privileged: false }),
  ),
  row('privileged', 'absent', psp({ privileged: null }), ...both({ privileged: true })),
  row(
    'privileged',
    'true, where escalation is not allowed',
    psp({ allowPrivilegeEscalation: false }),
    container({ privileged: true }),
    container({ privileged: true, allowPrivilegeEscalation: true }),
  ),
  row(
    'defaultAddCapabilities',
    'are added where they are not dropped',
    psp({ defaultAddCapabilities: ['NET_ADMIN', 'CHOWN'], allowedCapabilities: ['KILL'] }),
    caps(['KILL', 'CHOWN']),
    caps(['KILL', 'KILL'], ['NET_ADMIN']),
    caps([], ['ALL']),
    caps([], ['NET_ADMIN', 'CHOWN', 'A', 'A']),
    caps(['CAP_CHOWN']),
    caps(['SYS_ADMIN']),
  ),
  row(
    'requiredDropCapabilities',
    'are dropped, and both lists sorted',
    psp({ requiredDropCapabilities: ['NET_RAW', 'ALL'], allowedCapabilities: ['KILL', 'CHOWN'] }),
    caps(['KILL', 'CHOWN', 'KILL']),
    caps(['KILL', 'CHOWN', 'KILL'], ['NET_RAW', 'ALL']),
    caps([], ['all']),
    caps(['NET_RAW']),
    container({ capabilities: {} }),
  ),
  row(
    'allowedCapabilities',
    'none',
    psp({ allowedCapabilities: [] }),
    caps(['CHOWN']),
    caps([], ['CHOWN']),
    ...both({ capabilities: { add: ['KILL'] } }),
  ),
  row(
    'allowedCapabilities',
    'ALL is a name',
    psp({ allowedCapabilities: ['ALL'] }),
    caps(['ALL']),
    caps(['all']),
    caps(['KILL']),
  ),
  row(
    'allowedCapabilities',
    'a star, with defaults',
    psp({ allowedCapabilities: ['*'], defaultAddCapabilities: ['KILL'] }),
    caps(['X'], ['KILL']),
    caps(['X']),
  ),
  row('volumes', 'absent', psp({ volumes: null }), volume({ emptyDir: {} }), volume({}), projected()),
  row(
    'volumes',
    'a token of a service account passes with secret',
    psp({ volumes: ['secret'] }),
    projected(),
    projected(token, { configMap: { name: 'kube-root-ca.crt' } }),
    projected({ serviceAccountToken: { path: 'token', audience: 'a' } }),
    projected({ serviceAccountToken: { path: 'other' } }),
    projected({ configMap: { name: 'other' } }),
    projected({
      downwardAPI: { items: [{ path: 'namespace', fieldRef: { fieldPath: 'metadata.namespace' } }] },
    }),
    projected({ downwardAPI: { items: [{ path: 'namespace', fieldRef: { fieldPath: 'metadata.name' } }] } }),
    projected({ downwardAPI: {} }),
    projected({ secret: { name: 's' } }, token),
    volume({ secret: { secretName: 's' } }),
    volume({ emptyDir: {} }),
  ),
  row(
    'volumes',
    'types, one of which is called otherwise than in a pod',
    psp({ volumes: ['cephFS', 'ephemeral', 'emptyDir'] }),
    volume({ cephfs: { monitors: ['a'] } }),
    volume({}),
    volume({ persistentVolumeClaim: { claimName: 'c' } }),
    volume({ csi: { driver: 'd' } }),
  ),
  ...(['hostNetwork', 'hostPID', 'hostIPC'] as const).map((field) =>
    row(field, 'false', psp({ [field]: false }), pod({ [field]: true }), pod({ [field]: false })),
  ),
  row(
    'hostPorts',
    'ranges, of which one holds nothing',
    psp({
      hostPorts: [
        { min: 80, max: 81 },
        { min: 90, max: 85 },
      ],
    }),
    ...[79, 80, 81, 82, 85, 88, 90, 0].map((hostPort) =>
      pod({ containers: [{ ...app, ports: [{ containerPort: 80, hostPort }] }] }),
    ),
    pod({ initContainers: [{ ...app, name: 'init', ports: [{ containerPort: 80, hostPort: 79 }] }] }),
  ),
  row(
    'hostPorts',
    'none, in the network of the host',
    psp({ hostPorts: null }),
    pod({ hostNetwork: true }),
    pod({ hostNetwork: true, containers: [{ ...app, ports: [{ containerPort: 80 }] }] }),
    pod({ containers: [{ ...app, ports: [{ containerPort: 80 }] }] }),
  ),
  row(
    'seLinux',
    'MustRunAs',
    psp({ seLinux: { rule: 'MustRunAs', seLinuxOptions: { user: 'u', type: 't', level: 's0:c1,c2' } } }),
    context({ seLinuxOptions: {} }),
    ...levels.map((text) => context({ seLinuxOptions: { user: 'u', type: 't', level: text } })),
    container({ seLinuxOptions: { user: 'u', type: 't', level: 's0:c2,c1' } }),
    container({ seLinuxOptions: { user: 'u', level: 's0:c2,c1' } }),
    container({ seLinuxOptions: { user: 'u', role: 'r', type: 't', level: 's0:c2,c1' } }),
    container(
      { seLinuxOptions: { user: 'u', type: 't', level: 's0:c1,c2' } },
      { seLinuxOptions: { user: 'v' } },
    ),
  ),
  ...oddLevels.map((wanted) =>
    row(
      'seLinux',
      `categories that hold a sensitivity: ${wanted}`,
      psp({ seLinux: { rule: 'MustRunAs', seLinuxOptions: { level: wanted } } }),
      ...oddLevels.map((text) => context(level(text))),
    ),
  ),
  row(
    'seLinux',
    'no options in the options',
    psp({ seLinux: { rule: 'MustRunAs', seLinuxOptions: {} } }),
    context({ seLinuxOptions: {} }),
    context({ seLinuxOptions: { level: 's0' } }),
  ),
  row(
    'seLinux',
    'MustRunAs without options',
    psp({ seLinux: { rule: 'MustRunAs' } }),
    context({ seLinuxOptions: {} }),
  ),
  row(
    'runAsUser',
    'MustRunAs',
    psp({ runAsUser: within('MustRunAs', [2, 5], [1000, 1000]) }),
    ...idsOf('runAsUser', 0, 1, 2, 5, 6, 1000),
  ),
  row(
    'runAsUser',
    'MustRunAs 0',
    psp({ runAsUser: within('MustRunAs', [0, 0]) }),
    container({ runAsNonRoot: true }),
    ...idsOf('runAsUser', 0, 1),
  ),
  row(
    'runAsUser',
    'MustRunAs without ranges',
    psp({ runAsUser: { rule: 'MustRunAs' } }),
    ...idsOf('runAsUser', 0),
  ),
  row(
    'runAsUser',
    'MustRunAsNonRoot',
    psp({ runAsUser: { rule: 'MustRunAsNonRoot' } }),
    ...idsOf('runAsUser', 0, 1000),
    ...both({ runAsNonRoot: true }),
    ...both({ runAsNonRoot: false }),
    container({ runAsNonRoot: false, runAsUser: 1000 }),
    container({ runAsNonRoot: true }, { runAsNonRoot: false }),
    container({ runAsUser: 1000 }, { runAsUser: 0 }),
    container({ runAsNonRoot: true, runAsUser: 0 }),
    context({ runAsNonRoot: false }),
  ),
  row(
    'runAsUser',
    'RunAsAny with ranges',
    psp({ runAsUser: within('RunAsAny', [1, 2]) }),
    ...idsOf('runAsUser', 0),
  ),
  row(
    'runAsGroup',
    'MustRunAs',
    psp({ runAsGroup: within('MustRunAs', [2, 5]) }),
    ...idsOf('runAsGroup', 0, 2, 5, 6),
  ),
  row(
    'runAsGroup',
    'MayRunAs',
    psp({ runAsGroup: within('MayRunAs', [2, 5]) }),
    ...idsOf('runAsGroup', 0, 2, 5, 6),
  ),
  ...['MustRunAs', 'MayRunAs'].flatMap((rule) => [
    row(
      'supplementalGroups',
      rule,
      psp({ supplementalGroups: within(rule, [2, 5], [9, 9]) }),
      ...[[], [1], [2], [2, 9], [2, 6]].map((supplementalGroups) => context({ supplementalGroups })),
      context({ supplementalGroups: null }),
    ),
    row(
      'supplementalGroups',
      `${rule} without ranges`,
      psp({ supplementalGroups: { rule } }),
      context({ supplementalGroups: [1] }),
    ),
    row(
      'fsGroup',
      rule,
      psp({ fsGroup: within(rule, [2, 5]) }),
      ...[0, 1, 2, 5, 6].map((fsGroup) => context({ fsGroup })),
    ),
    row('fsGroup', `${rule} without ranges`, psp({ fsGroup: { rule } }), context({ fsGroup: 1 })),
  ]),
  row(
    'readOnlyRootFilesystem',
    'true',
    psp({ readOnlyRootFilesystem: true }),
    ...both({ readOnlyRootFilesystem: true }),
    ...both({ readOnlyRootFilesystem: false }),
  ),
  ...[true, false].map((value) =>
    row(
      'defaultAllowPrivilegeEscalation',
      String(value),
      psp({ defaultAllowPrivilegeEscalation: value }),
      ...both({ allowPrivilegeEscalation: true }),
      ...both({ allowPrivilegeEscalation: false }),
    ),
  ),
  row(
    'allowPrivilegeEscalation',
    'false',
    psp({ allowPrivilegeEscalation: false }),
    ...both({ allowPrivilegeEscalation: true }),
    ...both({ allowPrivilegeEscalation: false }),
  ),
  row(
    'allowedHostPaths',
    'prefixes by element, one read-only',
    psp({
      allowedHostPaths: [
        { pathPrefix: '/var/log/' },
        { pathPrefix: '/srv', readOnly: true },
        { pathPrefix: '/srv/open' },
        { pathPrefix: 'relative' },
      ],
    }),
    ...[
      '/var/log',
      '/var/log/',
      '/var/log//',
      '/var/log/a',
      '/var/logs',
      '/var//log',
      '//var/log',
      '/',
      '/srv/a',
      '/srv/open/a',
    ].flatMap((path) => [
      volume({ hostPath: { path } }),
      volume({ hostPath: { path } }, [{ readOnly: true }]),
      volume({ hostPath: { path } }, [{ readOnly: true }, {}]),
    ]),
  ),
  row(
    'allowedHostPaths',
    'the root',
    psp({ allowedHostPaths: [{ pathPrefix: '/' }] }),
    ...['/', '/a', '//a'].map((path) => volume({ hostPath: { path } })),
  ),
  row(
    'allowedHostPaths',
    'without effect',
    psp({ volumes: ['emptyDir'], allowedHostPaths: [{ pathPrefix: '/a' }] }),
    volume({ hostPath: { path: '/a' } }),
  ),
  row(
    'allowedFlexVolumes',
    'a driver',
    psp({ allowedFlexVolumes: [{ driver: 'a/b' }] }),
    ...['a/b', 'a/c'].map((driver) => volume({ flexVolume: { driver } })),
  ),
  row(
    'allowedCSIDrivers',
    'a driver',
    psp({ allowedCSIDrivers: [{ name: 'a.example.com' }] }),
    ...['a.example.com', 'b.example.com'].map((driver) => volume({ csi: { driver } })),
  ),
  row(
    'allowedUnsafeSysctls',
    'a beginning and a name',
    psp({ allowedUnsafeSysctls: ['net.core*', 'kernel.msgmax'] }),
    ...[
      'net.core.somaxconn',
      'net.corex',
      'net.cor',
      'kernel.msgmax',
      'kernel.msg',
      'kernel.shm_rmid_forced',
      'net.ipv4.ip_unprivileged_port_start',
    ].map((name) => sysctls(name)),
    sysctls('kernel.msgmax', 'kernel.sem'),
  ),
  row(
    'allowedUnsafeSysctls',
    'none',
    psp({ allowedUnsafeSysctls: [] }),
    sysctls('kernel.msgmax'),
    sysctls('net.ipv4.tcp_syncookies'),
  ),
  row(
    'forbiddenSysctls',
    'a safe one, and a beginning',
    psp({ allowedUnsafeSysctls: [], forbiddenSysctls: ['net.ipv4.tcp_syncookies', 'kernel.shm*'] }),
    ...[
      'net.ipv4.tcp_syncookies',
      'kernel.shm_rmid_forced',
      'net.ipv4.ping_group_range',
      'kernel.msgmax',
    ].map((name) => sysctls(name)),
  ),
  row(
    'forbiddenSysctls',
    'all',
    psp({ allowedUnsafeSysctls: [], forbiddenSysctls: ['*'] }),
    sysctls('kernel.shm_rmid_forced'),
  ),
  row(
    'allowedProcMountTypes',
    'none',
    psp({ allowedProcMountTypes: [] }),
    ...both({ procMount: 'Default' }),
    ...both({ procMount: 'Unmasked' }),
  ),
  row(
    'allowedProcMountTypes',
    'Unmasked alone',
    psp({ allowedProcMountTypes: ['Unmasked'] }),
    ...both({ procMount: 'Unmasked' }),
  ),
  row(
    'runtimeClass',
    'a default',
    psp({
      runtimeClass: { allowedRuntimeClassNames: ['kata', 'gvisor'], defaultRuntimeClassName: 'gvisor' },
    }),
    ...['kata', 'gvisor', 'other'].map((runtimeClassName) => pod({ runtimeClassName })),
  ),
  row(
    'runtimeClass',
    'none allowed',
    psp({ runtimeClass: { allowedRuntimeClassNames: [] } }),
    pod({ runtimeClassName: 'kata' }),
  ),
  row(
    'runtimeClass',
    'all allowed',
    psp({ runtimeClass: { allowedRuntimeClassNames: ['*'] } }),
    pod({ runtimeClassName: 'kata' }),
  ),
  ...rowsOfProfiles,
];
