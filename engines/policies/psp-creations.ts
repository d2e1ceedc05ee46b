/** Random pods that somebody creates, near what the PodSecurityPolicies of ./psp-documents.ts allow. */
import type { Json, JsonObject } from '../../src/manifest/types.js';
import type { Random } from '../../src/testing/boundary/random.js';
import {
  appArmorNames,
  capabilityNames,
  classNames,
  driverNames,
  hostPathNames,
  levelTexts,
  seccompNames,
  sysctlNames,
} from './psp-documents.js';

const ids = [0, 1, 2, 5, 10, 1000, 65535, 65536] as const;

const options = (random: Random): JsonObject => ({
  ...(random.chance(20) ? { user: random.pick(['u', 'v']) } : {}),
  ...(random.chance(20) ? { role: random.pick(['r', 's']) } : {}),
  ...(random.chance(20) ? { type: random.pick(['t', 'spc_t']) } : {}),
  ...(random.chance(80) ? { level: random.pick(levelTexts) } : {}),
});

const profile = (random: Random): Json =>
  random.pick<Json>([
    { type: 'RuntimeDefault' },
    { type: 'Unconfined' },
    { type: 'Localhost', localhostProfile: 'a' },
    { type: 'Localhost', localhostProfile: 'b' },
  ]);

const some = <T>(random: Random, values: readonly T[], most: number): T[] =>
  Array.from({ length: random.below(most + 1) }, () => random.pick(values));

type Draw = (random: Random) => Json;

const ofContainer: Readonly<Record<string, Draw>> = {
  privileged: (random) => random.chance(50),
  capabilities: (random) => ({
    ...(random.chance(60) ? { add: some(random, capabilityNames, 4) } : {}),
    ...(random.chance(60) ? { drop: some(random, capabilityNames, 4) } : {}),
  }),
  runAsUser: (random) => random.pick(ids),
  runAsGroup: (random) => random.pick(ids),
  runAsNonRoot: (random) => random.chance(50),
  readOnlyRootFilesystem: (random) => random.chance(50),
  allowPrivilegeEscalation: (random) => random.chance(50),
  seLinuxOptions: options,
  seccompProfile: profile,
  procMount: (random) => random.pick(['Default', 'Unmasked']),
};

const ofPod: Readonly<Record<string, Draw>> = {
  runAsUser: (random) => random.pick(ids),
  runAsGroup: (random) => random.pick(ids),
  runAsNonRoot: (random) => random.chance(50),
  seLinuxOptions: options,
  seccompProfile: profile,
  fsGroup: (random) => random.pick(ids),
  supplementalGroups: (random) => some(random, ids, 2),
  sysctls: (random) => [...new Set(some(random, sysctlNames, 2))].map((name) => ({ name, value: '1' })),
};

const token: JsonObject = { serviceAccountToken: { path: 'token' } };
const downward = (path: string, fieldPath: string): JsonObject => ({
  downwardAPI: { items: [{ path, fieldRef: { fieldPath } }] },
});

/** Of every type, with what validation demands. */
const volumeBodies: readonly JsonObject[] = [
  ...hostPathNames.map((path) => ({ hostPath: { path } })),
  ...driverNames.flatMap((driver) => [{ csi: { driver } }, { flexVolume: { driver } }]),
  {},
  { emptyDir: {} },
  { secret: { secretName: 's' } },
  { configMap: { name: 'c' } },
  { persistentVolumeClaim: { claimName: 'c' } },
  { downwardAPI: {} },
  { nfs: { server: 's', path: '/p' } },
  { gitRepo: { repository: 'r' } },
  { cephfs: { monitors: ['a'] } },
  { storageos: { volumeName: 'v' } },
  { awsElasticBlockStore: { volumeID: 'v' } },
  { gcePersistentDisk: { pdName: 'p' } },
  { azureDisk: { diskName: 'd', diskURI: 'https://blob.example.com/d' } },
  { azureFile: { secretName: 's', shareName: 's' } },
  { cinder: { volumeID: 'v' } },
  { fc: { targetWWNs: ['50060e801049cfd1'], lun: 0 } },
  { flocker: { datasetName: 'd' } },
  { glusterfs: { endpoints: 'e', path: 'p' } },
  { iscsi: { targetPortal: '10.0.2.15:3260', iqn: 'iqn.2001-04.com.example:storage.kube.sys1.xyz', lun: 0 } },
  { photonPersistentDisk: { pdID: 'p', fsType: 'ext4' } },
  { portworxVolume: { volumeID: 'v' } },
  { quobyte: { registry: 'r:1', volume: 'v' } },
  { rbd: { monitors: ['a'], image: 'i' } },
  { scaleIO: { gateway: 'https://g', system: 's', secretRef: { name: 's' }, volumeName: 'v' } },
  { vsphereVolume: { volumePath: 'p' } },
  {
    ephemeral: {
      volumeClaimTemplate: {
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
      },
    },
  },
  ...[
    [],
    [token],
    [token, { configMap: { name: 'kube-root-ca.crt' } }, downward('namespace', 'metadata.namespace')],
    [{ serviceAccountToken: { path: 'token', audience: 'a' } }],
    [{ serviceAccountToken: { path: 'other' } }],
    [token, { configMap: { name: 'other' } }],
    [downward('name', 'metadata.namespace')],
    [downward('namespace', 'metadata.name')],
    [{ downwardAPI: {} }],
    [{ secret: { name: 's' } }, token],
  ].map((sources) => ({ projected: { sources } })),
];

