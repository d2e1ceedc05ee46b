import type { Text } from '../ir/types.js';

/** Wording: strings stand for themselves. */
export type Words = string | Text;

/** The IR of wording. */
export const textOf = (words: Words): Text =>
  typeof words === 'string' ? { kind: 'text', text: words } : words;

/** Parts one after the other. */
export function sequence(...parts: readonly Words[]): Text {
  return { kind: 'sequence', parts: parts.map(textOf) };
}

/** The parts that are not empty, with the separator between them. */
export function joined(separator: string, ...parts: readonly Words[]): Text {
  return { kind: 'joined', separator, parts: parts.map(textOf) };
}

/** A collection's texts in double quotes, with commas between them. */
export function quotedList(of: string): Text {
  return { kind: 'list', of, quote: true, separator: ', ' };
}

/** A collection's texts as they are, with commas between them. */
export function plainList(of: string): Text {
  return { kind: 'list', of, quote: false, separator: ', ' };
}

/** `one` where the collections have one element together, else `many`. */
export function plural(of: string | readonly string[], one: string, many: string): Text {
  return { kind: 'plural', of: typeof of === 'string' ? [of] : of, one, many };
}

/** `some` where a collection has an element, else `otherwise`. */
export function ifAny(of: string | readonly string[], some: Words, otherwise: Words = ''): Text {
  return {
    kind: 'ifAny',
    of: typeof of === 'string' ? [of] : of,
    some: textOf(some),
    otherwise: textOf(otherwise),
  };
}

/** `container "a"` or `containers "a", "b"`; nothing where there is none. */
export function named(of: string, one: string, many: string): Text {
  return ifAny(of, sequence(plural(of, one, many), ' ', quotedList(of)));
}

/** `pod and containers "a", "b"`: who set a field at either of its levels. */
export function podAndContainers(podCollection: string, containersCollection: string): Text {
  return joined(' and ', ifAny(podCollection, 'pod'), named(containersCollection, 'container', 'containers'));
}
