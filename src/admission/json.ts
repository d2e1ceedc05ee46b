/** Small immutable helpers on JSON values. */

import { isList, isObject } from '../manifest/json.js';
import type { Json, JsonObject } from '../manifest/types.js';

/** The own property, so that a key such as `constructor` reads as absent. */
export function get(object: JsonObject | undefined, key: string): Json | undefined {
  return object && Object.hasOwn(object, key) ? object[key] : undefined;
}

export function objectAt(object: JsonObject | undefined, key: string): JsonObject | undefined {
  const value = get(object, key);
  return isObject(value) ? value : undefined;
}

export function stringAt(object: JsonObject | undefined, key: string): string {
  const value = get(object, key);
  return typeof value === 'string' ? value : '';
}

export function listAt(object: JsonObject | undefined, key: string): readonly Json[] {
  const value = get(object, key);
  return isList(value) ? value : [];
}

export function objectsAt(object: JsonObject | undefined, key: string): readonly JsonObject[] {
  return listAt(object, key).filter(isObject);
}

/**
 * An object of entries. fromEntries defines own properties, so that a label called `__proto__` stays a label.
 */
export function fromEntries(entries: Iterable<readonly [string, Json]>): JsonObject {
  return Object.fromEntries(entries);
}

/** The object with the key set, or, for undefined, without it. */
export function withKey(object: JsonObject, key: string, value: Json | undefined): JsonObject {
  if (get(object, key) === value) return object;
  const others = Object.entries(object).filter(([name]) => name !== key);
  return fromEntries(value === undefined ? others : [...others, [key, value]]);
}

/** Rewrites the object under a key, where there is one. */
export function mapObject(
  object: JsonObject,
  key: string,
  change: (value: JsonObject) => JsonObject | undefined,
): JsonObject {
  const value = objectAt(object, key);
  return value ? withKey(object, key, change(value)) : object;
}

/** Rewrites each object of the list under a key. */
export function mapList(
  object: JsonObject,
  key: string,
  change: (value: JsonObject) => JsonObject,
): JsonObject {
  const value = get(object, key);
  return isList(value)
    ? withKey(
        object,
        key,
        value.map((element) => (isObject(element) ? change(element) : element)),
      )
    : object;
}

export function equal(a: Json | undefined, b: Json | undefined): boolean {
  if (isList(a) && isList(b)) return a.length === b.length && a.every((element, i) => equal(element, b[i]));
  if (isObject(a) && isObject(b)) {
    const keys = Object.keys(a);
    return keys.length === Object.keys(b).length && keys.every((key) => equal(get(a, key), get(b, key)));
  }
  return a === b;
}

export const containerGroups = ['containers', 'initContainers', 'ephemeralContainers'] as const;
export type ContainerGroup = (typeof containerGroups)[number];

/** Rewrites the containers of a pod, of all groups unless said otherwise. */
export function mapContainers(
  pod: JsonObject,
  change: (container: JsonObject) => JsonObject,
  groups: readonly ContainerGroup[] = containerGroups,
): JsonObject {
  return mapObject(pod, 'spec', (spec) => groups.reduce((at, group) => mapList(at, group, change), spec));
}
