/**
 * Which values of each place are enough. Two values of which every question of the rules has the same answer are as good as each
 * other, so one of each kind is tried; where places are compared with each other, as many of each kind as there are such places,
 * so that all can differ.
 */
import type { Scalar } from '../ir/types.js';
import { uniqueFields, uniques } from '../schema/validity/unique.js';
import { type Automaton, accepts } from './automata.js';
import type { Bounds } from './bounds.js';
import { formats } from './formats.js';
import { invertedAt, readAt, textOf } from './inverses.js';
import { TooLarge } from './limits.js';
import { factsOf, listsAbove, type PlaceKey, ruleFor, tangled } from './places.js';
import type { Reads } from './reads.js';
import { isPlaced, type Part } from './shapes.js';
import { words } from './words.js';

export interface Domains {
  /** The values to try at a place, besides absence. */
  readonly values: (place: PlaceKey) => readonly Scalar[];
  /** The keys to try in a map. */
  readonly keys: (map: PlaceKey) => readonly string[];
}

/** More values of one place than anybody writes rules about. */
const mostValues = 2000;

export function domainsOf(reads: Reads, bounds: Bounds): Domains {
  const known = new Map<PlaceKey, readonly Scalar[]>();
  const open = new Set<PlaceKey>();
  const asking = new Set<PlaceKey>();

  /** How many such places a pod of the greatest size has. */
  const countOf = (place: PlaceKey): number => {
    if (place.endsWith('{#}')) return freshKeys(place.slice(0, -3));
    const list = listsAbove(place).at(-1);
    if (list === undefined) return 1;
    const own = reads.compared(place) || uniqueFields.has(factsOf(place).name) ? bounds.total(list) : 1;
    return listsDifferingFrom(place).reduce((sum, other) => sum + bounds.total(other), own);
  };

  /** Keys of a map that nobody names. */
  const freshKeys = (map: PlaceKey): number => bounds.of(map) + 1;

  /** By class: for places that are compared as they are, the same values. */
  function all(place: PlaceKey): readonly Scalar[] {
    const alike = reads.alike(place);
    const [name = place] = alike;
    const done = known.get(name);
    if (done !== undefined) return done;
    if (open.has(name)) throw tangled(place);
    open.add(name);
    const made = valuesOf(alike);
    open.delete(name);
    if (made.length > mostValues)
      throw new TooLarge(`${place} would need ${made.length} values`, `a comparison goes to ${mostValues}`);
    known.set(name, made);
    return made;
  }

  function valuesOf(alike: readonly PlaceKey[]): readonly Scalar[] {
    const kinds = new Set(alike.map((place) => factsOf(place).field.kind));
    const values = new Set<Scalar>();
    if (kinds.has('bool')) for (const value of [true, false]) values.add(value);
    if (kinds.has('int') || kinds.has('intOrString')) for (const value of numbers(alike)) values.add(value);
    if (kinds.has('string') || kinds.has('bytes') || kinds.has('intOrString'))
      for (const value of strings(alike)) values.add(value);
    return [...values];
  }

  /** What is asked of a place, and of what is made of it. */
  function asked(place: PlaceKey): {
    readonly constants: ReadonlySet<Scalar>;
    readonly automata: readonly Automaton[];
  } {
    if (asking.has(place)) throw tangled(place);
    asking.add(place);
    const constants = new Set(reads.constants(place));
    const automata = [...reads.automata(place)];
    for (const { part, to } of reads.edges) {
      for (const [at, piece] of part.pieces.entries()) {
        if (!isPlaced(piece) || piece.place !== place) continue;
        for (const other of reads.alike(to)) {
          const further = asked(other);
          for (const value of further.constants)
            for (const text of invertedAt(part, at, String(value))) constants.add(text);
          const { format } = ruleFor(other);
          const formed = format === undefined ? [] : [formats[format]];
          automata.push(...[...further.automata, ...formed].map((each) => readAt(part, at, each)));
        }
      }
    }
    asking.delete(place);
    return { constants, automata };
  }

  /** The texts of a part, of all values of its places. */
  function textsOf({ pieces }: Part): readonly string[] {
    return pieces.reduce<readonly string[]>(
      (before, piece) => {
        const next = isPlaced(piece)
          ? all(piece.place).flatMap((value) => textOf(piece, String(value)) ?? [])
          : [piece];
        if (before.length * next.length > mostValues)
          throw new TooLarge('a text of several fields has too many values', 'compare the fields one by one');
        return before.flatMap((text) => next.map((each) => text + each));
      },
      [''],
    );
  }

  function strings(alike: readonly PlaceKey[]): readonly string[] {
    const enums = alike.map((place) => ruleFor(place).among ?? factsOf(place).field.enum);
    const literals = new Set<string>();
    const automata: Automaton[] = [];
    let count = 0;
    for (const [index, place] of alike.entries()) {
      count += countOf(place);
      const { constants, automata: own } = asked(place);
      for (const value of constants) if (typeof value === 'string') literals.add(value);
      automata.push(...own);
      // The empty text is no value of a field that is no pointer, and must not stand for others.
      if (!factsOf(place).field.pointer) automata.push(formats.notEmpty);
      const { format } = ruleFor(place);
      if (format !== undefined) automata.push(formats[format]);
      for (const value of enums[index] ?? []) literals.add(value);
      for (const edge of reads.edges)
        if (edge.to === place) for (const text of textsOf(edge.part)) literals.add(text);
    }
    const found = [...literals];
    // Values of a closed set are all there is.
    if (enums.every((each) => each !== undefined)) return found;
    found.push(...words({ automata: [...new Set(automata)], count, except: literals }));
    return [...new Set([...found, ...alike.flatMap((place) => rearranged(place, found, count))])];
  }

  /** The same parts in another order, and texts of several parts of which nobody has asked. */
  function rearranged(place: PlaceKey, texts: readonly string[], count: number): string[] {
    return [...reads.separators(place)].flatMap((separator) => {
      if (separator === '') throw new TooLarge('a rule splits a text into characters', 'name a separator');
      const several = Array.from({ length: count }, (_, at) => `x${at}${separator}y${at}`);
      return [...several, ...texts.filter((text) => text.includes(separator)), ...several].flatMap((text) =>
        orders(text.split(separator)).map((parts) => parts.join(separator)),
      );
    });
  }

  /** For each number at which an answer changes, and each run between two, as many as there are places. */
  function numbers(alike: readonly PlaceKey[]): readonly number[] {
    const cuts = new Set<number>();
    let count = 0;
    for (const place of alike) {
      count += countOf(place);
      for (const cut of reads.cuts(place)) cuts.add(cut);
      for (const value of reads.constants(place))
        if (typeof value === 'number') for (const cut of [value, value + 1]) cuts.add(cut);
      const { min, max } = limitsOf(place);
      for (const cut of [min, max + 1, 0, 1]) cuts.add(cut);
    }
    const sorted = [...cuts].sort((a, b) => a - b);
    return sorted.flatMap((cut, at) => {
      const next = sorted[at + 1] ?? cut + count;
      return Array.from({ length: Math.min(count, next - cut) }, (_, step) => cut + step);
    });
  }

  return {
    values: (place) => all(place).filter((value) => isValid(place, value)),
    keys: (map) => {
      const { format } = ruleFor(`${map}{#}`);
      const texts = strings([`${map}{#}`]);
      return format === undefined ? texts : texts.filter((text) => accepts(formats[format], text));
    },
  };
}

