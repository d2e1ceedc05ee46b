/** What a policy writes into a pod, and that its controls judge the pod as it is then. */
import { describe, expect, it } from 'vitest';
import { evaluate, mutate } from '../../src/evaluate.js';
import { checkPolicy } from '../../src/ir/check.js';
import type { Cond, Mutation, Policy, Write } from '../../src/ir/types.js';
import type { JsonObject } from '../../src/manifest/types.js';
import { always, comprehension, control, denying, literal, never, policy, read, ref } from '../ir/samples.js';

const container = {
  bind: 'c',
  in: { kind: 'containers', of: 'pod', groups: ['init', 'regular', 'ephemeral'] },
} as const;

function mutation(parts: Partial<Mutation>): Mutation {
  return { id: 'field', over: [], where: always, writes: [], ...parts };
}

/** What is written: `path = value` of each, and the pod's spec and annotations afterwards. */
function written(of: Policy | Mutation, pod: JsonObject) {
  const whole = 'writes' in of ? policy({ controls: [], mutations: [of] }) : of;
  const [problem] = checkPolicy(whole);
  if (problem !== undefined) throw new TypeError(problem.message);
  const before = JSON.stringify(pod);
  const result = mutate(whole, pod);
  expect(JSON.stringify(pod)).toBe(before);
  return {
    pod: result.pod,
    writings: result.writings.map(
      ({ mutation, path, value }) => `${mutation}: ${path.join('.')} = ${JSON.stringify(value)}`,
    ),
  };
}

const set = (at: string, value: string | number | boolean): Write => ({ kind: 'set', at: ref(at), value });
const absent = (at: string): Cond => ({ kind: 'not', of: { kind: 'present', ref: ref(at) } });

describe('set', () => {
  it('makes the objects on the way, and leaves what else is there', () => {
    const each = mutation({ over: [container], writes: [set('c.securityContext.runAsUser', 1000)] });
    expect(
      written(each, {
        spec: {
          initContainers: [{ name: 'i' }],
          containers: [{ name: 'a', securityContext: { privileged: true } }, { name: 'b' }],
        },
      }),
    ).toEqual({
      pod: {
        spec: {
          initContainers: [{ name: 'i', securityContext: { runAsUser: 1000 } }],
          containers: [
            { name: 'a', securityContext: { privileged: true, runAsUser: 1000 } },
            { name: 'b', securityContext: { runAsUser: 1000 } },
          ],
        },
      },
      writings: [
        'field: spec.initContainers.0.securityContext.runAsUser = 1000',
        'field: spec.containers.0.securityContext.runAsUser = 1000',
        'field: spec.containers.1.securityContext.runAsUser = 1000',
      ],
    });
    expect(written(mutation({ writes: [set('pod.spec.hostPID', true)] }), {}).pod).toEqual({
      spec: { hostPID: true },
    });
  });

  it('is of each element for which the condition holds, and of none that has the value', () => {
    const where = absent('c.securityContext.runAsUser');
    const each = mutation({ over: [container], where, writes: [set('c.securityContext.runAsUser', 0)] });
    const given = { spec: { containers: [{ securityContext: { runAsUser: 5 } }, {}] } };
    expect(written(each, given).writings).toEqual(['field: spec.containers.1.securityContext.runAsUser = 0']);
    const all = mutation({ over: [container], writes: [set('c.securityContext.runAsUser', 5)] });
    expect(written(all, given).writings).toEqual(['field: spec.containers.1.securityContext.runAsUser = 5']);
    expect(written({ ...each, where: never }, given)).toEqual({ pod: given, writings: [] });
  });

  it('writes lists and objects', () => {
    const groups = ref('pod.spec.securityContext.supplementalGroups');
    const options = ref('pod.spec.securityContext.seLinuxOptions');
    const each = mutation({
      writes: [
        { kind: 'set', at: groups, value: [1] },
        { kind: 'set', at: options, value: { level: 's0' } },
      ],
    });
    expect(written(each, {}).pod).toEqual({
      spec: { securityContext: { supplementalGroups: [1], seLinuxOptions: { level: 's0' } } },
    });
    const nothing = mutation({ writes: [{ kind: 'set', at: options, value: {} }] });
    expect(written(nothing, {}).pod).toEqual({ spec: { securityContext: { seLinuxOptions: {} } } });
    const none = mutation({ writes: [{ kind: 'set', at: groups, value: [] }] });
    expect(written(none, {}).pod).toEqual({ spec: { securityContext: { supplementalGroups: [] } } });
  });

  it('takes any name for a field of the pod', () => {
    const key: Write = {
      kind: 'setKey',
      map: ref('pod.metadata.labels'),
      key: literal('__proto__'),
      value: 'x',
    };
    const { pod } = written(mutation({ writes: [key] }), {});
    expect(JSON.stringify(pod)).toBe('{"metadata":{"labels":{"__proto__":"x"}}}');
  });
});

