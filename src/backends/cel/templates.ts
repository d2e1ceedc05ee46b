/**
 * The typed encoding for pod templates. An API server does not prepare a template as it does a pod, but the pods that are
 * made of it will have what preparation writes, so that is what is read.
 */
import type { Cond, Ref, Term } from '../../ir/types.js';
import type { computedDefaultRules } from '../../schema/index.js';
import { CannotSay, OnlyInPods } from './cannot-say.js';
import { condition } from './condition.js';
import { type Encoding, given, type Presence } from './encoding.js';
import {
  and,
  binary,
  call,
  concat,
  type Expr,
  index,
  list,
  literal,
  method,
  not,
  or,
  select,
  size,
  ternary,
} from './expr.js';
import { childOf, type Place, parentOf, placeAt, type Step } from './place.js';
import { bind, outermost, type World } from './scope.js';
import { elementsOf } from './source.js';
import { typedEncoding } from './typed.js';

/** What the templates of a policy are read with. */
export interface Preparation {
  readonly hostNetwork: Expr;
  /** The names of the containers whose profile comes from an annotation, and the annotations. */
  annotated(): { readonly names: Expr; readonly annotations: Expr };
}

/** How a computed default is known of a template: it is in the template already, or it follows from it, or it is not. */
const known: Readonly<
  Record<(typeof computedDefaultRules)[number], 'written' | 'hostPort' | 'profile' | 'resources' | 'unknown'>
> = {
  appArmorFromAnnotation: 'profile',
  emptyDirWithoutSource: 'written',
  hostPortUnderHostNetwork: 'hostPort',
  imagePullPolicyFromTag: 'written',
  podGeneration: 'unknown',
  podLevelLimits: 'resources',
  requestsFromLimits: 'resources',
  selectorFromMatchLabelKeys: 'unknown',
  serviceAccountAlias: 'written',
};

const isRule = (rule: string): rule is keyof typeof known => Object.hasOwn(known, rule);

type Prepared = 'written' | 'hostPort' | 'profile' | 'constant';

export function templateEncoding(preparation: Preparation): Encoding {
  return {
    presence(place) {
      const written = typedEncoding.presence(place);
      switch (preparedBy(place)) {
        case 'written':
          return written;
        case 'constant':
          return typedEncoding.presence(parentOf(place));
        case 'hostPort': {
          const copied = and(preparation.hostNetwork, ...given(typedEncoding, containerPortOf(place)));
          const path = typedEncoding.presence(parentOf(place)).path;
          return { path: [...path, or(and(...given(typedEncoding, place)), copied)], value: [] };
        }
        case 'profile':
          return profilePresence(place, preparation);
      }
    },
    read(place) {
      const written = typedEncoding.read(place);
      switch (preparedBy(place)) {
        case 'written':
          return written;
        case 'constant': {
          const rule = place.steps.at(-1)?.field.default;
          const value: unknown = rule?.kind === 'constant' ? rule.value : undefined;
          if (typeof value !== 'boolean') throw new CannotSay('a default that is no boolean');
          return ternary(and(...given(typedEncoding, place)), written, literal(value));
        }
        case 'hostPort':
          return ternary(
            and(...given(typedEncoding, place)),
            written,
            typedEncoding.read(containerPortOf(place)),
          );
        case 'profile':
          return profileRead(place, written, preparation);
      }
    },
  };
}

function preparedBy(place: Place): Prepared {
  // The way to a field of a profile leads through the profile, which may come from an annotation.
  if (place.steps.some(isProfile)) return 'profile';
  const last = place.steps.at(-1);
  const rule = last?.field.default;
  // SetDefaults_Pod; all other constants are those of a PodSpec.
  if (last?.owner === 'PodSpec' && last.name === 'enableServiceLinks') return 'constant';
  if (last === undefined || rule?.kind !== 'computed' || !isRule(rule.rule)) return 'written';
  const how = known[rule.rule];
  const computed =
    how === 'resources' ? place.root.whole || rule.rule === 'requestsFromLimits' : how === 'unknown';
  if (computed)
    throw new OnlyInPods(`an API server fills in ${last.owner}.${last.name} of pods, not of their templates`);
  return how === 'hostPort' || how === 'profile' ? how : 'written';
}

/** defaultHostNetworkPorts: with hostNetwork, a hostPort that is missing becomes the containerPort. */
const containerPortOf = (place: Place) => childOf(parentOf(place), 'containerPort');

/** The profile of a container, not that of the pod. */
const isProfile = ({ owner, name }: Step) => owner === 'SecurityContext' && name === 'appArmorProfile';

const annotationPrefix = 'container.apparmor.security.beta.kubernetes.io/';
const localhost = 'localhost/';

/** The place of the profile, and the annotation of the container. */
function profileOf(place: Place, { annotated }: Preparation) {
  const profile = placeAt(place.root, ['securityContext', 'appArmorProfile']);
  const { names, annotations } = annotated();
  const container = select(place.root.expr, 'name');
  return {
    written: and(...given(typedEncoding, profile)),
    annotated: binary(container, 'in', names),
    annotation: index(annotations, concat([literal(annotationPrefix), container])),
  };
}

function profilePresence(place: Place, preparation: Preparation): Presence {
  const { annotated, annotation } = profileOf(place, preparation);
  const fromAnnotation =
    place.steps.at(-1)?.name === 'localhostProfile'
      ? and(annotated, method(annotation, 'startsWith', literal(localhost)))
      : annotated;
  // An annotated container has no profile of its own, so where one is written that is all there is.
  return { path: [or(and(...given(typedEncoding, place)), fromAnnotation)], value: [] };
}

function profileRead(place: Place, own: Expr, preparation: Preparation): Expr {
  const { written, annotation } = profileOf(place, preparation);
  const is = (text: string) => binary(annotation, '==', literal(text));
  switch (place.steps.at(-1)?.name) {
    case 'type': {
      const unconfined = ternary(is('unconfined'), literal('Unconfined'), literal('Localhost'));
      return ternary(written, own, ternary(is('runtime/default'), literal('RuntimeDefault'), unconfined));
    }
    case 'localhostProfile':
      return ternary(written, own, method(annotation, 'substring', literal(localhost.length)));
    default:
      return own;
  }
}

/**
 * applyAppArmorVersionSkew: the names of the containers without a profile that get one from an annotation, because it is
 * valid and not that of the pod; none on Windows. For a world that reads what is written.
 */
export function annotatedContainers(world: World, annotations: Expr): Expr {
  const scope = outermost(world);
  const { each, bound } = elementsOf(
    { kind: 'containers', of: 'pod', groups: ['init', 'regular', 'ephemeral'] },
    scope,
  );
  const { identifier, inner } = bind(scope, 'container', bound);
  const key = concat([literal(annotationPrefix), select(identifier, 'name')]);
  const annotation = index(annotations, key);
  const own: Cond = {
    kind: 'present',
    ref: { from: 'container', path: ['securityContext', 'appArmorProfile'] },
  };
  const where = and(
    binary(key, 'in', annotations),
    not(condition(own, inner)),
    isValid(annotation),
    not(isThatOfPod(world, annotation)),
  );
  const windows: Cond = {
    kind: 'equal',
    left: { kind: 'value', ref: { from: 'pod', path: ['spec', 'os', 'name'] }, absent: '' },
    right: { kind: 'literal', value: 'windows' },
  };
  const names = method(
    method(each, 'filter', identifier, where),
    'map',
    identifier,
    select(identifier, 'name'),
  );
  return ternary(condition(windows, scope), list(), names);
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
