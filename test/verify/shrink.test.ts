import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/manifest/types.js';
import { soundPod } from '../../src/verify/pods.js';
import { shrink } from '../../src/verify/shrink.js';

const container = (name: string, more: JsonObject = {}): JsonObject => ({
  name,
  image: 'example.com/app:1',
  ...more,
});

const large: JsonObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'large', labels: { a: 'b', c: 'd' }, annotations: { words: 'x'.repeat(500) } },
  spec: {
    hostNetwork: true,
    volumes: [{ name: 'data', hostPath: { path: '/var/lib/data' } }],
    initContainers: [container('first'), container('second', { securityContext: { privileged: true } })],
    containers: [
      container('app', {
        ports: [{ containerPort: 8080, hostPort: 8080 }],
        env: [{ name: 'A', value: 'b' }],
      }),
    ],
  },
};

const text = (pod: JsonObject): string => JSON.stringify(pod);

/** Shrinks while the text of the pod matches, and demands that every pod that is tried can be decoded. */
async function whileMatches(form: RegExp, limits = { runs: 40, tries: 25 }) {
  let runs = 0;
  const pod = await shrink(
    large,
    async (pods) => {
      runs += 1;
      expect(pods.length).toBeLessThanOrEqual(limits.tries);
      for (const each of pods) expect(soundPod(each)).toBeDefined();
      return pods.map((each) => form.test(text(each)));
    },
    limits,
  );
  expect(runs).toBeLessThanOrEqual(limits.runs);
  expect(form.test(text(pod))).toBe(true);
  return { pod, runs };
}

const smallest = (spec: JsonObject): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'large' },
  spec,
});

describe('what is left of a pod', () => {
  test('is the field', async () => {
    const { pod } = await whileMatches(/"hostNetwork":true/);
    expect(pod).toEqual(smallest({ hostNetwork: true, containers: [container('app')] }));
  });

  test('is the field in the second of two containers', async () => {
    const { pod } = await whileMatches(/"privileged":true/);
    expect(pod).toEqual(
      smallest({
        initContainers: [container('second', { securityContext: { privileged: true } })],
        containers: [container('app')],
      }),
    );
  });

  test('are both fields that it takes, with a shorter value', async () => {
    const { pod } = await whileMatches(/"hostNetwork":true.*"hostPort":[1-9]/);
    expect(pod).toEqual(
      smallest({ hostNetwork: true, containers: [container('app', { ports: [{ hostPort: 1 }] })] }),
    );
  });

  test('is all of it where nothing smaller will do', async () => {
    const { pod } = await whileMatches(new RegExp(`^${text(large).replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`));
    expect(pod).toEqual(large);
  });
});

test('a few runs are enough for a good part, and no more are made', async () => {
  const { pod, runs } = await whileMatches(/"hostNetwork":true/, { runs: 2, tries: 25 });
  expect(runs).toBe(2);
  expect(text(pod).length).toBeLessThan(text(large).length / 2);
});

test('an engine that fails meanwhile is not hidden', async () => {
  const failing = async () => Promise.reject(new Error('no'));
  await expect(shrink(large, failing, { runs: 5, tries: 5 })).rejects.toThrow('no');
});