describe('add', () => {
  const drop = ref('c.securityContext.capabilities.drop');
  const list = ref('c.securityContext.capabilities.add');
  const adding = (values: readonly string[], where = always) =>
    mutation({ over: [container], where, writes: [{ kind: 'add', list, values, except: [drop] }] });
  const caps = (capabilities: JsonObject) => ({
    spec: { containers: [{ securityContext: { capabilities } }] },
  });

  it('sorts, and keeps each once', () => {
    expect(written(adding(['M', 'B']), caps({ add: ['Z', 'A', 'Z'] })).pod).toEqual(
      caps({ add: ['A', 'B', 'M', 'Z'] }),
    );
    expect(written(adding(['B']), caps({ add: ['B', 'A', 'A'] })).pod).toEqual(caps({ add: ['A', 'B'] }));
    expect(written(adding([]), caps({ add: ['B', 'A', 'A'] })).pod).toEqual(caps({ add: ['A', 'B'] }));
    expect(written(adding([]), caps({})).writings).toEqual([]);
    // By bytes, as Go sorts: a character above U+FFFF after one below.
    expect(written(adding(['\u{1F600}', '\uFF5E']), caps({})).pod).toEqual(
      caps({ add: ['\uFF5E', '\u{1F600}'] }),
    );
  });

  it('leaves out what stands in another list', () => {
    expect(written(adding(['A', 'B']), caps({ drop: ['A'] })).pod).toEqual(caps({ drop: ['A'], add: ['B'] }));
    expect(written(adding(['A']), caps({ drop: ['A'] })).writings).toEqual([]);
    // What stands in it already stays.
    expect(written(adding(['B']), caps({ drop: ['A'], add: ['A'] })).pod).toEqual(
      caps({ drop: ['A'], add: ['A', 'B'] }),
    );
  });

  it('computes all that a mutation writes before it writes', () => {
    const each = mutation({
      over: [container],
      writes: [
        { kind: 'add', list: drop, values: ['B'], except: [] },
        { kind: 'add', list, values: ['A', 'B'], except: [drop] },
      ],
    });
    expect(written(each, caps({})).pod).toEqual(caps({ drop: ['B'], add: ['A', 'B'] }));
  });
});

describe('setKey', () => {
  it('writes under a key that each element has', () => {
    const map = ref('pod.metadata.annotations');
    const key = { kind: 'concat', parts: [literal('for/'), read('c.name')] } as const;
    const each = mutation({
      over: [container],
      where: { kind: 'not', of: { kind: 'hasKey', map, key } },
      writes: [{ kind: 'setKey', map, key, value: 'x' }],
    });
    const containers = [{ name: 'a' }, { name: 'b' }];
    expect(written(each, { metadata: { annotations: { 'for/a': '' } }, spec: { containers } })).toEqual({
      pod: { metadata: { annotations: { 'for/a': '', 'for/b': 'x' } }, spec: { containers } },
      writings: ['field: metadata.annotations.for/b = "x"'],
    });
  });
});

