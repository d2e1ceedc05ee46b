/** Volumes: their types, and of three types what they name. */
import {
  and,
  type Cond,
  equal,
  every,
  isTrue,
  matches,
  not,
  oneOf,
  or,
  pathPrefix,
  present,
} from '../../../dsl/conditions.js';
import { denying, each, type Gathered } from '../../../dsl/control.js';
import { type Path, pod, refOf } from '../../../dsl/paths.js';
import { bindElement, containers, items } from '../../../dsl/sources.js';
import { firstPresent, nameOf, type Term, value } from '../../../dsl/terms.js';
import { named, quotedList, sequence } from '../../../dsl/wording.js';
import type { Control } from '../../../ir/types.js';
import type { Container, Volume, VolumeMount, VolumeProjection } from '../../../schema/index.js';
import { demand, distinct, listed, type PspField } from '../build.js';
import type { PspSpec } from '../spec.js';

/** The sources of Kubernetes 1.24, as a pod names them, in the order of GetVolumeFSType. */
export const sources = [
  'hostPath',
  'emptyDir',
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'gitRepo',
  'secret',
  'nfs',
  'iscsi',
  'glusterfs',
  'persistentVolumeClaim',
  'rbd',
  'flexVolume',
  'cinder',
  'cephfs',
  'flocker',
  'downwardAPI',
  'fc',
  'azureFile',
  'configMap',
  'vsphereVolume',
  'quobyte',
  'azureDisk',
  'photonPersistentDisk',
  'storageos',
  'projected',
  'portworxVolume',
  'scaleIO',
  'csi',
  'ephemeral',
] as const satisfies readonly (keyof Volume)[];

export type VolumeSource = (typeof sources)[number];

/** What PodSecurityPolicy calls a source: one of them otherwise than a pod does. */
export const fsTypeOf = (source: VolumeSource): string => (source === 'cephfs' ? 'cephFS' : source);

export const fsTypes: readonly string[] = sources.map(fsTypeOf);

const all = items(pod.spec.volumes);

/** A source that 1.24 does not know, it drops; and a volume without one is an emptyDir. */
const sourceOf = (volume: Path<Volume>): Term<string> => firstPresent(volume, sources, 'emptyDir');

/** Whether the policy takes a source at all; what it names is judged where it does. */
export const admitsSource = ({ volumes }: PspSpec, source: VolumeSource): boolean =>
  volumes.includes('*') || volumes.includes(fsTypeOf(source));

function volumeTypes(spec: PspSpec): Control[] {
  if (spec.volumes.includes('*')) return [];
  const allowed = sources.filter((source) => admitsSource(spec, source));
  const token = spec.volumes.includes('secret') && !allowed.includes('projected');
  return [
    demand('volumes', {
      collections: {
        volumes: denying(
          each(all, (volume) => {
            const wrong = not(oneOf(sourceOf(volume), allowed));
            return {
              where: token
                ? and(wrong, not(and(equal(sourceOf(volume), 'projected'), isServiceAccount(volume))))
                : wrong,
              show: nameOf(volume),
              at: volume,
            };
          }),
        ),
      },
      reason: 'volumes of types that are not allowed',
      detail: sequence(
        named('volumes', 'volume', 'volumes'),
        ` must have one of these types: ${listed(spec.volumes)}`,
      ),
    }),
  ];
}

/**
 * IsOnlyServiceAccountTokenSources of .../podsecuritypolicy/util: what a service account's token needs, which the API
 * server mounts into every pod. None at all is that, too.
 */
function isServiceAccount({ projected }: Path<Volume>): Cond {
  return every(items(projected.sources), isServiceAccountSource);
}

