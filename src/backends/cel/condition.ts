/** Conditions as CEL expressions: true exactly where `evaluate` says so, and never an error. */
import type { Cond, Range, Scalar, Term } from '../../ir/types.js';
import { CannotSay } from './cannot-say.js';
import { and, binary, bound, type Expr, literal, method, name, no, not, or, size, ternary } from './expr.js';
import { joined } from './joins.js';
import { freshIn } from './names.js';
import { patternExpr, patternHolds } from './pattern.js';
import { placeAt } from './place.js';
import { bind, boundOf, knowing, type Scope, unknown } from './scope.js';
import { elementsOf, mapAt } from './source.js';
import {
  asString,
  refuseQuoted,
  type Test,
  type Type,
  type Typed,
  termExpr,
  testTerm,
  typeOfScalar,
} from './term.js';

export function condition(cond: Cond, scope: Scope): Expr {
  switch (cond.kind) {
    case 'constant':
      return literal(cond.value);
    case 'and':
      return inTurn(cond.of, scope, and, (expr) => expr);
    case 'or':
      return inTurn(cond.of, scope, or, not);
    case 'not':
      return not(condition(cond.of, scope));
    case 'present': {
      const from = boundOf(scope, cond.ref.from);
      if (from.kind === 'entry') {
        const [field] = cond.ref.path;
        return literal(
          cond.ref.path.length < 2 && (field === undefined || ['key', 'suffix', 'value'].includes(field)),
        );
      }
      const { path, value } = scope.world.encoding.presence(placeAt(from.root, cond.ref.path));
      return and(...unknown(scope, [...path, ...value]));
    }
    case 'emptyList':
      throw new CannotSay('an API server hands no empty lists to a policy');
    case 'hasKey': {
      const { guards, map, counts } = mapAt(cond.map, scope);
      const key = asString(termExpr(cond.key, scope));
      return and(...unknown(scope, guards), ...counts(key), binary(key, 'in', map));
    }
    case 'equal':
      return equal(cond.left, cond.right, scope);
    case 'oneOf':
      return testOf(cond.term, oneOf(cond.values), scope);
    case 'matches':
      return testOf(
        cond.term,
        {
          on: (value) => {
            const text = asString(value);
            return or(...cond.patterns.map((pattern) => patternExpr(pattern, text)));
          },
          holds: (value) => cond.patterns.some((pattern) => patternHolds(pattern, String(value))),
          repeats: cond.patterns.length > 1 || cond.patterns.some((pattern) => pattern.kind === 'pathPrefix'),
        },
        scope,
      );
    case 'within':
      return testOf(cond.term, within(cond.ranges), scope);
    case 'sameParts':
      return sameParts(cond.left, cond.right, cond.separator, scope);
    case 'some':
    case 'every':
      return joined(cond, scope, condition) ?? quantified(cond, scope);
    case 'authorized':
      return authorized(cond, scope);
  }
}

/** Each operand is read where those before it did not decide, so what that says need not be said again. */
function inTurn(
  conds: readonly Cond[],
  scope: Scope,
  join: (...of: readonly Expr[]) => Expr,
  fact: (expr: Expr) => Expr,
): Expr {
  const operands: Expr[] = [];
  let here = scope;
  for (const each of conds) {
    const operand = condition(each, here);
    operands.push(operand);
    here = knowing(here, fact(operand));
  }
  return join(...operands);
}

function testOf(term: Term, test: Test, scope: Scope): Expr {
  refuseQuoted(term);
  return testTerm(term, test, scope);
}

function equal(left: Term, right: Term, scope: Scope): Expr {
  if (right.kind === 'literal') return testOf(left, oneOf([right.value]), scope);
  if (left.kind === 'literal') return testOf(right, oneOf([left.value]), scope);
  refuseQuoted(left);
  refuseQuoted(right);
  const [a, b] = [termExpr(left, scope), termExpr(right, scope)];
  return comparable(a.type, b.type) ? binary(a.expr, '==', b.expr) : no;
}

const comparable = (a: Type, b: Type) => a === b || a === 'dyn' || b === 'dyn';