describe('mutations', () => {
  const first = mutation({ id: 'first', writes: [set('pod.spec.hostname', 'a')] });
  const second = mutation({
    id: 'second',
    where: { kind: 'equal', left: read('pod.spec.hostname'), right: literal('a') },
    writes: [set('pod.spec.subdomain', 'b')],
  });

  it('see what those before them wrote', () => {
    const both = (mutations: readonly Mutation[]) => written(policy({ controls: [], mutations }), {}).pod;
    expect(both([first, second])).toEqual({ spec: { hostname: 'a', subdomain: 'b' } });
    expect(both([second, first])).toEqual({ spec: { hostname: 'a' } });
  });

  it('look at the pod once, so that one element does not see what was written for another', () => {
    const once = mutation({
      over: [container],
      where: { kind: 'equal', left: read('pod.spec.hostname'), right: literal('') },
      writes: [set('pod.spec.hostname', 'a'), set('c.workingDir', 'b')],
    });
    expect(written(once, { spec: { containers: [{}, {}] } }).pod).toEqual({
      spec: { containers: [{ workingDir: 'b' }, { workingDir: 'b' }], hostname: 'a' },
    });
  });

  it('come before what judges, so that a pod that is repaired is allowed', () => {
    const demand = denying({
      kind: 'not',
      of: { kind: 'equal', left: read('pod.spec.hostname'), right: literal('a') },
    });
    expect(evaluate(demand, {})).toHaveLength(1);
    expect(evaluate({ ...demand, mutations: [first] }, {})).toEqual([]);
    const forbid = denying({ kind: 'equal', left: read('pod.spec.hostname'), right: literal('a') });
    expect(evaluate(forbid, {})).toEqual([]);
    expect(evaluate({ ...forbid, mutations: [first] }, {})).toHaveLength(1);
  });

  it('give places in the pod that was judged', () => {
    const at = ref('c.securityContext.runAsUser');
    const over = [container];
    const found = { name: 'found', distinct: false, denies: true, from: [comprehension({ over, at })] };
    const each = policy({
      controls: [control({ collections: [found] })],
      mutations: [mutation({ over, writes: [set('c.securityContext.runAsUser', 1)] })],
    });
    expect(evaluate(each, { spec: { containers: [{}] } })[0]?.locations).toEqual([
      ['spec', 'containers', 0, 'securityContext', 'runAsUser'],
    ]);
  });

  it('of alternatives are each its own; those of the whole come first', () => {
    const has = (name: string): Cond => ({
      kind: 'equal',
      left: read('pod.spec.hostname'),
      right: literal(name),
    });
    const wants = (name: string, writes: string): Policy => ({
      ...denying({ kind: 'not', of: has(name) }),
      name: `wants-${name}-writes-${writes}`,
      mutations: [
        mutation({
          where: absent('pod.spec.hostname'),
          writes: [set('pod.spec.hostname', writes)],
        }),
      ],
    });
    const of = (alternatives: Policy[], mutations: Mutation[] = []) =>
      evaluate(policy({ controls: [], alternatives, mutations }), {}).length === 0;
    expect(of([wants('a', 'a')])).toBe(true);
    expect(of([wants('a', 'b')])).toBe(false);
    expect(of([wants('a', 'b'), wants('b', 'a')])).toBe(false);
    expect(of([wants('a', 'b'), wants('b', 'b')])).toBe(true);
    expect(of([wants('b', 'b')], [first])).toBe(false);
    const whole = policy({ controls: [], alternatives: [wants('a', 'a')], mutations: [first] });
    expect(mutate(whole, {}).writings.map(({ mutation }) => mutation)).toEqual(['first']);
  });

  it('do not touch a pod of an exempt runtime class', () => {
    const exemptions = { namespaces: [], users: [], runtimeClasses: ['gvisor'], serviceAccounts: [] };
    const each = policy({ controls: [], mutations: [first], exemptions });
    const pod = { spec: { runtimeClassName: 'gvisor' } };
    expect(mutate(each, pod)).toEqual({ pod, writings: [] });
  });
});
