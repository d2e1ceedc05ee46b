/** What the value of a term can be: constants, or the values of places with something before and after. */
import type { Scalar, Term } from '../ir/types.js';
import { TooLarge } from './limits.js';
import { entryFieldOf, listsOf, type PlaceKey, placesOf, type Scope } from './places.js';

/** The value is `before`, what the place has after `strip`, and `after`. */
export interface Part {
  readonly place: PlaceKey;
  readonly strip: string;
  readonly before: string;
  readonly after: string;
}

export interface Shape {
  readonly constants: readonly Scalar[];
  readonly parts: readonly Part[];
}

export const isPlain = ({ strip, before, after }: Part): boolean =>
  strip === '' && before === '' && after === '';

const constant = (...constants: Scalar[]): Shape => ({ constants, parts: [] });

export function merged(shapes: readonly Shape[]): Shape {
  return {
    constants: [...new Set(shapes.flatMap(({ constants }) => constants))],
    parts: shapes.flatMap(({ parts }) => parts),
  };
}

function partAt(place: PlaceKey): Part {
  const whole = { strip: '', before: '', after: '' };
  const entry = entryFieldOf(place);
  if (entry === undefined) return { place, ...whole };
  if (entry.field === 'value') return { place: `${entry.map}{}`, ...whole };
  return { place: `${entry.map}{#}`, ...whole, strip: entry.field === 'suffix' ? entry.prefix : '' };
}

export function shapeOf(term: Term, scope: Scope): Shape {
  switch (term.kind) {
    case 'literal':
      return constant(term.value);
    case 'value':
      return { constants: [term.absent], parts: placesOf(term.ref, scope).map(partAt) };
    case 'effective':
      return {
        constants: [term.absent],
        parts: term.refs.flatMap((ref) => placesOf(ref, scope).map(partAt)),
      };
    case 'lookup':
      return {
        constants: [term.absent],
        parts: placesOf(term.map, scope).map((map) => partAt(`${map}{}`)),
      };
    case 'firstPresent':
      return constant(...term.fields, term.absent);
    case 'size':
      return constant();
    case 'concat':
      return term.parts.map((part) => shapeOf(part, scope)).reduce(joined, constant(''));
    case 'quoted': {
      const of = shapeOf(term.of, scope);
      if (of.parts.length > 0)
        throw new TooLarge('a rule compares a text in quotes', 'compare the field itself');
      return constant(...of.constants.map(String));
    }
    case 'request':
      return { constants: [], parts: [partAt(`request.${term.field}`)] };
    case 'namespaceLabel':
      return { constants: [term.absent], parts: [partAt('request.namespaceLabels{}')] };
  }
}

/** One after the other. */
function joined(left: Shape, right: Shape): Shape {
  if (left.parts.length > 0 && right.parts.length > 0)
    throw new TooLarge('a rule compares a text made of two fields', 'compare the fields one by one');
  const constants = left.constants.flatMap((a) => right.constants.map((b) => `${a}${b}`));
  const parts = [
    ...left.parts.flatMap((part) => right.constants.map((b) => ({ ...part, after: `${part.after}${b}` }))),
    ...right.parts.flatMap((part) => left.constants.map((a) => ({ ...part, before: `${a}${part.before}` }))),
  ];
  return { constants, parts };
}

/** What the place of a part would have to be, for the part to be this text. */
export function inverted({ strip, before, after }: Part, text: string): string | undefined {
  if (!text.startsWith(before) || !text.endsWith(after) || text.length < before.length + after.length)
    return undefined;
  return strip + text.slice(before.length, text.length - after.length);
}

/** Terms that are read for their key alone. */
export interface KeyRead {
  readonly map: PlaceKey;
  readonly key: Shape;
}

/** The keys that a term looks up. */
export function keysIn(term: Term, scope: Scope): readonly KeyRead[] {
  switch (term.kind) {
    case 'lookup': {
      const key = shapeOf(term.key, scope);
      return [...placesOf(term.map, scope).map((map) => ({ map, key })), ...keysIn(term.key, scope)];
    }
    case 'namespaceLabel':
      return [{ map: 'request.namespaceLabels', key: constant(term.label) }];
    case 'concat':
      return term.parts.flatMap((part) => keysIn(part, scope));
    case 'quoted':
      return keysIn(term.of, scope);
    case 'literal':
    case 'value':
    case 'effective':
    case 'firstPresent':
    case 'size':
    case 'request':
      return [];
  }
}

/** The lists whose size a term is. */
export function sizesIn(term: Term, scope: Scope): readonly PlaceKey[] {
  switch (term.kind) {
    case 'size':
      return listsOf(term.of, scope);
    case 'concat':
      return term.parts.flatMap((part) => sizesIn(part, scope));
    case 'quoted':
      return sizesIn(term.of, scope);
    case 'lookup':
      return sizesIn(term.key, scope);
    case 'literal':
    case 'value':
    case 'effective':
    case 'firstPresent':
    case 'request':
    case 'namespaceLabel':
      return [];
  }
}
