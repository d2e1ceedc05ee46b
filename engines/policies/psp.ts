/**
 * Policies that PodSecurityPolicy says exactly: each of its fields, in several forms of the same rule. Every target has to
 * judge them alike, so they serve for any of them.
 */
import {
  always,
  and,
  authorized,
  type Cond,
  type Control,
  concat,
  containers,
  control,
  type DefinedPolicy,
  definePolicy,
  denying,
  each,
  effective,
  equal,
  every,
  firstPresent,
  type Gathered,
  isTrue,
  items,
  itself,
  lookup,
  matches,
  nameOf,
  not,
  once,
  oneOf,
  or,
  type Path,
  pathPrefix,
  pod,
  prefix,
  present,
  some,
  value,
  within,
} from '../../src/dsl/index.js';
import type { Policy } from '../../src/ir/types.js';
import type { Container, Volume } from '../../src/schema/index.js';

const rule = (id: string, ...violations: readonly Gathered[]): Control =>
  control({ id, collections: { found: denying(...violations) }, reason: id });

const enforced = (name: string, ...controls: readonly Control[]): DefinedPolicy =>
  definePolicy({ name, controls, mode: 'enforce' });

const security = pod.spec.securityContext;

const hostFlag = (field: 'hostNetwork' | 'hostPID' | 'hostIPC') =>
  rule(field, once({ where: isTrue(pod.spec[field]), show: field, at: pod.spec[field] }));

const noPrivileged = rule(
  'privileged',
  each(containers(), (c) => ({
    where: isTrue(c.securityContext.privileged),
    show: nameOf(c),
    at: c.securityContext.privileged,
  })),
);

/** The same as `noPrivileged`, of the pod as a whole. */
const allUnprivileged = rule(
  'all-unprivileged',
  once({
    where: not(every(containers(), (c) => not(equal(value(c.securityContext.privileged, false), true)))),
    show: 'pod',
    at: pod.spec.containers,
  }),
);

const hostPorts = (...allowed: readonly { min: number; max: number }[]) =>
  rule(
    'host-ports',
    each(
      containers(),
      (c) => items(c.ports),
      (_c, port) => ({
        where: not(within(value(port.hostPort, 0), { min: 0, max: 0 }, ...allowed)),
        show: value(port.hostPort, 0),
        at: port.hostPort,
      }),
    ),
  );

const capabilities = (allowed: readonly string[]) =>
  rule(
    'capabilities',
    each(
      containers(),
      (c) => items(c.securityContext.capabilities.add),
      (_c, added) => ({
        where: allowed.length === 0 ? always : not(oneOf(itself(added), allowed)),
        show: itself(added),
        at: added,
      }),
    ),
  );

const volumeRule = (id: string, where: (volume: Path<Volume>) => Cond) =>
  rule(
    id,
    each(items(pod.spec.volumes), (volume) => ({ where: where(volume), show: nameOf(volume), at: volume })),
  );

const common = [
  'configMap',
  'downwardAPI',
  'emptyDir',
  'persistentVolumeClaim',
  'projected',
  'secret',
] as const;

const volumeTypes = volumeRule('volume-types', (volume) =>
  equal(firstPresent(volume, common, 'another'), 'another'),
);

const noStorageOfNodes = volumeRule('no-node-storage', (volume) =>
  or(present(volume.hostPath), present(volume.nfs), present(volume.iscsi), present(volume.cephfs)),
);

const writable = (volume: Path<Volume>) =>
  some(containers(), (c) =>
    some(items(c.volumeMounts), (mount) =>
      and(equal(value(mount.name, ''), nameOf(volume)), not(isTrue(mount.readOnly))),
    ),
  );

const below = (volume: Path<Volume>, ...paths: readonly string[]) =>
  matches(value(volume.hostPath.path, ''), ...paths.map(pathPrefix));

const hostPaths = volumeRule('host-paths', (volume) =>
  and(
    present(volume.hostPath),
    or(not(below(volume, '/var/log/', '/srv')), and(not(below(volume, '/srv')), writable(volume))),
  ),
);

const readOnlyHostPaths = volumeRule('read-only-host-paths', (volume) =>
  and(present(volume.hostPath), or(not(below(volume, '/proc', '/sys')), writable(volume))),
);

const flexDrivers = volumeRule('flex-drivers', (volume) =>
  and(
    present(volume.flexVolume),
    not(oneOf(value(volume.flexVolume.driver, ''), ['example.com/nfs', 'example.com/lvm'])),
  ),
);

