/**
 * Defaulting, as SetObjectDefaults_Pod does it (kubernetes/pkg/apis/core/v1/defaults.go). Constants come from the
 * schema's facts; each default that depends on another field has a function here or in prepare.ts.
 */

import { isList, isObject } from '../manifest/json.js';
import type { Json, JsonObject } from '../manifest/types.js';
import { type FieldType, fieldsOf } from '../schema/index.js';
import { imageTag } from './image.js';
import { fromEntries, get, mapContainers, mapList, mapObject, objectAt, stringAt, withKey } from './json.js';
import { formatQuantity, parseQuantity, roundUpToMilli } from './quantity.js';

/** Writes each constant default of the schema, at every struct that is present. An absent struct by value is. */
export function applyConstants(value: JsonObject, typeName: string): JsonObject {
  const fields = fieldsOf(typeName) ?? {};
  const out: [string, Json][] = [];
  for (const [key, element] of Object.entries(value)) {
    const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
    out.push([key, field ? constantsWithin(element, field) : element]);
  }
  for (const [key, field] of Object.entries(fields)) {
    if (get(value, key) !== undefined) continue;
    const constant = field.default?.kind === 'constant' ? field.default.value : undefined;
    if (isJson(constant)) {
      out.push([key, constantsWithin(constant, field)]);
    } else if (field.kind === 'struct' && !field.pointer && field.type !== undefined) {
      const inner = applyConstants({}, field.type);
      if (Object.keys(inner).length > 0) out.push([key, inner]);
    }
  }
  return fromEntries(out);
}

// The facts are generated from JSON; undefined is all that is not.
function isJson(value: unknown): value is Json {
  return value !== undefined;
}

function constantsWithin(value: Json, type: FieldType): Json {
  const of = type.of;
  if (type.kind === 'struct' && type.type !== undefined && isObject(value))
    return applyConstants(value, type.type);
  if (type.kind === 'list' && of && isList(value))
    return value.map((element) => constantsWithin(element, of));
  return value;
}

/** SetDefaults_Container, SetDefaults_Volume: Always for the tag `latest`, given or implied. */
export function imagePullPolicyFromTag(pod: JsonObject): JsonObject {
  const policy = (image: string): string => (imageTag(image) === 'latest' ? 'Always' : 'IfNotPresent');
  const withPolicy = mapContainers(pod, (container) =>
    stringAt(container, 'imagePullPolicy') === ''
      ? withKey(container, 'imagePullPolicy', policy(stringAt(container, 'image')))
      : container,
  );
  return mapVolumes(withPolicy, (volume) =>
    mapObject(volume, 'image', (image) =>
      stringAt(image, 'pullPolicy') === ''
        ? withKey(image, 'pullPolicy', policy(stringAt(image, 'reference')))
        : image,
    ),
  );
}

function mapVolumes(pod: JsonObject, change: (volume: JsonObject) => JsonObject): JsonObject {
  return mapObject(pod, 'spec', (spec) => mapList(spec, 'volumes', change));
}

/** SetDefaults_Volume: a volume without a source is an emptyDir. An unknown source was dropped by then. */
export function emptyDirWithoutSource(pod: JsonObject): JsonObject {
  return mapVolumes(pod, (volume) =>
    Object.keys(volume).every((key) => key === 'name') ? withKey(volume, 'emptyDir', {}) : volume,
  );
}

const defaultedGroups = ['containers', 'initContainers'] as const;

/** defaultHostNetworkPorts of SetDefaults_Pod; not for ephemeral containers, which cannot have ports. */
export function hostPortUnderHostNetwork(pod: JsonObject): JsonObject {
  if (get(objectAt(pod, 'spec'), 'hostNetwork') !== true) return pod;
  const change = (port: JsonObject): JsonObject =>
    (get(port, 'hostPort') ?? 0) === 0 ? withKey(port, 'hostPort', get(port, 'containerPort')) : port;
  return mapContainers(pod, (container) => mapList(container, 'ports', change), defaultedGroups);
}

/** SetDefaults_PodSpec: `serviceAccount` is an old alias; `serviceAccountName` wins, and both say the same. */
export function serviceAccountAlias(pod: JsonObject): JsonObject {
  return mapObject(pod, 'spec', (spec) => {
    const name = get(spec, 'serviceAccountName') ?? get(spec, 'serviceAccount');
    return withKey(withKey(spec, 'serviceAccountName', name), 'serviceAccount', name);
  });
}

/** SetDefaults_Pod: a request that is missing where there is a limit equals the limit. */
export function requestsFromLimits(pod: JsonObject): JsonObject {
  const change = (resources: JsonObject): JsonObject => {
    const limits = objectAt(resources, 'limits');
    if (!limits) return resources;
    const requests = { ...fromEntries(Object.entries(limits)), ...objectAt(resources, 'requests') };
    return withKey(resources, 'requests', requests);
  };
  return mapContainers(pod, (container) => mapObject(container, 'resources', change), defaultedGroups);
}

/** SetDefaults_Pod: a negative grace period, once allowed, means one second. */
export function gracePeriodOfOne(pod: JsonObject): JsonObject {
  return mapObject(pod, 'spec', (spec) => {
    const seconds = get(spec, 'terminationGracePeriodSeconds');
    return typeof seconds === 'number' && seconds < 0
      ? withKey(spec, 'terminationGracePeriodSeconds', 1)
      : spec;
  });
}

/** SetDefaults_ResourceList, called on every list of amounts in a pod's spec: amounts are rounded up to thousandths. */
export function roundResources(pod: JsonObject): JsonObject {
  const list = (amounts: JsonObject): JsonObject =>
    fromEntries(
      Object.entries(amounts).map(([name, amount]): [string, Json] => {
        const parsed = typeof amount === 'string' ? parseQuantity(amount) : undefined;
        return [name, parsed ? formatQuantity(roundUpToMilli(parsed)) : amount];
      }),
    );
  const resources = (value: JsonObject): JsonObject =>
    mapObject(mapObject(value, 'limits', list), 'requests', list);
  const withContainers = mapContainers(pod, (container) => mapObject(container, 'resources', resources));
  const withVolumes = mapVolumes(withContainers, (volume) =>
    mapObject(volume, 'ephemeral', (ephemeral) =>
      mapObject(ephemeral, 'volumeClaimTemplate', (template) =>
        mapObject(template, 'spec', (spec) => mapObject(spec, 'resources', resources)),
      ),
    ),
  );
  return mapObject(withVolumes, 'spec', (spec) =>
    mapObject(mapObject(spec, 'overhead', list), 'resources', resources),
  );
}
