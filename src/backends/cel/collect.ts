/** Comprehensions as lists of strings. */
import type { Binding, Collection, Comprehension } from '../../ir/types.js';
import { condition } from './condition.js';
import {
  and,
  binary,
  bound,
  type Expr,
  isLiteral,
  list,
  literal,
  method,
  replaceAll,
  size,
  ternary,
} from './expr.js';
import { bind, knowing, type Scope, unknown } from './scope.js';
import { elementsOf, kept } from './source.js';
import { asString, termExpr } from './term.js';

/** Between strings that are joined and split again; `line` keeps it out of them. */
const separator = '\n';

/**
 * The collection's texts in the order of the pod: CEL can neither sort nor drop repeats. Empty exactly where the
 * collection is.
 */
export function collection({ from }: Collection, scope: Scope): Expr {
  const parts = from.map((each) => comprehension(each, each.over, scope));
  const [first = list(), ...rest] = parts.filter((part) => !isEmptyList(part));
  return rest.reduce((left, right) => binary(left, '+', right), first);
}

const isEmptyList = (expr: Expr) => expr.kind === 'list' && expr.items.length === 0;

function comprehension(node: Comprehension, over: readonly Binding[], scope: Scope): Expr {
  const [binding, ...inner] = over;
  if (binding === undefined) {
    const where = condition(node.where, scope);
    return ternary(where, list(shown(node, knowing(scope, where))), list());
  }
  const { guards, each, which, bound: boundTo } = elementsOf(binding.in, scope);
  const asked = unknown(scope, guards);
  const { identifier, inner: inside } = bind(guards.reduce(knowing, scope), binding.bind, boundTo);
  const meant = which(identifier);
  const all = (body: Expr) => ternary(and(...asked), body, list());
  if (inner.length === 0) {
    const where = and(...meant, condition(node.where, inside));
    if (isLiteral(where, false)) return list();
    return all(method(kept(each, identifier, where), 'map', identifier, shown(node, knowing(inside, where))));
  }
  const lists = method(
    kept(each, identifier, and(...meant)),
    'map',
    identifier,
    comprehension(node, inner, inside),
  );
  return all(flatten(lists));
}

/** With several bindings, texts are joined and split on the way, so they are kept to a line. */
function shown(node: Comprehension, scope: Scope): Expr {
  const typed = termExpr(node.show, scope);
  const text = asString(typed);
  const oneLine =
    node.over.length < 2 || text.kind === 'literal' || typed.type === 'int' || typed.type === 'bool';
  return oneLine ? text : line(text);
}

/** A string without line breaks. */
export const line = (text: Expr): Expr => replaceAll(text, separator, ' ');

/** A list of lists of strings as a list of strings. CEL has no way to do that but through a string. */
function flatten(lists: Expr): Expr {
  const group = { kind: 'name', name: 'group' } as const;
  const groups = method(lists, 'filter', group, binary(size(group), '>', literal(0)));
  return bound(groups, 'groups', (all) => {
    const joined = method(
      method(all, 'map', group, method(group, 'join', literal(separator))),
      'join',
      literal(separator),
    );
    return ternary(binary(size(all), '==', literal(0)), list(), method(joined, 'split', literal(separator)));
  });
}