const csiDrivers = volumeRule('csi-drivers', (volume) =>
  and(present(volume.csi), not(equal(value(volume.csi.driver, ''), 'secrets-store.csi.k8s.io'))),
);

const sysctl = (where: (name: ReturnType<typeof nameOf>) => Cond) =>
  rule(
    'sysctls',
    each(items(security.sysctls), (each) => ({
      where: where(nameOf(each)),
      show: nameOf(each),
      at: each.name,
    })),
  );

const procMount = rule(
  'proc-mount',
  each(containers(), (c) => ({
    where: not(equal(value(c.securityContext.procMount, 'Default'), 'Default')),
    show: nameOf(c),
    at: c.securityContext.procMount,
  })),
);

const runtimeClasses = rule(
  'runtime-classes',
  once({
    where: not(oneOf(value(pod.spec.runtimeClassName, ''), ['', 'gvisor', 'kata.v2'])),
    show: value(pod.spec.runtimeClassName, ''),
    at: pod.spec.runtimeClassName,
  }),
);

const noRuntimeClass = rule(
  'no-runtime-class',
  once({ where: present(pod.spec.runtimeClassName), show: 'pod', at: pod.spec.runtimeClassName }),
);

const seccompOf = (c: Path<Container>) => c.securityContext.seccompProfile;

/** An API server of 1.24 has profiles as annotations too, and one of them as nothing else: `localhost/`. */
const podSeccomp = lookup(pod.metadata.annotations, 'seccomp.security.alpha.kubernetes.io/pod', '');
const ownSeccomp = (c: Path<Container>) =>
  lookup(pod.metadata.annotations, concat('container.seccomp.security.alpha.kubernetes.io/', nameOf(c)), '');

export const namelessSeccomp = rule(
  'nameless-seccomp',
  once({ where: equal(podSeccomp, 'localhost/'), show: 'pod', at: pod.metadata.annotations }),
  each(containers(), (c) => ({
    where: equal(ownSeccomp(c), 'localhost/'),
    show: nameOf(c),
    at: pod.metadata.annotations,
  })),
);

const noSeccomp = rule(
  'no-seccomp',
  once({ where: present(security.seccompProfile), show: 'pod', at: security.seccompProfile }),
  each(containers(), (c) => ({ where: present(seccompOf(c)), show: nameOf(c), at: seccompOf(c) })),
);

export const runtimeDefault = rule(
  'seccomp-runtime-default',
  once({
    where: not(equal(value(security.seccompProfile.type, ''), 'RuntimeDefault')),
    show: 'pod',
    at: security.seccompProfile.type,
  }),
  each(containers(), (c) => ({
    where: not(oneOf(value(seccompOf(c).type, 'RuntimeDefault'), ['RuntimeDefault'])),
    show: nameOf(c),
    at: seccompOf(c).type,
  })),
);

/** Each container's effective profile is one of these, and the pod's own is too. */
const localProfiles = ['profiles/audit.json', 'profiles/strict.json'];

const localSeccomp = rule(
  'seccomp-local',
  once({
    where: not(
      and(
        equal(value(security.seccompProfile.type, ''), 'Localhost'),
        oneOf(value(security.seccompProfile.localhostProfile, ''), localProfiles),
      ),
    ),
    show: 'pod',
    at: security.seccompProfile,
  }),
  each(containers(), (c) => ({
    where: and(
      present(seccompOf(c)),
      not(
        and(
          equal(value(seccompOf(c).type, ''), 'Localhost'),
          oneOf(value(seccompOf(c).localhostProfile, ''), localProfiles),
        ),
      ),
    ),
    show: nameOf(c),
    at: seccompOf(c),
  })),
);

const appArmorKey = (c: Path<Container>) =>
  concat('container.apparmor.security.beta.kubernetes.io/', nameOf(c));

const appArmor = rule(
  'app-armor',
  each(containers(), (c) => ({
    where: not(
      oneOf(lookup(pod.metadata.annotations, appArmorKey(c), ''), ['runtime/default', 'localhost/strict']),
    ),
    show: nameOf(c),
    at: pod.metadata.annotations,
  })),
);

const fsGroup = rule(
  'fs-group',
  once({
    where: not(within(value(security.fsGroup, 2000), { min: 2000, max: 2999 }, { min: 5000, max: 5000 })),
    show: value(security.fsGroup, 0),
    at: security.fsGroup,
  }),
);

const supplementalGroups = rule(
  'supplemental-groups',
  each(items(security.supplementalGroups), (group) => ({
    where: equal(value(group, 0), 0),
    show: value(group, 0),
    at: group,
  })),
);

