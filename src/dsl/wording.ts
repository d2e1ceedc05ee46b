import type { Text } from '../ir/types.js';

declare const wordsOf: unique symbol;

/** Wording that refers to collections by their names. */
export type Wording<Names extends string = string> = Text & { readonly [wordsOf]?: Names };

/** Wording: strings stand for themselves. */
export type Words<Names extends string = string> = string | Wording<Names>;

/** The IR of wording. */
export const textOf = (words: Words): Text =>
  typeof words === 'string' ? { kind: 'text', text: words } : words;

/** Parts one after the other. */
export function sequence<Names extends string = never>(...parts: readonly Words<Names>[]): Wording<Names> {
  return { kind: 'sequence', parts: parts.map(textOf) };
}

/** The parts that are not empty, with the separator between them. */
export function joined<Names extends string = never>(
  separator: string,
  ...parts: readonly Words<Names>[]
): Wording<Names> {
  return { kind: 'joined', separator, parts: parts.map(textOf) };
}

/** A collection's texts in double quotes, with commas between them. */
export function quotedList<Name extends string>(of: Name): Wording<Name> {
  return { kind: 'list', of, quote: true, separator: ', ' };
}

/** A collection's texts as they are, with commas between them. */
export function plainList<Name extends string>(of: Name): Wording<Name> {
  return { kind: 'list', of, quote: false, separator: ', ' };
}

/** `one` where the collections have one element together, else `many`. */
export function plural<const Name extends string>(
  of: Name | readonly Name[],
  one: string,
  many: string,
): Wording<Name> {
  return { kind: 'plural', of: typeof of === 'string' ? [of] : of, one, many };
}

/** `some` where a collection has an element, else `otherwise`. */
export function ifAny<
  const Name extends string,
  Some extends string = never,
  Otherwise extends string = never,
>(
  of: Name | readonly Name[],
  some: Words<Some>,
  otherwise: Words<Otherwise> = '',
): Wording<Name | Some | Otherwise> {
  return {
    kind: 'ifAny',
    of: typeof of === 'string' ? [of] : of,
    some: textOf(some),
    otherwise: textOf(otherwise),
  };
}

/** `container "a"` or `containers "a", "b"`; nothing where there is none. */
export function named<Name extends string>(of: Name, one: string, many: string): Wording<Name> {
  return ifAny(of, sequence(plural(of, one, many), ' ', quotedList(of)));
}

/** `pod and containers "a", "b"`: who set a field at either of its levels. */
export function podAndContainers<Pods extends string, Containers extends string>(
  podCollection: Pods,
  containersCollection: Containers,
): Wording<Pods | Containers> {
  return joined<Pods | Containers>(
    ' and ',
    ifAny(podCollection, 'pod'),
    named(containersCollection, 'container', 'containers'),
  );
}
