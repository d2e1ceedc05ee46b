import { describe, expect, it } from 'vitest';
import type { Cond, Source, Term } from '../../src/ir/types.js';
import type { Json } from '../../src/manifest/types.js';
import { always, literal, never, read, ref } from '../ir/samples.js';
import { admitted, holds, inSpec } from './judge.js';

const equal = (left: Term, right: Term): Cond => ({ kind: 'equal', left, right });

describe('and, or, not, constants', () => {
  it('are those of logic, of none too', () => {
    expect(holds(always)).toBe(true);
    expect(holds(never)).toBe(false);
    const table: [of: Cond[], and: boolean, or: boolean][] = [
      [[], true, false],
      [[always], true, true],
      [[never], false, false],
      [[always, never], false, true],
      [[never, always], false, true],
      [[always, always], true, true],
      [[never, never], false, false],
    ];
    for (const [of, and, or] of table) {
      expect(holds({ kind: 'and', of })).toBe(and);
      expect(holds({ kind: 'or', of })).toBe(or);
      expect(holds({ kind: 'not', of: { kind: 'and', of } })).toBe(!and);
    }
  });
});

describe('present', () => {
  const present = (place: string): Cond => ({ kind: 'present', ref: ref(place) });
  const rows: [place: string, spec: Record<string, Json>, yes: boolean][] = [
    // A pointer: its zero value is a value.
    ['pod.spec.securityContext.runAsUser', {}, false],
    ['pod.spec.securityContext.runAsUser', { securityContext: null }, false],
    ['pod.spec.securityContext.runAsUser', { securityContext: {} }, false],
    ['pod.spec.securityContext.runAsUser', { securityContext: { runAsUser: null } }, false],
    ['pod.spec.securityContext.runAsUser', { securityContext: { runAsUser: 0 } }, true],
    ['pod.spec.securityContext.runAsNonRoot', { securityContext: { runAsNonRoot: false } }, true],
    ['pod.spec.securityContext.seLinuxOptions', { securityContext: { seLinuxOptions: {} } }, true],
    ['pod.spec.runtimeClassName', { runtimeClassName: '' }, true],
    ['pod.spec.os', { os: { name: '' } }, true],
    // No pointer: its zero value is absent.
    ['pod.spec.hostPID', {}, false],
    ['pod.spec.hostPID', { hostPID: null }, false],
    ['pod.spec.hostPID', { hostPID: false }, false],
    ['pod.spec.hostPID', { hostPID: true }, true],
    ['pod.spec.nodeName', { nodeName: '' }, false],
    ['pod.spec.nodeName', { nodeName: 'a' }, true],
    ['pod.spec.securityContext.sysctls', { securityContext: { sysctls: [] } }, false],
    ['pod.spec.securityContext.sysctls', { securityContext: { sysctls: [{ name: 'a', value: '' }] } }, true],
    ['pod.spec.nodeSelector', { nodeSelector: {} }, false],
    ['pod.spec.nodeSelector', { nodeSelector: { a: '' } }, true],
    // A default is present.
    ['pod.spec.securityContext', {}, true],
    ['pod.spec.dnsPolicy', {}, true],
  ];

  it.each(rows)('of %s in %j is %s', (place, spec, yes) => {
    expect(holds(present(place), admitted(spec))).toBe(yes);
  });

  it('is of the pod’s own fields, not of what every object has', () => {
    expect(holds(present('pod.metadata.name'), {})).toBe(false);
    expect(
      holds(
        { kind: 'hasKey', map: ref('pod.metadata.labels'), key: literal('toString') },
        { metadata: { labels: {} } },
      ),
    ).toBe(false);
  });
});

describe('emptyList', () => {
  const groups = (list: Json) => inSpec({ securityContext: { supplementalGroups: list } });
  const cond: Cond = { kind: 'emptyList', list: ref('pod.spec.securityContext.supplementalGroups') };

  it('is `[]`, and nothing else', () => {
    expect(holds(cond, groups([]))).toBe(true);
    expect(holds(cond, groups([0]))).toBe(false);
    expect(holds(cond, inSpec({ securityContext: {} }))).toBe(false);
    expect(holds(cond)).toBe(false);
  });
});

describe('hasKey', () => {
  const pod = { metadata: { annotations: { 'a/b': '', other: 'x' }, name: 'a/b' } };
  const has = (key: Term, map = 'pod.metadata.annotations'): Cond => ({ kind: 'hasKey', map: ref(map), key });

  it('is true of a key with an empty value', () => {
    expect(holds(has(literal('a/b')), pod)).toBe(true);
    expect(holds(has(literal('a')), pod)).toBe(false);
    expect(holds(has(literal('')), pod)).toBe(false);
    expect(holds(has(literal('a/b'), 'pod.metadata.labels'), pod)).toBe(false);
    expect(holds(has(literal('a/b')))).toBe(false);
  });

  it('takes the key from a term', () => {
    expect(holds(has(read('pod.metadata.name')), pod)).toBe(true);
    expect(holds(has(read('pod.metadata.namespace', 'other')), pod)).toBe(true);
  });

  it('knows keys that JavaScript has a meaning for', () => {
    const odd = JSON.parse('{"metadata":{"annotations":{"__proto__":"a"}}}');
    expect(holds(has(literal('__proto__')), odd)).toBe(true);
    for (const key of ['__proto__', 'constructor', 'toString'])
      expect(holds(has(literal(key)), pod)).toBe(false);
  });
});

