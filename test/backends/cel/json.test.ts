/**
 * Programs over raw JSON, run by cel-js, against `evaluate`: manifests as people write them, with null and empty values at
 * every level of a path, and the same pods after an API server has prepared them.
 */
import { describe, expect, it } from 'vitest';
import { admit } from '../../../src/admission/index.js';
import { shapes } from '../../../src/backends/shapes.js';
import * as dsl from '../../../src/dsl/index.js';
import { levelPolicy, versionsWithChanges } from '../../../src/levels/levels.js';
import type { JsonObject } from '../../../src/manifest/types.js';
import { withNames } from '../../../src/testing/named.js';
import { randomManifests } from '../rego/manifests.js';
import { boundaryManifests, levelMinor } from '../vap/corpus.js';
import { control, policyOf } from './fixture.js';
import { compare, expected, judgeOf, judges } from './manifests.js';

const pods = boundaryManifests.map(withNames);

describe('the levels on raw manifests', () => {
  for (const minor of versionsWithChanges()) {
    it.each(['baseline', 'restricted'] as const)(`%s at 1.${minor}`, (level) => {
      const policy = levelPolicy(level, minor);
      const newest = minor === levelMinor();
      const share = pods.filter((_, index) => index % (newest ? 2 : 12) === (newest ? 0 : minor % 12));
      const count = compare(policy, [
        ...share,
        ...randomManifests(minor, newest ? 1500 : 150).map(withNames),
      ]);
      expect(count.denied).toBeGreaterThan(100);
      expect(count.allowed).toBeGreaterThan(level === 'restricted' && minor > 8 ? 0 : 5);
    });
  }

  it('changes nothing on what an API server has prepared', () => {
    const policy = levelPolicy('restricted', levelMinor());
    const admitted = pods.flatMap((manifest): JsonObject[] => {
      const admission = admit(manifest);
      return admission.kind === 'workload' && admission.pod !== undefined && admission.problems.length === 0
        ? [{ apiVersion: 'v1', kind: 'Pod', ...admission.pod }]
        : [];
    });
    expect(
      compare(
        policy,
        admitted.filter((_, index) => index % 8 === 0),
      ).denied,
    ).toBeGreaterThan(100);
  });

  it('is told by the comparison when it is blind', () => {
    const policy = levelPolicy('baseline', levelMinor());
    const blind = judges({ ...policy, controls: [] });
    const seen = pods
      .slice(0, 500)
      .filter((pod) => JSON.stringify(blind(pod)) !== JSON.stringify(expected(policy, pod)));
    expect(seen.length).toBeGreaterThan(50);
  });
});

const { pod, value } = dsl;
const oneVolume = (
  where: (
    volume: Parameters<Parameters<typeof dsl.some<import('../../../src/schema/index.js').Volume>>[1]>[0],
  ) => dsl.Cond,
) => dsl.some(dsl.items(pod.spec.volumes), where);

