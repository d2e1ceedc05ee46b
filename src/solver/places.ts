/** Places of the pod without the numbers of elements: what rules read, and what the API says of it. */

import type { ContainerGroup, Ref, Source } from '../ir/types.js';
import { type Field, fieldOf } from '../schema/index.js';
import { ruleName, type ValueRule, valueRules } from '../schema/validity/values.js';
import { TooLarge } from './limits.js';

/**
 * A place, written as a path: `pod.spec.containers[].name`. `[]` is an element of a list, `{}` the value of an entry of a map and
 * `{#}` its key. The roots are `pod`, `old` and `request`.
 */
export type PlaceKey = string;

/** Where bound elements come from: one place, or one for each container group. */
export type Scope = ReadonlyMap<string, readonly PlaceKey[]>;

export const rootScope: Scope = new Map([
  ['pod', ['pod']],
  ['old', ['old']],
]);

export const groupFields: Readonly<Record<ContainerGroup, string>> = {
  init: 'initContainers',
  regular: 'containers',
  ephemeral: 'ephemeralContainers',
};

/** The lists, or the map, that a source goes over. */
export function listsOf(source: Source, scope: Scope): readonly PlaceKey[] {
  switch (source.kind) {
    case 'containers':
      return (['init', 'regular', 'ephemeral'] as const)
        .filter((group) => source.groups.includes(group))
        .map((group) => `${source.of}.spec.${groupFields[group]}`);
    case 'items':
      return placesOf(source.list, scope);
    case 'entries':
      return placesOf(source.map, scope);
    case 'userGroups':
      return ['request.userGroups'];
  }
}

/** What an element of a source is bound to. */
export function elementsOf(source: Source, scope: Scope): readonly PlaceKey[] {
  return listsOf(source, scope).map((list) =>
    source.kind === 'entries' ? entryPlace(list, source.prefix) : `${list}[]`,
  );
}

/** Entries of a map whose key has the prefix. Their fields are those of the map's keys and values: `entryFieldOf`. */
const entryPlace = (map: PlaceKey, prefix: string): PlaceKey =>
  `${map}{=${prefix.replace(/[%{}]/g, (each) => `%${each.charCodeAt(0).toString(16)}`)}}`;

/** What a field of an entry is a part of: the key, after the prefix or whole, or the value. */
export function entryFieldOf(
  place: PlaceKey,
): { readonly map: PlaceKey; readonly prefix: string; readonly field: string } | undefined {
  if (!place.includes('{=')) return undefined;
  const [, map, escaped = '', field] = /^(.*)\{=([^}]*)\}\.(key|suffix|value)$/s.exec(place) ?? [];
  if (map === undefined || field === undefined) return undefined;
  const prefix = escaped.replace(/%(..)/g, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
  return { map, prefix, field };
}

export function placesOf({ from, path }: Ref, scope: Scope): readonly PlaceKey[] {
  const bases = scope.get(from);
  if (bases === undefined) throw new TypeError(`unbound name ${from}: the IR was not checked`);
  return bases.map((base) => [base, ...path].join('.'));
}

export function within(scope: Scope, bind: string, places: readonly PlaceKey[]): Scope {
  return new Map(scope).set(bind, places);
}

/** The list that an element belongs to, for each list on the way, the outermost first. */
export function listsAbove(place: PlaceKey): readonly PlaceKey[] {
  return [...place.matchAll(/\[\]/g)].map(({ index }) => place.slice(0, index));
}

export interface PlaceFacts {
  readonly field: Field;
  /** `Container.image`: how tables name the field; of an element `Capabilities.add[]`. */
  readonly name: string;
}

const requestFields: Readonly<Record<string, Field>> = {
  operation: { kind: 'string', pointer: false, enum: ['CREATE', 'UPDATE'] },
  subresource: { kind: 'string', pointer: true, enum: ['', 'ephemeralcontainers', 'resize'] },
  user: { kind: 'string', pointer: false },
  namespace: { kind: 'string', pointer: false },
  userGroups: { kind: 'list', of: { kind: 'string' }, pointer: false },
  namespaceLabels: { kind: 'map', of: { kind: 'string' }, pointer: false },
};

/** The field of a struct, also of a request. */
export function fieldIn(typeName: string, name: string): Field {
  const field = typeName === 'Request' ? requestFields[name] : fieldOf(typeName, name);
  if (field === undefined) throw new TypeError(`${typeName} has no field ${name}: the IR was not checked`);
  return field;
}

export const rootTypes = { pod: 'Pod', old: 'Pod', request: 'Request' } as const;
export type Root = keyof typeof rootTypes;

export const isRoot = (name: string): name is Root => Object.hasOwn(rootTypes, name);

const facts = new Map<PlaceKey, PlaceFacts>();

export function factsOf(place: PlaceKey): PlaceFacts {
  const known = facts.get(place) ?? findFacts(place);
  facts.set(place, known);
  return known;
}

/** What the API server demands of the values there. */
export function ruleFor(place: PlaceKey): ValueRule {
  return valueRules.get(factsOf(place).name) ?? {};
}

/** The place above, and the last step. */
function split(place: PlaceKey): readonly [parent: PlaceKey, step: string] {
  for (const end of ['[]', '{}', '{#}']) if (place.endsWith(end)) return [place.slice(0, -end.length), end];
  const at = place.lastIndexOf('.');
  return [place.slice(0, at), place.slice(at + 1)];
}

function findFacts(place: PlaceKey): PlaceFacts {
  if (isRoot(place)) return { field: { kind: 'struct', type: rootTypes[place], pointer: true }, name: place };
  const [parent, step] = split(place);
  const above = factsOf(parent);
  if (step === '{#}') return { field: { kind: 'string', pointer: true }, name: `${above.name}{#}` };
  if (step === '[]' || step === '{}') {
    const of = above.field.of;
    if (of === undefined) throw new TypeError(`${parent} has no elements: the IR was not checked`);
    return { field: { ...of, pointer: true }, name: `${above.name}${step}` };
  }
  const { type } = above.field;
  if (above.field.kind !== 'struct' || type === undefined)
    throw new TypeError(`${parent} has no fields: the IR was not checked`);
  return { field: fieldIn(type, step), name: ruleName(above.name, type, step) };
}

/** Refused, because values of two fields would have to be built from each other. */
export const tangled = (what: string): TooLarge =>
  new TooLarge(`${what} cannot be compared: a text is made of another one`, 'compare the fields as they are');
