/** The spec of an object, whatever is in it. */
import type { KubeObject } from '../src/verify/apiserver/rest.js';

export function withSpec(object: KubeObject, fields: Record<string, unknown>): KubeObject {
  return Object.assign({}, object, { spec: { ...specOf(object), ...fields } });
}

export function specOf(object: KubeObject): Record<string, unknown> {
  const spec: unknown = Reflect.get(object, 'spec');
  if (typeof spec !== 'object' || spec === null) throw new TypeError('the object has no spec');
  return { ...spec };
}
