/**
 * What the pod strategy does on create, after mutating and before validating admission
 * (kubernetes/pkg/registry/core/pod/strategy.go, PrepareForCreate), and the whole way of a decoded pod.
 */

import { isList, isObject } from '../manifest/json.js';
import type { Json, JsonObject } from '../manifest/types.js';
import { type computedDefaultRules, type FieldType, fieldsOf } from '../schema/index.js';
import {
  applyConstants,
  emptyDirWithoutSource,
  gracePeriodOfOne,
  hostPortUnderHostNetwork,
  imagePullPolicyFromTag,
  requestsFromLimits,
  roundResources,
  serviceAccountAlias,
} from './defaults.js';
import { byteLength, trimSpace } from './go.js';
import {
  equal,
  fromEntries,
  get,
  listAt,
  mapContainers,
  mapList,
  mapObject,
  objectAt,
  stringAt,
  withKey,
} from './json.js';
import { podLevelLimits } from './resources.js';

/** One function for each name in the schema; a name without a function, or the reverse, does not compile. */
export const computedDefaults: Readonly<
  Record<(typeof computedDefaultRules)[number], (pod: JsonObject) => JsonObject>
> = {
  appArmorFromAnnotation,
  emptyDirWithoutSource,
  hostPortUnderHostNetwork,
  imagePullPolicyFromTag,
  podGeneration,
  podLevelLimits,
  requestsFromLimits,
  selectorFromMatchLabelKeys,
  serviceAccountAlias,
};

/** A decoded pod with its defaults: SetObjectDefaults_Pod. */
export function defaultPod(pod: JsonObject): JsonObject {
  return [
    // An absent spec is an empty one; the constants write it.
    (at: JsonObject) => applyConstants(at, 'Pod'),
    gracePeriodOfOne,
    requestsFromLimits,
    hostPortUnderHostNetwork,
    serviceAccountAlias,
    emptyDirWithoutSource,
    imagePullPolicyFromTag,
    roundResources,
  ].reduce((at, step) => step(at), pod);
}

/** A defaulted pod as validating admission sees it: PrepareForCreate. */
export function preparePod(pod: JsonObject): JsonObject {
  return [
    podGeneration,
    replaceStatus,
    dropDisabledFields,
    selectorFromMatchLabelKeys,
    appArmorFromAnnotation,
    podLevelLimits,
  ].reduce((at, step) => step(at), pod);
}

function podGeneration(pod: JsonObject): JsonObject {
  return withKey(pod, 'metadata', withKey(objectAt(pod, 'metadata') ?? {}, 'generation', 1));
}

/** The strategy replaces status by one of its own, which says nothing about the manifest; podsec leaves it out. */
function replaceStatus(pod: JsonObject): JsonObject {
  return withKey(pod, 'status', undefined);
}

const legacyAnnotations = new Set([
  'pod.beta.kubernetes.io/init-containers',
  'pod.alpha.kubernetes.io/init-containers',
  'pod.beta.kubernetes.io/init-container-statuses',
  'pod.alpha.kubernetes.io/init-container-statuses',
]);

/** podutil.DropDisabledPodFields: fields of features that are off by default, and long dead annotations. */
function dropDisabledFields(pod: JsonObject): JsonObject {
  const dropped = dropWithin(pod, { kind: 'struct', type: 'Pod' });
  const withoutFields = isObject(dropped) ? dropped : pod;
  return mapObject(withoutFields, 'metadata', (metadata) =>
    mapObject(metadata, 'annotations', (annotations) => {
      const kept = Object.entries(annotations).filter(([key]) => !legacyAnnotations.has(key));
      return kept.length > 0 ? fromEntries(kept) : undefined;
    }),
  );
}

function dropWithin(value: Json, type: FieldType): Json | undefined {
  const of = type.of;
  if (type.kind === 'list' && of && isList(value))
    return value.map((element) => dropWithin(element, of) ?? element);
  if (type.kind !== 'struct' || type.type === undefined || !isObject(value)) return value;
  const fields = fieldsOf(type.type) ?? {};
  const entries: [string, Json][] = [];
  for (const [key, element] of Object.entries(value)) {
    const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
    const kept = field?.dropped ? undefined : field ? dropWithin(element, field) : element;
    if (kept !== undefined) entries.push([key, kept]);
  }
  // dropContainerStopSignals takes away a lifecycle that held nothing else.
  if (type.type === 'Lifecycle' && entries.length === 0 && Object.keys(value).length > 0) return undefined;
  return fromEntries(entries);
}

