import type { Json } from '../manifest/types.js';

export { writeYaml } from '../manifest/write.js';

/** A value of a typed pod as plain data. */
export function toJson(value: unknown): Json {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'boolean':
      return value;
    case 'object':
      if (value === null) return null;
      if (Array.isArray(value)) return value.map(toJson);
      return Object.fromEntries(
        Object.entries(value).flatMap(([key, each]) => (each === undefined ? [] : [[key, toJson(each)]])),
      );
    default:
      throw new TypeError(`a ${typeof value} is no data`);
  }
}
