/** What an API server of 1.24 makes of pods that newer ones leave as they are. */
import { get, mapContainers, mapObject, objectAt, stringAt, withKey } from '../../admission/json.js';
import type { Cond, Ref, Term } from '../../ir/types.js';
import type { JsonObject } from '../../manifest/types.js';
import { annotationOf, containerKey, fieldOf, localPrefix, podKey } from './fields/seccomp-names.js';

const annotations: Ref = { from: 'pod', path: ['metadata', 'annotations'] };

/** An annotation, and no field beside it. Of this one, a profile without a name, 1.24 makes none. */
const annotatedAlone = (key: Term, ref: Ref): Cond => ({
  kind: 'and',
  of: [
    { kind: 'hasKey', map: annotations, key },
    {
      kind: 'not',
      of: {
        kind: 'equal',
        left: { kind: 'lookup', map: annotations, key, absent: '' },
        right: { kind: 'literal', value: localPrefix },
      },
    },
    { kind: 'not', of: { kind: 'present', ref } },
  ],
});

const profile = ['securityContext', 'seccompProfile'] as const;

/**
 * Pods with image volumes, whose source it drops; with annotations of which it makes fields; and with ephemeral containers, which are
 * added in a way that the plugin does not see.
 */
export const seenOtherwise: readonly Cond[] = [
  {
    kind: 'some',
    bind: 'container',
    in: { kind: 'containers', of: 'pod', groups: ['ephemeral'] },
    where: { kind: 'constant', value: true },
  },
  {
    kind: 'some',
    bind: 'volume',
    in: { kind: 'items', list: { from: 'pod', path: ['spec', 'volumes'] } },
    where: { kind: 'present', ref: { from: 'volume', path: ['image'] } },
  },
  annotatedAlone({ kind: 'literal', value: podKey }, { from: 'pod', path: ['spec', ...profile] }),
  {
    kind: 'some',
    bind: 'container',
    in: { kind: 'containers', of: 'pod', groups: ['init', 'regular'] },
    where: annotatedAlone(
      {
        kind: 'concat',
        parts: [
          { kind: 'literal', value: containerKey },
          { kind: 'value', ref: { from: 'container', path: ['name'] }, absent: '' },
        ],
      },
      { from: 'container', path: profile },
    ),
  },
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
