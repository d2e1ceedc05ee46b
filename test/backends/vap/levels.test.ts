/** The emitted policies of the levels, run by cel-js, against `evaluate`. */
import { describe, expect, it } from 'vitest';
import { emptyDirWithoutSource } from '../../../src/admission/defaults.js';
import { admit, decodePod } from '../../../src/admission/index.js';
import { vap } from '../../../src/backends/vap/index.js';
import type { Path } from '../../../src/dsl/index.js';
import * as dsl from '../../../src/dsl/index.js';
import { evaluate } from '../../../src/evaluate.js';
import type { Policy } from '../../../src/ir/types.js';
import { allRevisions, levelControls, levelPolicy, versionsWithChanges } from '../../../src/levels/levels.js';
import type { Json, JsonObject } from '../../../src/manifest/types.js';
import type { Container } from '../../../src/schema/index.js';
import { boundaryPods } from '../../../src/testing/boundary/pods.js';
import { CelEngine, type CelRequest } from '../cel/engine.js';

function engineFor(policy: Policy, version = '1.37'): CelEngine {
  const compiled = vap.compile([policy], version);
  if ('refusals' in compiled) throw new Error(JSON.stringify(compiled.refusals));
  return new CelEngine(compiled.files);
}

function json(value: unknown): JsonObject {
  return JSON.parse(JSON.stringify(value));
}

/** The pods whose manifests an API server would take, as validating admission sees them. */
function admittedPods(manifests: readonly JsonObject[]): JsonObject[] {
  return manifests.flatMap((manifest) => {
    const admission = admit(manifest);
    return admission.kind === 'workload' && admission.pod !== undefined && admission.problems.length === 0
      ? [admission.pod]
      : [];
  });
}

const boundaryManifests = [...boundaryPods(allRevisions(), { seed: 7, pairs: 40, near: 4, cross: 400 })].map(
  ({ pod }) => pod,
);

/** Defaulting takes most of the time; the same pods are judged by all rule sets. */
const boundary = admittedPods(boundaryManifests);

const examples = admittedPods(
  levelControls.flatMap(({ revisions }) =>
    revisions.flatMap(({ denied, allowed }) => [json(denied), json(allowed)]),
  ),
);

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

function levelMinor() {
  const newest = versionsWithChanges().at(-1);
  if (newest === undefined) throw new Error('no version');
  return newest;
}

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

