import { canonicalNames } from '../ir/canonical.js';
import type { Binding, Collection, Comprehension, Control as ControlNode } from '../ir/types.js';
import { type Cond, never } from './conditions.js';
import { demandKeys, PolicyError } from './error.js';
import { rememberOrigin } from './origins.js';
import { type Path, refOf } from './paths.js';
import { bindElement, type Each } from './sources.js';
import { type Operand, termNode } from './terms.js';
import { joined, named, textOf, type Words } from './wording.js';

/** What one violation looks like: when it is one, what to show of it, and which field to blame. */
export interface Violation {
  readonly where: Cond;
  /** Shown in the detail: a container's name, a value. */
  readonly show: Operand<string> | Operand<number>;
  /** The field to blame. */
  readonly at: Path<unknown>;
}

/** Violations gathered from a pod; `collect` makes a named list of them. */
export interface Gathered {
  readonly comprehension: Comprehension;
}

/** At most one violation, of the pod as a whole. */
export function once(violation: Violation): Gathered {
  return gather([], violation);
}

/** A violation for each element that is one. */
export function each<A>(of: Each<A>, violation: (a: Path<A>) => Violation): Gathered;
/** A violation for each pair of elements, the second taken from the first, that is one. */
export function each<A, B>(
  of: Each<A>,
  inner: (a: Path<A>) => Each<B>,
  violation: (a: Path<A>, b: Path<B>) => Violation,
): Gathered;
export function each<A, B>(
  of: Each<A>,
  first: ((a: Path<A>) => Violation) | ((a: Path<A>) => Each<B>),
  violation?: (a: Path<A>, b: Path<B>) => Violation,
): Gathered {
  const outer = bindElement<A>();
  const second = first(outer.element);
  const over: Binding[] = [{ bind: outer.bind, in: of.source }];
  if (!('source' in second)) return gather(over, second);
  if (violation === undefined)
    throw new TypeError('each() of two sources takes a violation as its third argument');
  const inner = bindElement<B>();
  return gather([...over, { bind: inner.bind, in: second.source }], violation(outer.element, inner.element));
}

const violationKeys: Readonly<Record<keyof Violation, true>> = { where: true, show: true, at: true };

function gather(over: readonly Binding[], violation: Violation): Gathered {
  demandKeys('a violation', violation, violationKeys);
  const { where, show, at } = violation;
  if (typeof where !== 'object' || !('cond' in where)) {
    throw new PolicyError('`where` of a violation has to be a condition, such as isTrue(...) or not(...)');
  }
  const node = typeof show === 'object' ? show.node : termNode(show);
  return { comprehension: { over, where: where.cond, show: node, at: refOf(at) } };
}

export interface CollectionSpec {
  readonly from: readonly Gathered[];
  readonly distinct: boolean;
  readonly denies: boolean;
}

/** A list whose elements deny the pod, in the order of the pod. */
export function denying(...from: readonly Gathered[]): CollectionSpec {
  return { from, distinct: false, denies: true };
}

/** As `denying`, sorted and without repeats. */
export function denyingDistinct(...from: readonly Gathered[]): CollectionSpec {
  return { from, distinct: true, denies: true };
}

/** A list that serves the wording only, sorted and without repeats. */
export function showing(...from: readonly Gathered[]): CollectionSpec {
  return { from, distinct: true, denies: false };
}

/** The rule of a control: what denies a pod, and how that is said, of collections by their names. */
export interface ControlBody<Names extends string = string> {
  /** The control judges nothing where this holds. */
  readonly unless?: Cond;
  readonly collections: Readonly<Record<Names, CollectionSpec>>;
  /** Short; the same for every pod but for singular and plural. */
  readonly reason: Words<NoInfer<Names>>;
  /** Names containers, fields and values. Left out: the names of the collections with their elements. */
  readonly detail?: Words<NoInfer<Names>>;
}

export interface ControlSpec<Names extends string = string> extends ControlBody<Names> {
  readonly id: string;
}

declare const controlBrand: unique symbol;

/** A control that a policy can take. */
export interface Control {
  readonly id: string;
  readonly node: ControlNode;
  readonly [controlBrand]?: never;
}

const controlKeys: Readonly<Record<keyof ControlSpec, true>> = {
  id: true,
  unless: true,
  collections: true,
  reason: true,
  detail: true,
};

/** Makes a control of a policy of your own. Throws a PolicyError on a key that there is not. */
export function control<const Names extends string>(spec: ControlSpec<Names>): Control {
  demandKeys(`control \`${spec.id}\``, spec, controlKeys);
  const node = controlNode(spec.id, 'custom', spec);
  rememberOrigin(node);
  return { id: spec.id, node };
}

/** The IR of a control. The same specification always gives the same IR. */
export function controlNode(id: string, level: ControlNode['level'], body: ControlBody): ControlNode {
  const collections = Object.entries(body.collections).map(
    ([name, { from, distinct, denies }]): Collection => ({
      name,
      distinct,
      denies,
      from: from.map((gathered) => gathered.comprehension),
    }),
  );
  return canonicalNames({
    id,
    level,
    unless: (body.unless ?? never).cond,
    collections,
    reason: textOf(body.reason),
    detail: textOf(body.detail ?? joined('; ', ...collections.map(({ name }) => named(name, name, name)))),
  });
}
