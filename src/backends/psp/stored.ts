/** What an API server of 1.24 makes of pods that newer ones leave as they are. */
import { get, mapContainers, mapObject, objectAt, stringAt, withKey } from '../../admission/json.js';
import type { Cond } from '../../ir/types.js';
import type { JsonObject } from '../../manifest/types.js';
import { annotationOf, containerKey, fieldOf, podKey } from './fields/seccomp-names.js';

const annotated = (prefix: string): Cond => ({
  kind: 'some',
  bind: 'entry',
  in: { kind: 'entries', map: { from: 'pod', path: ['metadata', 'annotations'] }, prefix },
  where: { kind: 'constant', value: true },
});

/** Pods with image volumes, whose source it drops, and with annotations that it makes fields of. */
export const seenOtherwise: readonly Cond[] = [
  {
    kind: 'some',
    bind: 'volume',
    in: { kind: 'items', list: { from: 'pod', path: ['spec', 'volumes'] } },
    where: { kind: 'present', ref: { from: 'volume', path: ['image'] } },
  },
  annotated(podKey),
  annotated(containerKey),
];

/**
 * The pod as it is stored: a profile of seccomp that is an annotation becomes a field, and the other way round
 * (applySeccompVersionSkew in pkg/registry/core/pod/strategy.go of Kubernetes 1.24.17).
 */
export function stored(pod: JsonObject): JsonObject {
  let annotations = objectAt(objectAt(pod, 'metadata'), 'annotations') ?? {};
  const sync = (holder: JsonObject, key: string): JsonObject => {
    const context = objectAt(holder, 'securityContext');
    const field = objectAt(context, 'seccompProfile');
    const annotation = get(annotations, key);
    if (field !== undefined && annotation === undefined)
      annotations = withKey(annotations, key, annotationOf(field));
    if (field !== undefined || typeof annotation !== 'string') return holder;
    const profile = fieldOf(annotation);
    if (profile === undefined) return holder;
    return withKey(holder, 'securityContext', withKey(context ?? {}, 'seccompProfile', profile));
  };
  const synced = mapContainers(
    mapObject(pod, 'spec', (spec) => sync(spec, podKey)),
    (container) => sync(container, `${containerKey}${stringAt(container, 'name')}`),
  );
  if (Object.keys(annotations).length === 0) return synced;
  return withKey(synced, 'metadata', withKey(objectAt(synced, 'metadata') ?? {}, 'annotations', annotations));
}
