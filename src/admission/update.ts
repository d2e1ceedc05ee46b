import type { JsonObject } from '../manifest/types.js';
import { objectAt, objectsAt, stringAt } from './json.js';

/**
 * Whether an UPDATE is judged: isSignificantPodUpdate of pod-security-admission/admission/admission.go. Both pods
 * are decoded ones. Containers are compared by position, ephemeral containers by name.
 */
export function isJudgedUpdate(oldPod: JsonObject, newPod: JsonObject): boolean {
  const before = objectAt(oldPod, 'spec');
  const after = objectAt(newPod, 'spec');
  for (const group of ['containers', 'initContainers'] as const) {
    const old = objectsAt(before, group);
    const now = objectsAt(after, group);
    if (old.length !== now.length) return true;
    if (now.some((container, i) => image(container) !== image(old[i]))) return true;
  }
  // One that is removed changes nothing; one that is added, or has another image, does.
  return objectsAt(after, 'ephemeralContainers').some((container) => {
    const old = objectsAt(before, 'ephemeralContainers').find(
      (other) => stringAt(other, 'name') === stringAt(container, 'name'),
    );
    return !old || image(container) !== image(old);
  });
}

function image(container: JsonObject | undefined): string {
  return stringAt(container, 'image');
}

/** Subresources of a pod that cannot change its spec: ignoredPodSubresources of the same file. */
export const ignoredPodSubresources: readonly string[] = [
  'attach',
  'binding',
  'eviction',
  'exec',
  'log',
  'portforward',
  'proxy',
  'status',
];
