/** Terms as CEL expressions, and tests of a term that keep absence out of the way of the value. */
import type { Ref, RequestField, Scalar, Term } from '../../ir/types.js';
import type { FieldType } from '../../schema/index.js';
import { CannotSay } from './cannot-say.js';
import {
  and,
  binary,
  bound,
  call,
  concat,
  type Expr,
  index,
  literal,
  method,
  name,
  not,
  or,
  replaceAll,
  select,
  ternary,
} from './expr.js';
import { freshIn } from './names.js';
import { childOf, placeAt, typeAt } from './place.js';
import { boundOf, type Scope, unknown } from './scope.js';
import { mapAt, sizeOf } from './source.js';

export type Type = 'string' | 'int' | 'bool' | 'dyn';

export interface Typed {
  readonly expr: Expr;
  readonly type: Type;
}

export const typeOfScalar = (value: Scalar): Type =>
  typeof value === 'string' ? 'string' : typeof value === 'number' ? 'int' : 'bool';

/** What can be asked of a term's value. */
export interface Test {
  /** The answer for a value that CEL computes. */
  readonly on: (value: Typed) => Expr;
  /** The answer for a value that is known. */
  readonly holds: (value: Scalar) => boolean;
  /** Whether `on` writes the value more than once. */
  readonly repeats: boolean;
}

/** A scalar in the pod: readable where the guards hold, a chain. */
interface Read {
  readonly path: readonly Expr[];
  readonly value: readonly Expr[];
  readonly read: Typed;
  /** What an empty field that is no pointer reads as. */
  readonly zero: Scalar | undefined;
}

export function testTerm(term: Term, test: Test, scope: Scope): Expr {
  switch (term.kind) {
    case 'literal':
      return literal(test.holds(term.value));
    case 'value':
      return testRead(readAt(term.ref, scope), test, literal(test.holds(term.absent)), scope);
    case 'effective':
      return term.refs.reduceRight<Expr>(
        (otherwise, ref) => testRead(readAt(ref, scope), test, otherwise, scope),
        literal(test.holds(term.absent)),
      );
    case 'lookup':
      return testRead(lookupOf(term, scope), test, literal(test.holds(term.absent)), scope);
    case 'firstPresent':
    case 'size':
    case 'concat':
    case 'quoted':
    case 'request':
    case 'namespaceLabel': {
      const typed = termExpr(term, scope);
      if (!test.repeats) return test.on(typed);
      const as = freshIn('value', scope.identifiers);
      return bound(typed.expr, as, (value) => test.on({ expr: value, type: typed.type }));
    }
  }
}

function testRead(read: Read | undefined, test: Test, otherwise: Expr, scope: Scope): Expr {
  if (read === undefined) return otherwise;
  const on = test.on(read.read);
  const known = otherwise.kind === 'literal' ? otherwise.value : undefined;
  // Where an empty field gives the answer that an absent one does, nobody has to tell them apart.
  const sameWhenEmpty = read.zero !== undefined && test.holds(read.zero) === known;
  const guards = unknown(scope, sameWhenEmpty ? read.path : [...read.path, ...read.value]);
  if (known === false) return and(...guards, on);
  if (known === true) return or(...guards.map(not), on);
  return ternary(and(...guards), on, otherwise);
}

/** A term's value; both branches of a condition have one type in CEL. */
export function termExpr(term: Term, scope: Scope): Typed {
  switch (term.kind) {
    case 'literal':
      return { expr: literal(term.value), type: typeOfScalar(term.value) };
    case 'value':
      return orElse(readAt(term.ref, scope), ofScalar(term.absent), scope, term.absent);
    case 'effective':
      return term.refs.reduceRight<Typed>(
        (otherwise, ref, position) =>
          orElse(
            readAt(ref, scope),
            otherwise,
            scope,
            position === term.refs.length - 1 ? term.absent : undefined,
          ),
        ofScalar(term.absent),
      );
    case 'lookup':
      return orElse(lookupOf(term, scope), ofScalar(term.absent), scope, undefined);
    case 'firstPresent': {
      const from = boundOf(scope, term.of.from);
      if (from.kind === 'entry') return ofScalar(term.absent);
      const object = placeAt(from.root, term.of.path);
      const expr = term.fields.reduceRight<Expr>((otherwise, field) => {
        const { path, value } = scope.world.encoding.presence(childOf(object, field));
        return ternary(and(...unknown(scope, [...path, ...value])), literal(field), otherwise);
      }, literal(term.absent));
      return { expr, type: 'string' };
    }
    case 'size':
      return { expr: sizeOf(term.of, scope), type: 'int' };
    case 'concat': {
      return { expr: concat(term.parts.map((part) => asString(termExpr(part, scope)))), type: 'string' };
    }
    case 'quoted':
      return { expr: quoted(asString(termExpr(term.of, scope))), type: 'string' };
    case 'request':
      return { expr: requestField(term.field, scope), type: 'string' };
    case 'namespaceLabel': {
      const labels = select(name('namespaceObject'), 'metadata', 'labels');
      const key = literal(term.label);
      const given = and(
        not(binary(name('namespaceObject'), '==', literal(null))),
        call('has', select(name('namespaceObject'), 'metadata')),
        call('has', labels),
        binary(key, 'in', labels),
      );
      return { expr: ternary(given, index(labels, key), literal(term.absent)), type: 'string' };
    }
  }
}

