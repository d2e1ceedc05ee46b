/** What the conditions ask of the values of each place: constants, patterns, ranges, and which other places they are compared with. */
import type { Mutation, Scalar, Source, Term, Value } from '../ir/types.js';
import { validityRules } from '../schema/validity/index.js';
import { type Automaton, patternsAutomaton } from './automata.js';
import { invertedAt, readAt } from './inverses.js';
import { about, TooLarge } from './limits.js';
import {
  elementsOf,
  entryFieldOf,
  listsOf,
  type PlaceKey,
  placesOf,
  rootScope,
  type Scope,
  tangled,
  within,
} from './places.js';
import {
  isPlaced,
  keysIn,
  type Part,
  type Placed,
  placedIn,
  plainPlace,
  type Shape,
  shapeOf,
  termsIn,
} from './shapes.js';
import { type Atom, type Demand, termsOf, visitAtoms, visitSources } from './walk.js';

/** The text of the part is compared with the value of another place. */
export interface Edge {
  readonly part: Part;
  readonly to: PlaceKey;
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

/** The place that the part is, but for what is stripped in front. */
function wholePlace({ pieces }: Part): Placed | undefined {
  const [only] = pieces;
  return pieces.length === 1 && only !== undefined && isPlaced(only) && only.escapes === 0 ? only : undefined;
}

const manyCompared = (): TooLarge =>
  new TooLarge('a rule compares a number of elements with a value', 'compare it with a constant');

export function readsOf(demands: readonly Demand[]): Reads {
  const places = new Set<PlaceKey>();
  const constants = new Sets<Scalar>();
  const automata = new Sets<Automaton>();
  const cuts = new Sets<number>();
  const separators = new Sets<string>();
  const parents = new Map<PlaceKey, PlaceKey>();
  const edges: Edge[] = [];
  const compared = new Set<PlaceKey>();

  const find = (place: PlaceKey): PlaceKey => {
    const parent = parents.get(place);
    return parent === undefined || parent === place ? place : find(parent);
  };

  function readConstants({ parts }: Shape, values: readonly Scalar[]): void {
    for (const part of parts) {
      const plain = plainPlace(part);
      if (plain !== undefined) constants.add(plain, ...values);
      else
        for (const [at, piece] of part.pieces.entries())
          if (isPlaced(piece))
            for (const value of values) constants.add(piece.place, ...invertedAt(part, at, String(value)));
    }
  }

  function link(a: Part, b: Part): void {
    for (const { place } of [...placedIn(a), ...placedIn(b)]) compared.add(place);
    const [x, y] = [a, b].map(wholePlace);
    if (x !== undefined && y !== undefined && x.strip === y.strip) union(x.place, y.place);
    // What is stripped of the one is before the other: keys of a map are made of names, and not names of keys.
    else if (x !== undefined && y !== undefined && y.strip === '')
      edges.push({ part: { pieces: [x.strip, ...b.pieces] }, to: x.place });
    else if (y !== undefined) edges.push({ part: { pieces: [y.strip, ...a.pieces] }, to: y.place });
    else if (x !== undefined) edges.push({ part: { pieces: [x.strip, ...b.pieces] }, to: x.place });
    else throw tangled([...placedIn(a), ...placedIn(b)].map(({ place }) => place).join(' and '));
  }

  function union(a: PlaceKey, b: PlaceKey): void {
    const [x, y] = [find(a), find(b)];
    if (x !== y) parents.set(x, y);
  }

  function compare(left: Shape, right: Shape): void {
    if (left.sizes.length > 0 && right.sizes.length + right.parts.length > 0) throw manyCompared();
    if (right.sizes.length > 0 && left.parts.length > 0) throw manyCompared();
    readConstants(left, right.constants);
    readConstants(right, left.constants);
    for (const a of left.parts) for (const b of right.parts) link(a, b);
  }

  function readTerm(term: Term, scope: Scope): void {
    for (const part of shapeOf(term, scope).parts) for (const { place } of placedIn(part)) places.add(place);
    for (const { map, key } of keysIn(term, scope)) readKey(map, key);
    for (const each of termsIn(term)) {
      if (each.kind === 'firstPresent')
        for (const object of placesOf(each.of, scope))
          for (const field of each.fields) places.add(`${object}.${field}`);
      if (each.kind === 'size') readSource(each.of, scope);
      else if (each !== term && shapeOf(each, scope).sizes.length > 0) throw manyCompared();
    }
  }

  function readAtom(atom: Atom, scope: Scope): void {
    for (const term of termsOf(atom)) readTerm(term, scope);
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
          const place = plainPlace(part);
          if (place === undefined) throw tangled('what is split');
          separators.add(place, atom.separator);
        }
        return;
      }
      case 'oneOf':
        readConstants(shapeOf(atom.term, scope), atom.values);
        return;
      case 'within':
        for (const part of shapeOf(atom.term, scope).parts)
          for (const { place } of placedIn(part))
            cuts.add(place, ...atom.ranges.flatMap(({ min, max }) => [min, max + 1]));
        return;
      case 'matches': {
        const matching = patternsAutomaton(atom.patterns);
        for (const part of shapeOf(atom.term, scope).parts)
          for (const [at, piece] of part.pieces.entries())
            if (isPlaced(piece)) automata.add(piece.place, readAt(part, at, matching));
        return;
      }
    }
  }

  function readKey(map: PlaceKey, key: Shape): void {
    places.add(map);
    const keys = `${map}{#}`;
    constants.add(keys, ...key.constants.map(String));
    for (const part of key.parts) {
      for (const { place } of placedIn(part)) {
        places.add(place);
        compared.add(place);
      }
      edges.push({ part, to: keys });
    }
  }

  function readSource(source: Source, scope: Scope): void {
    for (const list of listsOf(source, scope)) {
      places.add(list);
      if (source.kind !== 'entries') continue;
      automata.add(`${list}{#}`, patternsAutomaton([{ kind: 'prefix', prefix: source.prefix }]));
    }
  }

  function readWrites(mutation: Mutation): void {
    let scope = rootScope;
    for (const { bind, in: source } of mutation.over) {
      readSource(source, scope);
      scope = within(scope, bind, elementsOf(source, scope));
    }
    visitAtoms(mutation.where, readAtom, scope);
    visitSources(mutation.where, readSource, scope);
    for (const write of mutation.writes) {
      switch (write.kind) {
        case 'set':
          for (const place of placesOf(write.at, scope)) readValue(place, write.value);
          break;
        case 'add':
          for (const list of [write.list, ...write.except])
            for (const place of placesOf(list, scope)) readValue(place, write.values);
          break;
        case 'setKey':
          for (const map of placesOf(write.map, scope)) {
            readTerm(write.key, scope);
            readKey(map, shapeOf(write.key, scope));
            readValue(`${map}{}`, write.value);
          }
      }
    }
  }

  /** What is written is a value that rules may ask for. */
  function readValue(place: PlaceKey, value: Value): void {
    places.add(place);
    if (Array.isArray(value)) for (const each of value) readValue(`${place}[]`, each);
    else if (typeof value === 'object')
      for (const [name, each] of Object.entries(value)) readValue(`${place}.${name}`, each);
    else constants.add(place, value);
  }

  for (const { cond, after = [] } of demands) {
    for (const mutation of after) readWrites(mutation);
    visitAtoms(cond, (atom, scope) => about(atom, () => readAtom(atom, scope)));
    visitSources(cond, readSource);
  }

  // Numbers that are put in order have the same values to choose from, as those that are compared have.
  for (const { ordered } of validityRules)
    for (const root of ordered === undefined ? [] : ['pod', 'old'])
      for (const path of ordered?.least ?? [])
        if (places.has(`${root}.${path}`) && places.has(`${root}.${ordered?.greatest}`))
          union(`${root}.${path}`, `${root}.${ordered?.greatest}`);

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
  };
}
