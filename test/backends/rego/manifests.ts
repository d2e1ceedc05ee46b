/** Random manifests as people and generators write them: nulls and empty values at every level, workloads, odd names. */

import type { Json, JsonObject } from '../../../src/manifest/types.js';
import { type FieldType, fieldsOf } from '../../../src/schema/index.js';
import { Random } from '../../../src/testing/boundary/random.js';

/** The fields that policies read; the rest of the pod would only thin them out. */
const focus: Readonly<Record<string, readonly string[]>> = {
  Pod: ['metadata', 'spec'],
  ObjectMeta: ['annotations'],
  PodSpec: [
    'containers',
    'initContainers',
    'ephemeralContainers',
    'volumes',
    'hostNetwork',
    'hostPID',
    'hostIPC',
    'hostUsers',
    'os',
    'securityContext',
  ],
  Container: ['name', 'securityContext', 'ports', 'livenessProbe', 'lifecycle'],
  EphemeralContainer: ['name', 'securityContext', 'ports', 'livenessProbe'],
  PodSecurityContext: [
    'appArmorProfile',
    'runAsNonRoot',
    'runAsUser',
    'seLinuxOptions',
    'seccompProfile',
    'sysctls',
    'windowsOptions',
  ],
  Volume: ['name', 'hostPath', 'emptyDir', 'nfs', 'secret', 'image'],
  HostPathVolumeSource: ['path', 'type'],
  NFSVolumeSource: ['server', 'path'],
  ImageVolumeSource: ['reference'],
  SecretVolumeSource: ['secretName'],
  EmptyDirVolumeSource: ['medium'],
  Probe: ['httpGet', 'tcpSocket'],
  HTTPGetAction: ['host', 'path'],
  ContainerPort: ['containerPort', 'hostPort'],
  Lifecycle: ['postStart', 'preStop'],
  LifecycleHandler: ['httpGet', 'tcpSocket'],
};

const samples: Readonly<Record<string, readonly Json[]>> = {
  type: ['', 'RuntimeDefault', 'Localhost', 'Unconfined', 'container_t', 'container_engine_t', 'spc_t'],
  name: ['a', 'app', '', 'windows', 'linux', 'kernel.shm_rmid_forced', 'kernel.msgmax', 'net.ipv4.tcp_rmem'],
  localhostProfile: ['', 'app', ' x'],
  host: ['', '10.0.0.1', 'é"\\\n'],
  procMount: ['', 'Default', 'Unmasked'],
  add: ['NET_BIND_SERVICE', 'CHOWN', 'SYS_ADMIN', ''],
  drop: ['ALL', 'NET_RAW', ''],
  hostPort: [0, 80],
  containerPort: [0, 80],
  runAsUser: [0, 1],
  user: ['', 'system_u'],
  role: ['', 'sysadm_r'],
};

const appArmor = 'container.apparmor.security.beta.kubernetes.io/';
const keys = [`${appArmor}a`, `${appArmor}app`, appArmor, 'seccomp.security.alpha.kubernetes.io/pod', 'x'];
const values: readonly Json[] = [
  null,
  '',
  'runtime/default',
  'docker/default',
  'localhost/',
  'localhost/app',
  'unconfined',
  'a"b\\\t\u0001',
];

/** Any JSON value in place of which a field may stand. */
function anyValue(field: FieldType, name: string, random: Random, density: number): Json {
  if (random.chance(7)) return null;
  switch (field.kind) {
    case 'struct':
      return random.chance(5) ? {} : structOf(field.type ?? '', random, density);
    case 'list': {
      const of = field.of ?? { kind: 'raw' };
      return Array.from({ length: random.below(3) }, () => anyValue(of, name, random, density));
    }
    case 'map':
      return Object.fromEntries(
        Array.from({ length: random.below(3) }, () => [random.pick(keys), random.pick(values)]),
      );
    case 'bool':
      return random.chance(50);
    case 'int':
      return random.pick(samples[name] ?? [0, 1]);
    default:
      return random.pick(samples[name] ?? ['', 'x']);
  }
}

function structOf(type: string, random: Random, density: number): JsonObject {
  const fields = Object.entries(fieldsOf(type) ?? {}).filter(([name]) => focus[type]?.includes(name) ?? true);
  const here = fields.filter(([name]) => name === 'containers' || random.chance(density));
  const unknown: [string, Json][] = random.chance(2) ? [['unknownField', random.pick([null, {}, 'x'])]] : [];
  return Object.fromEntries([
    ...here.map(([name, field]) => [name, anyValue(field, name, random, density)]),
    ...unknown,
  ]);
}

const template = (pod: JsonObject) => ({ metadata: pod.metadata ?? null, spec: pod.spec ?? null });

const workloads: readonly ((pod: JsonObject) => JsonObject)[] = [
  (pod) => ({ apiVersion: 'v1', kind: 'Pod', ...pod }),
  (pod) => ({ apiVersion: 'v1', kind: 'Pod', ...pod }),
  (pod) => ({ apiVersion: 'apps/v1', kind: 'Deployment', spec: { template: template(pod) } }),
  (pod) => ({
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    spec: { jobTemplate: { spec: { template: template(pod) } } },
  }),
  (pod) => ({ apiVersion: 'v1', kind: 'PodTemplate', template: template(pod) }),
];

/** The same manifests for the same seed. */
export function randomManifests(seed: number, count: number): JsonObject[] {
  const random = new Random(seed);
  return Array.from({ length: count }, () => {
    const pod = structOf('Pod', random, random.pick([15, 40, 70]));
    return random.pick(workloads)(pod);
  });
}