/** What a manifest leaves to the API server, and how it may be written. */
const cases: Readonly<Record<string, { readonly where: dsl.Cond; readonly specs: readonly JsonObject[] }>> = {
  'a constant default': {
    where: dsl.equal(value(pod.spec.restartPolicy, ''), 'Always'),
    specs: [{}, { restartPolicy: null }, { restartPolicy: '' }, { restartPolicy: 'Never' }],
  },
  'a default inside an object that may be absent': {
    where: dsl.some(dsl.containers(), (c) => dsl.equal(value(c.livenessProbe.periodSeconds, 0), 10)),
    specs: [
      { containers: [{ name: 'a', image: 'b' }] },
      { containers: [{ name: 'a', image: 'b', livenessProbe: null }] },
      { containers: [{ name: 'a', image: 'b', livenessProbe: { tcpSocket: { port: 1 } } }] },
      {
        containers: [{ name: 'a', image: 'b', livenessProbe: { tcpSocket: { port: 1 }, periodSeconds: 3 } }],
      },
    ],
  },
  'two names of one field': {
    where: dsl.equal(value(pod.spec.serviceAccountName, ''), 'robot'),
    specs: [
      {},
      { serviceAccount: 'robot' },
      { serviceAccountName: 'robot' },
      { serviceAccountName: '', serviceAccount: 'robot' },
      { serviceAccountName: 'man', serviceAccount: 'robot' },
    ],
  },
  'a volume without a source': {
    where: oneVolume((volume) => dsl.present(volume.emptyDir)),
    specs: [
      {},
      { volumes: [{ name: 'v' }] },
      { volumes: [{ name: 'v', hostPath: null }] },
      { volumes: [{ name: 'v', hostPath: { path: '/' } }] },
      { volumes: [{ name: 'v', emptyDir: null, nfs: { server: 'a', path: '/' } }] },
      { volumes: [{ name: 'v', made: { up: 1 } }] },
    ],
  },
  'a grace period below zero': {
    where: dsl.within(value(pod.spec.terminationGracePeriodSeconds, 0), { min: 1, max: 1 }),
    specs: [
      {},
      { terminationGracePeriodSeconds: -5 },
      { terminationGracePeriodSeconds: 1 },
      { terminationGracePeriodSeconds: 0 },
    ],
  },
  'an object that is always there': {
    where: dsl.present(pod.spec.securityContext),
    specs: [{}, { securityContext: null }, { securityContext: {} }],
  },
  'null in a list': {
    where: dsl.some(dsl.containers(), (c) =>
      dsl.some(dsl.items(c.command), (word) => dsl.equal(dsl.itself(word), '')),
    ),
    specs: [
      { containers: [{ name: 'a', image: 'b', command: [null] }] },
      { containers: [{ name: 'a', image: 'b', command: ['x'] }] },
      { containers: [{ name: 'a', image: 'b', command: null }] },
    ],
  },
};

describe('what an API server would have written', () => {
  it.each(Object.entries(cases))('%s', (_name, { where, specs }) => {
    const manifests = specs.map(
      (spec): JsonObject => ({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'p' },
        spec: { containers: [{ name: 'a', image: 'b' }], ...spec },
      }),
    );
    for (const cond of [where, dsl.not(where)]) {
      const count = compare(policyOf([control(cond)]), manifests);
      expect(count.allowed + count.denied).toBe(manifests.length);
      if (specs.length > 3) expect(Math.min(count.allowed, count.denied)).toBeGreaterThan(0);
    }
  });

  const annotations = pod.metadata.annotations;
  const dropped = 'pod.alpha.kubernetes.io/init-containers';
  it.each([
    [
      'an entry',
      dsl.some(dsl.entries(annotations, 'pod.'), (entry) => dsl.equal(value(entry.value, ''), 'x')),
    ],
    [
      'any entry',
      dsl.some(dsl.entries(annotations, ''), (entry) => dsl.equal(value(entry.key, ''), dropped)),
    ],
    ['a key', dsl.hasKey(annotations, dropped)],
    [
      'a key that is put together',
      dsl.hasKey(annotations, dsl.concat('pod.', value(pod.spec.hostname, ''), '/init-containers')),
    ],
    ['a look-up', dsl.equal(dsl.lookup(annotations, dropped, 'none'), 'x')],
    ['a null', dsl.equal(dsl.lookup(annotations, 'other', 'none'), '')],
  ])('annotations that it drops: %s', (_name, where) => {
    const manifests = [{ [dropped]: 'x' }, { other: null }, { other: 'x' }, null].map(
      (each): JsonObject => ({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'p', annotations: each },
        spec: { hostname: 'alpha.kubernetes.io', containers: [{ name: 'a', image: 'b' }] },
      }),
    );
    expect(compare(policyOf([control(where)]), manifests)).toBeTruthy();
    expect(compare(policyOf([control(dsl.not(where))]), manifests)).toBeTruthy();
  });

  it.each([
    ['metadata', dsl.present(pod.metadata.uid), /the API server writes it/],
    [
      'the pull policy',
      dsl.some(dsl.containers(), (c) => dsl.equal(value(c.imagePullPolicy, ''), 'Always')),
      /tag of the image/,
    ],
    ['a lifecycle', dsl.some(dsl.containers(), (c) => dsl.present(c.lifecycle)), /drops it/],
  ])('what only it can say is refused: %s', (_name, where, why) => {
    const [shape] = shapes;
    if (shape === undefined) throw new TypeError('no shape');
    expect(() => judgeOf(policyOf([control(where)]), shape)).toThrow(why);
  });
});
