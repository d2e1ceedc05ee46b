/** What several rules share. */
import { pathOf, refOf } from '../../../dsl/paths.js';
import { and, type Cond, or, type Path, present } from '../../../dsl/rules.js';
import type { Cond as CondNode } from '../../../ir/types.js';
import { fieldsOf } from '../../index.js';
import type { Example } from '../types.js';

/** The IR of a condition. */
export const nodeOf = (cond: Cond): CondNode => cond.cond;

export type Given = Readonly<Record<string, unknown>>;

/** The smallest container, with more in it. */
export const container = (more: Given = {}) => ({
  name: 'app',
  image: 'example.com/app:1.0',
  ...more,
});

/** The smallest spec of a pod of one container, with more in that. */
export const specWith = (more: Given) => ({ containers: [container(more)] });

/** An example of the smallest spec, with more beside the container. */
export const withSpec = (more: Given): Example => ({ spec: { ...specWith({}), ...more } });

/** The same with one volume. */
export const withVolume = (volume: Given): Example => withSpec({ volumes: [{ name: 'data', ...volume }] });

/** Of numbers, those that are greater. */
export const moreThan = (number: number) => ({ min: number + 1, max: Number.MAX_SAFE_INTEGER });

/** More than one of them holds. */
export const several = (of: readonly Cond[]): Cond =>
  or(...of.slice(0, -1).map((each, at) => and(each, or(...of.slice(at + 1)))));

/** The fields of an object, by the facts of the schema, that are pointers to objects: alternatives, of which one may be given. */
export function objectFields(typeName: string): readonly string[] {
  return Object.entries(fieldsOf(typeName) ?? {})
    .filter(([, field]) => field.kind === 'struct' && field.pointer)
    .map(([name]) => name);
}

/** That each of these fields is there. */
export function presentIn(object: Path<unknown>, names: readonly string[]): readonly Cond[] {
  const { from, path } = refOf(object);
  return names.map((name) => present(pathOf({ from, path: [...path, name] })));
}
