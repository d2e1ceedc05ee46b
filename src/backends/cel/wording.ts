/** Wording over collections as CEL strings. */
import type { Text } from '../../ir/types.js';
import {
  and,
  binary,
  concat,
  type Expr,
  index,
  list,
  literal,
  method,
  name,
  or,
  size,
  ternary,
} from './expr.js';

/** A collection where a policy has named it. */
export interface Collected {
  readonly texts: Expr;
  /** Repeats, which CEL cannot drop, count once. */
  readonly distinct: boolean;
}

export function wording(text: Text, collections: ReadonlyMap<string, Collected>): Expr {
  const write = (part: Text) => wording(part, collections);
  const find = (names: readonly string[]) => names.flatMap((each) => collections.get(each) ?? []);
  switch (text.kind) {
    case 'text':
      return literal(text.text);
    case 'list': {
      const [collected] = find([text.of]);
      if (collected === undefined) return literal('');
      const each = name('text');
      const marked = binary(binary(literal('"'), '+', each), '+', literal('"'));
      const texts = text.quote ? method(collected.texts, 'map', each, marked) : collected.texts;
      return method(texts, 'join', literal(text.separator));
    }
    case 'plural':
      return ternary(countsOne(find(text.of)), literal(text.one), literal(text.many));
    case 'sequence':
      return concat(text.parts.map(write));
    case 'joined': {
      const part = name('part');
      const parts = text.parts.map(write);
      return method(
        method(list(...parts), 'filter', part, binary(part, '!=', literal(''))),
        'join',
        literal(text.separator),
      );
    }
    case 'ifAny': {
      const some = or(...find(text.of).map(({ texts }) => nonEmpty(texts)));
      return ternary(some, write(text.some), write(text.otherwise));
    }
  }
}

export const nonEmpty = (texts: Expr): Expr => binary(size(texts), '>', literal(0));

/** Whether the collections have one element together: one of them has one, the others none. */
function countsOne(collections: readonly Collected[]): Expr {
  if (collections.some((each) => each.distinct)) {
    return or(
      ...collections.map((one) =>
        and(
          nonEmpty(one.texts),
          one.distinct ? allSame(one.texts) : binary(size(one.texts), '==', literal(1)),
          ...collections
            .filter((other) => other !== one)
            .map(({ texts }) => binary(size(texts), '==', literal(0))),
        ),
      ),
    );
  }
  const [first = literal(0), ...rest] = collections.map(({ texts }) => size(texts));
  return binary(
    rest.reduce((left, right) => binary(left, '+', right), first),
    '==',
    literal(1),
  );
}

function allSame(texts: Expr): Expr {
  const other = name('other');
  return method(texts, 'all', other, binary(other, '==', index(texts, literal(0))));
}