function oneOf(values: readonly Scalar[]): Test {
  return {
    on: (value) => or(...(['string', 'int', 'bool'] as const).map((type) => oneOfType(value, type, values))),
    holds: (value) => values.includes(value),
    repeats: new Set(values.map(typeOfScalar)).size > 1,
  };
}

/** The elements of a list literal have one type. */
function oneOfType(value: Typed, type: Type, values: readonly Scalar[]): Expr {
  const literals = [...new Set(values)].filter((each) => typeOfScalar(each) === type).map(literal);
  const [first, second] = literals;
  if (first === undefined || !comparable(value.type, type)) return no;
  if (second !== undefined) return binary(value.expr, 'in', { kind: 'list', items: literals });
  if (value.type === 'bool' && first.kind === 'literal')
    return first.value === true ? value.expr : not(value.expr);
  return binary(value.expr, '==', first);
}

function within(ranges: readonly Range[]): Test {
  return {
    on: ({ expr, type }) => {
      if (type !== 'int') throw new CannotSay('a range of something that is no integer');
      return or(
        ...ranges.map(({ min, max }) =>
          min === max
            ? binary(expr, '==', literal(min))
            : and(binary(literal(min), '<=', expr), binary(expr, '<=', literal(max))),
        ),
      );
    },
    holds: (value) => ranges.some(({ min, max }) => min <= Number(value) && Number(value) <= max),
    repeats: true,
  };
}

/** As many parts, and each of the one as often in the other: then each of the other is as often in the one. */
function sameParts(left: Term, right: Term, separator: string, scope: Scope): Expr {
  if (separator === '') throw new CannotSay('splitting a string into its characters');
  refuseQuoted(left);
  refuseQuoted(right);
  const split = (term: Term) => method(asString(termExpr(term, scope)), 'split', literal(separator));
  const taken = new Set(scope.identifiers);
  const fresh = (wanted: string) => {
    const free = freshIn(wanted, taken);
    taken.add(free);
    return free;
  };
  const [ours, theirs, part, other] = [fresh('ours'), fresh('theirs'), fresh('part'), fresh('other')];
  const count = (of: Expr) => size(method(of, 'filter', name(other), binary(name(other), '==', name(part))));
  return bound(split(left), ours, (a) =>
    bound(split(right), theirs, (b) =>
      and(binary(size(a), '==', size(b)), method(a, 'all', name(part), binary(count(a), '==', count(b)))),
    ),
  );
}

function quantified(cond: Cond & { kind: 'some' | 'every' }, scope: Scope): Expr {
  const { guards, each, which, bound: boundTo } = elementsOf(cond.in, scope);
  const asked = unknown(scope, guards);
  const known = guards.reduce(knowing, scope);
  const { identifier, inner } = bind(known, cond.bind, boundTo);
  const meant = which(identifier);
  const where = condition(cond.where, inner);
  if (cond.kind === 'some') return and(...asked, method(each, 'exists', identifier, and(...meant, where)));
  return or(...asked.map(not), method(each, 'all', identifier, or(...meant.map(not), where)));
}

/** The service account that a pod runs as; one that names none runs as `default`. */
export function serviceAccountOf(scope: Scope): Expr {
  const place = placeAt(scope.world.pod, ['spec', 'serviceAccountName']);
  const { path, value } = scope.world.encoding.presence(place);
  return ternary(and(...path, ...value), scope.world.encoding.read(place), literal('default'));
}

function authorized(cond: Cond & { kind: 'authorized' }, scope: Scope): Expr {
  const { namespace } = scope.world;
  const check = (who: Expr) => {
    const resource = method(method(who, 'group', literal(cond.group)), 'resource', literal(cond.resource));
    const inNamespace = method(resource, 'namespace', namespace);
    const named = cond.name === '' ? inNamespace : method(inNamespace, 'name', literal(cond.name));
    return method(method(named, 'check', literal(cond.verb)), 'allowed');
  };
  const authorizer = name('authorizer');
  return or(
    check(authorizer),
    check(method(authorizer, 'serviceAccount', namespace, serviceAccountOf(scope))),
  );
}
