import { describe, expect, it } from 'vitest';
import { stored } from '../../../src/backends/psp/stored.js';
import type { JsonObject } from '../../../src/manifest/types.js';

const podKey = 'seccomp.security.alpha.kubernetes.io/pod';
const appKey = 'container.seccomp.security.alpha.kubernetes.io/app';

const pod = (annotations: JsonObject | undefined, spec: JsonObject): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: annotations === undefined ? { name: 'a' } : { name: 'a', annotations },
  spec,
});
const context = (seccompProfile: JsonObject): JsonObject => ({ securityContext: { seccompProfile } });

describe('a pod as 1.24 stores it', () => {
  it.each([
    ['runtime/default', { type: 'RuntimeDefault' }],
    ['docker/default', { type: 'RuntimeDefault' }],
    ['unconfined', { type: 'Unconfined' }],
    ['localhost/a/b', { type: 'Localhost', localhostProfile: 'a/b' }],
  ])('has the annotation %s as a field', (annotation, field) => {
    expect(stored(pod({ [podKey]: annotation }, { containers: [{ name: 'app' }] }))).toEqual(
      pod({ [podKey]: annotation }, { containers: [{ name: 'app' }], ...context(field) }),
    );
    for (const group of ['containers', 'initContainers', 'ephemeralContainers'])
      expect(
        stored(pod({ [appKey]: annotation }, { [group]: [{ name: 'app' }, { name: 'other' }] })),
      ).toEqual(
        pod({ [appKey]: annotation }, { [group]: [{ name: 'app', ...context(field) }, { name: 'other' }] }),
      );
  });

  it.each(['localhost/', '', 'nothing', 'toString'])(
    'knows no field for the annotation "%s"',
    (annotation) => {
      const given = pod({ [podKey]: annotation, [appKey]: annotation }, { containers: [{ name: 'app' }] });
      expect(stored(given)).toEqual(given);
    },
  );

  it('has a field as an annotation, named in one way', () => {
    const given = {
      ...context({ type: 'Unconfined' }),
      containers: [{ name: 'app', ...context({ type: 'RuntimeDefault' }) }],
    };
    expect(stored(pod(undefined, given))).toEqual(
      pod({ [podKey]: 'unconfined', [appKey]: 'runtime/default' }, given),
    );
    const local = { containers: [{ name: 'app', ...context({ type: 'Localhost', localhostProfile: 'x' }) }] };
    expect(stored(pod({ other: '1' }, local))).toEqual(pod({ other: '1', [appKey]: 'localhost/x' }, local));
  });

  it('keeps a field and an annotation as they are', () => {
    const given = pod(
      { [podKey]: 'unconfined' },
      { ...context({ type: 'RuntimeDefault' }), containers: [{ name: 'app' }] },
    );
    expect(stored(given)).toEqual(given);
  });

  it('adds nothing where nothing is said', () => {
    const given = pod(undefined, { containers: [{ name: 'app' }] });
    expect(stored(given)).toEqual(given);
  });
});
