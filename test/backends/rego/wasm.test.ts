import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { admit } from '../../../src/admission/index.js';
import { evaluate } from '../../../src/evaluate.js';
import { levelControls, levelPolicy, versionsWithChanges } from '../../../src/levels/levels.js';
import type { Json, JsonObject } from '../../../src/manifest/types.js';
import { loadLevel, WasmError } from '../../../src/wasm/engine.js';
import { fingerprints, wasmLevels } from '../../../src/wasm/level.js';
import { randomManifests } from './manifests.js';

/** What an engine has to say, in the words of `evaluate`. */
function expected(policy: Parameters<typeof evaluate>[0], pod: JsonObject): string[] {
  return evaluate(policy, pod)
    .map(({ control, reason, detail }) => `${control}: ${reason}${detail === '' ? '' : ` (${detail})`}`)
    .sort();
}

function podOf(manifest: Json): JsonObject | undefined {
  const admission = admit(manifest);
  return admission.kind === 'workload' ? admission.pod : undefined;
}

const examples: readonly JsonObject[] = levelControls
  .flatMap(({ revisions }) => revisions.flatMap(({ denied, allowed }) => [denied, allowed]))
  .map((pod): JsonObject => JSON.parse(JSON.stringify(pod)));
const manifests = [...examples, ...randomManifests(20261123, 700)].flatMap((manifest) => {
  const pod = podOf(manifest);
  return pod === undefined ? [] : [{ manifest, pod }];
});

describe('the committed Wasm', () => {
  test('is built from the rules as they are', () => {
    // Otherwise: npm run derive wasm
    expect(readFileSync('golden/wasm/sources.json', 'utf8')).toBe(fingerprints());
  });

  test.each(wasmLevels)(
    'of %s says what evaluate says, at every version where a rule changes',
    async (level) => {
      const engine = await loadLevel(level);
      let denied = 0;
      let allowed = 0;
      for (const minor of versionsWithChanges()) {
        const policy = levelPolicy(level, minor);
        for (const { manifest, pod } of manifests) {
          const found = engine.judge(minor, manifest).map(({ control, msg }) => `${control}: ${msg}`);
          const wanted = expected(policy, pod);
          if (wanted.length > 0) denied += 1;
          else allowed += 1;
          expect(found.sort(), JSON.stringify(manifest)).toEqual(wanted);
        }
      }
      expect(manifests.length).toBeGreaterThan(500);
      expect(Math.min(denied, allowed)).toBeGreaterThan(100);
    },
  );

  test('names every pod of a list, also of a list in a list', async () => {
    const engine = await loadLevel('baseline');
    const pod = (name: string): Json => ({ metadata: { name }, spec: { hostPID: true } });
    const list: Json = {
      apiVersion: 'v1',
      kind: 'List',
      items: [
        { apiVersion: 'v1', kind: 'PodList', items: [pod('typed')] },
        {
          kind: 'List',
          items: [{ kind: 'List', items: [{ apiVersion: 'v1', kind: 'Pod', ...Object(pod('deep')) }] }],
        },
        { apiVersion: 'batch.volcano.sh/v1alpha1', kind: 'Job', spec: { template: pod('other group') } },
        null,
      ],
    };
    expect(
      engine
        .judge(37, list)
        .map(({ msg }) => msg)
        .sort(),
    ).toEqual(['Pod deep: host namespaces (hostPID=true)', 'Pod typed: host namespaces (hostPID=true)']);
  });

  test('takes no version that podsec does not know for an allow', async () => {
    const engine = await loadLevel('baseline');
    for (const minor of [38, -1, 1.5, Number.NaN]) expect(() => engine.judge(minor, {})).toThrow(WasmError);
  });

  test.each([null, [], 3, 'x', {}, { kind: 'AdmissionReview', request: null }, { kind: 3, spec: [] }])(
    'has a verdict on %j, which holds no pod',
    async (input) => {
      const engine = await loadLevel('restricted');
      expect(engine.judge(37, input)).toEqual([]);
    },
  );

  test('has a verdict where every value has a wrong type', async () => {
    const engine = await loadLevel('restricted');
    const container = { name: 5, ports: [3], securityContext: 'x', livenessProbe: [] };
    const spec = {
      containers: [1, null, container],
      volumes: { a: 1 },
      securityContext: { sysctls: [5] },
      os: [],
    };
    const controls = engine
      .judge(37, { apiVersion: {}, kind: 'Pod', metadata: [], spec })
      .map(({ control }) => control);
    expect(controls).toContain('allowPrivilegeEscalation');
  });
});

describe('an AdmissionReview', () => {
  const image = (name: string, tag: string) => ({
    name,
    image: `example.com/${name}:${tag}`,
    securityContext: { privileged: true },
  });
  const pod = (spec: object): Json => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'a' },
    spec: JSON.parse(JSON.stringify(spec)),
  });
  const judged = async (request: object): Promise<boolean> => {
    const engine = await loadLevel('baseline');
    return (
      engine.judge(37, { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request }).length > 0
    );
  };
  const before = pod({ containers: [image('a', '1')] });

  test.each([
    ['CREATE', undefined, true],
    ['DELETE', undefined, false],
    ['CONNECT', 'exec', false],
    ['CREATE', 'binding', false],
    ['CREATE', 'eviction', false],
  ])('%s of the subresource %s: judged is %s', async (operation, subResource, expectation) => {
    expect(await judged({ operation, subResource, object: before })).toBe(expectation);
  });

  test.each([
    ['nothing', pod({ containers: [image('a', '1')] }), false],
    ['metadata', { ...Object(before), metadata: { name: 'a', finalizers: ['x/y'] } }, false],
    ['an image', pod({ containers: [image('a', '2')] }), true],
    [
      'the number of containers',
      pod({ containers: [image('a', '1')], initContainers: [image('b', '1')] }),
      true,
    ],
    [
      'an ephemeral container',
      pod({ containers: [image('a', '1')], ephemeralContainers: [image('e', '1')] }),
      true,
    ],
  ])('an UPDATE of %s', async (_what, object, expectation) => {
    expect(
      await judged({ operation: 'UPDATE', subResource: 'ephemeralcontainers', object, oldObject: before }),
    ).toBe(expectation);
    expect(await judged({ operation: 'UPDATE', subResource: 'status', object, oldObject: before })).toBe(
      false,
    );
  });

  test('an UPDATE of a workload is judged, one of its scale is not', async () => {
    const object = { apiVersion: 'apps/v1', kind: 'Deployment', spec: { template: before } };
    expect(await judged({ operation: 'UPDATE', object, oldObject: object })).toBe(true);
    expect(await judged({ operation: 'UPDATE', subResource: 'scale', object, oldObject: object })).toBe(
      false,
    );
  });
});
