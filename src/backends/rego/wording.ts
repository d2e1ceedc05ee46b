/** Wording over collections, which are variables that hold arrays of strings. */
import type { Text } from '../../ir/types.js';
import { array, call, type Doc, literal } from './layout.js';

/** The variable of a collection; `[]` for a name that no collection has. */
export type VariableOf = (collection: string) => string;

export function textOfWording(text: Text, variable: VariableOf): Doc {
  switch (text.kind) {
    case 'text':
      return literal(text.text);
    case 'list': {
      const [name, ...args] = text.quote
        ? ['lib.list_quoted', variable(text.of), literal(text.separator)]
        : ['concat', literal(text.separator), variable(text.of)];
      return call(name ?? '', ...args);
    }
    case 'plural':
      return call('lib.plural', countDoc(text.of, variable), literal(text.one), literal(text.many));
    case 'sequence':
      return call('concat', '""', array(text.parts.map((part) => textOfWording(part, variable))));
    case 'joined':
      return call(
        'lib.joined',
        literal(text.separator),
        array(text.parts.map((part) => textOfWording(part, variable))),
      );
    case 'ifAny': {
      const named = namedDoc(text, variable);
      if (named !== undefined) return named;
      const [some, otherwise] = [textOfWording(text.some, variable), textOfWording(text.otherwise, variable)];
      return call('lib.if_any', countDoc(text.of, variable), some, otherwise);
    }
  }
}

export function countDoc(collections: readonly string[], variable: VariableOf): string {
  const counts = collections.map((name) => `count(${variable(name)})`);
  // As `opa fmt` brackets a sum.
  return counts.length === 0
    ? '0'
    : counts.reduce((sum, each) => `${sum.includes(' ') ? `(${sum})` : sum} + ${each}`);
}

/** `container "a"` or `containers "a", "b"`: the commonest wording has a function of its own. */
function namedDoc(
  { of, some, otherwise }: Extract<Text, { kind: 'ifAny' }>,
  variable: VariableOf,
): Doc | undefined {
  const [name, ...others] = of;
  if (name === undefined || others.length > 0 || some.kind !== 'sequence') return undefined;
  const [plural, space, list, ...rest] = some.parts;
  const is =
    rest.length === 0 &&
    plural?.kind === 'plural' &&
    plural.of.length === 1 &&
    plural.of[0] === name &&
    space?.kind === 'text' &&
    space.text === ' ' &&
    list?.kind === 'list' &&
    list.of === name &&
    list.quote &&
    list.separator === ', ' &&
    otherwise.kind === 'text' &&
    otherwise.text === '';
  return is ? call('lib.named', variable(name), literal(plural.one), literal(plural.many)) : undefined;
}

/** The names of the collections that a wording speaks of. */
export function collectionsIn(text: Text): string[] {
  switch (text.kind) {
    case 'text':
      return [];
    case 'list':
      return [text.of];
    case 'plural':
      return [...text.of];
    case 'sequence':
    case 'joined':
      return text.parts.flatMap(collectionsIn);
    case 'ifAny':
      return [...text.of, ...collectionsIn(text.some), ...collectionsIn(text.otherwise)];
  }
}
