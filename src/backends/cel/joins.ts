/**
 * Joins: a quantifier inside a loop that depends on the loop's element by one equality alone. What that element is compared
 * with is the same each time round, so it is a list of its own, made once. An API server stops an expression at a
 * million steps, and a hundred volumes, each looked for in a hundred containers, are ten thousand.
 */
import type { Cond, Source, Term } from '../../ir/types.js';
import { identity, type Rewrite, rebuildCond, rebuildSource, rebuildTerm } from '../../ir/visit.js';
import { and, binary, type Expr, list, literal, method, name, not, size, ternary } from './expr.js';
import { freshIn } from './names.js';
import { bind, knowing, outermost, type Scope, unknown } from './scope.js';
import { elementsOf, kept } from './source.js';
import { refuseQuoted, type Typed, termExpr } from './term.js';

/** One of the quantifiers, and which of its elements are meant. */
interface Level {
  readonly in: Source;
  readonly bind: string;
  readonly where: readonly Cond[];
}

interface Join {
  /** From the outermost. */
  readonly levels: readonly Level[];
  /** What is compared, of an element of the last level. */
  readonly key: Term;
  /** What it is compared with, of the loops around. */
  readonly sought: Term;
}

type Quantified = Cond & { readonly kind: 'some' | 'every' };

/** Prints a condition where it stands, as `condition` does. */
type Print = (cond: Cond, scope: Scope) => Expr;

/** A quantifier as a question to a list that is made once. Undefined where it is no join. */
export function joined(cond: Quantified, scope: Scope, print: Print): Expr | undefined {
  if (scope.bound.size === 0) return undefined;
  if (cond.kind === 'every') {
    const exception = joined({ ...cond, kind: 'some', where: negation(cond.where) }, scope, print);
    return exception && not(exception);
  }
  const join = joinOf(cond, [...scope.bound.keys()], []);
  if (join === undefined) return undefined;
  refuseQuoted(join.key);
  refuseQuoted(join.sought);
  const sought = termExpr(join.sought, scope);
  const keys = keysOf(join.levels, join.key, outermost(scope.world), print);
  // A type checker refuses to look for what a list cannot have.
  if (keys.type !== sought.type || keys.type === 'dyn') return undefined;
  return among(sought.expr, scope.world.share(wanted(join), keys.expr), join.levels.length, scope);
}

function joinOf(cond: Quantified, around: readonly string[], inside: readonly string[]): Join | undefined {
  if (around.includes(cond.bind) || mentions(cond.in, rebuildSource, around)) return undefined;
  const bound = [...inside, cond.bind];
  const all = cond.where.kind === 'and' ? cond.where.of : [cond.where];
  const [link, ...others] = all.filter((each) => mentions(each, rebuildCond, around));
  if (link === undefined || others.length > 0) return undefined;
  const level: Level = { in: cond.in, bind: cond.bind, where: all.filter((each) => each !== link) };
  if (link.kind === 'some') {
    const inner = joinOf(link, around, bound);
    return inner && { ...inner, levels: [level, ...inner.levels] };
  }
  if (link.kind !== 'equal') return undefined;
  for (const [key, sought] of [[link.left, link.right] as const, [link.right, link.left] as const]) {
    if (!mentions(key, rebuildTerm, around) && !mentions(sought, rebuildTerm, bound))
      return { levels: [level], key, sought };
  }
  return undefined;
}

/** The negation, so that what is joined by `or` in an `every` is joined by `and`. */
function negation(cond: Cond): Cond {
  switch (cond.kind) {
    case 'not':
      return cond.of;
    case 'and':
      return { kind: 'or', of: cond.of.map(negation) };
    case 'or':
      return { kind: 'and', of: cond.of.map(negation) };
    case 'every':
      return { ...cond, kind: 'some', where: negation(cond.where) };
    default:
      return { kind: 'not', of: cond };
  }
}

/** Whether a node reads, or binds, one of the names. */
function mentions<T>(node: T, rebuild: (node: T, rewrite: Rewrite) => T, names: readonly string[]): boolean {
  let found = false;
  const see = (each: string) => {
    found ||= names.includes(each);
  };
  rebuild(node, {
    ...identity,
    ref: (ref) => {
      see(ref.from);
      return ref;
    },
    bind: (each) => {
      see(each);
      return each;
    },
  });
  return found;
}

/** After what is compared: `volumeMounts_name`. */
function wanted({ levels, key }: Join): string {
  const source = levels.at(-1)?.in;
  const list = source?.kind === 'items' ? source.list.path.at(-1) : source?.kind;
  const field = key.kind === 'value' ? key.ref.path.at(-1) : undefined;
  return [list, field].filter((each) => each !== undefined).join('_');
}

/** The keys of all elements that are meant: a list, of lists where there are several levels, none of them empty. */
function keysOf(levels: readonly Level[], key: Term, scope: Scope, print: Print): Typed {
  const [level, ...deeper] = levels;
  if (level === undefined) return termExpr(key, scope);
  const { guards, each, which, bound } = elementsOf(level.in, scope);
  const asked = unknown(scope, guards);
  const { identifier, inner } = bind(guards.reduce(knowing, scope), level.bind, bound);
  const meant = and(...which(identifier), print({ kind: 'and', of: level.where }, inner));
  const { expr, type } = keysOf(deeper, key, knowing(inner, meant), print);
  const all = method(kept(each, identifier, meant), 'map', identifier, expr);
  const group = name(freshIn('group', scope.identifiers));
  const filled = method(all, 'filter', group, binary(size(group), '>', literal(0)));
  return { expr: ternary(and(...asked), deeper.length === 0 ? all : filled, list()), type };
}

function among(sought: Expr, keys: Expr, depth: number, scope: Scope): Expr {
  if (depth === 1) return binary(sought, 'in', keys);
  const free = freshIn('group', scope.identifiers);
  const inside = { ...scope, identifiers: new Set([...scope.identifiers, free]) };
  return method(keys, 'exists', name(free), among(sought, name(free), depth - 1, inside));
}
