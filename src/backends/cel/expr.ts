/**
 * CEL expressions as data. The constructors simplify where the result is the same on every input, errors included:
 * `&&` and `||` absorb an error of one side where the other side decides, so operands may be merged and dropped, but
 * an operand that guards another has to stay in the same chain.
 */
import { CannotSay } from './cannot-say.js';

export type BinaryOperator = '==' | '!=' | '<=' | '<' | '>' | 'in' | '+' | '-';

export type Expr =
  | { readonly kind: 'literal'; readonly value: string | number | boolean | null }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'select'; readonly of: Expr; readonly field: string }
  | { readonly kind: 'index'; readonly of: Expr; readonly key: Expr }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expr[] }
  /** A method, or a macro, whose first argument is then the name that it binds. */
  | { readonly kind: 'method'; readonly of: Expr; readonly name: string; readonly args: readonly Expr[] }
  | { readonly kind: 'list'; readonly items: readonly Expr[] }
  | { readonly kind: 'emptyMap' }
  | { readonly kind: 'not'; readonly of: Expr }
  | { readonly kind: 'binary'; readonly operator: BinaryOperator; readonly left: Expr; readonly right: Expr }
  /** Two operands or more. */
  | { readonly kind: 'chain'; readonly operator: '&&' | '||'; readonly of: readonly Expr[] }
  | { readonly kind: 'ternary'; readonly when: Expr; readonly then: Expr; readonly otherwise: Expr };

export const name = (text: string): Expr => ({ kind: 'name', name: text });
export const select = (of: Expr, ...fields: readonly string[]): Expr =>
  fields.reduce<Expr>((from, field) => ({ kind: 'select', of: from, field }), of);
export const index = (of: Expr, key: Expr): Expr => ({ kind: 'index', of, key });
export const call = (called: string, ...args: readonly Expr[]): Expr => ({
  kind: 'call',
  name: called,
  args,
});
export const method = (of: Expr, called: string, ...args: readonly Expr[]): Expr => ({
  kind: 'method',
  of,
  name: called,
  args,
});
export const list = (...items: readonly Expr[]): Expr => ({ kind: 'list', items });
export const emptyMap: Expr = { kind: 'emptyMap' };
export const binary = (left: Expr, operator: BinaryOperator, right: Expr): Expr => ({
  kind: 'binary',
  operator,
  left,
  right,
});
export const size = (of: Expr): Expr => method(of, 'size');

/** `variables.x`: what a policy has named. */
export const variable = (text: string): Expr => select(name('variables'), text);

export function literal(value: string | number | boolean | null): Expr {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) {
    throw new CannotSay(`the number ${value} is no integer that CEL and JavaScript write alike`);
  }
  if (typeof value === 'string' && /\p{Surrogate}/u.test(value)) {
    throw new CannotSay('a string with half a surrogate pair is no text in CEL');
  }
  return { kind: 'literal', value };
}

export const yes = literal(true);
export const no = literal(false);

export function isLiteral(expr: Expr, value: string | number | boolean | null): boolean {
  return expr.kind === 'literal' && expr.value === value;
}

/** A key that two expressions share where they are the same. */
export const keyOf = (expr: Expr): string => JSON.stringify(expr);

export const and = (...of: readonly Expr[]): Expr => chain('&&', of);
export const or = (...of: readonly Expr[]): Expr => chain('||', of);

function chain(operator: '&&' | '||', of: readonly Expr[]): Expr {
  const neutral = operator === '&&';
  const flat = of
    .flatMap((each) => (each.kind === 'chain' && each.operator === operator ? each.of : [each]))
    .filter((each) => !isLiteral(each, neutral));
  if (flat.some((each) => isLiteral(each, !neutral))) return literal(!neutral);
  const distinct = [...new Map(flat.map((each) => [keyOf(each), each])).values()];
  const [first] = distinct;
  if (first === undefined) return literal(neutral);
  return distinct.length === 1 ? first : { kind: 'chain', operator, of: distinct };
}

/** The negation, pushed inwards as far as it goes. */
export function not(of: Expr): Expr {
  switch (of.kind) {
    case 'not':
      return of.of;
    case 'chain':
      return of.operator === '&&' ? or(...of.of.map(not)) : and(...of.of.map(not));
    case 'literal':
      return typeof of.value === 'boolean' ? literal(!of.value) : { kind: 'not', of };
    case 'binary':
      if (of.operator === '==') return { ...of, operator: '!=' };
      if (of.operator === '!=') return { ...of, operator: '==' };
      return { kind: 'not', of };
    case 'ternary':
      return ternary(of.when, not(of.then), not(of.otherwise));
    case 'name':
    case 'select':
    case 'index':
    case 'call':
    case 'method':
    case 'list':
    case 'emptyMap':
      return { kind: 'not', of };
  }
}

export function ternary(when: Expr, then: Expr, otherwise: Expr): Expr {
  if (isLiteral(when, true)) return then;
  if (isLiteral(when, false)) return otherwise;
  if (keyOf(then) === keyOf(otherwise)) return then;
  return { kind: 'ternary', when, then, otherwise };
}

/** What holds where the expression does. */
export function conjuncts(expr: Expr): readonly Expr[] {
  return expr.kind === 'chain' && expr.operator === '&&' ? expr.of : [expr];
}

/** Every occurrence of `from` in a string by `to`. CEL's `replace` is not in every implementation. */
export const replaceAll = (text: Expr, from: string, to: string): Expr =>
  method(method(text, 'split', literal(from)), 'join', literal(to));

/** `body` of a value that is written out once: CEL has no `let`. */
export function bound(value: Expr, as: string, body: (value: Expr) => Expr): Expr {
  return index(method(list(value), 'map', name(as), body(name(as))), literal(0));
}

/** Strings one after the other. */
export function concat(parts: readonly Expr[]): Expr {
  const merged: Expr[] = [];
  for (const part of parts.flatMap(operands)) {
    const last = merged.at(-1);
    if (last?.kind === 'literal' && part.kind === 'literal') {
      merged[merged.length - 1] = literal(`${last.value}${part.value}`);
    } else {
      merged.push(part);
    }
  }
  const [first = literal(''), ...rest] = merged.filter((part) => !isLiteral(part, ''));
  return rest.reduce((left, right) => binary(left, '+', right), first);
}

/** Concatenation associates. */
function operands(expr: Expr): readonly Expr[] {
  return expr.kind === 'binary' && expr.operator === '+'
    ? [...operands(expr.left), ...operands(expr.right)]
    : [expr];
}
