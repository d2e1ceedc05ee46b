import type { Json, JsonObject } from '../../manifest/types.js';

/** Objects that the API server accepts, by type, where an empty one is not; a tweak then sets fields in them. */
const samples: Readonly<Record<string, JsonObject>> = {
  AWSElasticBlockStoreVolumeSource: { volumeID: 'vol-1' },
  AppArmorProfile: { type: 'RuntimeDefault' },
  AzureDiskVolumeSource: { diskName: 'disk', diskURI: 'https://disks.example.com/disk', kind: 'Dedicated' },
  AzureFileVolumeSource: { secretName: 'secret', shareName: 'share' },
  CSIVolumeSource: { driver: 'csi.example.com' },
  CephFSVolumeSource: { monitors: ['192.0.2.1:6789'] },
  CinderVolumeSource: { volumeID: 'volume' },
  ConfigMapVolumeSource: { name: 'config' },
  ContainerPort: { containerPort: 8080 },
  DownwardAPIVolumeSource: { items: [{ path: 'name', fieldRef: { fieldPath: 'metadata.name' } }] },
  EphemeralVolumeSource: {
    volumeClaimTemplate: {
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    },
  },
  FCVolumeSource: { targetWWNs: ['50060e801049cfd1'], lun: 0 },
  FlexVolumeSource: { driver: 'example.com/driver' },
  FlockerVolumeSource: { datasetName: 'dataset' },
  GCEPersistentDiskVolumeSource: { pdName: 'disk' },
  GitRepoVolumeSource: { repository: 'https://git.example.com/repo' },
  GlusterfsVolumeSource: { endpoints: 'endpoints', path: 'path' },
  HTTPGetAction: { port: 80 },
  HostPathVolumeSource: { path: '/var/log' },
  ISCSIVolumeSource: { targetPortal: '192.0.2.1', iqn: 'iqn.2001-04.com.example:storage', lun: 0 },
  ImageVolumeSource: { reference: 'example.com/data:1.0' },
  NFSVolumeSource: { server: 'files.example.com', path: '/' },
  PersistentVolumeClaimVolumeSource: { claimName: 'claim' },
  PhotonPersistentDiskVolumeSource: { pdID: 'disk' },
  PodOS: { name: 'linux' },
  PortworxVolumeSource: { volumeID: 'volume' },
  ProjectedVolumeSource: { sources: [{ configMap: { name: 'config' } }] },
  QuobyteVolumeSource: { registry: '192.0.2.1:7861', volume: 'volume' },
  RBDVolumeSource: { monitors: ['192.0.2.1:6789'], image: 'image' },
  ScaleIOVolumeSource: {
    gateway: 'gateway',
    system: 'system',
    volumeName: 'volume',
    secretRef: { name: 'secret' },
  },
  SeccompProfile: { type: 'RuntimeDefault' },
  SecretVolumeSource: { secretName: 'secret' },
  StorageOSVolumeSource: { volumeName: 'volume' },
  Sysctl: { name: 'kernel.shm_rmid_forced', value: '1' },
  TCPSocketAction: { port: 80 },
  VsphereVirtualDiskVolumeSource: { volumePath: '[store] disk' },
};

/** A small object of a type that the API server accepts; `{}` where nothing more is needed. */
export function sampleOf(type: string): JsonObject {
  return Object.hasOwn(samples, type) ? (samples[type] ?? {}) : {};
}

/** A new element for a list of objects of a type; `index` makes its name its own. */
export function sampleElement(type: string, index: number): Json {
  const sample = sampleOf(type);
  if (type === 'Volume') return { name: `volume-${index}` };
  if (type === 'ContainerPort') return { containerPort: 8080 + index };
  if (type === 'VolumeMount') return { name: 'volume-0', mountPath: `/mnt/${index}` };
  if (type === 'EnvVar') return { name: `NAME_${index}` };
  return sample;
}