describe('equal and oneOf', () => {
  it('compare values, of their type', () => {
    expect(holds(equal(literal('a'), literal('a')))).toBe(true);
    expect(holds(equal(literal('a'), literal('A')))).toBe(false);
    expect(holds(equal(literal(''), read('pod.spec.nodeName')))).toBe(true);
    expect(holds(equal(literal(0), literal(0)))).toBe(true);
    expect(holds(equal(literal(-1), literal(1)))).toBe(false);
    expect(holds(equal(literal(true), literal(false)))).toBe(false);
  });

  it('compare two fields', () => {
    const same = equal(read('pod.spec.hostname'), read('pod.metadata.name', 'x'));
    expect(holds(same, { metadata: { name: 'a' }, spec: { hostname: 'a' } })).toBe(true);
    expect(holds(same, { metadata: { name: 'a' }, spec: { hostname: 'b' } })).toBe(false);
    expect(holds(same, {})).toBe(false);
  });

  it('tell a port’s number from its name', () => {
    const port = (value: Json) =>
      inSpec({ containers: [{ name: 'a', livenessProbe: { httpGet: { port: value } } }] });
    const is = (value: string | number): Cond => ({
      kind: 'some',
      bind: 'c',
      in: { kind: 'containers', of: 'pod', groups: ['regular'] },
      where: equal(read('c.livenessProbe.httpGet.port', 0), literal(value)),
    });
    expect(holds(is(80), port(80))).toBe(true);
    expect(holds(is('80'), port(80))).toBe(false);
    expect(holds(is('80'), port('80'))).toBe(true);
  });

  it('list values, of none too', () => {
    const among = (values: readonly (string | number | boolean)[], term: Term): Cond => ({
      kind: 'oneOf',
      term,
      values,
    });
    expect(holds(among(['a', 'b'], literal('b')))).toBe(true);
    expect(holds(among(['a', 'b'], literal('c')))).toBe(false);
    expect(holds(among(['a', 'b'], literal('')))).toBe(false);
    expect(holds(among([], literal('')))).toBe(false);
    expect(holds(among([0, 1], literal(1)))).toBe(true);
    expect(holds(among([false], read('pod.spec.hostPID', false)))).toBe(true);
    expect(holds(among([false], read('pod.spec.hostPID', true)))).toBe(false);
  });
});

describe('some and every', () => {
  const volumes: Source = { kind: 'items', list: ref('pod.spec.volumes') };
  const named = (name: string) => equal(read('v.name'), literal(name));
  const pod = (...names: string[]) => inSpec({ volumes: names.map((name) => ({ name })) });
  const some: Cond = { kind: 'some', bind: 'v', in: volumes, where: named('a') };
  const every: Cond = { kind: 'every', bind: 'v', in: volumes, where: named('a') };

  it('quantify, over none too', () => {
    const table: [names: string[], some: boolean, every: boolean][] = [
      [[], false, true],
      [['a'], true, true],
      [['b'], false, false],
      [['b', 'a'], true, false],
      [['a', 'b'], true, false],
      [['a', 'a'], true, true],
    ];
    for (const [names, anyOf, allOf] of table) {
      expect(holds(some, pod(...names))).toBe(anyOf);
      expect(holds(every, pod(...names))).toBe(allOf);
    }
  });

  it('have no elements where the list is absent', () => {
    for (const absent of [{}, { spec: {} }]) {
      expect(holds(some, absent)).toBe(false);
      expect(holds(every, absent)).toBe(true);
    }
  });

  it('nest: each drops ALL, and some adds what it may not', () => {
    const capabilities = (list: 'add' | 'drop', value: string): Cond => ({
      kind: 'some',
      bind: 'x',
      in: { kind: 'items', list: ref(`c.securityContext.capabilities.${list}`) },
      where: equal(read('x'), literal(value)),
    });
    const containers: Source = { kind: 'containers', of: 'pod', groups: ['regular'] };
    const allDrop: Cond = { kind: 'every', bind: 'c', in: containers, where: capabilities('drop', 'ALL') };
    const someAdds: Cond = { kind: 'some', bind: 'c', in: containers, where: capabilities('add', 'ALL') };
    const of = (...lists: Record<string, Json>[]) =>
      inSpec({ containers: lists.map((each) => ({ securityContext: { capabilities: each } })) });
    expect(holds(allDrop, of({ drop: ['NET_RAW', 'ALL'] }, { drop: ['ALL'] }))).toBe(true);
    expect(holds(allDrop, of({ drop: ['ALL'] }, { drop: ['NET_RAW'] }))).toBe(false);
    expect(holds(allDrop, of({ drop: ['ALL'] }, {}))).toBe(false);
    expect(holds(someAdds, of({ add: ['A'] }, { add: ['B', 'ALL'] }))).toBe(true);
    expect(holds(someAdds, of({ drop: ['ALL'] }))).toBe(false);
  });

  it('see the elements around them: projected sources, none of which passes', () => {
    // A projected volume whose sources are all of one kind; one without sources is.
    const onlyTokens: Cond = {
      kind: 'every',
      bind: 'v',
      in: volumes,
      where: {
        kind: 'every',
        bind: 's',
        in: { kind: 'items', list: ref('v.projected.sources') },
        where: { kind: 'and', of: [{ kind: 'present', ref: ref('s.serviceAccountToken') }, named('tokens')] },
      },
    };
    const projected = (name: string, ...sources: Json[]) => ({ name, projected: { sources } });
    const token = { serviceAccountToken: { path: 'token' } };
    expect(holds(onlyTokens, inSpec({ volumes: [projected('tokens', token, token)] }))).toBe(true);
    expect(holds(onlyTokens, inSpec({ volumes: [projected('other')] }))).toBe(true);
    expect(holds(onlyTokens, inSpec({ volumes: [projected('other', token)] }))).toBe(false);
    expect(holds(onlyTokens, inSpec({ volumes: [projected('tokens', token, { secret: {} })] }))).toBe(false);
    expect(holds(onlyTokens, inSpec({ volumes: [projected('tokens', token), projected('b', token)] }))).toBe(
      false,
    );
  });
});

