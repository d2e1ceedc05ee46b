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
import type { Cond, Source } from '../ir/types.js';
import { TooLarge } from './limits.js';
import {
  elementsOf,
  listsAbove,
  listsOf,
  type PlaceKey,
  placesOf,
  rootScope,
  type Scope,
  within,
} from './places.js';
import { shapeOf, sizesIn } from './shapes.js';
import { type Atom, type Demand, termsOf } from './walk.js';

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

export interface Bounds {
  /** In one element of the list above. */
  readonly of: (list: PlaceKey) => number;
  /** In the whole pod. */
  readonly total: (list: PlaceKey) => number;
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
    for (const { cond, holds } of demands) sum += needOf(cond, holds, list, rootScope, []);
    open.pop();
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
        return needOfQuantifier(cond, holds, list, scope, around);
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
      return holds && placesOf(atom.ref, scope).includes(list) ? witnesses(list, around) : 0;
    const terms = termsOf(atom);
    if (!terms.some((term) => sizesIn(term, scope).includes(list))) return 0;
    const numbers = terms
      .flatMap((term) => shapeOf(term, scope).constants)
      .filter((value) => typeof value === 'number');
    if (atom.kind === 'oneOf') numbers.push(...atom.values.filter((value) => typeof value === 'number'));
    if (atom.kind === 'within') for (const { min, max } of atom.ranges) numbers.push(min, max);
    return Math.max(0, ...numbers.filter((number) => number < mostInRequest(list))) + 1;
  }

  return { of, total };
}
