/** Exceptions: a control that does not see what is excepted, and sees all else as before. */
import { describe, expect, it } from 'vitest';
// The levels before the DSL: the two import each other.
import '../../src/levels/levels.js';
import { admit } from '../../src/admission/index.js';
import {
  containerItems,
  containers,
  containerValue,
  control,
  definePolicy,
  denying,
  type ExceptionSpec,
  each,
  equal,
  isTrue,
  items,
  lookup,
  nameOf,
  once,
  pod,
  podItems,
  podValue,
  size,
  value,
  within,
} from '../../src/dsl/index.js';
import { evaluate, noRequest } from '../../src/evaluate.js';
import { checkPolicy } from '../../src/ir/check.js';
import { parsePolicy } from '../../src/ir/parse.js';
import { policyJson } from '../../src/ir/print.js';
import type { Policy } from '../../src/ir/types.js';
import type { JsonObject } from '../../src/manifest/types.js';

const because = { reason: 'a test' };

function excepting(
  extended: 'baseline@v1.37' | 'restricted@v1.37',
  ...exceptions: readonly ExceptionSpec[]
): Policy {
  return definePolicy({ name: 'mine', extends: extended, exceptions }).ir;
}

interface Parts {
  readonly labels?: Readonly<Record<string, string>>;
  readonly spec?: JsonObject;
  readonly containers?: readonly JsonObject[];
}

const container = (name: string, securityContext: JsonObject = {}, more: JsonObject = {}): JsonObject => ({
  name,
  image: 'example.com/app:1',
  securityContext,
  ...more,
});

const adding = (name: string, ...add: readonly string[]) => container(name, { capabilities: { add } });

function found(
  policy: Policy,
  { labels = {}, spec = {}, containers: own = [container('app')] }: Parts,
  namespace = '',
) {
  const admission = admit({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', labels },
    spec: { containers: own, ...spec },
  });
  if (admission.kind !== 'workload' || admission.pod === undefined) throw new TypeError('no pod');
  return evaluate(policy, admission.pod, { ...noRequest, namespace });
}

const ids = (...of: Parameters<typeof found>) => found(...of).map(({ control: id }) => id);

describe('an exception for a value of a list', () => {
  const policy = excepting('baseline@v1.37', {
    control: 'capabilities_baseline',
    containers: ['agent'],
    values: containerItems(
      (c) => c.securityContext.capabilities.add,
      (added) => added,
      ['NET_ADMIN', 'SYS_TIME'],
    ),
    ...because,
  });

  it('lets that container have it, and no other', () => {
    expect(ids(policy, { containers: [adding('agent', 'NET_ADMIN')] })).toEqual([]);
    expect(ids(policy, { containers: [adding('agent', 'NET_ADMIN', 'SYS_TIME', 'CHOWN')] })).toEqual([]);
    expect(ids(policy, { containers: [adding('app', 'NET_ADMIN')] })).toEqual(['capabilities_baseline']);
    const both = { containers: [adding('agent', 'NET_ADMIN'), adding('app', 'NET_ADMIN')] };
    expect(ids(policy, both)).toEqual(['capabilities_baseline']);
  });

  it('lets it have no other value, and says only those', () => {
    const [finding] = found(policy, { containers: [adding('agent', 'NET_ADMIN', 'SYS_ADMIN')] });
    expect(finding?.detail).toBe(
      'container "agent" must not include "SYS_ADMIN" in securityContext.capabilities.add',
    );
  });

  it('is seen by no other control', () => {
    const privileged = container('agent', { privileged: true, capabilities: { add: ['NET_ADMIN'] } });
    expect(ids(policy, { containers: [privileged] })).toEqual(['privileged']);
  });
});

describe('an exception for a value of a field', () => {
  it('of a container: whoever has it is not judged', () => {
    const policy = excepting('restricted@v1.37', {
      control: 'seccompProfile_restricted',
      containers: ['agent'],
      values: containerValue((c) => c.securityContext.seccompProfile.type, ['Unconfined']),
      ...because,
    });
    const only = (...of: Parameters<typeof found>) => ids(...of).filter((id) => id.startsWith('seccomp'));
    const seccomp = (name: string, type: string) => container(name, { seccompProfile: { type } });
    expect(only(policy, { containers: [seccomp('agent', 'Unconfined')] })).toEqual([]);
    expect(only(policy, { containers: [seccomp('app', 'Unconfined')] })).toHaveLength(1);
    expect(only(policy, { containers: [container('agent')] })).toHaveLength(1);
    const pod = { securityContext: { seccompProfile: { type: 'Unconfined' } } };
    expect(only(policy, { containers: [seccomp('agent', 'Unconfined')], spec: pod })).toHaveLength(1);
  });

  it('of the pod: what is found of the pod does not count', () => {
    const policy = excepting('baseline@v1.37', {
      control: 'hostNamespaces',
      values: podValue(pod.spec.hostNetwork, [true]),
      labels: { app: 'agent' },
      ...because,
    });
    const labels = { app: 'agent' };
    expect(ids(policy, { labels, spec: { hostNetwork: true } })).toEqual([]);
    expect(ids(policy, { labels: { app: 'other' }, spec: { hostNetwork: true } })).toEqual([
      'hostNamespaces',
    ]);
    expect(ids(policy, { spec: { hostNetwork: true } })).toEqual(['hostNamespaces']);
  });
});

