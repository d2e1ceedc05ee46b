/**
 * Random PodSecurityPolicies, as documents: most of them open but for a few fields, some that an API server refuses, with
 * values that meet those of the pods in ./psp-creations.ts.
 */

import type { Json, JsonObject } from '../../src/manifest/types.js';
import type { Random } from '../../src/testing/boundary/random.js';
import { openSpec } from './psp-open.js';

export const capabilityNames = ['NET_ADMIN', 'NET_RAW', 'CHOWN', 'KILL', 'CAP_KILL', 'ALL', 'all'] as const;
export const sysctlNames = [
  'kernel.shm_rmid_forced',
  'net.ipv4.tcp_syncookies',
  'net.core.somaxconn',
  'net.corex',
  'kernel.msgmax',
] as const;
export const hostPathNames = [
  '/',
  '/var',
  '/var/',
  '/var/log',
  '/var//log',
  '//var',
  '/vara',
  '/srv/a',
  'srv',
] as const;
export const levelTexts = [
  's0',
  's0:c1,c2',
  's0:c2,c1',
  's0:c1,c1,c2',
  's0:c1,c2,c2',
  's1:c1,c2',
  's0:',
  's0:c1',
  's0:s0:c1,c2',
  's0:c2,s0:c1',
  's0:c1,s0:c2',
  's0:s0:c2,c1',
  's0:c0.c3',
] as const;
export const seccompNames = [
  'runtime/default',
  'docker/default',
  'unconfined',
  'localhost/a',
  'localhost/b',
  'localhost/',
] as const;
export const appArmorNames = ['runtime/default', 'unconfined', 'localhost/a', 'localhost/b'] as const;
export const driverNames = ['a.example.com', 'b.example.com'] as const;
export const classNames = ['gvisor', 'kata'] as const;

const ranges: readonly JsonObject[] = [
  { min: 0, max: 0 },
  { min: 1, max: 65535 },
  { min: 2, max: 5 },
  { min: 1000, max: 1000 },
  { min: 0, max: 10 },
];

const volumeTypes = [
  'hostPath',
  'emptyDir',
  'secret',
  'configMap',
  'projected',
  'csi',
  'flexVolume',
  'cephFS',
  'nfs',
  'persistentVolumeClaim',
  'ephemeral',
  'downwardAPI',
  'gitRepo',
  'storageos',
] as const;

type Draw = (random: Random) => Json | undefined;

const some = <T extends Json>(random: Random, values: readonly T[], most = 3): T[] =>
  Array.from({ length: random.below(most + 1) }, () => random.pick(values));

const strategy =
  (rules: readonly string[]): Draw =>
  (random) => {
    const given = some(random, ranges, 2);
    return {
      rule: random.pick(rules),
      ...(given.length === 0 && random.chance(80) ? { ranges: [random.pick(ranges)] } : { ranges: given }),
    };
  };

const flag: Draw = (random) => random.chance(50);
const texts =
  (values: readonly string[], most = 3): Draw =>
  (random) =>
    some(random, values, most);

/** Each restricts, or is one that is refused. */
const fields: Readonly<Record<string, Draw>> = {
  privileged: flag,
  hostNetwork: flag,
  hostPID: flag,
  hostIPC: flag,
  defaultAddCapabilities: texts(capabilityNames),
  requiredDropCapabilities: texts(capabilityNames),
  allowedCapabilities: texts([...capabilityNames, '*']),
  volumes: (random) => some(random, volumeTypes, 6),
  hostPorts: (random) =>
    some(
      random,
      [
        { min: 80, max: 80 },
        { min: 0, max: 79 },
        { min: 8080, max: 8081 },
        { min: 90, max: 80 },
      ],
      2,
    ),
  seLinux: (random) => ({
    rule: random.pick(['MustRunAs', 'MustRunAs', 'RunAsAny']),
    ...(random.chance(90)
      ? {
          seLinuxOptions: {
            ...(random.chance(30) ? { user: random.pick(['u', 'v']) } : {}),
            ...(random.chance(30) ? { role: random.pick(['r', 's']) } : {}),
            ...(random.chance(30) ? { type: random.pick(['t', 'spc_t']) } : {}),
            ...(random.chance(80) ? { level: random.pick(levelTexts) } : {}),
          },
        }
      : {}),
  }),
  runAsUser: strategy(['MustRunAs', 'MustRunAsNonRoot', 'RunAsAny']),
  runAsGroup: strategy(['MustRunAs', 'MayRunAs', 'MayRunAs', 'RunAsAny']),
  supplementalGroups: strategy(['MustRunAs', 'MayRunAs', 'RunAsAny']),
  fsGroup: strategy(['MustRunAs', 'MayRunAs', 'RunAsAny']),
  readOnlyRootFilesystem: flag,
  defaultAllowPrivilegeEscalation: flag,
  allowPrivilegeEscalation: flag,
  allowedHostPaths: (random) =>
    some(random, hostPathNames, 2).map((pathPrefix) => ({
      pathPrefix,
      ...(random.chance(40) ? { readOnly: true } : {}),
    })),
  allowedFlexVolumes: (random) => some(random, driverNames, 2).map((driver) => ({ driver })),
  allowedCSIDrivers: (random) => some(random, driverNames, 2).map((name) => ({ name })),
  allowedUnsafeSysctls: texts([...sysctlNames, 'net.core*', 'net.core.*', 'kernel.*', '*'], 2),
  forbiddenSysctls: texts([...sysctlNames, 'net.core*', 'kernel.*', '*'], 2),
  allowedProcMountTypes: texts(['Default', 'Unmasked'], 2),
  runtimeClass: (random) => ({
    allowedRuntimeClassNames: some(random, [...classNames, '*'], 2),
    ...(random.chance(30) ? { defaultRuntimeClassName: random.pick(classNames) } : {}),
  }),
};

