/** A node of the IR with one thing changed, and the words for what was changed. */
import type { Scalar } from '../../src/ir/types.js';

export interface Mutant<T> {
  /** The way from the node that was asked about to the one that was changed, such as `where.of[1]`. */
  readonly at: string;
  readonly what: string;
  readonly node: T;
}

/** The node itself is changed. */
export function changed<T>(what: string, node: T): Mutant<T> {
  return { at: '', what, node };
}

/** A part of the node is changed. */
export function inPart<P, T>(step: string, mutants: readonly Mutant<P>[], put: (part: P) => T): Mutant<T>[] {
  return mutants.map(({ at, what, node }) => ({ at: joined(step, at), what, node: put(node) }));
}

function joined(step: string, at: string): string {
  if (at === '') return step;
  return at.startsWith('[') ? `${step}${at}` : `${step}.${at}`;
}

/** Each element of a list is dropped, each changed as `of` says. */
export function inEach<E>(
  list: readonly E[],
  of: (element: E) => readonly Mutant<E>[],
): Mutant<readonly E[]>[] {
  return list.flatMap((element, index) => [
    changed(`element ${index} dropped`, list.toSpliced(index, 1)),
    ...inPart(`[${index}]`, of(element), (node) => list.with(index, node)),
  ]);
}

/** Each two neighbours change places. */
export function reordered<E>(list: readonly E[]): Mutant<readonly E[]>[] {
  return list.flatMap((element, index) => {
    const next = list[index + 1];
    if (next === undefined) return [];
    const swapped = list.with(index, next).with(index + 1, element);
    return [changed(`elements ${index} and ${index + 1} change places`, swapped)];
  });
}

/** The values nearest to one: those that a slip of the pen would write. */
export function neighbours(value: Scalar): Mutant<Scalar>[] {
  switch (typeof value) {
    case 'boolean':
      return [changed('flipped', !value)];
    case 'number':
      return [changed('one less', value - 1), changed('one more', value + 1)];
    case 'string':
      return texts(value);
  }
}

export function texts(text: string): Mutant<string>[] {
  const other = text === text.toUpperCase() ? text.toLowerCase() : text.toUpperCase();
  return [
    changed('a character more', `${text}x`),
    ...(text === '' ? [] : [changed('a character less', text.slice(0, -1))]),
    ...(other === text ? [] : [changed('case changed', other)]),
  ];
}
