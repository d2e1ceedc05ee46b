/** What the conditions ask of the values of each place: constants, patterns, ranges, and which other places they are compared with. */
import type { Scalar } from '../ir/types.js';
import { type Automaton, between, patternsAutomaton, prefixed } from './automata.js';
import { entryFieldOf, listsOf, type PlaceKey, placesOf, type Scope, tangled } from './places.js';
import { inverted, isPlain, keysIn, type Part, type Shape, shapeOf } from './shapes.js';
import { type Atom, type Demand, termsOf, visitAtoms, visitSources } from './walk.js';

/** The values of two places are compared, the one with something around it. */
export interface Edge {
  /** Its value with `before` and `after` around it is compared with that of `to`. */
  readonly from: PlaceKey;
  readonly to: PlaceKey;
  readonly before: string;
  readonly after: string;
}

export interface Reads {
  /** Every place that is read for its value or for its presence. */
  readonly places: ReadonlySet<PlaceKey>;
  readonly constants: (place: PlaceKey) => ReadonlySet<Scalar>;
  readonly automata: (place: PlaceKey) => readonly Automaton[];
  /** Numbers at which an answer changes. */
  readonly cuts: (place: PlaceKey) => ReadonlySet<number>;
  readonly separators: (place: PlaceKey) => ReadonlySet<string>;
  /** Places whose values are compared as they are, the place itself among them. */
  readonly alike: (place: PlaceKey) => readonly PlaceKey[];
  /** Whether its value is compared with that of another place, or of the same place elsewhere in the pod. */
  readonly compared: (place: PlaceKey) => boolean;
  readonly edges: readonly Edge[];
  /** Prefixes by which entries of a map are chosen. */
  readonly prefixes: (map: PlaceKey) => ReadonlySet<string>;
}

class Sets<T> {
  readonly #sets = new Map<PlaceKey, Set<T>>();

  add(key: PlaceKey, ...values: readonly T[]): void {
    const set = this.#sets.get(key) ?? new Set();
    for (const value of values) set.add(value);
    this.#sets.set(key, set);
  }

  readonly of = (key: PlaceKey): ReadonlySet<T> => this.#sets.get(key) ?? new Set();
}

