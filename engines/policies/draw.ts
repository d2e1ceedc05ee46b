/** A source of choices, and the facts to choose from, for arbitrary.ts. */

import type { PlaceType } from '../../src/ir/typing.js';
import type { Field } from '../../src/schema/index.js';
import { fieldsOf } from '../../src/schema/index.js';

/**
 * Choices made by a list of numbers. Where the list is at its end each choice is the first, so a builder that puts
 * what is simplest first makes less of a shorter list: that is how fast-check's shrinking of the list makes policies
 * smaller.
 */
export class Draw {
  #at = 0;

  constructor(readonly words: readonly number[]) {}

  /** A number below `limit`. */
  below(limit: number): number {
    const word = this.words[this.#at] ?? 0;
    this.#at += 1;
    return word % limit;
  }

  /** True once in so many; false where there is nothing left to choose. */
  oneIn(many: number): boolean {
    return this.below(many) === many - 1;
  }

  pick<T>(from: readonly T[]): T {
    const picked = from[this.below(Math.max(1, from.length))];
    if (picked === undefined) throw new RangeError('nothing to pick from');
    return picked;
  }

  /** Up to `most` values, at least `least`. */
  list<T>(least: number, most: number, make: () => T): T[] {
    return Array.from({ length: least + this.below(most - least + 1) }, make);
  }

  /** Some of the values, at least one, in their order. */
  some<T>(from: readonly T[]): T[] {
    const chosen = from.filter(() => this.oneIn(2));
    return chosen.length > 0 ? chosen : from.slice(0, 1);
  }
}

export interface FieldPlace {
  readonly path: readonly string[];
  readonly type: PlaceType;
  /** None for the place that has the fields. */
  readonly field?: Field;
}

const deepest = 5;
const known = new Map<string, readonly FieldPlace[]>();

/** The place itself, and each field below it that a path reaches. Fields that no policy would judge are left out. */
export function placesBelow(type: PlaceType): readonly FieldPlace[] {
  if (type.kind === 'entry') {
    const text: Field = { kind: 'string', pointer: true };
    return [{ path: [], type }, ...['key', 'suffix', 'value'].map((name) => ({ path: [name], type: text }))];
  }
  if (type.kind !== 'struct' || type.type === undefined) return [{ path: [], type }];
  const places = known.get(type.type) ?? [{ path: [], type }, ...fieldPlaces(type.type, [])];
  known.set(type.type, places);
  return places;
}

const ignored = new Set(['status', 'managedFields', 'generation', 'resourceVersion', 'selfLink', 'uid']);

function fieldPlaces(typeName: string, above: readonly string[]): FieldPlace[] {
  if (above.length >= deepest) return [];
  return Object.entries(fieldsOf(typeName) ?? {}).flatMap(([name, field]): FieldPlace[] => {
    if (ignored.has(name) || field.dropped) return [];
    const path = [...above, name];
    const below = field.kind === 'struct' && field.type !== undefined ? fieldPlaces(field.type, path) : [];
    return [{ path, type: field, field }, ...below];
  });
}
