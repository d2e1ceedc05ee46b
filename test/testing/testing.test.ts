/** `podsec/testing`, as a policy author uses it. */
import { AssertionError } from 'node:assert';
import { describe, expect, test } from 'vitest';
import * as dsl from '../../src/index.js';
import { newestMinor } from '../../src/index.js';
import type { Policy } from '../../src/ir/types.js';
import { levelPolicy } from '../../src/levels/levels.js';
import {
  boundaryPods,
  expectAllowed,
  expectDenied,
  judge,
  ManifestError,
  type Request,
} from '../../src/testing/index.js';
import { examplePolicies } from '../golden/produced.js';

const { containers, isTrue, pod } = dsl;

const policy = dsl.definePolicy({
  name: 'mine',
  parameters: { user: 'jane' },
  controls: ({ user }) => [
    dsl.control({
      id: 'noPrivileged',
      collections: {
        containers: dsl.denying(
          dsl.each(containers(), (c) => ({
            where: isTrue(c.securityContext.privileged),
            show: dsl.nameOf(c),
            at: c.securityContext.privileged,
          })),
        ),
      },
      reason: 'privileged',
      detail: dsl.named('containers', 'container', 'containers'),
    }),
    dsl.control({
      id: 'notOnHost',
      unless: dsl.equal(dsl.request('user'), user),
      collections: {
        host: dsl.denying(
          dsl.once({ where: isTrue(pod.spec.hostNetwork), show: 'hostNetwork', at: pod.spec.hostNetwork }),
        ),
      },
      reason: 'host network',
    }),
  ],
});

const podOf = (spec: object, more: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', ...more },
  spec: { containers: [{ name: 'a', image: 'example.com/a:1' }], ...spec },
});
const good = podOf({});
const privileged = podOf({
  containers: [{ name: 'a', image: 'example.com/a:1', securityContext: { privileged: true } }],
});
const onHost = podOf({ hostNetwork: true });

const messageOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (error instanceof AssertionError) return error.message;
    throw error;
  }
  throw new Error('no assertion failed');
};

describe('judge', () => {
  test('gives the findings of a policy, or of its IR', () => {
    expect(judge(policy, good)).toEqual([]);
    for (const each of [policy, policy.ir]) {
      expect(judge(each, privileged)).toEqual([
        {
          control: 'noPrivileged',
          reason: 'privileged',
          detail: 'container "a"',
          locations: [['spec', 'containers', 0, 'securityContext', 'privileged']],
        },
      ]);
    }
    expect(judge(levelPolicy('baseline', newestMinor), onHost).map(({ control }) => control)).toEqual([
      'hostNamespaces',
    ]);
  });

  test.each([
    ['Deployment', 'apps/v1'],
    ['StatefulSet', 'apps/v1'],
    ['DaemonSet', 'apps/v1'],
    ['ReplicaSet', 'apps/v1'],
    ['ReplicationController', 'v1'],
    ['Job', 'batch/v1'],
  ])('takes a %s', (kind, apiVersion) => {
    expect(judge(policy, { apiVersion, kind, spec: { template: { spec: privileged.spec } } })).toHaveLength(
      1,
    );
  });

  test('takes a CronJob and a PodTemplate', () => {
    const spec = { jobTemplate: { spec: { template: { spec: privileged.spec } } } };
    expect(judge(policy, { apiVersion: 'batch/v1', kind: 'CronJob', spec })).toHaveLength(1);
    const template = { spec: privileged.spec };
    expect(judge(policy, { apiVersion: 'v1', kind: 'PodTemplate', template })).toHaveLength(1);
  });

  test('takes typed pods, and leaves what it is given as it is', () => {
    const manifest = Object.freeze({
      ...onHost,
      spec: Object.freeze(onHost.spec),
    });
    const before = JSON.stringify(manifest);
    expect(judge(policy, manifest)).toHaveLength(1);
    expect(JSON.stringify(manifest)).toBe(before);
  });

  test('knows the request', () => {
    expect(judge(policy, onHost, { user: 'jane' })).toEqual([]);
    expect(judge(policy.with({ user: 'joe' }), onHost, { user: 'jane' })).toHaveLength(1);
  });

  test('judges updates as a cluster does', () => {
    const update = (oldPod: object): Request => ({ operation: 'UPDATE', oldPod });
    const relabelled = podOf(privileged.spec, { labels: { a: 'b' } });
    expect(judge(policy, relabelled, update(privileged))).toEqual([]);
    const newImage = podOf({
      containers: [{ name: 'a', image: 'example.com/a:2', securityContext: { privileged: true } }],
    });
    expect(judge(policy, newImage, update(privileged))).toHaveLength(1);
    expect(judge(policy, newImage, { operation: 'UPDATE' })).toHaveLength(1);
  });

  test.each<readonly [string, object, RegExp]>([
    ['has an unknown field', podOf({ hostNetwrok: true }), /spec.*hostNetwrok.*did you mean/s],
    ['has a wrong type', podOf({ hostNetwork: 'yes' }), /spec\.hostNetwork/],
    ['has no containers', { apiVersion: 'v1', kind: 'Pod', spec: {} }, /containers/],
    ['is no workload', { apiVersion: 'v1', kind: 'ConfigMap' }, /ConfigMap, has no pod to judge/],
    ['is a list', { apiVersion: 'v1', kind: 'List', items: [good] }, /items one by one/],
    ['is not an object', [good], /not an object/],
    ['has no kind', { spec: good.spec }, /kind/],
    ['is no JSON', podOf({ a: 1n }), /JSON.*BigInt/],
  ])('throws on a manifest that %s', (_what, manifest, says) => {
    const run = () => judge(policy, manifest);
    expect(run).toThrow(ManifestError);
    expect(run).toThrow(says);
    // What cannot be judged is neither allowed nor denied.
    expect(() => expectAllowed(policy, manifest)).toThrow(ManifestError);
    expect(() => expectDenied(policy, manifest)).toThrow(ManifestError);
  });

  test('names the problems of a manifest as data', () => {
    try {
      judge(policy, podOf({ hostNetwork: 'yes', hostPdi: true }));
    } catch (error) {
      if (!(error instanceof ManifestError)) throw error;
      expect(error.problems.map(({ code, path }) => [code, path.join('.')]).sort()).toEqual([
        ['unknown-field', 'spec.hostPdi'],
        ['wrong-type', 'spec.hostNetwork'],
      ]);
      return;
    }
    throw new Error('judged');
  });

  test('says so where it is given no policy', () => {
    const notOne: object = { default: policy };
    expect(() => Reflect.apply(judge, undefined, [notOne, good])).toThrow(/expected a policy/);
  });
});

