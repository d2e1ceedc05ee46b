/** What a condition sees where it stands: bound elements, and what is known to hold there. */
import type { FieldType } from '../../schema/index.js';
import { CannotSay } from './cannot-say.js';
import type { Encoding } from './encoding.js';
import { conjuncts, type Expr, keyOf, name } from './expr.js';
import { freshIn } from './names.js';
import type { Root } from './place.js';

/** What all rules of a policy share. */
export interface World {
  readonly encoding: Encoding;
  readonly pod: Root;
  readonly old: Root;
  /** The namespace of the request. */
  readonly namespace: Expr;
  /** What is done with the object. */
  readonly operation: Expr;
  /** Names an expression once for the whole policy, after `wanted`, and refers to it. */
  share(wanted: string, expr: Expr): Expr;
}

export type Bound =
  | { readonly kind: 'element'; readonly root: Root }
  /** An entry of a string map. */
  | { readonly kind: 'entry'; readonly key: Expr; readonly value: Expr; readonly prefix: string };

export interface Scope {
  readonly world: World;
  readonly bound: ReadonlyMap<string, Bound>;
  readonly identifiers: ReadonlySet<string>;
  /** Keys of conditions that hold, or else the expression around this one has its value without it. */
  readonly known: ReadonlySet<string>;
}

export function outermost(world: World): Scope {
  return { world, bound: new Map(), identifiers: new Set(), known: new Set() };
}

export function knowing(scope: Scope, fact: Expr): Scope {
  return { ...scope, known: new Set([...scope.known, ...conjuncts(fact).map(keyOf)]) };
}

/** Those conditions that are not known to hold. */
export function unknown(scope: Scope, conditions: readonly Expr[]): readonly Expr[] {
  return conditions.filter((each) => !scope.known.has(keyOf(each)));
}

/** Binds a name of the IR: gives the identifier, and the scope inside. */
export function bind(
  scope: Scope,
  wanted: string,
  make: (element: Expr) => Bound,
): { readonly identifier: Expr; readonly inner: Scope } {
  // The IR numbers the names of a control; here each expression has few of them.
  const free = freshIn(wanted.replace(/\d+$/, '') || wanted, scope.identifiers);
  const identifier = name(free);
  return {
    identifier,
    inner: {
      ...scope,
      bound: new Map(scope.bound).set(wanted, make(identifier)),
      identifiers: new Set([...scope.identifiers, free]),
    },
  };
}

export const elementRoot = (expr: Expr, type: FieldType, pod: Root['pod']): Root => ({
  expr,
  type,
  guards: [],
  sure: [],
  whole: false,
  pod,
});

export function boundOf(scope: Scope, from: string): Bound {
  if (from === 'pod') return { kind: 'element', root: scope.world.pod };
  if (from === 'old') return { kind: 'element', root: scope.world.old };
  const bound = scope.bound.get(from);
  if (bound === undefined) throw new CannotSay(`nothing is bound to the name ${from}`);
  return bound;
}