/** The name of a bound element, such as a container. */
export const nameOf = (bind: string, scope: Scope): Expr =>
  termExpr({ kind: 'value', ref: { from: bind, path: ['name'] }, absent: '' }, scope).expr;

const ofScalar = (value: Scalar): Typed => ({ expr: literal(value), type: typeOfScalar(value) });

function orElse(read: Read | undefined, otherwise: Typed, scope: Scope, absent: Scalar | undefined): Typed {
  if (read === undefined) return otherwise;
  const sameWhenEmpty = read.zero !== undefined && read.zero === absent;
  const given = and(...unknown(scope, sameWhenEmpty ? read.path : [...read.path, ...read.value]));
  if (given.kind === 'literal' || read.read.type === otherwise.type) {
    return { expr: ternary(given, read.read.expr, otherwise.expr), type: read.read.type };
  }
  return { expr: ternary(given, dyn(read.read), dyn(otherwise)), type: 'dyn' };
}

const dyn = ({ expr, type }: Typed): Expr => (type === 'dyn' ? expr : call('dyn', expr));

export function asString({ expr, type }: Typed): Expr {
  if (type === 'string') return expr;
  if (expr.kind === 'literal') return literal(String(expr.value));
  return call('string', expr);
}

/** The scalar at a place, undefined where there never is one. */
function readAt(ref: Ref, scope: Scope): Read | undefined {
  const from = boundOf(scope, ref.from);
  if (from.kind === 'entry') return readEntry(from, ref);
  const place = placeAt(from.root, ref.path);
  const type = typeAt(place);
  const scalar = scalarType(type);
  if (scalar === undefined) return undefined;
  const { encoding } = scope.world;
  const { path, value } = encoding.presence(place);
  const expr = encoding.read(place);
  const read: Typed = { expr: scalar === 'dyn' ? call('dyn', expr) : expr, type: scalar };
  return { path, value, read, zero: value.length > 0 ? zeros[scalar] : undefined };
}

/** Undefined for dyn: what is empty there depends on the type that it has. */
const zeros: Readonly<Record<Type, Scalar | undefined>> = { string: '', int: 0, bool: false, dyn: undefined };

function readEntry(
  entry: { readonly key: Expr; readonly value: Expr; readonly prefix: string },
  ref: Ref,
): Read | undefined {
  const given = (expr: Expr): Read => ({
    path: [],
    value: [],
    read: { expr, type: 'string' },
    zero: undefined,
  });
  const [field, ...deeper] = ref.path;
  if (deeper.length > 0) return undefined;
  switch (field) {
    case 'key':
      return given(entry.key);
    case 'suffix':
      // CEL counts characters, not UTF-16 units.
      return given(method(entry.key, 'substring', literal(Array.from(entry.prefix).length)));
    case 'value':
      return given(entry.value);
    default:
      return undefined;
  }
}

function scalarType(type: FieldType): Type | undefined {
  switch (type.kind) {
    case 'bool':
      return 'bool';
    case 'int':
      return 'int';
    case 'string':
    case 'bytes':
      return 'string';
    case 'time':
    case 'quantity':
    case 'intOrString':
      return 'dyn';
    case 'struct':
    case 'list':
    case 'map':
      return undefined;
    case 'raw':
      throw new CannotSay('a field of any type has no value that can be compared');
  }
}

function lookupOf(term: Term & { kind: 'lookup' }, scope: Scope): Read {
  const { guards, map, of, counts, valueUnder } = mapAt(term.map, scope);
  const key = asString(termExpr(term.key, scope));
  const value = valueUnder(key);
  return {
    path: [...guards, ...counts(key), binary(key, 'in', map)],
    value: [],
    read: { expr: of.kind === 'string' ? value : call('string', value), type: 'string' },
    zero: undefined,
  };
}

/** What goQuote escapes of what prints. Other characters that do not print stay as they are: see `conditions.ts`. */
const quotedCharacters: readonly (readonly [string, string])[] = [
  ['\\', '\\\\'],
  ['"', '\\"'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
];

/** Quoting leaves some characters alone that Go escapes, which is good enough to read and not to compare. */
export function refuseQuoted(term: Term): void {
  if (term.kind === 'quoted')
    throw new CannotSay('a quoted string in a condition: CEL cannot escape as Go does');
  if (term.kind === 'concat') term.parts.forEach(refuseQuoted);
  if (term.kind === 'lookup') refuseQuoted(term.key);
}

function quoted(text: Expr): Expr {
  const escaped = quotedCharacters.reduce((from, [plain, written]) => replaceAll(from, plain, written), text);
  return concat([literal('"'), escaped, literal('"')]);
}

/** What a request says, empty where it does not. */
export function ofRequest(...path: readonly string[]): Expr {
  const request = name('request');
  const guards = path.map((_, position) => call('has', select(request, ...path.slice(0, position + 1))));
  return ternary(and(...guards), select(request, ...path), literal(''));
}

function requestField(field: RequestField, { world }: Scope): Expr {
  switch (field) {
    case 'operation':
      return world.operation;
    case 'subresource':
      return ofRequest('subResource');
    case 'user':
      return ofRequest('userInfo', 'username');
    case 'namespace':
      return world.namespace;
  }
}
