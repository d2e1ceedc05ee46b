/** What a program judges: where the pod is in an object, and by which encoding it is read. */
import { isPod, type Shape } from '../shapes.js';
import { type Annotated, annotatedContainers } from './app-armor.js';
import { condition } from './condition.js';
import type { Encoding } from './encoding.js';
import { and, binary, call, type Expr, emptyMap, list, literal, name, not, select, ternary } from './expr.js';
import { jsonEncoding } from './json.js';
import { manifestEncoding } from './manifests.js';
import { fieldOf, hasKey } from './names.js';
import type { Root } from './place.js';
import type { Preparation } from './prepared.js';
import { outermost, type World } from './scope.js';
import { templateEncoding } from './templates.js';
import { ofRequest } from './term.js';
import { typedEncoding } from './typed.js';

export type Subject =
  /** Objects of one shape as an API server hands them to its own policies. */
  | { readonly kind: 'typed'; readonly shape: Shape }
  /** JSON, of a manifest or of a request. */
  | {
      readonly kind: 'json';
      /** The pod, or its template; an empty object where there is none. */
      readonly pod: Expr;
      /** The same of the object before an update; an empty object where there was none. */
      readonly old: Expr;
      /** Whether the pod is still to be created: of a template it always is. */
      readonly created: Expr;
      /** The namespace of the request or, where there is no request, of the manifest; a string. */
      readonly namespace: Expr;
      /** What is done with the object, where the request itself need not say it. */
      readonly operation?: Expr;
    };

/** The pod in a JSON object of a shape, an empty object where there is none. Nothing on the way needs to be there. */
export function jsonPodOf(object: Expr, shape: Shape): Expr {
  return isPod(shape) ? object : at(object, shape.path);
}

/** @param guards what must hold of `of` for it to be read, such as that it is not null. */
function at(
  of: Expr,
  path: readonly string[],
  guards: readonly Expr[] = [],
  otherwise: Expr = emptyMap,
): Expr {
  const conditions = [...guards];
  let here = of;
  for (const step of path) {
    const next = fieldOf(here, step);
    conditions.push(hasKey(here, step), not(binary(next, '==', literal(null))));
    here = next;
  }
  return ternary(and(...conditions), here, otherwise);
}

/** The same of an object that may be null, as `oldObject` is. */
export function jsonOldPodOf(object: Expr, shape: Shape): Expr {
  return at(object, shape.path, [not(binary(object, '==', literal(null)))]);
}

/** The namespace that a request is for or, where it does not say, that its object is to be in. */
export function jsonNamespaceOf(object: Expr): Expr {
  const given = select(name('request'), 'namespace');
  const own = at(object, ['metadata', 'namespace'], [], literal(''));
  return ternary(and(call('has', given), not(binary(given, '==', literal('')))), given, own);
}

/** Names an expression once, after `wanted`, and refers to it. */
export type Share = (wanted: string, expr: Expr) => Expr;

/** Where names cannot be given, everything is written out. */
export const inPlace: Share = (_wanted, expr) => expr;

const type = { kind: 'struct', type: 'Pod' } as const;

const requestOperation = select(name('request'), 'operation');

export function worldOf(subject: Subject, share: Share): World {
  return subject.kind === 'typed' ? typedWorld(subject.shape, share) : jsonWorld(subject, share);
}

function typedWorld(shape: Shape, share: Share): World {
  const pod = isPod(shape) ? name('object') : share('pod', select(name('object'), ...shape.path));
  // Every object has metadata, a template need not: its converter may leave an empty struct out one day.
  const sure = isPod(shape) ? ['metadata', 'spec'] : ['spec'];
  const old = select(name('oldObject'), ...shape.path);
  const onUpdate = not(binary(name('oldObject'), '==', literal(null)));
  const root: Root = { expr: pod, type, guards: [], sure, whole: true, pod: 'pod' };
  const world: World = {
    encoding: typedEncoding,
    pod: root,
    old: { ...root, expr: old, guards: [onUpdate], pod: 'old' },
    namespace: ofRequest('namespace'),
    operation: requestOperation,
    share,
  };
  if (isPod(shape)) return world;
  return { ...world, encoding: prepared(world, literal(true), templateEncoding) };
}

function jsonWorld(subject: Subject & { kind: 'json' }, share: Share): World {
  const rootOf = (pod: Root['pod']): Root => {
    const expr = () => share(pod === 'pod' ? 'pod' : 'oldPod', pod === 'pod' ? subject.pod : subject.old);
    return {
      // Named where it is read, so that a policy that does not read it does not have it.
      get expr() {
        return expr();
      },
      type,
      guards: [],
      sure: [],
      whole: true,
      pod,
      part: (field) => {
        if ((field !== 'spec' && field !== 'metadata') || share === inPlace) return undefined;
        const wanted = pod === 'pod' ? field : `old${field.charAt(0).toUpperCase()}${field.slice(1)}`;
        return share(wanted, at(expr(), [field]));
      },
    };
  };
  const world: World = {
    encoding: jsonEncoding,
    pod: rootOf('pod'),
    old: rootOf('old'),
    namespace: subject.namespace,
    operation: subject.operation ?? requestOperation,
    share,
  };
  return { ...world, encoding: prepared(world, subject.created, manifestEncoding) };
}

/** An encoding that reads what preparation writes. `plain` reads what is written. */
function prepared(
  plain: World,
  created: Expr,
  encoding: (preparationOf: (pod: 'pod' | 'old') => Preparation) => Encoding,
): Encoding {
  const known = new Map<'pod' | 'old', Preparation>();
  return encoding((pod) => {
    const found =
      known.get(pod) ?? preparationOf(pod === 'pod' ? plain : { ...plain, pod: plain.old }, created);
    known.set(pod, found);
    return found;
  });
}

function preparationOf(world: World, created: Expr): Preparation {
  let annotated: Annotated | undefined;
  return {
    hostNetwork: condition(
      { kind: 'present', ref: { from: 'pod', path: ['spec', 'hostNetwork'] } },
      outermost(world),
    ),
    annotated: () => {
      const share: Share = (wanted, names) =>
        world.share(world.pod.pod === 'old' ? `old_${wanted}` : wanted, ternary(created, names, list()));
      annotated ??= annotatedContainers(world, share);
      return annotated;
    },
  };
}
