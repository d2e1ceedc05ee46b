/** Parts of decoded pods, and reading them. */

import { isObject } from '../../../manifest/json.js';
import type { Json, JsonObject } from '../../../manifest/types.js';

const groups = { init: 'initContainers', regular: 'containers' } as const;

export type Group = keyof typeof groups;

/** Ephemeral containers are not there when a pod is created. */
export const groupNames: readonly Group[] = ['regular', 'init'];

/** `{ a: { b: value } }` for `a.b`; `{}` where the value is absent. */
export function nested(path: readonly string[], value: Json | undefined): JsonObject {
  const [first, ...rest] = path;
  if (value === undefined || first === undefined) return {};
  return { [first]: rest.length === 0 ? value : nested(rest, value) };
}

export const podWith = (spec: JsonObject, metadata: JsonObject = {}): JsonObject => ({ metadata, spec });

/** A pod of one container, in a group: what it holds is judged alone. */
export function podOfContainer(
  group: Group,
  container: JsonObject,
  spec: JsonObject = {},
  metadata: JsonObject = {},
): JsonObject {
  return podWith({ ...spec, [groups[group]]: [{ name: 'c', ...container }] }, metadata);
}

export function containersOf(pod: JsonObject): readonly JsonObject[] {
  return groupNames.flatMap((group) => objectsAt(pod, ['spec', groups[group]]));
}

export function valueAt(object: Json | undefined, path: readonly string[]): Json | undefined {
  return path.reduce<Json | undefined>((value, step) => (isObject(value) ? value[step] : undefined), object);
}

export function listAt(object: Json | undefined, path: readonly string[]): readonly Json[] {
  const list = valueAt(object, path);
  return Array.isArray(list) ? list : [];
}

export function objectsAt(object: Json | undefined, path: readonly string[]): readonly JsonObject[] {
  return listAt(object, path).filter(isObject);
}

export const groupTitle: Readonly<Record<Group, string>> = {
  init: 'an init container',
  regular: 'a container',
};

/** As a message shows a text of a user. */
export const quote = (text: string): string => JSON.stringify(text);
