/** The emitted policies of the levels, run by cel-js, against `evaluate`. */
import { describe, expect, it } from 'vitest';
import { vap } from '../../../src/backends/vap/index.js';
import { evaluate } from '../../../src/evaluate.js';
import type { Policy } from '../../../src/ir/types.js';
import { levelPolicy, versionsWithChanges } from '../../../src/levels/levels.js';
import type { Json, JsonObject } from '../../../src/manifest/types.js';
import { fieldsOf } from '../../../src/schema/index.js';
import type { CelEngine, CelRequest } from '../cel/engine.js';
import { admittedPods, boundary, engineFor, examples, levelMinor } from './corpus.js';

function compare(
  policy: Policy,
  engine: CelEngine,
  pods: readonly JsonObject[],
): { denied: number; allowed: number } {
  const count = { denied: 0, allowed: 0 };
  for (const pod of pods) {
    const wanted = evaluate(policy, pod).map(({ control }) => control);
    const judged = engine.judge(pod);
    const got = judged.error ?? judged.controls;
    if (JSON.stringify(got) !== JSON.stringify(wanted)) {
      expect(got, `${policy.name} ${policy.version} on ${JSON.stringify(pod)}`).toEqual(wanted);
    }
    expect(judged.verdict).toBe(wanted.length === 0 ? 'allow' : 'deny');
    if (wanted.length > 0) {
      const start = `podsec ${policy.name}@${policy.version}: ${wanted.join(', ')}: `;
      expect(judged.message.slice(0, start.length)).toBe(start);
    }
    count[wanted.length === 0 ? 'allowed' : 'denied']++;
  }
  return count;
}

describe('the levels as ValidatingAdmissionPolicy', () => {
  it('has pods to judge', () => {
    expect(boundary.length).toBeGreaterThan(3000);
    expect(examples.length).toBeGreaterThan(50);
  });

  for (const minor of versionsWithChanges()) {
    for (const level of ['baseline', 'restricted'] as const) {
      it(`judges as evaluate: ${level} at 1.${minor}`, () => {
        const policy = levelPolicy(level, minor);
        // Each rule set judges its share, the newest one all.
        const newest = minor === versionsWithChanges().at(-1);
        const share = newest ? boundary : boundary.filter((_, index) => index % 8 === minor % 8);
        const count = compare(policy, engineFor(policy), [...examples, ...share]);
        expect(count.denied).toBeGreaterThan(40);
        expect(count.allowed).toBeGreaterThan(5);
      });
    }
  }

  it('judges alike in every engine version', () => {
    const policy = levelPolicy('restricted', versionsWithChanges().at(-1) ?? levelMinor());
    for (const version of vap.engineVersions) compare(policy, engineFor(policy, version), examples);
  });

  it('allows everything at the level privileged', () => {
    const policy = levelPolicy('privileged', levelMinor());
    const engine = engineFor(policy);
    for (const pod of examples) expect(engine.judge(pod).verdict).toBe('allow');
  });

  it('is told by the comparison when it is blind', () => {
    const policy = levelPolicy('baseline', levelMinor());
    const blind = engineFor({ ...policy, controls: [] });
    expect(() => compare(policy, blind, examples)).toThrow();
  });
});

describe('updates', () => {
  const policy = levelPolicy('baseline', levelMinor());
  const engine = engineFor(policy);
  const bad = podOf({ containers: [container('a', { securityContext: { privileged: true } })] });
  const update = (oldPod: JsonObject, pod: JsonObject, more: CelRequest = {}) =>
    engine.judge(pod, { operation: 'UPDATE', oldPod, ...more }).verdict;

  function container(name: string, more: Record<string, Json> = {}): Json {
    return { name, image: 'example.com/a:1', ...more };
  }

  function podOf(spec: Record<string, Json>, metadata: Record<string, Json> = {}): JsonObject {
    const [pod] = admittedPods([
      { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', ...metadata }, spec },
    ]);
    if (pod === undefined) throw new Error('the API server would refuse the pod');
    return pod;
  }

  it('of metadata are admitted', () => {
    const relabelled = podOf(
      { containers: [container('a', { securityContext: { privileged: true } })] },
      { labels: { a: 'b' } },
    );
    expect(update(bad, relabelled)).toBe('allow');
    expect(update(bad, bad)).toBe('allow');
  });

  it('of an image are judged', () => {
    const images = podOf({
      containers: [{ name: 'a', image: 'example.com/a:2', securityContext: { privileged: true } }],
    });
    expect(update(bad, images)).toBe('deny');
    const init = (image: string) =>
      podOf({
        containers: [container('a')],
        initContainers: [{ name: 'i', image, securityContext: { privileged: true } }],
      });
    expect(update(init('a'), init('a'))).toBe('allow');
    expect(update(init('a'), init('b'))).toBe('deny');
  });

  it('of the number of containers are judged', () => {
    expect(
      update(
        podOf({ containers: [container('a')] }),
        podOf({
          containers: [container('a')],
          initContainers: [container('i', { securityContext: { privileged: true } })],
        }),
      ),
    ).toBe('deny');
  });

  it('that add an ephemeral container are judged', () => {
    const plain = podOf({ containers: [container('a')] });
    const debug = (image: string, privileged: boolean) =>
      podOf({
        containers: [container('a')],
        ephemeralContainers: [{ name: 'd', image, securityContext: { privileged } }],
      });
    const subresource = { subresource: 'ephemeralcontainers' };
    expect(update(plain, debug('a', true), subresource)).toBe('deny');
    expect(update(plain, debug('a', false), subresource)).toBe('allow');
    expect(update(debug('a', true), debug('a', true), subresource)).toBe('allow');
    expect(update(debug('a', true), debug('b', true), subresource)).toBe('deny');
    expect(update(debug('a', true), plain, subresource)).toBe('allow');
  });

  it('of other subresources are not seen', () => {
    const status = { subresource: 'status' };
    expect(update(podOf({ containers: [container('b')] }), bad, status)).toBe('allow');
  });
});

describe('objects as an API server writes them', () => {
  it('may have null where a list is empty', () => {
    const policy = levelPolicy('restricted', levelMinor());
    const [pod] = admittedPods([
      {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'p' },
        spec: { volumes: [{ name: 'v', projected: {} }], containers: [{ name: 'a', image: 'b' }] },
      },
    ]);
    if (pod === undefined) throw new Error('refused');
    compare(policy, engineFor(policy), [pod]);
  });
});

describe('containers of all groups', () => {
  it('are read as one type, so their fields are the same', () => {
    const ephemeral = fieldsOf('EphemeralContainer') ?? {};
    for (const [name, field] of Object.entries(fieldsOf('Container') ?? {}))
      expect(ephemeral[name]).toEqual(field);
  });
});