/** mutatePodAffinity and mutateTopologySpreadConstraints: keys of the pod's own labels become requirements. */
function selectorFromMatchLabelKeys(pod: JsonObject): JsonObject {
  const labels = objectAt(objectAt(pod, 'metadata'), 'labels');
  const withKeys = (term: JsonObject): JsonObject =>
    mapObject(term, 'labelSelector', (selector) => {
      const requirements = [
        ...requirementsFor(listAt(term, 'matchLabelKeys'), 'In', labels),
        ...requirementsFor(listAt(term, 'mismatchLabelKeys'), 'NotIn', labels),
      ];
      if (requirements.length === 0) return selector;
      return withKey(selector, 'matchExpressions', [
        ...listAt(selector, 'matchExpressions'),
        ...requirements,
      ]);
    });
  const affinity = (value: JsonObject): JsonObject =>
    mapList(
      mapList(value, 'preferredDuringSchedulingIgnoredDuringExecution', (weighted) =>
        mapObject(weighted, 'podAffinityTerm', withKeys),
      ),
      'requiredDuringSchedulingIgnoredDuringExecution',
      withKeys,
    );
  return mapObject(pod, 'spec', (spec) =>
    mapList(
      mapObject(spec, 'affinity', (value) =>
        mapObject(mapObject(value, 'podAffinity', affinity), 'podAntiAffinity', affinity),
      ),
      'topologySpreadConstraints',
      withKeys,
    ),
  );
}

function requirementsFor(
  keys: readonly Json[],
  operator: string,
  labels: JsonObject | undefined,
): JsonObject[] {
  return keys.flatMap((key) => {
    const value = typeof key === 'string' ? get(labels, key) : undefined;
    return value === undefined ? [] : [{ key, operator, values: [value] }];
  });
}

const appArmorPrefix = 'container.apparmor.security.beta.kubernetes.io/';
const maxLocalhostProfile = 4095;

/** ApparmorFieldForAnnotation and ValidateAppArmorProfileField: a value that gives no valid profile is not copied. */
function appArmorProfile(annotation: string): JsonObject | undefined {
  if (annotation === 'unconfined') return { type: 'Unconfined' };
  if (annotation === 'runtime/default') return { type: 'RuntimeDefault' };
  if (!annotation.startsWith('localhost/')) return undefined;
  const profile = annotation.slice('localhost/'.length);
  const valid =
    profile !== '' && trimSpace(profile) === profile && byteLength(profile) <= maxLocalhostProfile;
  return valid ? { type: 'Localhost', localhostProfile: profile } : undefined;
}

/**
 * applyAppArmorVersionSkew: a container's annotation becomes its field, where it has none and the pod's profile
 * is not the same; on Windows nothing happens.
 */
function appArmorFromAnnotation(pod: JsonObject): JsonObject {
  const spec = objectAt(pod, 'spec');
  const annotations = objectAt(objectAt(pod, 'metadata'), 'annotations');
  if (!annotations || stringAt(objectAt(spec, 'os'), 'name') === 'windows') return pod;
  const podProfile = get(objectAt(spec, 'securityContext'), 'appArmorProfile');
  return mapContainers(pod, (container) => {
    const annotation = get(annotations, appArmorPrefix + stringAt(container, 'name'));
    const context = objectAt(container, 'securityContext') ?? {};
    if (typeof annotation !== 'string' || get(context, 'appArmorProfile') !== undefined) return container;
    const profile = appArmorProfile(annotation);
    if (!profile || equal(profile, podProfile)) return container;
    return withKey(container, 'securityContext', withKey(context, 'appArmorProfile', profile));
  });
}

/** A decoded pod as validating admission sees it, but for what a cluster's mutating plugins write. */
export function admitted(pod: JsonObject): JsonObject {
  return preparePod(defaultPod(pod));
}