describe('workloads', () => {
  const policy = levelPolicy('baseline', levelMinor());
  const engine = engineFor(policy);
  const template = (spec: Record<string, Json>): Json => ({ metadata: { labels: { app: 'a' } }, spec });
  const objects = (spec: Record<string, Json>): readonly [string, string, JsonObject][] => [
    ...(
      ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'ReplicationController'] as const
    ).map((kind): [string, string, JsonObject] => [
      kind,
      `${kind.toLowerCase()}s`,
      { metadata: { name: 'a' }, spec: { template: template(spec) } },
    ]),
    [
      'CronJob',
      'cronjobs',
      {
        metadata: { name: 'a' },
        spec: { schedule: '* * * * *', jobTemplate: { spec: { template: template(spec) } } },
      },
    ],
    ['PodTemplate', 'podtemplates', { metadata: { name: 'a' }, template: template(spec) }],
  ];

  it('are judged by their pod templates', () => {
    const containers = [{ name: 'a', image: 'b' }];
    for (const [kind, resource, object] of objects({ containers, hostPID: true })) {
      expect(engine.judge(object, {}, kind, resource), kind).toMatchObject({
        verdict: 'deny',
        controls: ['hostNamespaces'],
      });
    }
    for (const [kind, resource, object] of objects({ containers })) {
      expect(engine.judge(object, {}, kind, resource), kind).toMatchObject({ verdict: 'allow' });
    }
  });

  it('are judged as their pods will be, which get a hostPort with hostNetwork', () => {
    const spec = {
      containers: [{ name: 'a', image: 'b', ports: [{ containerPort: 80 }] }],
      hostNetwork: true,
    };
    for (const [kind, resource, object] of objects(spec)) {
      const admission = admit({ apiVersion: apiVersionOf(kind), kind, ...object });
      if (admission.kind !== 'workload' || admission.pod === undefined) throw new Error(kind);
      const wanted = evaluate(policy, admission.pod).map(({ control }) => control);
      expect(wanted).toEqual(['hostNamespaces', 'hostPorts']);
      expect(engine.judge(object, {}, kind, resource), kind).toMatchObject({ controls: wanted });
    }
  });

  it('are judged as their pods will be, on the boundary pods', () => {
    const newest = levelPolicy('restricted', levelMinor());
    const own = engineFor(newest);
    let judged = 0;
    for (const manifest of boundaryManifests) {
      const { metadata = {}, spec = {} } = manifest;
      const decoded = decodePod({ metadata, spec }, 'PodTemplateSpec');
      const admission = admit(manifest);
      if (decoded.value === undefined || decoded.problems.length > 0 || admission.kind !== 'workload')
        continue;
      if (admission.pod === undefined || admission.problems.length > 0) continue;
      // What the API server does to a template.
      const template = emptyDirWithoutSource(decoded.value);
      const wanted = evaluate(newest, admission.pod).map(({ control }) => control);
      const got = own.judge({ metadata: { name: 'a' }, spec: { template } }, {}, 'Deployment', 'deployments');
      if (JSON.stringify(got.error ?? got.controls) !== JSON.stringify(wanted)) {
        expect(got.error ?? got.controls, JSON.stringify(manifest)).toEqual(wanted);
      }
      judged++;
    }
    expect(judged).toBeGreaterThan(1000);
  });

  describe('read what an API server writes into pods alone', () => {
    const c = (where: (container: Path<Container>) => dsl.Cond) => dsl.some(dsl.containers(), where);
    const profile = (type: 'RuntimeDefault' | 'Unconfined' | 'Localhost') =>
      c((container) => dsl.equal(dsl.value(container.securityContext.appArmorProfile.type, ''), type));
    const conditions: readonly dsl.Cond[] = [
      profile('RuntimeDefault'),
      profile('Unconfined'),
      profile('Localhost'),
      c((container) => dsl.present(container.securityContext)),
      c((container) => dsl.present(container.securityContext.appArmorProfile)),
      c((container) => dsl.present(container.securityContext.appArmorProfile.localhostProfile)),
      c((container) =>
        dsl.equal(dsl.value(container.securityContext.appArmorProfile.localhostProfile, ''), 'a/b'),
      ),
      dsl.isTrue(dsl.pod.spec.enableServiceLinks),
      dsl.isFalse(dsl.pod.spec.enableServiceLinks),
      dsl.present(dsl.pod.spec.enableServiceLinks),
      c((container) =>
        dsl.some(dsl.items(container.ports), (port) => dsl.equal(dsl.value(port.hostPort, 1), 80)),
      ),
      c((container) => dsl.some(dsl.items(container.ports), (port) => dsl.present(port.hostPort))),
    ];
    const own: Policy = {
      ...levelPolicy('privileged', levelMinor()),
      controls: conditions.map(
        (where, index) =>
          dsl.control({
            id: `c${index}`,
            collections: { pod: dsl.denying(dsl.once({ where, show: 'pod', at: dsl.pod })) },
            reason: 'found',
          }).node,
      ),
    };
    const key = 'container.apparmor.security.beta.kubernetes.io/a';
    const specs: readonly Record<string, Json>[] = [
      {},
      { os: { name: 'windows' } },
      { enableServiceLinks: false },
      { hostNetwork: true },
      { securityContext: { appArmorProfile: { type: 'RuntimeDefault' } } },
      { securityContext: { appArmorProfile: { type: 'Localhost', localhostProfile: 'a/b' } } },
      { securityContext: { appArmorProfile: { type: 'Unconfined' } } },
    ];
    const containers: readonly Record<string, Json>[] = [
      {},
      { ports: [{ containerPort: 80 }, { containerPort: 81, hostPort: 81 }] },
      { securityContext: { appArmorProfile: { type: 'Unconfined' } } },
      { securityContext: { privileged: false } },
    ];
    const profiles = [
      'unconfined',
      'runtime/default',
      'localhost/a/b',
      'localhost/',
      'localhost/ a',
      'localhost/c',
      '',
    ];

    it('and agree with evaluate', () => {
      const reads = engineFor(own);
      const seen = new Set<string>();
      for (const spec of specs) {
        for (const container of containers) {
          for (const value of profiles) {
            const metadata = { annotations: { [key]: value } };
            const whole = { ...spec, containers: [{ name: 'a', image: 'b', ...container }] };
            const object = { metadata: { name: 'a' }, spec: { template: { metadata, spec: whole } } };
            const admission = admit({ apiVersion: 'apps/v1', kind: 'Deployment', ...object });
            if (admission.kind !== 'workload' || admission.pod === undefined) throw new Error('refused');
            const wanted = evaluate(own, admission.pod).map(({ control }) => control);
            const got = reads.judge(object, {}, 'Deployment', 'deployments');
            expect(got.error ?? got.controls, JSON.stringify(object)).toEqual(wanted);
            for (const control of wanted) seen.add(control);
          }
        }
      }
      expect([...seen].sort()).toEqual(own.controls.map(({ id }) => id).sort());
    });

    it('or leave it to the pods, and say so', () => {
      const requests = dsl.control({
        id: 'requests',
        collections: {
          containers: dsl.denying(
            dsl.each(dsl.containers(), (container) => ({
              where: dsl.not(dsl.present(container.resources.requests)),
              show: dsl.nameOf(container),
              at: container.resources.requests,
            })),
          ),
        },
        reason: 'no cpu request',
      }).node;
      const compiled = vap.compile([{ ...own, controls: [requests] }], '1.37');
      if ('refusals' in compiled) throw new Error('refused');
      const textOf = (suffix: string) =>
        compiled.files.find(({ path }) => path.endsWith(`-${suffix}.yaml`))?.text ?? '';
      expect(textOf('pods')).not.toContain('Judged in pods alone');
      expect(textOf('workloads')).toContain('# Judged in pods alone: requests, as an API server fills in');
      const reads = new CelEngine(compiled.files);
      const limited = { name: 'a', image: 'b', resources: { limits: { cpu: '1' } } };
      expect(
        reads.judge(
          { spec: { template: { spec: { containers: [limited] } } } },
          {},
          'Deployment',
          'deployments',
        ).verdict,
      ).toBe('allow');
      expect(reads.judge({ metadata: {}, spec: { containers: [limited] } }).verdict).toBe('deny');
    });
  });

  it('without a template or containers are left to validation', () => {
    expect(engine.judge({ spec: {} }, {}, 'ReplicationController', 'replicationcontrollers').verdict).toBe(
      'allow',
    );
    expect(engine.judge({ spec: { template: { spec: {} } } }, {}, 'Deployment', 'deployments').verdict).toBe(
      'allow',
    );
  });
});

function apiVersionOf(kind: string): string {
  if (kind === 'Job' || kind === 'CronJob') return 'batch/v1';
  return kind === 'PodTemplate' || kind === 'ReplicationController' ? 'v1' : 'apps/v1';
}

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