describe('an exception for elements of a list of the pod', () => {
  const policy = excepting('baseline@v1.37', {
    control: 'hostPathVolumes',
    namespaces: ['monitoring'],
    values: podItems(pod.spec.volumes, (volume) => volume.hostPath.path, ['/var/log', '/proc']),
    ...because,
  });
  const volumes = (...paths: readonly string[]): Parts => ({
    spec: { volumes: paths.map((path, index) => ({ name: `v${index}`, hostPath: { path } })) },
  });

  it('holds in its namespace, for its values', () => {
    expect(ids(policy, volumes('/var/log', '/proc'), 'monitoring')).toEqual([]);
    expect(ids(policy, volumes('/var/log'), 'default')).toEqual(['hostPathVolumes']);
    expect(ids(policy, volumes('/var/log'))).toEqual(['hostPathVolumes']);
    expect(found(policy, volumes('/var/log', '/etc'), 'monitoring')[0]?.detail).toBe('volume "v1"');
  });
});

describe('an exception for containers, or for pods', () => {
  it('leaves out all that a control finds of the container', () => {
    const policy = excepting('restricted@v1.37', {
      control: 'runAsNonRoot',
      containers: ['root'],
      ...because,
    });
    const only = (...of: Parameters<typeof found>) => ids(...of).filter((id) => id === 'runAsNonRoot');
    expect(only(policy, { containers: [container('root')] })).toEqual([]);
    expect(only(policy, { containers: [container('root'), container('app')] })).toEqual(['runAsNonRoot']);
    const pod = { securityContext: { runAsNonRoot: false } };
    expect(only(policy, { containers: [container('root')], spec: pod })).toEqual(['runAsNonRoot']);
  });

  it('switches the control off for the pods', () => {
    const policy = excepting('baseline@v1.37', {
      control: 'privileged',
      labels: { tier: '', app: 'x' },
      where: isTrue(pod.spec.hostPID),
      ...because,
    });
    const own = [container('app', { privileged: true })];
    const labels = { tier: '', app: 'x' };
    expect(ids(policy, { labels, containers: own, spec: { hostPID: true } })).toEqual(['hostNamespaces']);
    expect(ids(policy, { labels, containers: own })).toEqual(['privileged']);
    expect(ids(policy, { labels: { app: 'x' }, containers: own, spec: { hostPID: true } })).toContain(
      'privileged',
    );
  });
});

describe('several exceptions', () => {
  it('add up, and are said in order', () => {
    const add = (name: string, ...values: readonly string[]): ExceptionSpec => ({
      control: 'capabilities_baseline',
      containers: [name],
      values: containerItems(
        (c) => c.securityContext.capabilities.add,
        (added) => added,
        values,
      ),
      reason: `for ${name}`,
      expires: '2031-12-31',
    });
    const policy = excepting(
      'baseline@v1.37',
      add('a', 'NET_RAW'),
      add('a', 'NET_ADMIN'),
      add('b', 'NET_RAW'),
    );
    expect(
      ids(policy, { containers: [adding('a', 'NET_RAW', 'NET_ADMIN'), adding('b', 'NET_RAW')] }),
    ).toEqual([]);
    expect(ids(policy, { containers: [adding('b', 'NET_ADMIN')] })).toEqual(['capabilities_baseline']);
    expect(policy.exceptions[0]).toMatchObject({
      control: 'capabilities_baseline',
      what: 'securityContext.capabilities.add NET_RAW of the containers a',
      reason: 'for a',
      expires: '2031-12-31',
    });
    expect(policy.exceptions).toHaveLength(3);
  });

  it('come from the extended policy, but not for a control that is dropped or replaced', () => {
    const base = definePolicy({
      name: 'base',
      extends: 'baseline@v1.37',
      exceptions: [
        { control: 'privileged', containers: ['a'], ...because },
        { control: 'hostPorts', containers: ['a'], ...because },
      ],
    });
    const kept = (policy: Policy) => policy.exceptions.map((each) => each.control);
    expect(kept(definePolicy({ name: 'b', extends: base }).ir)).toEqual(['privileged', 'hostPorts']);
    expect(kept(definePolicy({ name: 'b', extends: base, drop: ['privileged'] }).ir)).toEqual(['hostPorts']);
    const replaced = definePolicy({
      name: 'b',
      extends: base,
      replace: [
        control({
          id: 'hostPorts',
          collections: { found: denying(once({ where: isTrue(pod.spec.hostPID), show: 'x', at: pod.spec })) },
          reason: 'x',
        }),
      ],
    });
    expect(kept(replaced.ir)).toEqual(['privileged']);
  });

  it('take parameters', () => {
    const policy = definePolicy({
      name: 'b',
      extends: 'baseline@v1.37',
      parameters: { agents: ['a'] },
      exceptions: ({ agents }) => [{ control: 'privileged', containers: agents, ...because }],
    });
    const own = [container('b', { privileged: true })];
    expect(ids(policy.ir, { containers: own })).toEqual(['privileged']);
    expect(ids(policy.with({ agents: ['b'] }).ir, { containers: own })).toEqual([]);
  });
});

