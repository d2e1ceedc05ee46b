/**
 * How many elements of each list are enough.
 *
 * Take any pod for which the conditions hold. Each `some` that has to hold (and each `every` that must not) names one element
 * for each choice of the elements that the `every` around it go over: its witnesses. Without all other elements the conditions
 * still hold: an `every` holds of fewer elements as well, each `some` has kept its witness, and no other condition sees how
 * many elements there are but `size`, for which as many are kept as the greatest number that it is compared with, and one.
 * So a pod exists if and only if one exists that has no more elements than there are witnesses. Of the parts of an `or` one has
 * to hold, so the greatest need of them is enough.
 *
 * Where the number of witnesses of one list depends on that of another and the reverse, there is no such number: refused.
 */
import type { Cond, Source, Term } from '../ir/types.js';
import { fieldsOf } from '../schema/index.js';
import { uniques } from '../schema/validity/unique.js';
import { about, TooLarge } from './limits.js';
import { rememberingEach } from './memo.js';
import {
  elementsOf,
  entryFieldOf,
  factsOf,
  listsAbove,
  listsOf,
  type PlaceKey,
  placesOf,
  rootScope,
  ruleFor,
  type Scope,
  within,
} from './places.js';
import { shapeOf, termsIn } from './shapes.js';
import { type Atom, type Demand, termsOf, visitAtoms, visitSources } from './walk.js';

/** Elements of one list; a pod of more is no example for people. */
const mostElements = 64;
/**
 * No pod has as many elements: an API server reads 3 MiB of a request (MaxRequestBodyBytes of apiserver/pkg/server/config.go),
 * and one takes no less than `"",`, a container `{"name":"a","image":"b"},`.
 */
const mostInRequest = (list: PlaceKey): number =>
  (3 * 2 ** 20) / (/\.(init|ephemeral)?[cC]ontainers$/.test(list) ? 25 : 3);

/** Elements of one list in all elements that it is part of. */
const mostTotal = 4096;

/** Of a greater number of elements, all but a few are the same one: more are as good as any others. */
const fewElements = 8;

/** A pod of more is none that anybody looks at. */
const mostRepeated = 10_000;

export interface Bounds {
  /** In one element of the list above. */
  readonly of: (list: PlaceKey) => number;
  /** In the whole pod. */
  readonly total: (list: PlaceKey) => number;
  /** How often the last element may be repeated, so that each number of elements that is asked for can be met. */
  readonly repeats: (list: PlaceKey) => readonly number[];
}

/** An `every` around a condition: its elements are of these lists. */
type Around = readonly PlaceKey[];

