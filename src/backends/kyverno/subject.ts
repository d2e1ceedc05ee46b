/** What Kyverno hands to an expression: the object of a request, or a manifest, as JSON. */
import {
  binary,
  jsonNamespaceOf,
  jsonOldPodOf,
  jsonPodOf,
  literal,
  name,
  not,
  type Subject,
  select,
  yes,
} from '../cel/index.js';
import { isPod, type Shape } from '../shapes.js';

/**
 * The object before the update is null where there is none in a ClusterPolicy, and an empty object in a ValidatingPolicy.
 * A background scan says that it creates what is there.
 */
export function subjectOf(shape: Shape): Subject {
  return {
    kind: 'json',
    pod: jsonPodOf(name('object'), shape),
    old: jsonOldPodOf(name('oldObject'), shape),
    namespace: jsonNamespaceOf(name('object')),
    created: isPod(shape) ? not(binary(select(name('request'), 'operation'), '==', literal('UPDATE'))) : yes,
  };
}

/** Of a condition that an update alone depends on: then there is an object before it. */
export function updatedSubjectOf(shape: Shape): Subject {
  const subject = subjectOf(shape);
  return isPod(shape) && subject.kind === 'json' ? { ...subject, old: name('oldObject') } : subject;
}