describe('expectDenied', () => {
  test('passes where the policy denies, and gives the findings', () => {
    expect(expectDenied(policy, privileged)).toHaveLength(1);
    expect(expectDenied(policy, privileged, ['noPrivileged'])[0]?.detail).toBe('container "a"');
    expect(expectDenied(policy, onHost, ['notOnHost'], { user: 'joe' })).toHaveLength(1);
  });

  test('fails where the policy allows', () => {
    expect(messageOf(() => expectDenied(policy, good))).toBe(
      'policy `mine` allows Pod `web`, which it has to deny',
    );
    expect(messageOf(() => expectDenied(policy, good, ['notOnHost']))).toBe(
      'policy `mine` allows Pod `web`, which has to be denied by notOnHost:\n  not denied by notOnHost',
    );
  });

  test('fails where other controls deny', () => {
    const both = podOf({ ...privileged.spec, hostNetwork: true });
    expect(messageOf(() => expectDenied(policy, both, ['notOnHost']))).toBe(
      [
        'policy `mine` denies Pod `web`, which has to be denied by notOnHost:',
        '  denied by noPrivileged: privileged (container "a"), at spec.containers[0].securityContext.privileged',
      ].join('\n'),
    );
  });

  test('names a control that the policy does not have', () => {
    expect(messageOf(() => expectDenied(policy, privileged, ['noPriviliged']))).toContain(
      'not denied by noPriviliged, and the policy has no such control; did you mean `noPrivileged`?',
    );
  });

  test('demands at least one control of a list', () => {
    expect(() => expectDenied(policy, privileged, [])).toThrow(RangeError);
  });

  test('tells a test runner what differs', () => {
    try {
      expectDenied(policy, privileged, ['notOnHost']);
    } catch (error) {
      expect(error).toMatchObject({
        name: 'AssertionError',
        actual: ['noPrivileged'],
        expected: ['notOnHost'],
      });
      return;
    }
    throw new Error('passed');
  });
});

