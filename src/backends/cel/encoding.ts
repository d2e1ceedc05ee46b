/** How absence is said in CEL. Each environment has one encoding, and nothing else of a printer knows of absence. */
import type { Expr } from './expr.js';
import type { Place } from './place.js';

/**
 * When a place is present, as operands of one `&&` chain, each of which may rely on those before it.
 * `path`: what is there can be read. `value`: what is there is not what stands for absence, such as "" in a field that
 * is not a pointer; only of use where `path` holds.
 */
export interface Presence {
  readonly path: readonly Expr[];
  readonly value: readonly Expr[];
}

export interface Encoding {
  presence(place: Place): Presence;
  /** What is at a place; only of use where `path` of its presence holds. */
  read(place: Place): Expr;
  /** The value under a key that a map of strings has. */
  entry(map: Expr, key: Expr): Expr;
  /** What must hold of a key of the map at a place for its entry to count, as operands of one `&&` chain. */
  counts(place: Place, key: Expr): readonly Expr[];
}

/** All conditions of presence as one chain. */
export function given(encoding: Encoding, place: Place): readonly Expr[] {
  const { path, value } = encoding.presence(place);
  return [...path, ...value];
}
