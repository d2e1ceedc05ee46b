import { describe, expect, it } from 'vitest';
import type { Cond, RequestField, Source, Term } from '../../src/ir/types.js';
import type { Json } from '../../src/manifest/types.js';
import { literal, read, ref } from '../ir/samples.js';
import { admitted, elements, holds, inSpec, shown } from './judge.js';

describe('value', () => {
  it('is the field’s, or what stands for it where it or anything on the way is absent', () => {
    const user = read('pod.spec.securityContext.runAsUser', -1);
    const rows: [spec: Record<string, Json>, value: string][] = [
      [{ securityContext: { runAsUser: 7 } }, '7'],
      [{ securityContext: { runAsUser: 0 } }, '0'],
      [{ securityContext: { runAsUser: null } }, '-1'],
      [{ securityContext: {} }, '-1'],
      [{ securityContext: null }, '-1'],
      [{}, '-1'],
    ];
    for (const [spec, value] of rows) {
      expect(shown(user, inSpec(spec))).toBe(value);
      expect(shown(user, admitted(spec))).toBe(value);
    }
    expect(shown(user, {})).toBe('-1');
  });

  it('of a boolean keeps false', () => {
    const is = (absent: boolean): Cond => ({
      kind: 'equal',
      left: read('pod.spec.hostUsers', absent),
      right: literal(true),
    });
    expect(holds(is(false), admitted({ hostUsers: true }))).toBe(true);
    expect(holds(is(true), admitted({ hostUsers: false }))).toBe(false);
    expect(holds(is(true), admitted({}))).toBe(true);
    expect(holds(is(false), admitted({}))).toBe(false);
  });

  it('of an empty string that a pointer holds is the empty string', () => {
    expect(shown(read('pod.spec.runtimeClassName', 'none'), admitted({ runtimeClassName: '' }))).toBe('');
    expect(shown(read('pod.spec.nodeName', 'none'), admitted({ nodeName: '' }))).toBe('none');
  });

  it('is read of no list and no object', () => {
    expect(shown(read('pod.spec.nodeName', 'none'), inSpec({ nodeName: ['a'] }))).toBe('none');
    expect(shown(read('pod.spec.os.name', 'none'), inSpec({ os: 'linux' }))).toBe('none');
    expect(shown(read('pod.spec.os.name', 'none'), inSpec({ os: [{ name: 'linux' }] }))).toBe('none');
  });

  it('is no property of JavaScript’s', () => {
    expect(shown(read('pod.metadata.name', 'none'), { metadata: Object.create({ name: 'inherited' }) })).toBe(
      'none',
    );
  });

  it('of the stored pod is of it alone', () => {
    const name = read('old.metadata.name', 'none');
    expect(shown(name, { metadata: { name: 'new' } })).toBe('none');
    expect(shown(name, { metadata: { name: 'new' } }, { oldPod: { metadata: { name: 'old' } } })).toBe('old');
  });
});

describe('effective', () => {
  const user: Term = {
    kind: 'effective',
    refs: [ref('x.securityContext.runAsUser'), ref('pod.spec.securityContext.runAsUser')],
    absent: -1,
  };
  const containers: Source = { kind: 'containers', of: 'pod', groups: ['regular'] };
  const users = (pod: Json, ...own: Json[]) =>
    elements(
      containers,
      user,
      'x',
      inSpec({ securityContext: pod, containers: own.map((securityContext) => ({ securityContext })) }),
    ).texts;

  it('is the container’s, else the pod’s, else what stands for it', () => {
    expect(
      users({ runAsUser: 5 }, { runAsUser: 7 }, {}, null, { runAsUser: 0 }, { runAsUser: null }),
    ).toEqual(['7', '5', '5', '0', '5']);
    expect(users({}, { runAsUser: 7 }, {})).toEqual(['7', '-1']);
    expect(users({ runAsUser: 0 }, {})).toEqual(['0']);
  });

  it('of booleans takes a false for a value', () => {
    const nonRoot: Term = {
      kind: 'effective',
      refs: [ref('c.securityContext.runAsNonRoot'), ref('pod.spec.securityContext.runAsNonRoot')],
      absent: false,
    };
    const some: Cond = {
      kind: 'some',
      bind: 'c',
      in: containers,
      where: { kind: 'equal', left: nonRoot, right: literal(false) },
    };
    const pod = (own: Json) =>
      inSpec({ securityContext: { runAsNonRoot: true }, containers: [{ securityContext: own }] });
    expect(holds(some, pod({ runAsNonRoot: false }))).toBe(true);
    expect(holds(some, pod({}))).toBe(false);
  });
});