/** PodSecurityPolicy's read-only host paths: volumes × containers × mounts, joined by the volume's name. */
describe('a join of bound elements by a field', () => {
  const writableMount: Cond = {
    kind: 'some',
    bind: 'v',
    in: { kind: 'items', list: ref('pod.spec.volumes') },
    where: {
      kind: 'and',
      of: [
        {
          kind: 'matches',
          term: read('v.hostPath.path'),
          patterns: [{ kind: 'pathPrefix', prefix: '/var/log' }],
        },
        {
          kind: 'some',
          bind: 'c',
          in: { kind: 'containers', of: 'pod', groups: ['init', 'regular', 'ephemeral'] },
          where: {
            kind: 'some',
            bind: 'm',
            in: { kind: 'items', list: ref('c.volumeMounts') },
            where: {
              kind: 'and',
              of: [equal(read('m.name'), read('v.name')), equal(read('m.readOnly', false), literal(false))],
            },
          },
        },
      ],
    },
  };
  const volumes = [
    { name: 'logs', hostPath: { path: '/var/log/app' } },
    { name: 'etc', hostPath: { path: '/etc' } },
  ];
  const mount = (name: string, readOnly?: boolean) => ({
    name,
    ...(readOnly === undefined ? {} : { readOnly }),
  });
  const pod = (spec: Record<string, Json>) => inSpec({ volumes, ...spec });

  it('finds the mount of that volume, in each container group', () => {
    for (const group of ['initContainers', 'containers', 'ephemeralContainers']) {
      expect(holds(writableMount, pod({ [group]: [{ volumeMounts: [mount('logs')] }] }))).toBe(true);
      expect(holds(writableMount, pod({ [group]: [{ volumeMounts: [mount('logs', false)] }] }))).toBe(true);
      expect(holds(writableMount, pod({ [group]: [{ volumeMounts: [mount('logs', true)] }] }))).toBe(false);
    }
  });

  it('finds one among many', () => {
    const readers = [{ volumeMounts: [mount('logs', true), mount('etc')] }, { volumeMounts: [] }, {}];
    expect(holds(writableMount, pod({ containers: readers }))).toBe(false);
    const writer = { volumeMounts: [mount('etc'), mount('logs', true), mount('logs')] };
    expect(holds(writableMount, pod({ containers: [...readers, writer] }))).toBe(true);
  });

  it('passes a volume that nothing mounts, and mounts of other volumes', () => {
    expect(holds(writableMount, pod({}))).toBe(false);
    expect(holds(writableMount, pod({ containers: [{ volumeMounts: [mount('etc')] }] }))).toBe(false);
    expect(holds(writableMount, inSpec({ containers: [{ volumeMounts: [mount('logs')] }] }))).toBe(false);
  });
});

describe('authorized', () => {
  it('asks for the verb, group, resource and name', () => {
    const cond: Cond = {
      kind: 'authorized',
      verb: 'use',
      group: 'policy',
      resource: 'podsecuritypolicies',
      name: 'p',
    };
    const asked: string[][] = [];
    const authorized = (...question: string[]) => {
      asked.push(question);
      return question.at(-1) === 'p';
    };
    expect(holds(cond, {}, { authorized })).toBe(true);
    expect(holds({ ...cond, name: 'q' }, {}, { authorized })).toBe(false);
    expect(asked[0]).toEqual(['use', 'policy', 'podsecuritypolicies', 'p']);
  });

  it('is denied where nobody says otherwise', () => {
    expect(holds({ kind: 'authorized', verb: 'use', group: '', resource: 'a', name: '' })).toBe(false);
  });
});
