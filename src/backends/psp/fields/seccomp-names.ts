/** Profiles of seccomp as an API server of 1.24 has them: fields, and annotations that name them. */
import type { Json, JsonObject } from '../../../manifest/types.js';
import { valueAt } from './samples.js';

export const podKey = 'seccomp.security.alpha.kubernetes.io/pod';
/** The name of a container follows. */
export const containerKey = `container.${podKey.replace(/pod$/, '')}`;

export const localPrefix = 'localhost/';

/** Names that are all of a profile; of the two of the runtime's own the first is what a field is called. */
const types: Readonly<Record<string, string>> = {
  'runtime/default': 'RuntimeDefault',
  'docker/default': 'RuntimeDefault',
  unconfined: 'Unconfined',
};

/** The profile that an annotation names (SeccompFieldForAnnotation); undefined where it names none. */
export function fieldOf(annotation: string): JsonObject | undefined {
  const type = Object.hasOwn(types, annotation) ? types[annotation] : undefined;
  if (type !== undefined) return { type };
  const path = annotation.slice(localPrefix.length);
  return annotation.startsWith(localPrefix) && path !== ''
    ? { type: 'Localhost', localhostProfile: path }
    : undefined;
}

/** A field as an annotation names it (SeccompAnnotationForField). */
export function annotationOf(field: Json): string {
  const known = Object.entries(types).find(([, type]) => type === valueAt(field, ['type']));
  return known?.[0] ?? `${localPrefix}${String(valueAt(field, ['localhostProfile']))}`;
}