export function readsOf(demands: readonly Demand[]): Reads {
  const places = new Set<PlaceKey>();
  const constants = new Sets<Scalar>();
  const automata = new Sets<Automaton>();
  const cuts = new Sets<number>();
  const separators = new Sets<string>();
  const prefixes = new Sets<string>();
  const parents = new Map<PlaceKey, PlaceKey>();
  const edges: Edge[] = [];
  const compared = new Set<PlaceKey>();

  const find = (place: PlaceKey): PlaceKey => {
    const parent = parents.get(place);
    return parent === undefined || parent === place ? place : find(parent);
  };

  function readConstants({ parts }: Shape, values: Iterable<Scalar>): void {
    for (const part of parts) {
      for (const value of values) {
        if (isPlain(part)) constants.add(part.place, value);
        else {
          const text = inverted(part, String(value));
          if (text !== undefined) constants.add(part.place, text);
        }
      }
    }
  }

  function link(a: Part, b: Part): void {
    compared.add(a.place);
    compared.add(b.place);
    if (isPlain(a) && isPlain(b)) {
      const [x, y] = [find(a.place), find(b.place)];
      if (x !== y) parents.set(x, y);
      return;
    }
    const same = a.strip === b.strip && a.before === b.before && a.after === b.after;
    if (same) {
      link({ ...a, strip: '', before: '', after: '' }, { ...b, strip: '', before: '', after: '' });
      return;
    }
    // What is stripped of one is before the other.
    if (a.strip !== '' && a.before === '' && a.after === '' && b.strip === '')
      edges.push({ from: b.place, to: a.place, before: a.strip + b.before, after: b.after });
    else if (b.strip !== '' && b.before === '' && b.after === '' && a.strip === '')
      edges.push({ from: a.place, to: b.place, before: b.strip + a.before, after: a.after });
    else if (isPlain(b) && a.strip === '')
      edges.push({ from: a.place, to: b.place, before: a.before, after: a.after });
    else if (isPlain(a) && b.strip === '')
      edges.push({ from: b.place, to: a.place, before: b.before, after: b.after });
    else throw tangled(`${a.place} and ${b.place}`);
  }

  function compare(left: Shape, right: Shape): void {
    readConstants(left, right.constants);
    readConstants(right, left.constants);
    for (const a of left.parts) for (const b of right.parts) link(a, b);
  }

  function readAtom(atom: Atom, scope: Scope): void {
    for (const term of termsOf(atom)) {
      for (const { place } of shapeOf(term, scope).parts) places.add(place);
      for (const { map, key } of keysIn(term, scope)) readKey(map, key);
      if (term.kind === 'firstPresent')
        for (const object of placesOf(term.of, scope))
          for (const field of term.fields) places.add(`${object}.${field}`);
    }
    switch (atom.kind) {
      case 'present':
        for (const place of placesOf(atom.ref, scope))
          if (entryFieldOf(place) === undefined) places.add(place);
        return;
      case 'emptyList':
        for (const place of placesOf(atom.list, scope)) places.add(place);
        return;
      case 'authorized':
        return;
      case 'hasKey':
        for (const map of placesOf(atom.map, scope)) readKey(map, shapeOf(atom.key, scope));
        return;
      case 'equal':
        compare(shapeOf(atom.left, scope), shapeOf(atom.right, scope));
        return;
      case 'sameParts': {
        const [left, right] = [shapeOf(atom.left, scope), shapeOf(atom.right, scope)];
        compare(left, right);
        for (const part of [...left.parts, ...right.parts]) {
          if (!isPlain(part)) throw tangled(part.place);
          separators.add(part.place, atom.separator);
        }
        return;
      }
      case 'oneOf':
        readConstants(shapeOf(atom.term, scope), atom.values);
        return;
      case 'within': {
        const { parts } = shapeOf(atom.term, scope);
        for (const { place } of parts)
          cuts.add(place, ...atom.ranges.flatMap(({ min, max }) => [min, max + 1]));
        return;
      }
      case 'matches': {
        const any = patternsAutomaton(atom.patterns);
        for (const { place, strip, before, after } of shapeOf(atom.term, scope).parts)
          automata.add(place, prefixed(strip, between(before, any, after)));
        return;
      }
    }
  }

  function readKey(map: PlaceKey, key: Shape): void {
    places.add(map);
    const keys = `${map}{#}`;
    constants.add(keys, ...key.constants.map(String));
    for (const { place, strip, before, after } of key.parts) {
      places.add(place);
      compared.add(place);
      if (strip !== '') throw tangled(place);
      edges.push({ from: place, to: keys, before, after });
    }
  }

  for (const { cond } of demands) {
    visitAtoms(cond, readAtom);
    visitSources(cond, (source, scope) => {
      for (const list of listsOf(source, scope)) {
        places.add(list);
        if (source.kind !== 'entries') continue;
        prefixes.add(list, source.prefix);
        automata.add(`${list}{#}`, patternsAutomaton([{ kind: 'prefix', prefix: source.prefix }]));
      }
    });
  }

  const classes = new Map<PlaceKey, PlaceKey[]>();
  for (const place of [...places, ...parents.keys(), ...parents.values()])
    classes.set(find(place), [...new Set([...(classes.get(find(place)) ?? []), place])].sort());

  return {
    places,
    constants: constants.of,
    automata: (place) => [...automata.of(place)],
    cuts: cuts.of,
    separators: separators.of,
    alike: (place) => classes.get(find(place)) ?? [place],
    compared: (place) => compared.has(place),
    edges,
    prefixes: prefixes.of,
  };
}