it('is plain IR: well-formed, and the same after a round trip', () => {
  const policy = excepting('restricted@v1.37', {
    control: 'capabilities_restricted',
    containers: ['a'],
    values: containerItems(
      (c) => c.securityContext.capabilities.add,
      (added) => added,
      ['NET_RAW'],
    ),
    ...because,
  });
  expect(checkPolicy(policy)).toEqual([]);
  expect(parsePolicy(JSON.parse(policyJson(policy)))).toEqual({ value: policy, diagnostics: [] });
});

describe('what cannot be excepted exactly is refused', () => {
  const own = control({
    id: 'own',
    collections: {
      found: denying(
        each(containers(), (c) => ({
          where: within(size(items(c.ports)), { min: 3, max: 9 }),
          show: nameOf(c),
          at: c.ports,
        })),
      ),
    },
    reason: 'too many ports',
  });
  const refused = (spec: Partial<ExceptionSpec>) => () =>
    definePolicy({
      name: 'mine',
      extends: 'baseline@v1.37',
      controls: [own],
      exceptions: [{ control: 'privileged', ...because, ...spec }],
    });

  it.each<[string, Partial<ExceptionSpec>, RegExp]>([
    ['a control that is not there', { control: 'privilege', containers: ['a'] }, /did you mean `privileged`/],
    ['nothing in particular', {}, /to do without the control, drop it/],
    ['no container', { containers: [] }, /an empty list of containers/],
    ['no namespace', { namespaces: [] }, /an empty list of namespaces/],
    ['no value', { values: containerValue((c) => c.image, []) }, /an empty list of values/],
    ['no reason', { containers: ['a'], reason: ' ' }, /it has no reason/],
    ['no day', { containers: ['a'], expires: '2027-02-30' }, /is no day/],
    ['no day at all', { containers: ['a'], expires: 'soon' }, /is no day/],
    [
      'a list that the control does not look into',
      { values: podItems(pod.spec.volumes, (v) => v.name, ['a']) },
      /does not look into `spec.volumes`/,
    ],
    [
      'a list that the control counts',
      {
        control: 'own',
        values: containerItems(
          (c) => c.ports,
          (port) => port.hostPort,
          [80],
        ),
      },
      /asks of `ports` what no value of it answers/,
    ],
    [
      'a value of the pod in a container',
      { containers: ['a'], values: podValue(pod.spec.hostPID, [true]) },
      /a value of the pod is of no container/,
    ],
    [
      'containers, of a control of the pod',
      { control: 'hostNamespaces', containers: ['a'] },
      /it finds nothing of a container/,
    ],
    [
      'the pod, of a control of containers',
      { values: podValue(pod.spec.hostPID, [true]) },
      /it finds nothing of the pod itself/,
    ],
  ])('%s', (_name, spec, why) => {
    expect(refused(spec)).toThrow(why);
  });

  it('an unknown key', () => {
    const spec = { control: 'privileged', container: ['a'], ...because };
    expect(() => definePolicy({ name: 'a', extends: 'baseline@v1.37', exceptions: [spec] })).toThrow(
      /takes no `container`; did you mean `containers`/,
    );
  });

  it('keeps what a condition of its own says', () => {
    const where = equal(lookup(pod.metadata.annotations, 'a', ''), 'b');
    expect(
      definePolicy({
        name: 'a',
        extends: 'baseline@v1.37',
        exceptions: [{ control: 'privileged', where, ...because }],
      }).ir.exceptions[0]?.what,
    ).toBe('where a condition of its own holds');
    expect(value(pod.spec.nodeName, '')).toBeTruthy();
  });
});