describe('lookup', () => {
  const lookup = (key: Term, absent = 'none'): Term => ({
    kind: 'lookup',
    map: ref('pod.metadata.annotations'),
    key,
    absent,
  });
  const pod = { metadata: { name: 'b', annotations: { a: '', 'p/b': 'found' } } };

  it('is the value under the key, an empty one too', () => {
    expect(shown(lookup(literal('a')), pod)).toBe('');
    expect(shown(lookup(literal('p/b')), pod)).toBe('found');
    expect(shown(lookup(literal('b')), pod)).toBe('none');
    expect(shown(lookup(literal('a')), {})).toBe('none');
    expect(shown(lookup(literal('a')), { metadata: { annotations: null } })).toBe('none');
  });

  it('takes the key from a term: a prefix and the name of a container', () => {
    const key: Term = { kind: 'concat', parts: [literal('p/'), read('x.name')] };
    const containers: Source = { kind: 'containers', of: 'pod', groups: ['regular', 'init'] };
    const spec = { containers: [{ name: 'b' }, { name: 'c' }], initContainers: [{ name: 'b' }] };
    expect(elements(containers, lookup(key), 'x', { ...pod, spec }).texts).toEqual([
      'found',
      'found',
      'none',
    ]);
  });

  it('is no property of JavaScript’s', () => {
    for (const key of ['constructor', '__proto__', 'toString'])
      expect(shown(lookup(literal(key)), pod)).toBe('none');
  });
});

describe('firstPresent', () => {
  const source: Term = {
    kind: 'firstPresent',
    of: ref('x'),
    fields: ['hostPath', 'nfs', 'emptyDir'],
    absent: 'unknown',
  };
  const volumes: Source = { kind: 'items', list: ref('pod.spec.volumes') };
  const of = (...list: Json[]) => elements(volumes, source, 'x', inSpec({ volumes: list })).texts;

  it('is the first in the order of the rule, not of the object', () => {
    expect(of({ nfs: {}, hostPath: {} }, { emptyDir: {}, nfs: {} })).toEqual(['hostPath', 'nfs']);
  });

  it('is what stands for it where none is', () => {
    expect(of({ name: 'a' }, { csi: {} })).toEqual(['unknown', 'unknown']);
  });

  it('takes an empty object for present', () => {
    expect(of({ emptyDir: {} })).toEqual(['emptyDir']);
  });

  it('of an object that is absent is what stands for it', () => {
    const of: Term = { ...source, of: ref('pod.spec.os'), fields: ['name'] };
    expect(shown(of, {})).toBe('unknown');
    expect(shown(of, inSpec({ os: { name: 'linux' } }))).toBe('name');
  });
});

describe('size', () => {
  const size = (of: Source): Term => ({ kind: 'size', of });

  it('counts elements, none where the list is absent', () => {
    const volumes = size({ kind: 'items', list: ref('pod.spec.volumes') });
    expect(shown(volumes, inSpec({ volumes: [{}, {}] }))).toBe('2');
    expect(shown(volumes, inSpec({ volumes: [] }))).toBe('0');
    expect(shown(volumes, {})).toBe('0');
  });

  it('counts of each source', () => {
    const pod = {
      metadata: { labels: { 'a/x': '', 'a/y': '', b: '' } },
      spec: { containers: [{}, {}], initContainers: [{}], ephemeralContainers: [{}] },
    };
    expect(
      shown(size({ kind: 'containers', of: 'pod', groups: ['init', 'regular', 'ephemeral'] }), pod),
    ).toBe('4');
    expect(shown(size({ kind: 'containers', of: 'pod', groups: ['regular'] }), pod)).toBe('2');
    expect(shown(size({ kind: 'containers', of: 'old', groups: ['regular'] }), pod)).toBe('0');
    expect(shown(size({ kind: 'entries', map: ref('pod.metadata.labels'), prefix: 'a/' }), pod)).toBe('2');
    expect(shown(size({ kind: 'userGroups' }), pod, { userGroups: ['a', 'b', 'a'] })).toBe('3');
  });
});

describe('concat', () => {
  it('has nothing between its parts', () => {
    const concat = (...parts: Term[]): Term => ({ kind: 'concat', parts });
    expect(shown(concat(literal('a'), literal(''), literal('b')))).toBe('ab');
    expect(shown(concat())).toBe('');
    expect(shown(concat(read('pod.metadata.name', '-'), literal('/'), concat(literal('c'))), {})).toBe('-/c');
  });
});

describe('the request', () => {
  const request = (field: RequestField): Term => ({ kind: 'request', field });
  const label = (name: string): Term => ({ kind: 'namespaceLabel', label: name, absent: 'none' });

  it('says what it does, to what, and who asks', () => {
    const given = {
      operation: 'UPDATE',
      subresource: 'ephemeralcontainers',
      user: 'system:admin',
      namespace: 'prod',
    } as const;
    for (const field of ['operation', 'subresource', 'user', 'namespace'] as const) {
      expect(shown(request(field), {}, given)).toBe(given[field]);
    }
  });

  it('creates, and says nothing else, where it is a manifest', () => {
    expect(shown(request('operation'))).toBe('CREATE');
    for (const field of ['subresource', 'user', 'namespace'] as const) expect(shown(request(field))).toBe('');
    expect(shown(label('env'))).toBe('none');
    expect(shown({ kind: 'size', of: { kind: 'userGroups' } })).toBe('0');
  });

  it('knows the labels of its namespace', () => {
    const namespaceLabels = { env: 'prod', empty: '' };
    expect(shown(label('env'), {}, { namespaceLabels })).toBe('prod');
    expect(shown(label('empty'), {}, { namespaceLabels })).toBe('');
    expect(shown(label('other'), {}, { namespaceLabels })).toBe('none');
    expect(shown(label('constructor'), {}, { namespaceLabels })).toBe('none');
  });
});
