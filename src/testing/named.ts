/** Pods that lack what validation demands, with names: no engine is ever asked about a container that has none. */
import type { JsonObject } from '../manifest/types.js';

const named = /^(containers|initContainers|ephemeralContainers|volumes|sysctls)$/;

/** With names for containers, volumes and sysctls, different ones for containers; ephemeral containers have no ports. */
export function withNames(manifest: JsonObject): JsonObject {
  const taken = new Set<unknown>();
  const called = (value: unknown, key: string, index: number) => {
    const element = typeof value === 'object' && value !== null ? value : {};
    const given: unknown = Reflect.get(element, 'name');
    const free =
      typeof given === 'string' && given !== '' && !(key.endsWith('ontainers') && taken.has(given));
    const name = free ? given : `${key.toLowerCase()}-${index}`;
    if (key.endsWith('ontainers')) taken.add(name);
    return { ...element, name, ...(key === 'ephemeralContainers' && { ports: undefined }) };
  };
  return JSON.parse(
    JSON.stringify(manifest, (key, value: unknown) =>
      named.test(key) && Array.isArray(value) ? value.map((each, index) => called(each, key, index)) : value,
    ),
  );
}