describe('expectAllowed', () => {
  test('passes where the policy allows', () => {
    expectAllowed(policy, good);
    expectAllowed(policy, onHost, { user: 'jane' });
  });

  test('fails where the policy denies, and says what to look at', () => {
    expect(messageOf(() => expectAllowed(policy, onHost))).toBe(
      [
        'policy `mine` denies Pod `web`, which it has to allow:',
        '  notOnHost: host network (host "hostNetwork"), at spec.hostNetwork',
      ].join('\n'),
    );
  });
});

describe('boundary pods', () => {
  test('are distinct, the same each time, and as many as asked for', () => {
    const first = [...boundaryPods(policy)];
    expect(first.length).toBeGreaterThan(100);
    expect([...boundaryPods(policy)]).toEqual(first);
    expect(new Set(first.map((each) => JSON.stringify(each.pod))).size).toBe(first.length);
    const more = [...boundaryPods(policy, { cross: 1000 })];
    expect(more.length).toBeGreaterThan(first.length);
    expect([...boundaryPods(policy, { seed: 2 })]).not.toEqual(first);
  });

  test('are on the edge of what is written, too', () => {
    const user = ['securityContext', 'runAsUser'];
    const writing: Policy = {
      ...dsl.definePolicy({ name: 'writes' }).ir,
      mutations: [
        {
          id: 'runAsUser',
          over: [{ bind: 'container', in: { kind: 'containers', of: 'pod', groups: ['init', 'regular'] } }],
          where: { kind: 'not', of: { kind: 'present', ref: { from: 'container', path: user } } },
          writes: [{ kind: 'set', at: { from: 'container', path: user }, value: 4711 }],
        },
        {
          id: 'annotation',
          over: [],
          where: { kind: 'present', ref: { from: 'pod', path: ['spec', 'hostNetwork'] } },
          writes: [
            {
              kind: 'setKey',
              map: { from: 'pod', path: ['metadata', 'annotations'] },
              key: { kind: 'literal', value: 'example.com/note' },
              value: 'written',
            },
            {
              kind: 'add',
              list: { from: 'pod', path: ['metadata', 'finalizers'] },
              values: ['example.com/added'],
              except: [],
            },
          ],
        },
      ],
    };
    const text = JSON.stringify([...boundaryPods(writing)]);
    for (const value of ['"runAsUser":4710', '"runAsUser":4711', '"runAsUser":4712', '"hostNetwork":true'])
      expect(text).toContain(value);
    expect(text).toContain('"example.com/note":"written"');
    expect(text).toContain('"example.com/note":"writtenx"');
    expect(text).toContain('"finalizers":["example.com/added"]');
  });

  test('are on the edge of alternatives, too', () => {
    const alternative = { ...dsl.definePolicy({ name: 'none' }).ir, alternatives: [policy.ir] };
    const controls = new Set([...boundaryPods(alternative)].map((each) => each.control));
    expect(controls).toContain('notOnHost');
  });

  test('of a policy that reads nothing are the plain pods', () => {
    expect([...boundaryPods(dsl.definePolicy({ name: 'empty' }))]).toEqual([]);
    const [own] = policy.ir.controls;
    const blind: Policy = {
      ...policy.ir,
      controls: own === undefined ? [] : [{ ...own, collections: [], unless: dsl.never.cond }],
    };
    expect([...boundaryPods(blind)].map(({ tweaks }) => tweaks)).toEqual([0, 0, 0, 0]);
  });
});

describe.each(await examplePolicies())('the boundary pods of the example $name', (example) => {
  const judged = [...boundaryPods(example)].map((each) => ({
    ...each,
    failed: judge(example, each.pod).map(({ control }) => control),
  }));

  test('are many, and every one of them can be judged', () => {
    expect(judged.length).toBeGreaterThan(1000);
  });

  test.each(example.controls.map(({ id }) => id))('deny and allow by %s', (id) => {
    const own = judged.filter(({ control }) => control === id);
    expect(own.filter(({ failed }) => failed.includes(id)).length).toBeGreaterThan(0);
    expect(own.filter(({ failed }) => !failed.includes(id)).length).toBeGreaterThan(0);
    // The only one that fails, so that nothing else could have been what denied.
    expect(own.filter(({ failed }) => failed.length === 1 && failed[0] === id).length).toBeGreaterThan(0);
    // A pod that all of the policy allows.
    expect(own.filter(({ failed }) => failed.length === 0).length).toBeGreaterThan(0);
  });
});
