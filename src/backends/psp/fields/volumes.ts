/** Volumes: their types, and for three of them what they name. */
import type { Json, JsonObject } from '../../../manifest/types.js';
import { freshAfter, textEdges, trimmed } from '../edges.js';
import type { HostPathEntry, Psp } from '../spec.js';
import { Unsayable } from '../unsayable.js';
import {
  containersOf,
  type Group,
  groupNames,
  groupTitle,
  nested,
  objectsAt,
  podOfContainer,
  podWith,
  quote,
  valueAt,
} from './samples.js';
import type { Demand, PspField, Sample } from './types.js';

/** The sources of Kubernetes 1.24, as a pod names them. PodSecurityPolicy calls one of them otherwise. */
const sources = [
  'azureDisk',
  'azureFile',
  'awsElasticBlockStore',
  'cephfs',
  'cinder',
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'fc',
  'flexVolume',
  'flocker',
  'gcePersistentDisk',
  'gitRepo',
  'glusterfs',
  'hostPath',
  'iscsi',
  'nfs',
  'persistentVolumeClaim',
  'photonPersistentDisk',
  'portworxVolume',
  'projected',
  'quobyte',
  'rbd',
  'scaleIO',
  'secret',
  'storageos',
  'vsphereVolume',
] as const;

type Source = (typeof sources)[number];

const typeOf = (source: string): string => (source === 'cephfs' ? 'cephFS' : source);

/** What PodSecurityPolicy looks at inside of a source. */
const inside = { hostPath: 'path', flexVolume: 'driver', csi: 'driver' } as const;

type Named = keyof typeof inside;

const volumePlace = 'spec.volumes[]';
const placeOf = (source: Named): string => `${volumePlace}.${source}.${inside[source]}`;
const mountPlace = 'container.volumeMounts[]';

const called = 'v';

const volume = (source: Source, body: JsonObject): JsonObject => ({ name: called, [source]: body });
const podOf = (each: JsonObject): JsonObject => podWith({ volumes: [each] });
const named = (source: Named, name: string): JsonObject => volume(source, { [inside[source]]: name });

/** A volume that no container mounts, or one does. */
interface VolumeSample extends Sample {
  /** What the volume names: a path or a driver. */
  readonly name: string;
  /** Whether a container can write to it. */
  readonly writable: boolean;
}

interface Shown {
  readonly volume: JsonObject;
  readonly name: string;
  readonly shows: string;
}

/** A rule on mounts may be about a volume of any type. */
function withMounts({ volume: each, name, shows }: Shown): readonly VolumeSample[] {
  const mounted = (group: Group, readOnly: true | undefined): VolumeSample => {
    const mount = { name: called, mountPath: '/mnt', ...nested(['readOnly'], readOnly) };
    const how = readOnly === true ? 'read-only' : 'not read-only';
    return {
      name,
      writable: readOnly !== true,
      shows: `${shows}, mounted ${how} by ${groupTitle[group]}`,
      pod: podOfContainer(group, { volumeMounts: [mount] }, { volumes: [each] }),
    };
  };
  return [
    { name, writable: false, shows, pod: podOf(each) },
    ...groupNames.flatMap((group) => [mounted(group, undefined), mounted(group, true)]),
  ];
}

/** A service account's token, as the API server adds it to pods: with `secret`, PodSecurityPolicy lets it pass. */
const tokenSources: readonly JsonObject[] = [
  { serviceAccountToken: { path: 'token', expirationSeconds: 3607 } },
  { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
  {
    downwardAPI: {
      items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }],
    },
  },
];

const projected: readonly Shown[] = [
  {
    shows: 'a projected volume with the token of the service account, as the API server adds it to pods',
    volume: volume('projected', { sources: [...tokenSources] }),
    name: '',
  },
  {
    shows: 'a projected volume of a secret',
    volume: volume('projected', { sources: [{ secret: { name: 's' } }] }),
    name: '',
  },
];

const isNamed = (source: string): source is Named => Object.hasOwn(inside, source);

function samplesOf(source: Source, demand: Demand): readonly VolumeSample[] {
  return shownOf(source, demand).flatMap(withMounts);
}

function shownOf(source: Source, { tests }: Demand): readonly Shown[] {
  const shows = `a volume of type ${typeOf(source)}`;
  if (source === 'projected') return projected;
  if (!isNamed(source)) return [{ volume: volume(source, {}), name: '', shows }];
  return textEdges(tests(placeOf(source))).map((name) => ({
    volume: named(source, name),
    name,
    shows: `${shows} with ${inside[source]} ${quote(name)}`,
  }));
}

/** The names of a source that are allowed: none listed means any. */
function listed(source: 'flexVolume' | 'csi', { tests, denies }: Demand): readonly string[] {
  const asked = tests(placeOf(source));
  const admits = (name: string) => !denies(podOf(named(source, name)));
  if (textEdges(asked).every(admits)) return [];
  const names = [...asked.texts].filter(admits);
  if (names.length === 0)
    throw new Unsayable('PodSecurityPolicy lists the drivers that are allowed, or allows all of them');
  return names;
}