/** Other lists, whose elements must not have the value of the place either. */
function listsDifferingFrom(place: PlaceKey): readonly PlaceKey[] {
  const [, root = '', list, field = ''] = /^(pod|old)\.(.*)\[\]\.([^.]*)$/.exec(place) ?? [];
  const differing = uniques.filter(
    ({ lists, together, fields }) => together && fields[0] === field && lists.some((each) => each === list),
  );
  return differing.flatMap(({ lists }) =>
    lists.filter((each) => each !== list).map((each) => `${root}.${each}`),
  );
}

/** Numbers that the field can have at all. */
export function limitsOf(place: PlaceKey): { readonly min: number; readonly max: number } {
  const { min, max } = ruleFor(place);
  const bits = factsOf(place).field.bits === 64 ? 53 : 31;
  return { min: min ?? 1 - 2 ** bits, max: max ?? 2 ** bits - 1 };
}

/** Whether the API server takes the value there, where it is one that is not the same as absence. */
function isValid(place: PlaceKey, value: Scalar): boolean {
  const { field } = factsOf(place);
  const rule = ruleFor(place);
  const empty = value === '' || value === 0 || value === false;
  if (empty && !field.pointer) return false;
  switch (typeof value) {
    case 'boolean':
      return field.kind === 'bool';
    case 'number': {
      const { min, max } = limitsOf(place);
      return (field.kind === 'int' || field.kind === 'intOrString') && min <= value && value <= max;
    }
    default: {
      if (field.kind !== 'string' && field.kind !== 'bytes' && field.kind !== 'intOrString') return false;
      const among = rule.among ?? field.enum;
      if (among !== undefined && !among.includes(value)) return false;
      if (rule.longest !== undefined && Buffer.byteLength(value) > rule.longest) return false;
      return rule.format === undefined || accepts(formats[rule.format], value);
    }
  }
}

/** Every order of up to six parts. */
function orders(parts: readonly string[]): readonly (readonly string[])[] {
  if (parts.length > 6)
    throw new TooLarge(
      `a text of ${parts.length} parts can be ordered in too many ways`,
      'compare fewer parts',
    );
  if (parts.length < 2) return [parts];
  return parts.flatMap((part, at) =>
    orders([...parts.slice(0, at), ...parts.slice(at + 1)]).map((rest) => [part, ...rest]),
  );
}
