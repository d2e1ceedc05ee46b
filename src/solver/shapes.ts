/** What the value of a term can be: constants, or texts that the values of places are put into. */
import { goQuote } from '../ir/quote.js';
import type { Scalar, Term } from '../ir/types.js';
import { entryFieldOf, listsOf, type PlaceKey, placesOf, type Scope } from './places.js';

/** The text of a place: what it has after `strip`, escaped so many times as in `goQuote`, without the quotes. */
export interface Placed {
  readonly place: PlaceKey;
  readonly strip: string;
  readonly escapes: number;
}

export type Piece = string | Placed;

/** The pieces, one after the other. Where it is one place and nothing else, its value as it is, of whatever type. */
export interface Part {
  readonly pieces: readonly Piece[];
}

export interface Shape {
  readonly constants: readonly Scalar[];
  readonly parts: readonly Part[];
  /** The lists whose number of elements it is, or is made of. */
  readonly sizes: readonly PlaceKey[];
}

export const isPlaced = (piece: Piece): piece is Placed => typeof piece !== 'string';

export const placedIn = ({ pieces }: Part): readonly Placed[] => pieces.filter(isPlaced);

/** The place whose value the part is, with nothing done to it. */
export function plainPlace({ pieces }: Part): PlaceKey | undefined {
  const [only] = pieces;
  return pieces.length === 1 &&
    only !== undefined &&
    isPlaced(only) &&
    only.strip === '' &&
    only.escapes === 0
    ? only.place
    : undefined;
}

const constant = (...constants: Scalar[]): Shape => ({ constants, parts: [], sizes: [] });

/** As it stands inside of quotes. */
export const escaped = (text: string): string => goQuote(text).slice(1, -1);

function partAt(place: PlaceKey): Part {
  const entry = entryFieldOf(place);
  const whole = { strip: '', escapes: 0 };
  if (entry === undefined) return { pieces: [{ place, ...whole }] };
  if (entry.field === 'value') return { pieces: [{ place: `${entry.map}{}`, ...whole }] };
  const strip = entry.field === 'suffix' ? entry.prefix : '';
  return { pieces: [{ place: `${entry.map}{#}`, escapes: 0, strip }] };
}

const ofPlaces = (places: readonly PlaceKey[], ...constants: Scalar[]): Shape => ({
  constants,
  parts: places.map(partAt),
  sizes: [],
});

export function shapeOf(term: Term, scope: Scope): Shape {
  switch (term.kind) {
    case 'literal':
      return constant(term.value);
    case 'value':
      return ofPlaces(placesOf(term.ref, scope), term.absent);
    case 'effective':
      return ofPlaces(
        term.refs.flatMap((ref) => placesOf(ref, scope)),
        term.absent,
      );
    case 'lookup':
      return ofPlaces(
        placesOf(term.map, scope).map((map) => `${map}{}`),
        term.absent,
      );
    case 'firstPresent':
      return constant(...term.fields, term.absent);
    case 'size':
      return { constants: [], parts: [], sizes: listsOf(term.of, scope) };
    case 'concat':
      return term.parts.map((part) => shapeOf(part, scope)).reduce(joined, constant(''));
    case 'quoted':
      return quoted(shapeOf(term.of, scope));
    case 'request':
      return ofPlaces([`request.${term.field}`]);
    case 'namespaceLabel':
      return ofPlaces(['request.namespaceLabels{}'], term.absent);
  }
}

function quoted({ constants, parts, sizes }: Shape): Shape {
  return {
    constants: constants.map((value) => goQuote(String(value))),
    parts: parts.map(({ pieces }) => ({
      pieces: [
        '"',
        ...pieces.map((piece) =>
          isPlaced(piece) ? { ...piece, escapes: piece.escapes + 1 } : escaped(piece),
        ),
        '"',
      ],
    })),
    sizes,
  };
}

/** One after the other. */
function joined(left: Shape, right: Shape): Shape {
  const all = (shape: Shape): readonly Part[] => [
    ...shape.constants.map((value) => ({ pieces: [String(value)] })),
    ...shape.parts,
  ];
  const both = all(left).flatMap((a) =>
    all(right).map((b) => ({ pieces: merged([...a.pieces, ...b.pieces]) })),
  );
  return {
    constants: both.flatMap(({ pieces }) => (pieces.some(isPlaced) ? [] : [pieces.join('')])),
    parts: both.filter(({ pieces }) => pieces.some(isPlaced)),
    sizes: [...left.sizes, ...right.sizes],
  };
}

/** Neighbouring constants are one, and empty ones none. */
function merged(pieces: readonly Piece[]): Piece[] {
  const found: Piece[] = [];
  for (const piece of pieces) {
    const last = found.at(-1);
    if (typeof piece === 'string' && typeof last === 'string') found.splice(-1, 1, last + piece);
    else if (piece !== '') found.push(piece);
  }
  return found;
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

/** Every term in a term, itself among them. */
export function termsIn(term: Term): readonly Term[] {
  switch (term.kind) {
    case 'concat':
      return [term, ...term.parts.flatMap(termsIn)];
    case 'quoted':
      return [term, ...termsIn(term.of)];
    case 'lookup':
      return [term, ...termsIn(term.key)];
    case 'literal':
    case 'value':
    case 'effective':
    case 'firstPresent':
    case 'size':
    case 'request':
    case 'namespaceLabel':
      return [term];
  }
}