/** Of each prefix that the rules ask about: whether all below it is allowed, or all that nobody can write to. */
function hostPaths(demand: Demand): readonly HostPathEntry[] {
  const { tests, denies } = demand;
  const asked = tests(placeOf('hostPath'));
  const all = samplesOf('hostPath', demand);
  if (all.every(({ pod }) => !denies(pod))) return [];
  const entries = [...asked.pathPrefixes].flatMap((pathPrefix): HostPathEntry[] => {
    const below = freshAfter(`${trimmed(pathPrefix)}/`, asked);
    const samples = all.filter(({ name }) => name === below);
    if (samples.every(({ pod }) => !denies(pod))) return [{ pathPrefix }];
    const safe = samples.filter(({ writable }) => !writable);
    return safe.every(({ pod }) => !denies(pod)) ? [{ pathPrefix, readOnly: true }] : [];
  });
  if (entries.length === 0)
    throw new Unsayable(
      'PodSecurityPolicy lists paths of the host with all that is below them, or allows all paths',
    );
  return entries;
}

const csiDriver = /^(?=.{1,63}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/i;

/** What the API server would refuse in a PodSecurityPolicy. */
function demandValid({ allowedHostPaths, allowedCSIDrivers, allowedFlexVolumes }: Partial<Psp>): void {
  const refuse = (what: string, name: string | undefined) => {
    if (name !== undefined) throw new Unsayable(`PodSecurityPolicy takes no ${what} ${JSON.stringify(name)}`);
  };
  refuse(
    'path prefix',
    allowedHostPaths
      ?.map(({ pathPrefix }) => pathPrefix)
      .find((prefix) => prefix === '' || prefix.split('/').includes('..')),
  );
  refuse(
    'CSI driver',
    allowedCSIDrivers?.find((name) => !csiDriver.test(name)),
  );
  refuse(
    'Flex driver',
    allowedFlexVolumes?.find((name) => name === ''),
  );
}

function write(demand: Demand): Partial<Psp> {
  const admitted = sources.filter((source) =>
    samplesOf(source, demand).some(({ pod }) => !demand.denies(pod)),
  );
  const has = (source: Source) => admitted.includes(source);
  const written = {
    volumes: admitted.length === sources.length ? ['*'] : admitted.map(typeOf),
    allowedHostPaths: has('hostPath') ? hostPaths(demand) : [],
    allowedFlexVolumes: has('flexVolume') ? listed('flexVolume', demand) : [],
    allowedCSIDrivers: has('csi') ? listed('csi', demand) : [],
  };
  demandValid(written);
  return written;
}

function admits(psp: Psp, pod: JsonObject): boolean {
  return objectsAt(pod, ['spec', 'volumes']).every((each) => admitsVolume(psp, each, pod));
}

function admitsVolume(psp: Psp, each: JsonObject, pod: JsonObject): boolean {
  const source = sources.find((name) => each[name] !== undefined);
  if (source === undefined) throw new TypeError('a sample has a volume without a source');
  const body = each[source];
  const lists = (type: string) => psp.volumes.includes('*') || psp.volumes.includes(type);
  if (!lists(typeOf(source))) return source === 'projected' && lists('secret') && isToken(body);
  const name = isNamed(source) ? String(valueAt(body, [inside[source]])) : '';
  const among = (names: readonly string[]) => names.length === 0 || names.includes(name);
  switch (source) {
    case 'hostPath':
      return admitsHostPath(psp.allowedHostPaths, name, isWritable(pod, each));
    case 'flexVolume':
      return among(psp.allowedFlexVolumes);
    case 'csi':
      return among(psp.allowedCSIDrivers);
    default:
      return true;
  }
}

/** Enough to tell the samples apart. */
const isToken = (body: Json | undefined): boolean =>
  objectsAt(body, ['sources']).every(({ secret }) => secret === undefined);

function admitsHostPath(entries: readonly HostPathEntry[], path: string, writable: boolean): boolean {
  const fitting = entries.filter(({ pathPrefix }) => {
    const [text, prefix] = [trimmed(path), trimmed(pathPrefix)];
    return text === prefix || text.startsWith(`${prefix}/`);
  });
  return entries.length === 0 || fitting.some(({ readOnly }) => readOnly !== true || !writable);
}

function isWritable(pod: JsonObject, each: JsonObject): boolean {
  return containersOf(pod)
    .flatMap((container) => objectsAt(container, ['volumeMounts']))
    .some((mount) => mount.name === each.name && mount.readOnly !== true);
}

export const volumes: PspField = {
  places: [
    ...sources.map((source) => `${volumePlace}.${source}`),
    ...(['hostPath', 'flexVolume', 'csi'] as const).map(placeOf),
    `${mountPlace}.readOnly`,
  ],
  chains: [[volumePlace], ['container', mountPlace, volumePlace]],
  join: `${mountPlace}.name = ${volumePlace}.name`,
  samples: (demand) => sources.flatMap((source) => samplesOf(source, demand)),
  write,
  tightest: { volumes: [], allowedHostPaths: [], allowedFlexVolumes: [], allowedCSIDrivers: [] },
  admits,
};
