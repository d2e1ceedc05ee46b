/** The types of the IR's places and terms, from the facts of the pod schema. */
import { type Field, type FieldType, fieldsOf, nearest } from '../schema/index.js';
import type { ContainerGroup, Ref, Scalar, Source } from './types.js';

/** What is wrong, and what to do; phrased as a diagnostic, without the place. */
export interface Problem {
  readonly message: string;
  readonly hint: string;
}

/** The type of a place: of a field, of a bound element, or of an entry of a string map. */
export type PlaceType = FieldType | { readonly kind: 'entry' };

/** A root, or a bound element: its type, and what it is a part of. */
export interface Bound {
  readonly type: PlaceType;
  readonly within: 'pod' | 'old' | 'request';
}

/** What each name stands for. */
export type Scope = ReadonlyMap<string, Bound>;

const podType: PlaceType = { kind: 'struct', type: 'Pod' };

export const rootScope: Scope = new Map<string, Bound>([
  ['pod', { type: podType, within: 'pod' }],
  ['old', { type: podType, within: 'old' }],
]);

export interface Place extends Bound {
  /** The last step as the facts have it; none for a root or an element, which are never absent. */
  readonly field?: Field;
  /** The type of the object that has the field. */
  readonly owner?: PlaceType;
}

const entryField: Field = { kind: 'string', pointer: true };
const entryFields: Readonly<Record<string, Field>> = {
  key: entryField,
  suffix: entryField,
  value: entryField,
};

export function textOf(ref: Ref): string {
  return [ref.from, ...ref.path].join('.');
}

/** The place that a ref names, or what is wrong with it. */
export function placeOf(ref: Ref, scope: Scope): Place | Problem {
  const root = scope.get(ref.from);
  if (root === undefined) {
    return didYouMean(`\`${ref.from}\` is not bound here`, ref.from, [...scope.keys()]);
  }
  let place: Place = root;
  for (const [index, step] of ref.path.entries()) {
    const at = textOf({ from: ref.from, path: ref.path.slice(0, index) });
    const fields = fieldsIn(place.type);
    if (fields === undefined)
      return { message: `\`${at}\` is ${describe(place.type)}`, hint: wayInto(place.type) };
    const field = Object.hasOwn(fields, step) ? fields[step] : undefined;
    if (field === undefined)
      return didYouMean(`\`${at}\` has no field \`${step}\``, step, Object.keys(fields));
    place = { type: field, field, owner: place.type, within: root.within };
  }
  return place;
}

export function isProblem(value: object): value is Problem {
  return 'message' in value;
}

/** What an element of a source is, or what is wrong with the source. */
export function elementOf(source: Source, scope: Scope): Bound | Problem {
  switch (source.kind) {
    case 'containers':
      if (source.groups.length === 0)
        return { message: 'no container group is named', hint: 'name at least one' };
      if (new Set(source.groups).size < source.groups.length) {
        return { message: 'a container group is named twice', hint: 'name it once' };
      }
      return { type: containerType(source.groups), within: source.of };
    case 'items': {
      const place = placeOf(source.list, scope);
      if (isProblem(place)) return place;
      if (place.type.kind === 'list' && place.type.of !== undefined) {
        return { type: place.type.of, within: place.within };
      }
      return {
        message: `\`${textOf(source.list)}\` is ${describe(place.type)}, not a list`,
        hint: howToRead(place.type),
      };
    }
    case 'entries': {
      const place = stringMap(source.map, scope);
      return isProblem(place) ? place : { type: { kind: 'entry' }, within: place.within };
    }
    case 'userGroups':
      return { type: { kind: 'string' }, within: 'request' };
  }
}

/** An ephemeral container has every field of a container, and one more. */
function containerType(groups: readonly ContainerGroup[]): PlaceType {
  const type = groups.every((group) => group === 'ephemeral') ? 'EphemeralContainer' : 'Container';
  return { kind: 'struct', type };
}

export function stringMap(map: Ref, scope: Scope): Place | Problem {
  const place = placeOf(map, scope);
  if (isProblem(place) || (place.type.kind === 'map' && place.type.of?.kind === 'string')) return place;
  return {
    message: `\`${textOf(map)}\` is ${describe(place.type)}, not a map of strings`,
    hint: howToRead(place.type),
  };
}

function fieldsIn(type: PlaceType): Readonly<Record<string, Field>> | undefined {
  if (type.kind === 'entry') return entryFields;
  return type.kind === 'struct' ? fieldsOf(type.type ?? '') : undefined;
}

/** The JavaScript types that a term's value can have. */
export type ScalarType = 'string' | 'number' | 'boolean';
export type ScalarTypes = readonly ScalarType[];

export function scalarTypeOf(value: Scalar): ScalarType {
  if (typeof value === 'string') return 'string';
  return typeof value === 'number' ? 'number' : 'boolean';
}

/** The types of a field's values; none where they cannot be compared. */
export function scalarTypes(type: PlaceType): ScalarTypes | undefined {
  switch (type.kind) {
    case 'bool':
      return ['boolean'];
    case 'int':
      return ['number'];
    case 'string':
    case 'bytes':
      return ['string'];
    case 'intOrString':
      return ['number', 'string'];
    // The API server rewrites both (1000m is 1), so what is equal there need not look equal in a manifest.
    case 'quantity':
    case 'time':
    case 'raw':
    case 'struct':
    case 'list':
    case 'map':
    case 'entry':
      return undefined;
  }
}

const names: Readonly<Record<PlaceType['kind'], string>> = {
  bool: 'a boolean',
  int: 'an integer',
  string: 'a string',
  bytes: 'a string of bytes',
  time: 'a time',
  quantity: 'a quantity',
  intOrString: 'an integer or a string',
  raw: 'any JSON',
  struct: 'an object',
  list: 'a list',
  map: 'a map',
  entry: 'an entry of a map',
};

export function describe(type: PlaceType): string {
  if (type.kind !== 'list' && type.kind !== 'map') return names[type.kind];
  return `${names[type.kind]} of ${nameOfMany(type.of)}`;
}

function nameOfMany(type: FieldType | undefined): string {
  if (type === undefined) return 'anything';
  if (type.kind === 'quantity') return 'quantities';
  return type.kind === 'struct' ? `${type.type}s` : `${type.kind}s`;
}

/** How a path goes on where it cannot cross. */
function wayInto(type: PlaceType): string {
  if (type.kind === 'list') return 'quantify over it with `items`';
  if (type.kind === 'map') return 'look a key up with `lookup`, or quantify over it with `entries`';
  return 'it has no fields; end the path there';
}

/** What a rule can do with a place, for one that did something else. */
export function howToRead(type: PlaceType): string {
  if (type.kind === 'list') return 'quantify over it with `items`';
  if (type.kind === 'map' && type.of?.kind === 'string')
    return 'look a key up with `lookup`, or quantify over it with `entries`';
  if (type.kind === 'struct' || type.kind === 'entry') return 'name one of its fields';
  return scalarTypes(type) === undefined ? 'ask whether it is `present`' : 'read it with `value`';
}

export function didYouMean(message: string, name: string, candidates: readonly string[]): Problem {
  const near = nearest(name, candidates);
  // A struct of the API may have dozens.
  const known =
    candidates.length > 12
      ? 'check the name in the Kubernetes API'
      : `there is ${candidates.join(', ') || 'none'}`;
  return { message, hint: near === undefined ? known : `did you mean \`${near}\`?` };
}
