/**
 * What an API server writes into pods when they are created, and a rule that reads it: on top of an encoding that reads what
 * is written.
 */
import { type Annotated, localhost } from './app-armor.js';
import type { Encoding, Presence } from './encoding.js';
import { given } from './encoding.js';
import { and, binary, type Expr, literal, method, or, ternary } from './expr.js';
import { childOf, type Place, parentOf, placeAt, type Step } from './place.js';

/** What the pods of a policy are read with. */
export interface Preparation {
  readonly hostNetwork: Expr;
  readonly annotated: () => Annotated;
}

/** The profile of a container, or a field of it: the way to it leads through the profile, which may come from an annotation. */
export const leadsThroughProfile = (place: Place): boolean => place.steps.some(isProfile);

const isProfile = ({ owner, name }: Step) => owner === 'SecurityContext' && name === 'appArmorProfile';

/** defaultHostNetworkPorts: with hostNetwork, a hostPort that is missing becomes the containerPort. */
export function hostPortPresence(base: Encoding, place: Place, { hostNetwork }: Preparation): Presence {
  const copied = and(hostNetwork, ...given(base, containerPortOf(place)));
  const path = base.presence(parentOf(place)).path;
  return { path: [...path, or(and(...given(base, place)), copied)], value: [] };
}

export function hostPortRead(base: Encoding, place: Place): Expr {
  return ternary(and(...given(base, place)), base.read(place), base.read(containerPortOf(place)));
}

const containerPortOf = (place: Place) => childOf(parentOf(place), 'containerPort');

export function profilePresence(base: Encoding, place: Place, preparation: Preparation): Presence {
  const { annotated, annotation } = profileOf(base, place, preparation);
  const fromAnnotation =
    place.steps.at(-1)?.name === 'localhostProfile'
      ? and(annotated, method(annotation, 'startsWith', literal(localhost)))
      : annotated;
  // An annotated container has no profile of its own, so where one is written that is all there is.
  return { path: [or(and(...given(base, place)), fromAnnotation)], value: [] };
}

export function profileRead(base: Encoding, place: Place, preparation: Preparation): Expr {
  const own = base.read(place);
  const { annotation } = profileOf(base, place, preparation);
  const written = and(...base.presence(place).path);
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

/** Whether a profile comes from an annotation, and that. */
function profileOf(base: Encoding, place: Place, preparation: Preparation) {
  const { names, annotationOf } = preparation.annotated();
  const name = placeAt(place.root, ['name']);
  const container = ternary(and(...given(base, name)), base.read(name), literal(''));
  return {
    annotated: binary(container, 'in', names),
    annotation: annotationOf(container),
  };
}