function isServiceAccountSource({
  serviceAccountToken: token,
  configMap,
  downwardAPI,
}: Path<VolumeProjection>): Cond {
  return and(
    or(present(token), present(configMap), present(downwardAPI)),
    or(not(present(token)), and(equal(value(token.path, ''), 'token'), equal(value(token.audience, ''), ''))),
    or(not(present(configMap)), equal(value(configMap.name, ''), 'kube-root-ca.crt')),
    every(items(downwardAPI.items), ({ path, fieldRef }) =>
      and(
        equal(value(path, ''), 'namespace'),
        equal(value(fieldRef.apiVersion, ''), 'v1'),
        equal(value(fieldRef.fieldPath, ''), 'metadata.namespace'),
      ),
    ),
  );
}

/** The names of drivers that are allowed; none listed means any. */
function drivers(
  spec: PspSpec,
  id: 'allowedFlexVolumes' | 'allowedCSIDrivers',
  source: 'flexVolume' | 'csi',
): Control[] {
  const allowed = spec[id];
  if (allowed.length === 0 || !admitsSource(spec, source)) return [];
  return [
    demand(id, {
      collections: {
        volumes: denying(
          each(all, (volume) => ({
            where: and(
              equal(sourceOf(volume), source),
              not(oneOf(value(volume[source].driver, ''), distinct(allowed))),
            ),
            show: nameOf(volume),
            at: volume[source].driver,
          })),
        ),
      },
      reason: `${source} drivers that are not allowed`,
      detail: sequence(
        named('volumes', 'volume', 'volumes'),
        ` must have one of these drivers: ${listed(allowed)}`,
      ),
    }),
  ];
}

function hostPaths(spec: PspSpec): Control[] {
  const entries = spec.allowedHostPaths;
  if (entries.length === 0 || !admitsSource(spec, 'hostPath')) return [];
  const isBelow = (volume: Path<Volume>, some: typeof entries) =>
    matches(
      value(volume.hostPath.path, ''),
      ...distinct(some.map((each) => each.pathPrefix)).map(pathPrefix),
    );
  const isHostPath = (volume: Path<Volume>) => equal(sourceOf(volume), 'hostPath');
  const outside = each(all, (volume) => ({
    where: and(isHostPath(volume), not(isBelow(volume, entries))),
    show: nameOf(volume),
    at: volume.hostPath.path,
  }));
  const writable = mountsOf((mount, volume) =>
    and(
      isHostPath(volume),
      isBelow(volume, entries),
      not(
        isBelow(
          volume,
          entries.filter(({ readOnly }) => !readOnly),
        ),
      ),
      not(isTrue(mount.readOnly)),
    ),
  );
  const readOnly = entries.some((each) => each.readOnly);
  const texts = entries.map((each) => `${each.pathPrefix}${each.readOnly ? ' (read-only)' : ''}`);
  return [
    demand('allowedHostPaths', {
      collections: { volumes: { ...denying(outside, ...(readOnly ? [writable] : [])), distinct: true } },
      reason: 'paths of the host that are not allowed',
      detail: sequence(
        'volumes ',
        quotedList('volumes'),
        ` must be below one of these paths: ${listed(texts)}`,
      ),
    }),
  ];
}

/** Each mount of a volume in any container, with the volume. */
function mountsOf(where: (mount: Path<VolumeMount>, volume: Path<Volume>) => Cond): Gathered {
  const container = bindElement<Container>();
  const mount = bindElement<VolumeMount>();
  const volume = bindElement<Volume>();
  const joined = and(
    equal(value(mount.element.name, ''), value(volume.element.name, '')),
    where(mount.element, volume.element),
  );
  return {
    comprehension: {
      over: [
        { bind: container.bind, in: containers().source },
        { bind: mount.bind, in: items(container.element.volumeMounts).source },
        { bind: volume.bind, in: all.source },
      ],
      where: joined.cond,
      show: nameOf(volume.element).node,
      at: refOf(mount.element.readOnly),
    },
  };
}

export const volumes: PspField = {
  writes: () => [],
  demands: (spec) => [
    ...volumeTypes(spec),
    ...hostPaths(spec),
    ...drivers(spec, 'allowedFlexVolumes', 'flexVolume'),
    ...drivers(spec, 'allowedCSIDrivers', 'csi'),
  ],
};