function context(random: Random, draws: Readonly<Record<string, Draw>>, most: number): JsonObject {
  const names = some(random, Object.keys(draws), most);
  return Object.fromEntries(
    names.flatMap((name) => {
      const draw = draws[name];
      return draw === undefined ? [] : [[name, draw(random)] as const];
    }),
  );
}

function container(random: Random, name: string, volumes: readonly JsonObject[]): JsonObject {
  const mounts = volumes
    .filter(() => random.chance(60))
    .map(({ name = '' }, index) => ({
      name,
      mountPath: `/m${index}`,
      ...(random.chance(50) ? { readOnly: random.chance(70) } : {}),
    }));
  const ports = random.chance(15)
    ? [
        {
          containerPort: random.pick([80, 8080]),
          ...(random.chance(60) ? { hostPort: random.pick([79, 80, 8081]) } : {}),
        },
      ]
    : [];
  return {
    name,
    image: 'example.com/app:1.0',
    ...(random.chance(60) ? { securityContext: context(random, ofContainer, 3) } : {}),
    ...(mounts.length === 0 ? {} : { volumeMounts: mounts }),
    ...(ports.length === 0 ? {} : { ports }),
  };
}

export function randomCreation(random: Random): JsonObject {
  const volumes = random.chance(35)
    ? some(random, volumeBodies, 2).map((body, index) => ({ name: `v${index}`, ...body }))
    : [];
  const names = random.chance(25) ? ['app', 'side'] : ['app'];
  const init = random.chance(25) ? ['init'] : [];
  const hostNetwork = random.chance(12);
  const annotations: [string, Json][] = [
    ...(random.chance(10)
      ? [['seccomp.security.alpha.kubernetes.io/pod', random.pick(seccompNames)] as [string, Json]]
      : []),
    ...[...names, ...init].flatMap((name): [string, Json][] => [
      ...(random.chance(7)
        ? [
            [`container.seccomp.security.alpha.kubernetes.io/${name}`, random.pick(seccompNames)] as [
              string,
              Json,
            ],
          ]
        : []),
      ...(random.chance(25)
        ? [
            [
              `container.apparmor.security.beta.kubernetes.io/${name}`,
              random.pick([...appArmorNames, '']),
            ] as [string, Json],
          ]
        : []),
    ]),
    ...(random.chance(5) ? [['example.com/note', 'x'] as [string, Json]] : []),
  ];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'judged',
      namespace: 'default',
      ...(annotations.length === 0 ? {} : { annotations: Object.fromEntries(annotations) }),
    },
    spec: {
      ...(random.chance(55) ? { securityContext: context(random, ofPod, 3) } : {}),
      ...(volumes.length === 0 ? {} : { volumes }),
      ...(hostNetwork ? { hostNetwork } : {}),
      ...(random.chance(6) ? { hostPID: true } : {}),
      ...(random.chance(6) ? { hostIPC: true } : {}),
      ...(random.chance(10) ? { runtimeClassName: random.pick(classNames) } : {}),
      containers: names.map((name) => container(random, name, volumes)),
      ...(init.length === 0 ? {} : { initContainers: init.map((name) => container(random, name, volumes)) }),
    },
  };
}
