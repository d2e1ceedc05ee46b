import {
  denying,
  each,
  firstPresent,
  items,
  named,
  nameOf,
  not,
  or,
  type Path,
  plural,
  pod,
  present,
  quotedList,
  sequence,
  showing,
} from '../../../src/dsl/rules.js';
import type { LevelControl } from '../../../src/levels/types.js';
import type { Volume } from '../../../src/schema/index.js';
import { podWith } from '../common.js';

const allowed = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'image',
  'persistentVolumeClaim',
  'projected',
  'secret',
] as const satisfies readonly (keyof Volume)[];

/** In the order in which the reference names the type of a volume. */
const restricted = [
  'hostPath',
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'gitRepo',
  'nfs',
  'iscsi',
  'glusterfs',
  'rbd',
  'flexVolume',
  'cinder',
  'cephfs',
  'flocker',
  'fc',
  'azureFile',
  'vsphereVolume',
  'quobyte',
  'azureDisk',
  'photonPersistentDisk',
  'portworxVolume',
  'scaleIO',
  'storageos',
] as const satisfies readonly (keyof Volume)[];

const isRestricted = (volume: Path<Volume>) => not(or(...allowed.map((source) => present(volume[source]))));

export const restrictedVolumes: LevelControl = {
  id: 'restrictedVolumes',
  level: 'restricted',
  title: 'Volume types',
  rule: `Restricted fields:
  spec.volumes[*].{${restricted.join(',')}}
Allowed values: undefined; a volume is one of
  ${allowed.join(', ')}
A volume without a source is an emptyDir.`,
  why: 'Other volume types reach the node or storage past PersistentVolumes, where nobody has decided who may use what.',
  fix: 'Mount the storage through a PersistentVolumeClaim.',
  revisions: [
    {
      since: 0,
      change: 'volumes are of a list of types',
      overrides: ['hostPathVolumes'],
      body: {
        collections: {
          volumes: denying(
            each(items(pod.spec.volumes), (volume) => ({
              where: isRestricted(volume),
              show: nameOf(volume),
              at: volume,
            })),
          ),
          types: showing(
            each(items(pod.spec.volumes), (volume) => ({
              where: isRestricted(volume),
              show: firstPresent(volume, restricted, 'unknown'),
              at: volume,
            })),
          ),
        },
        reason: 'restricted volume types',
        detail: sequence(
          named('volumes', 'volume', 'volumes'),
          plural('volumes', ' uses ', ' use '),
          plural('types', 'restricted volume type ', 'restricted volume types '),
          quotedList('types'),
        ),
      },
      denied: podWith({ volumes: [{ name: 'data', nfs: { server: 'files.example.com', path: '/' } }] }),
      allowed: podWith({
        volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }, { name: 'tmp' }],
      }),
    },
  ],
};
