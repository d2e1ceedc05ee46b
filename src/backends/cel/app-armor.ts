/** Annotations that become AppArmor profiles: what an API server copies into the containers of a pod that is created. */
import type { Cond, Ref, Term } from '../../ir/types.js';
import { condition } from './condition.js';
import { given } from './encoding.js';
import {
  and,
  binary,
  bound,
  call,
  concat,
  type Expr,
  emptyMap,
  list,
  literal,
  method,
  not,
  or,
  size,
  ternary,
} from './expr.js';
import { placeAt } from './place.js';
import { bind, outermost, type World } from './scope.js';
import { elementsOf, mapAt } from './source.js';
import { nameOf } from './term.js';

export const annotationPrefix = 'container.apparmor.security.beta.kubernetes.io/';
export const localhost = 'localhost/';

/** The containers of a pod whose profile comes from an annotation. */
export interface Annotated {
  /** Their names. */
  readonly names: Expr;
  /** The annotation of the container of this name; only of use for one of `names`. */
  readonly annotationOf: (container: Expr) => Expr;
}

/**
 * applyAppArmorVersionSkew: the containers without a profile that get one from an annotation, because it is valid and not
 * that of the pod; none on Windows. For a world that reads what is written.
 *
 * @param share names an expression, so that it is written once.
 */
export function annotatedContainers(world: World, share: (wanted: string, expr: Expr) => Expr): Annotated {
  const scope = outermost(world);
  const { guards, map, valueUnder } = mapAt({ from: 'pod', path: ['metadata', 'annotations'] }, scope);
  const annotations = ternary(and(...guards), map, emptyMap);
  const keyOf = (container: Expr) => concat([literal(annotationPrefix), container]);
  const annotationOf = (container: Expr) => valueUnder(keyOf(container));
  const { each, bound: boundTo } = elementsOf(
    { kind: 'containers', of: 'pod', groups: ['init', 'regular', 'ephemeral'] },
    scope,
  );
  const { identifier, inner } = bind(scope, 'container', boundTo);
  const container = nameOf('container', inner);
  const own: Cond = {
    kind: 'present',
    ref: { from: 'container', path: ['securityContext', 'appArmorProfile'] },
  };
  const where = and(
    binary(keyOf(container), 'in', annotations),
    not(condition(own, inner)),
    bound(annotationOf(container), 'annotation', (annotation) =>
      and(isValid(annotation), not(isThatOfPod(world, annotation))),
    ),
  );
  const windows: Cond = {
    kind: 'equal',
    left: { kind: 'value', ref: { from: 'pod', path: ['spec', 'os', 'name'] }, absent: '' },
    right: { kind: 'literal', value: 'windows' },
  };
  const names = method(method(each, 'filter', identifier, where), 'map', identifier, container);
  return {
    names: share('app_armor_by_annotation', ternary(condition(windows, scope), list(), names)),
    annotationOf,
  };
}

/** ValidateAppArmorProfileField: what gives no valid profile is not copied. */
function isValid(annotation: Expr): Expr {
  const profile = method(annotation, 'substring', literal(localhost.length));
  const maxBytes = 4095;
  return or(
    binary(annotation, 'in', list(literal('unconfined'), literal('runtime/default'))),
    and(
      method(annotation, 'startsWith', literal(localhost)),
      binary(annotation, '!=', literal(localhost)),
      binary(method(profile, 'trim'), '==', profile),
      binary(size(call('bytes', annotation)), '<=', literal(localhost.length + maxBytes)),
    ),
  );
}

function isThatOfPod(world: World, annotation: Expr): Expr {
  const at = (...path: readonly string[]): Ref => ({
    from: 'pod',
    path: ['spec', 'securityContext', 'appArmorProfile', ...path],
  });
  const type: Term = { kind: 'value', ref: at('type'), absent: '' };
  const is = (value: string): Cond => ({ kind: 'equal', left: type, right: { kind: 'literal', value } });
  const scope = outermost(world);
  const profile = placeAt(world.pod, at('localhostProfile').path);
  return or(
    and(condition(is('Unconfined'), scope), binary(annotation, '==', literal('unconfined'))),
    and(condition(is('RuntimeDefault'), scope), binary(annotation, '==', literal('runtime/default'))),
    and(
      condition(is('Localhost'), scope),
      ...given(world.encoding, profile),
      binary(annotation, '==', concat([literal(localhost), world.encoding.read(profile)])),
    ),
  );
}
