/** Workloads are judged as the pods that they will make. */
import { describe, expect, it } from 'vitest';
import { emptyDirWithoutSource } from '../../../src/admission/defaults.js';
import { admit, decodePod } from '../../../src/admission/index.js';
import { vap } from '../../../src/backends/vap/index.js';
import type { Path } from '../../../src/dsl/index.js';
import * as dsl from '../../../src/dsl/index.js';
import { evaluate } from '../../../src/evaluate.js';
import type { Policy } from '../../../src/ir/types.js';
import { levelPolicy } from '../../../src/levels/levels.js';
import type { Json, JsonObject } from '../../../src/manifest/types.js';
import type { Container } from '../../../src/schema/index.js';
import { CelEngine } from '../cel/engine.js';
import { boundaryManifests, engineFor, levelMinor } from './corpus.js';

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
