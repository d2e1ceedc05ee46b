/**
 * An admitted pod as an API server hands it to CEL: converted from Go's types to maps, so that a field without
 * `omitempty` in its JSON tag is there with its zero value, or as null, and so is a struct that is no pointer.
 */

import { isList, isObject } from '../../../src/manifest/json.js';
import type { Json, JsonObject } from '../../../src/manifest/types.js';
import { type FieldType, fieldsOf } from '../../../src/schema/index.js';

/** By type, the fields without `omitempty` and `omitzero`: k8s.io/api/core/v1/types.go and meta/v1 at v0.37.2. */
const written: Readonly<Record<string, string>> = {
  AWSElasticBlockStoreVolumeSource: 'volumeID',
  AppArmorProfile: 'type',
  AzureDiskVolumeSource: 'diskName diskURI',
  AzureFileVolumeSource: 'secretName shareName',
  CSIVolumeSource: 'driver',
  CephFSVolumeSource: 'monitors',
  CinderVolumeSource: 'volumeID',
  ClusterTrustBundleProjection: 'path',
  ConfigMapKeySelector: 'key',
  Container: 'name',
  ContainerPort: 'containerPort',
  ContainerResizePolicy: 'resourceName restartPolicy',
  DownwardAPIVolumeFile: 'path',
  EnvVar: 'name',
  EphemeralContainer: 'name',
  EvictionResponder: 'name priority',
  FileKeySelector: 'volumeName path key',
  FlexVolumeSource: 'driver',
  GCEPersistentDiskVolumeSource: 'pdName',
  GRPCAction: 'port service',
  GitRepoVolumeSource: 'repository',
  GlusterfsVolumeSource: 'endpoints path',
  HTTPGetAction: 'port',
  HTTPHeader: 'name value',
  HostAlias: 'ip',
  HostPathVolumeSource: 'path',
  ISCSIVolumeSource: 'targetPortal iqn lun',
  KeyToPath: 'key path',
  LabelSelectorRequirement: 'key operator',
  NFSVolumeSource: 'server path',
  NodeSelector: 'nodeSelectorTerms',
  NodeSelectorRequirement: 'key operator',
  ObjectFieldSelector: 'fieldPath',
  PersistentVolumeClaimVolumeSource: 'claimName',
  PhotonPersistentDiskVolumeSource: 'pdID',
  PodAffinityTerm: 'topologyKey',
  PodOS: 'name',
  PodReadinessGate: 'conditionType',
  PodResourceClaim: 'name',
  PodSchedulingGate: 'name',
  PodSpec: 'containers',
  PortworxVolumeSource: 'volumeID',
  PreferredSchedulingTerm: 'weight',
  ProjectedVolumeSource: 'sources',
  QuobyteVolumeSource: 'registry volume',
  RBDVolumeSource: 'monitors image',
  ResourceClaim: 'name',
  ResourceFieldSelector: 'resource',
  ScaleIOVolumeSource: 'gateway system secretRef',
  SeccompProfile: 'type',
  SecretKeySelector: 'key',
  ServiceAccountTokenProjection: 'path',
  SleepAction: 'seconds',
  Sysctl: 'name value',
  TCPSocketAction: 'port',
  TopologySpreadConstraint: 'maxSkew topologyKey whenUnsatisfiable',
  TypedLocalObjectReference: 'apiGroup kind name',
  TypedObjectReference: 'apiGroup kind name',
  Volume: 'name',
  VolumeDevice: 'name devicePath',
  VolumeMount: 'name mountPath',
  VsphereVirtualDiskVolumeSource: 'volumePath',
  WeightedPodAffinityTerm: 'weight',
};

/** What CEL takes: integers are BigInt. */
export type CelValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly CelValue[]
  | { readonly [key: string]: CelValue };

/** @param type the type of the object: `Pod`, or a workload's. */
export function unstructured(object: JsonObject, type: string): CelValue {
  return convert(object, { kind: 'struct', type });
}

function convert(value: Json, type: FieldType): CelValue {
  if (type.kind === 'struct' && type.type !== undefined && isObject(value)) return struct(value, type.type);
  const of = type.of;
  if (type.kind === 'list' && of && isList(value)) return value.map((each) => convert(each, of));
  if (type.kind === 'map' && of && isObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, convert(each, of)]));
  }
  // A quantity and the like are strings in the API server, whatever the manifest says.
  if (type.kind === 'quantity' && typeof value === 'number') return String(value);
  return plain(value);
}

function struct(value: JsonObject, type: string): CelValue {
  const fields = fieldsOf(type) ?? {};
  const always = new Set((written[type] ?? '').split(' '));
  const out: Record<string, CelValue> = {};
  for (const [name, field] of Object.entries(fields)) {
    const given = Object.hasOwn(value, name) ? value[name] : undefined;
    if (given !== undefined && given !== null && !(empties(given) && !field.pointer && !always.has(name))) {
      out[name] = convert(given, field);
    } else if (always.has(name)) {
      out[name] = zero(field, field.pointer);
    } else if (field.kind === 'struct' && !field.pointer && field.type !== undefined) {
      out[name] = struct({}, field.type);
    } else if (name === 'creationTimestamp') {
      // Releases before `omitzero` write it.
      out[name] = null;
    }
  }
  for (const name of ['apiVersion', 'kind']) {
    const given = value[name];
    if (typeof given === 'string' && fields[name] === undefined) out[name] = given;
  }
  return out;
}

/** A list of elements that may be absent is not emptied: only fields are. */
function empties(value: Json): boolean {
  return value === '' || value === 0 || value === false || (isList(value) && value.length === 0);
}

function zero(type: FieldType, pointer: boolean): CelValue {
  if (pointer) return null;
  switch (type.kind) {
    case 'bool':
      return false;
    case 'int':
    case 'intOrString':
      return 0n;
    case 'string':
    case 'quantity':
      return '';
    case 'bytes':
    case 'time':
    case 'raw':
    case 'list':
    case 'map':
      return null;
    case 'struct':
      return type.type === undefined ? {} : struct({}, type.type);
  }
}

/** A value that no type tells more of. */
export function plain(value: Json): CelValue {
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value;
  if (isList(value)) return value.map(plain);
  if (isObject(value))
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each)]));
  return value;
}