export function boundsOf(demands: readonly Demand[]): Bounds {
  const known = new Map<PlaceKey, number>();
  const open: PlaceKey[] = [];

  function of(list: PlaceKey): number {
    const done = known.get(list);
    if (done !== undefined) return done;
    if (open.includes(list))
      throw new TooLarge(
        `how many elements of ${list} are needed depends on itself, by way of ${open.slice(open.indexOf(list)).join(', ')}`,
        'a rule of the form "for every X there is a Y" and one of the form "for every Y there is an X" cannot be compared together',
      );
    open.push(list);
    let sum = 0;
    for (const { cond, holds } of demands)
      if (asksAbout(cond).has(list)) sum += needOf(cond, holds, list, rootScope, []);
    open.pop();
    if (sum === 0 && ruleFor(list).required === true) sum = 1;
    if (sum > mostElements)
      throw new TooLarge(`${list} would need ${sum} elements`, `a comparison goes to ${mostElements}`);
    known.set(list, sum);
    return sum;
  }

  function total(list: PlaceKey): number {
    const above = listsAbove(list).at(-1);
    const all = of(list) * (above === undefined ? 1 : total(above));
    if (all > mostTotal)
      throw new TooLarge(`${list} would need ${all} elements`, `a comparison goes to ${mostTotal}`);
    return all;
  }

  /** Witnesses in one element of the list above, of which `around` are gone over. */
  function witnesses(list: PlaceKey, around: readonly Around[]): number {
    const above = listsAbove(list);
    let count = 1;
    for (const lists of around) {
      // Inside of an element of these, the element is given.
      if (lists.some((each) => above.includes(each))) continue;
      count *= lists.reduce((sum, each) => sum + total(each), 0);
      // None of the elements that it would be for.
      if (count === 0) return 0;
    }
    return count;
  }

  function needOf(
    cond: Cond,
    holds: boolean,
    list: PlaceKey,
    scope: Scope,
    around: readonly Around[],
  ): number {
    switch (cond.kind) {
      case 'constant':
        return 0;
      case 'not':
        return needOf(cond.of, !holds, list, scope, around);
      case 'and':
      case 'or': {
        const needs = cond.of.map((each) => needOf(each, holds, list, scope, around));
        const all = (cond.kind === 'and') === holds;
        return all ? needs.reduce((sum, need) => sum + need, 0) : Math.max(0, ...needs);
      }
      case 'some':
      case 'every':
        return about(cond, () => needOfQuantifier(cond, holds, list, scope, around));
      default:
        return needOfAtom(cond, holds, list, scope, around);
    }
  }

  function needOfQuantifier(
    cond: {
      readonly kind: 'some' | 'every';
      readonly bind: string;
      readonly in: Source;
      readonly where: Cond;
    },
    holds: boolean,
    list: PlaceKey,
    scope: Scope,
    around: readonly Around[],
  ): number {
    const lists = listsOf(cond.in, scope);
    const inner = within(scope, cond.bind, elementsOf(cond.in, scope));
    const exists = (cond.kind === 'some') === holds;
    if (!exists) return needOf(cond.where, holds, list, inner, [...around, lists]);
    const own = lists.includes(list) ? witnesses(list, around) : 0;
    return own + needOf(cond.where, holds, list, inner, around);
  }

  function needOfAtom(
    atom: Atom,
    holds: boolean,
    list: PlaceKey,
    scope: Scope,
    around: readonly Around[],
  ): number {
    if (atom.kind === 'present')
      return holds && listsOfPresence(placesOf(atom.ref, scope)).includes(list) ? witnesses(list, around) : 0;
    const terms = termsOf(atom);
    const own = terms.some((term) => listsOfFirst(term, scope).includes(list)) ? witnesses(list, around) : 0;
    if (!terms.some((term) => shapeOf(term, scope).sizes.includes(list))) return own;
    const numbers = numbersIn(atom, scope).filter((number) => number < mostInRequest(list));
    return own + Math.max(0, ...numbers.filter((number) => number <= fewElements || !canRepeat(list))) + 1;
  }

  function repeats(list: PlaceKey): readonly number[] {
    if (!canRepeat(list)) return [];
    const found = new Set<number>();
    for (const { cond } of demands)
      visitAtoms(cond, (atom, scope) => {
        for (const { sizes } of termsOf(atom).map((term) => shapeOf(term, scope))) {
          if (!sizes.includes(list)) continue;
          const slots = sizes.reduce((sum, each) => sum + of(each), 0);
          for (const number of numbersIn(atom, scope)) {
            if (number <= fewElements || number >= mostInRequest(list)) continue;
            if (number > mostRepeated)
              throw new TooLarge(
                `${list} would need ${number} elements`,
                `a comparison goes to ${mostRepeated}`,
                atom,
              );
            for (let there = 0; there <= slots; there += 1) found.add(number - there);
          }
        }
      });
    return [...found].filter((number) => number > 0).sort((a, b) => a - b);
  }

  return { of, total, repeats };
}

/** The lists whose elements a condition can need: those of any other stay as they are. */
const asksAbout: (cond: Cond) => ReadonlySet<PlaceKey> = rememberingEach((cond) => {
  const lists = new Set<PlaceKey>();
  const add = (places: readonly PlaceKey[]) => {
    for (const place of places) lists.add(place);
  };
  visitSources(cond, (source, scope) => add(listsOf(source, scope)));
  visitAtoms(cond, (atom, scope) => {
    if (atom.kind === 'present') add(listsOfPresence(placesOf(atom.ref, scope)));
    for (const term of termsOf(atom)) add([...shapeOf(term, scope).sizes, ...listsOfFirst(term, scope)]);
  });
  return lists;
});

/** The lists that make these places present: themselves, and those of an object that is no pointer, which is there by what is in it. */
function listsOfPresence(places: readonly PlaceKey[]): readonly PlaceKey[] {
  return places.flatMap((place): readonly PlaceKey[] => {
    if (entryFieldOf(place) !== undefined) return [];
    const { kind, type = '', pointer, dropped } = factsOf(place).field;
    if (dropped === true) return [];
    if (kind !== 'struct') return [place];
    return pointer
      ? []
      : listsOfPresence(Object.keys(fieldsOf(type) ?? {}).map((name): PlaceKey => `${place}.${name}`));
  });
}

/** Those that make one of several fields the first that is present. */
const listsOfFirst = (term: Term, scope: Scope): readonly PlaceKey[] =>
  termsIn(term).flatMap((each) =>
    each.kind === 'firstPresent'
      ? listsOfPresence(
          placesOf(each.of, scope).flatMap((object) => each.fields.map((field) => `${object}.${field}`)),
        )
      : [],
  );

/** The numbers that the terms are compared with, and those where an answer changes. */
function numbersIn(atom: Atom, scope: Scope): number[] {
  const constants = termsOf(atom).flatMap((term) => shapeOf(term, scope).constants);
  const values = atom.kind === 'oneOf' ? atom.values : [];
  const ends = atom.kind === 'within' ? atom.ranges.flatMap(({ min, max }) => [min, max]) : [];
  return [...constants, ...values, ...ends]
    .filter((value) => typeof value === 'number')
    .flatMap((value) => [value, value + 1]);
}

/** Not, where each element needs a value of its own. */
function canRepeat(list: PlaceKey): boolean {
  return !uniques.some(
    ({ lists, fields: [field] }) =>
      lists.some((each) => list.endsWith(`.${each}`)) && ruleFor(`${list}[].${field}`).required === true,
  );
}
