import type { Ref } from '../ir/types.js';
import type { Pod } from '../schema/index.js';

declare const typeOfPath: unique symbol;

interface PathBrand<T> {
  readonly [typeOfPath]: T;
}

/** The fields of an object type; lists and maps have none, they are quantified over or looked up. */
type Fields<T> = T extends readonly unknown[]
  ? unknown
  : T extends object
    ? string extends keyof T
      ? unknown
      : { readonly [K in keyof T]-?: Path<NonNullable<T[K]>> }
    : unknown;

/**
 * A place in the pod, of a field of type `T`. A path is not a value: whether the field is absent has to be said, with
 * `value(path, absent)`, `present(path)` and the like.
 */
export type Path<T> = PathBrand<T> & Fields<T>;

const refs = new WeakMap<object, Ref>();

/** Makes the path of `ref`, whose properties are the paths of its fields. */
export function pathOf<T>(ref: Ref): Path<T>;
export function pathOf(ref: Ref): object {
  const path: object = new Proxy(Object.freeze({}), {
    get: (_target, field) =>
      typeof field === 'string' ? pathOf({ from: ref.from, path: [...ref.path, field] }) : undefined,
  });
  refs.set(path, ref);
  return path;
}

/** The IR's form of a path. Throws a TypeError on anything that is not a path. */
export function refOf(path: PathBrand<unknown>): Ref {
  const ref = refs.get(path);
  if (ref === undefined) throw new TypeError('expected a path such as pod.spec.hostNetwork');
  return ref;
}

/** The pod that is judged. */
export const pod: Path<Pod> = pathOf<Pod>({ from: 'pod', path: [] });

/** On UPDATE, the pod as it was stored; nothing in it is present on CREATE. */
export const oldPod: Path<Pod> = pathOf<Pod>({ from: 'old', path: [] });
