/** The one place where absence is encoded: how a field of a raw manifest is read, by what the schema says of it. */
import type { Ref, Scalar } from '../../ir/types.js';
import { presenceUnknown } from '../manifest-facts.js';
import {
  emptyOf,
  type Place,
  placeOf,
  type Refuse,
  type Root,
  type ScalarKind,
  scalarKind,
} from './facts.js';
import { array, call, type Doc, literal } from './layout.js';
import type { Names } from './names.js';

/** The names in scope, and what to do about what cannot be said. */
export interface Scope {
  readonly bound: ReadonlyMap<string, Root>;
  readonly refuse: Refuse;
  /** A name for a set that is written out once in the module. */
  readonly constant: (wanted: string, values: readonly Scalar[]) => Doc;
  /** Gives names to bound elements. */
  readonly local: Names;
}

export function place(ref: Ref, scope: Scope): Place | undefined {
  const root = scope.bound.get(ref.from);
  if (root !== undefined) return placeOf(ref, root, scope.refuse);
  scope.refuse(`${ref.from}: nothing has this name`);
  return undefined;
}

/** What stands for an expression that was refused: compiling goes on, to name everything that is refused. */
export const refused = 'null';

export const pathDoc = (path: readonly string[]): Doc => array(path.map(literal));

const describe = (ref: Ref): string => [ref.from, ...ref.path].join('.');

const getters: Readonly<Record<ScalarKind, string>> = {
  string: 'string',
  number: 'number',
  boolean: 'boolean',
  any: 'number_or_string',
};

/** The scalar type of a place, or nothing where it has none and always reads as absent. */
export function kindAt(ref: Ref, scope: Scope): ScalarKind | undefined {
  const found = place(ref, { ...scope, refuse: () => {} });
  if (found === undefined) return undefined;
  if (found.kind === 'root') return found.root.kind === 'scalar' ? found.root.scalar : undefined;
  const kind = scalarKind(found.field);
  return kind !== undefined && 'kind' in kind ? kind.kind : undefined;
}

/**
 * The value of a scalar field, or `absent`. `emptyMeans` is the literal that `absent` is, if it is one: where it is the
 * empty value of the field's type, there is nothing to tell apart.
 */
export function valueDoc(ref: Ref, absent: Doc, emptyMeans: Scalar | undefined, scope: Scope): Doc {
  const found = place(ref, scope);
  if (found === undefined) return refused;
  if (found.kind === 'root') return found.root.kind === 'scalar' ? found.root.at : absent;
  const { at, path, field, within } = found;
  const kind = scalarKind(field);
  if (kind === undefined) return absent;
  if ('unreadable' in kind) {
    scope.refuse(`${describe(ref)}: ${kind.unreadable}`);
    return refused;
  }
  const getter = getters[kind.kind];
  const constant = field.default?.kind === 'constant' ? field.default.value : undefined;
  let otherwise = absent;
  let stands = emptyMeans;
  if (isScalar(constant)) {
    otherwise =
      within === null
        ? literal(constant)
        : call('lib.default_within', at, pathDoc(within), literal(constant), absent);
    stands = within === null ? constant : undefined;
  }
  const filled = !field.pointer && kind.kind !== 'any' && stands !== emptyOf(kind.kind);
  return call(`lib.${filled ? 'filled_' : ''}${getter}`, at, pathDoc(path), otherwise);
}

function isScalar(value: unknown): value is Scalar {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** Whether a field is present: true or false on every pod. */
export function presentDoc(ref: Ref, scope: Scope): Doc {
  const found = place(ref, scope);
  if (found === undefined) return refused;
  if (found.kind === 'root') return 'true';
  const { at, path, field, within } = found;
  const unknown = presenceUnknown(field);
  if (unknown !== undefined) {
    scope.refuse(`${describe(ref)}: ${unknown}`);
    return refused;
  }
  // A constant default is there wherever its object is.
  if (field.default?.kind === 'constant')
    return within === null ? 'true' : call('lib.present', at, pathDoc(within));
  return call(field.pointer ? 'lib.present' : 'lib.filled', at, pathDoc(path));
}

/** A map of strings; an empty one where it is absent. */
export function mapDoc(ref: Ref, scope: Scope): Doc {
  const found = place(ref, scope);
  if (found === undefined) return refused;
  if (found.kind === 'field' && found.field.kind === 'map' && found.field.of?.kind === 'string') {
    return call('lib.map', found.at, pathDoc(found.path));
  }
  scope.refuse(`${describe(ref)}: it is no map of strings`);
  return refused;
}

/** The name of the first field that is present. */
export function firstPresentDoc(of: Ref, fields: readonly string[], absent: string, scope: Scope): Doc {
  const fillable: string[] = [];
  for (const name of fields) {
    const ref = { from: of.from, path: [...of.path, name] };
    const found = place(ref, scope);
    if (found?.kind !== 'field') continue;
    const unknown =
      presenceUnknown(found.field) ??
      (found.field.default?.kind === 'constant' ? 'it has a default' : undefined);
    if (unknown !== undefined) scope.refuse(`${describe(ref)}: ${unknown}`);
    if (!found.field.pointer) fillable.push(name);
  }
  const found = place(of, scope);
  if (found === undefined || (found.kind === 'root' && found.root.kind !== 'object')) return refused;
  const object = found.kind === 'root' ? found.root.at : call('lib.map', found.at, pathDoc(found.path));
  return call('lib.first_present', object, pathDoc(fields), pathDoc(fillable), literal(absent));
}
