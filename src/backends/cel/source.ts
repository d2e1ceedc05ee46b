/** What is quantified over. */
import type { ContainerGroup, Ref, Source } from '../../ir/types.js';
import type { FieldType } from '../../schema/index.js';
import { CannotSay } from './cannot-say.js';
import {
  and,
  binary,
  call,
  type Expr,
  emptyMap,
  isLiteral,
  list,
  literal,
  method,
  name,
  no,
  select,
  size,
  ternary,
} from './expr.js';
import { type Place, placeAt, typeAt } from './place.js';
import { type Bound, boundOf, elementRoot, type Scope } from './scope.js';

/** A list or the keys of a map: `each` may be read where the guards, a chain, hold. Where they don't, there is none. */
export interface Elements {
  readonly guards: readonly Expr[];
  readonly each: Expr;
  /** Which of the elements are meant. */
  readonly which: (element: Expr) => readonly Expr[];
  readonly bound: (element: Expr) => Bound;
}

const every = () => [];

export function elementsOf(source: Source, scope: Scope): Elements {
  switch (source.kind) {
    case 'containers': {
      const type = source.groups.every((group) => group === 'ephemeral') ? 'EphemeralContainer' : 'Container';
      return {
        guards: [],
        each: containers(source.of, source.groups, scope),
        which: every,
        bound: (element) => ({
          kind: 'element',
          root: elementRoot(element, { kind: 'struct', type }, source.of),
        }),
      };
    }
    case 'items': {
      const place = aggregateAt(source.list, scope);
      const type = place && typeAt(place);
      // Anything but a list has no elements.
      if (place === undefined || type?.kind !== 'list' || type.of === undefined) return nothing;
      const of = type.of;
      return {
        ...aggregate(place, list(), scope),
        which: every,
        bound: (element) => ({ kind: 'element', root: elementRoot(element, of, place.root.pod) }),
      };
    }
    case 'entries': {
      const { guards, map, counts, valueUnder } = mapAt(source.map, scope);
      const { prefix } = source;
      return {
        guards,
        each: map,
        which: (key) => [
          ...(prefix === '' ? [] : [method(key, 'startsWith', literal(prefix))]),
          ...counts(key),
        ],
        bound: (key) => ({ kind: 'entry', key, value: valueUnder(key), prefix }),
      };
    }
    case 'userGroups': {
      const groups = select(name('request'), 'userInfo', 'groups');
      return {
        guards: [call('has', select(name('request'), 'userInfo')), call('has', groups)],
        each: groups,
        which: every,
        bound: (element) => ({ kind: 'element', root: elementRoot(element, { kind: 'string' }, 'pod') }),
      };
    }
  }
}

const nothing: Elements = {
  guards: [no],
  each: list(),
  which: every,
  bound: (element) => ({ kind: 'element', root: elementRoot(element, { kind: 'raw' }, 'pod') }),
};

/** The elements as a list that is empty where there are none. */
export function listOf({ guards, each }: Elements): Expr {
  return ternary(and(...guards), each, list());
}

/** Those elements of a list for which a condition holds. */
export const kept = (each: Expr, identifier: Expr, where: Expr): Expr =>
  isLiteral(where, true) ? each : method(each, 'filter', identifier, where);

/** A string map, or one whose values CEL can write as strings. */
export interface StringMap {
  /** A chain; where it does not hold, there is no map. */
  readonly guards: readonly Expr[];
  readonly map: Expr;
  readonly of: FieldType;
  /** What must hold of a key for its entry to count. */
  readonly counts: (key: Expr) => readonly Expr[];
  /** The value under a key that is in the map. */
  readonly valueUnder: (key: Expr) => Expr;
}

export function mapAt(ref: Ref, scope: Scope): StringMap {
  const place = aggregateAt(ref, scope);
  const type = place && typeAt(place);
  if (place === undefined || type?.kind !== 'map' || type.of === undefined) {
    throw new CannotSay(`${[ref.from, ...ref.path].join('.')} is no map`);
  }
  const { guards, each } = aggregate(place, emptyMap, scope);
  const { encoding } = scope.world;
  return {
    guards,
    map: each,
    of: type.of,
    counts: (key) => encoding.counts(place, key),
    valueUnder: (key) => encoding.entry(each, key),
  };
}

/** A map of the pod, empty where it is absent. */
export function mapOf(ref: Ref, scope: Scope): Expr {
  const { guards, map } = mapAt(ref, scope);
  return ternary(and(...guards), map, emptyMap);
}

/** Undefined inside an entry of a map, where there is no list and no map. */
function aggregateAt(ref: Ref, scope: Scope): Place | undefined {
  const bound = boundOf(scope, ref.from);
  return bound.kind === 'entry' ? undefined : placeAt(bound.root, ref.path);
}

/** What starts at the pod is the same for all rules, so it has a name of its own. */
function aggregate(
  place: Place,
  empty: Expr,
  scope: Scope,
): { readonly guards: readonly Expr[]; readonly each: Expr } {
  const { encoding } = scope.world;
  const guards = encoding.presence(place).path;
  const each = encoding.read(place);
  if (!place.root.whole) return { guards, each };
  const old = place.root === scope.world.old;
  const field = place.steps.at(-1)?.name ?? 'all';
  const wanted = old ? `old${field.charAt(0).toUpperCase()}${field.slice(1)}` : field;
  return { guards: [], each: scope.world.share(wanted, ternary(and(...guards), each, empty)) };
}

const groupFields = {
  init: 'initContainers',
  regular: 'containers',
  ephemeral: 'ephemeralContainers',
} as const;
const allGroups = ['init', 'regular', 'ephemeral'] as const;

/**
 * The groups one after the other. The elements of the groups have types of their own, and lists of different types cannot
 * be joined where types are checked, so there they are `dyn`.
 */
function containers(of: 'pod' | 'old', groups: readonly ContainerGroup[], scope: Scope): Expr {
  const { world } = scope;
  const root = of === 'pod' ? world.pod : world.old;
  const chosen = allGroups.filter((group) => groups.includes(group));
  const parts = chosen.map((group) => {
    const place = placeAt(root, ['spec', groupFields[group]]);
    const read = world.encoding.read(place);
    return ternary(
      and(...world.encoding.presence(place).path),
      chosen.length > 1 ? call('dyn', read) : read,
      list(),
    );
  });
  const [first, ...rest] = parts;
  if (first === undefined) return list();
  const wanted = `${chosen.length === 3 ? '' : chosen.map((group) => `${group}_`).join('')}containers`;
  const joined = rest.reduce((left, right) => binary(left, '+', right), first);
  return world.share(of === 'old' ? `old_${wanted}` : wanted, joined);
}

export function sizeOf(source: Source, scope: Scope): Expr {
  const elements = elementsOf(source, scope);
  const key = name('key');
  const which = elements.which(key);
  const meant = which.length === 0 ? elements.each : method(elements.each, 'filter', key, and(...which));
  return ternary(and(...elements.guards), size(meant), literal(0));
}