/** What an API server refuses, in a field of its type. */
const refused: Readonly<Record<string, readonly Json[]>> = {
  allowedCapabilities: [['NET_RAW', '*']],
  volumes: [['hostPat'], ['cephfs'], [''], ['HostPath', '*']],
  seLinux: [{ rule: 'MayRunAs' }, { rule: '' }, {}],
  runAsUser: [{ rule: 'MayRunAs' }, { rule: 'MustRunAs', ranges: [{ min: 5, max: 2 }] }, {}],
  runAsGroup: [{ rule: 'MustRunAs' }, { rule: 'RunAsAny', ranges: [{ min: 1, max: 2 }] }, { rule: 'x' }, {}],
  supplementalGroups: [{ rule: 'MustRunAsNonRoot' }, { rule: 'MayRunAs', ranges: [{ min: -1, max: 2 }] }],
  fsGroup: [{ rule: 'mustRunAs' }, { rule: 'MustRunAs', ranges: [{ min: 1, max: -2 }] }],
  allowedHostPaths: [
    [{ pathPrefix: '' }],
    [{ pathPrefix: '/a/../b' }],
    [{ readOnly: true }, { pathPrefix: '..' }],
  ],
  allowedFlexVolumes: [[{ driver: '' }], [{}]],
  allowedCSIDrivers: [
    [{ name: '' }],
    [{ name: 'a b' }],
    [{ name: `a${'a'.repeat(63)}` }],
    [{ name: 'A.Example' }],
  ],
  allowedUnsafeSysctls: [
    ['*.a'],
    ['a**'],
    [''],
    ['net/core'],
    ['*', 'a'],
    ['a.'],
    ['Net.core'],
    ['a-'],
    ['a_*'],
  ],
  forbiddenSysctls: [['*', '*'], ['kernel.*a'], ['-a'], ['a..b']],
  allowedProcMountTypes: [['Masked'], ['default'], ['']],
  runtimeClass: [
    { allowedRuntimeClassNames: ['gvisor', 'gvisor'] },
    { allowedRuntimeClassNames: ['*', 'kata'] },
    { allowedRuntimeClassNames: ['Kata'] },
    { allowedRuntimeClassNames: ['kata'], defaultRuntimeClassName: 'gvisor' },
    { allowedRuntimeClassNames: ['*'], defaultRuntimeClassName: '*' },
    { allowedRuntimeClassNames: ['*'], defaultRuntimeClassName: '' },
  ],
};

const seccompKeys = ['allowedProfileNames', 'defaultProfileName'].map(
  (name) => `seccomp.security.alpha.kubernetes.io/${name}`,
);
const appArmorKeys = ['allowedProfileNames', 'defaultProfileName'].map(
  (name) => `apparmor.security.beta.kubernetes.io/${name}`,
);

function profiles(
  random: Random,
  keys: readonly string[],
  names: readonly string[],
  odd: readonly string[],
): JsonObject {
  const [allowed = '', byDefault = ''] = keys;
  const list = random.chance(95) ? some(random, names, 3) : [random.pick(odd)];
  return {
    ...(random.chance(80) ? { [allowed]: list.join(',') } : {}),
    ...(random.chance(40) ? { [byDefault]: random.chance(95) ? random.pick(names) : random.pick(odd) } : {}),
  };
}

export function randomPsp(random: Random, name: string): JsonObject {
  const changed = Object.fromEntries(
    Array.from({ length: 1 + random.below(6) }, () => random.pick(Object.keys(fields))).flatMap((field) => {
      const value = fields[field]?.(random);
      return value === undefined ? [] : [[field, value] as const];
    }),
  );
  // What excludes each other by the API's validation is left out, most of the time.
  const drops = 'requiredDropCapabilities' in changed && random.chance(90);
  const forbids = 'forbiddenSysctls' in changed && random.chance(90);
  const spoiled = random.chance(12) ? random.pick(Object.keys(refused)) : undefined;
  return {
    apiVersion: random.chance(90) ? 'policy/v1beta1' : 'extensions/v1beta1',
    kind: 'PodSecurityPolicy',
    metadata: {
      name,
      annotations: {
        ...(random.chance(70)
          ? { [seccompKeys[0] ?? '']: '*' }
          : profiles(
              random,
              seccompKeys,
              [...seccompNames, '*'],
              [' runtime/default', 'x', 'localhost//a', 'localhost/../a'],
            )),
        ...(random.chance(75)
          ? {}
          : profiles(random, appArmorKeys, [...appArmorNames, ''], ['x', 'docker/default', ' unconfined'])),
      },
    },
    spec: {
      ...openSpec,
      ...(drops ? { allowedCapabilities: ['SYS_TIME'] } : {}),
      ...(forbids ? { allowedUnsafeSysctls: ['a.b'] } : {}),
      ...changed,
      ...(spoiled === undefined ? {} : { [spoiled]: random.pick(refused[spoiled] ?? []) }),
    },
  };
}