const runAsGroup = rule(
  'run-as-group',
  each(containers(), (c) => ({
    where: within(effective([c.securityContext.runAsGroup, security.runAsGroup], 1000), { min: 0, max: 999 }),
    show: nameOf(c),
    at: c.securityContext.runAsGroup,
  })),
);

const restrictive = [noPrivileged, hostFlag('hostNetwork'), hostFlag('hostPID'), hostFlag('hostIPC')];

/** A policy that the other of the two need not be: PodSecurityPolicies are alternatives. */
const eitherOr: Policy = {
  ...enforced('either-or', noPrivileged, procMount).ir,
  alternatives: [
    enforced('web', hostFlag('hostNetwork'), hostPorts({ min: 8080, max: 8089 }), volumeTypes).ir,
    enforced('agent', hostFlag('hostPID'), readOnlyHostPaths, capabilities(['SYS_TIME'])).ir,
  ],
};

/** Whoever may use it, in either of the groups that PodSecurityPolicy asks about, may leave the rest behind. */
const unlessUsed = (name: string): Control =>
  rule(
    'may-use',
    once({
      where: not(
        or(
          authorized('use', 'policy', 'podsecuritypolicies', name),
          authorized('use', 'extensions', 'podsecuritypolicies', name),
        ),
      ),
      show: 'pod',
      at: pod.spec,
    }),
  );

const byRight: Policy = {
  ...enforced('by-right').ir,
  alternatives: [
    enforced('everybody', ...restrictive, noStorageOfNodes).ir,
    enforced('trusted', unlessUsed('trusted-workloads'), hostFlag('hostPID')).ir,
  ],
};

/** What of a level PodSecurityPolicy can say. */
const sayable = definePolicy({
  name: 'baseline-sayable',
  extends: 'baseline@v1.30',
  drop: ['appArmorProfile', 'seLinuxOptions', 'seccompProfile_baseline'],
  mode: 'enforce',
});

export const pspPolicies: readonly Policy[] = [
  ...[
    enforced('unprivileged', noPrivileged),
    enforced('all-unprivileged', allUnprivileged),
    enforced('host-namespaces', hostFlag('hostNetwork'), hostFlag('hostPID'), hostFlag('hostIPC')),
    enforced('no-host-pid', hostFlag('hostPID')),
    enforced('no-host-ports', hostPorts()),
    enforced('host-port-ranges', hostPorts({ min: 443, max: 443 }, { min: 8000, max: 8099 })),
    enforced('volume-types', volumeTypes),
    enforced('no-node-storage', noStorageOfNodes),
    enforced(
      'no-volumes',
      volumeRule('no-volumes', () => always),
    ),
    enforced('host-paths', hostPaths),
    enforced('read-only-host-paths', readOnlyHostPaths),
    enforced('flex-drivers', flexDrivers),
    enforced('csi-drivers', csiDrivers),
    enforced('some-capabilities', capabilities(['NET_BIND_SERVICE', 'CHOWN'])),
    enforced('no-capabilities', capabilities([])),
    enforced(
      'one-sysctl',
      sysctl((name) => not(equal(name, 'net.core.somaxconn'))),
    ),
    enforced(
      'sysctls-by-prefix',
      sysctl((name) => not(or(matches(name, prefix('net.core.')), equal(name, 'kernel.shm_rmid_forced')))),
    ),
    enforced('proc-mount', procMount),
    enforced('runtime-classes', runtimeClasses),
    enforced('no-runtime-class', noRuntimeClass),
    enforced('no-seccomp', noSeccomp, namelessSeccomp),
    enforced('seccomp-runtime-default', runtimeDefault, namelessSeccomp),
    enforced('seccomp-local', localSeccomp, namelessSeccomp),
    enforced('app-armor', appArmor),
    enforced('fs-group', fsGroup),
    enforced('supplemental-groups', supplementalGroups),
    enforced('run-as-group', runAsGroup),
    enforced(
      'all-together',
      ...restrictive,
      hostPorts({ min: 30000, max: 32767 }),
      capabilities(['NET_BIND_SERVICE']),
      volumeTypes,
      sysctl((name) => not(equal(name, 'net.ipv4.tcp_syncookies'))),
      procMount,
      runtimeClasses,
      runtimeDefault,
      namelessSeccomp,
      fsGroup,
      supplementalGroups,
      runAsGroup,
    ),
    sayable,
  ].map(({ ir }) => ir),
  eitherOr,
  byRight,
];
