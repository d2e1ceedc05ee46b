import { describe, expect, it } from 'vitest';
import { evaluate, noRequest } from '../../src/evaluate.js';
import type { Cond, Control, Policy } from '../../src/ir/types.js';
import {
  always,
  collecting,
  comprehension,
  control,
  literal,
  never,
  policy,
  read,
  ref,
} from '../ir/samples.js';

const pod = { metadata: { name: 'app' }, spec: { containers: [{ name: 'a' }, { name: 'b' }] } };

function denyingIf(id: string, where: Cond, unless: Cond = never): Control {
  const found = { name: 'found', distinct: false, denies: true, from: [comprehension({ where })] };
  return control({ id, unless, collections: [found] });
}

const ids = (of: Policy) => evaluate(of, pod).map((finding) => finding.control);

describe('a policy', () => {
  it('allows where no control denies, and reports each that does, in its order', () => {
    const controls = [denyingIf('c', always), denyingIf('b', never), denyingIf('a', always)];
    expect(ids(policy({ controls }))).toEqual(['c', 'a']);
    expect(ids(policy({ controls: [] }))).toEqual([]);
  });

  it('leaves out a control where its relaxation holds', () => {
    const named: Cond = { kind: 'equal', left: read('pod.metadata.name'), right: literal('app') };
    expect(ids(policy({ controls: [denyingIf('a', always, named), denyingIf('b', always)] }))).toEqual(['b']);
    const unless: Cond = { kind: 'not', of: named };
    expect(ids(policy({ controls: [denyingIf('a', always, unless)] }))).toEqual(['a']);
  });

  it('is denied by alternatives only where each denies', () => {
    const denies = (name: string) => policy({ name, controls: [denyingIf(`of-${name}`, always)] });
    const allows = policy({ name: 'allows', controls: [denyingIf('x', never)] });
    const none = policy({ name: 'none', controls: [] });
    const own = [denyingIf('own', always)];
    expect(ids(policy({ controls: [], alternatives: [denies('a'), denies('b')] }))).toEqual([
      'a/of-a',
      'b/of-b',
    ]);
    expect(ids(policy({ controls: [], alternatives: [denies('a'), allows] }))).toEqual([]);
    expect(ids(policy({ controls: [], alternatives: [denies('a'), none] }))).toEqual([]);
    expect(ids(policy({ controls: own, alternatives: [denies('a')] }))).toEqual(['own', 'a/of-a']);
    expect(ids(policy({ controls: own, alternatives: [denies('a'), allows] }))).toEqual(['own']);
    expect(ids(policy({ controls: own, alternatives: [] }))).toEqual(['own']);
    const nested = policy({ name: 'outer', controls: [], alternatives: [denies('a'), denies('b')] });
    expect(ids(policy({ controls: [], alternatives: [nested] }))).toEqual(['outer/a/of-a', 'outer/b/of-b']);
    expect(
      ids(policy({ controls: [], alternatives: [{ ...nested, alternatives: [denies('a'), allows] }] })),
    ).toEqual([]);
  });

  it('judges alternatives by the same request', () => {
    const created: Cond = {
      kind: 'equal',
      left: { kind: 'request', field: 'operation' },
      right: literal('UPDATE'),
    };
    const of = policy({ controls: [], alternatives: [policy({ controls: [denyingIf('a', created)] })] });
    expect(evaluate(of, pod)).toEqual([]);
    expect(evaluate(of, pod, { ...noRequest, operation: 'UPDATE' })).toHaveLength(1);
  });
});

describe('a finding', () => {
  const containers = { bind: 'c', in: { kind: 'containers', of: 'pod', groups: ['regular'] } } as const;

  it('says the reason, the detail, and which fields, a missing one too', () => {
    const of = collecting({
      over: [containers],
      show: read('c.name'),
      at: ref('c.securityContext.privileged'),
    });
    expect(evaluate(of, pod)).toEqual([
      {
        control: 'control',
        reason: 'reason',
        detail: 'a, b',
        locations: [
          ['spec', 'containers', 0, 'securityContext', 'privileged'],
          ['spec', 'containers', 1, 'securityContext', 'privileged'],
        ],
      },
    ]);
  });

  it('has the elements for which the condition holds', () => {
    const where: Cond = { kind: 'equal', left: read('c.name'), right: literal('b') };
    const [finding] = evaluate(
      collecting({ over: [containers], where, show: read('c.name'), at: ref('c.name') }),
      pod,
    );
    expect(finding).toMatchObject({ detail: 'b', locations: [['spec', 'containers', 1, 'name']] });
  });

  it('gathers the comprehensions of a collection in their order', () => {
    const [finding] = evaluate(
      collecting(
        { show: literal('z') },
        { over: [containers], show: read('c.name'), at: ref('c') },
        { show: literal(3) },
      ),
      pod,
    );
    expect(finding?.detail).toBe('z, a, b, 3');
    expect(finding?.locations).toHaveLength(4);
  });

  it('binds one element after the other, the last fastest', () => {
    const list = { bind: 'p', in: { kind: 'items', list: ref('c.ports') } } as const;
    const ports = (...numbers: number[]) => numbers.map((containerPort) => ({ containerPort }));
    const spec = { containers: [{ ports: ports(1, 2) }, {}, { ports: ports(3) }] };
    const of = collecting({
      over: [containers, list],
      show: read('p.containerPort', 0),
      at: ref('p.hostPort'),
    });
    expect(evaluate(of, { spec })[0]).toMatchObject({
      detail: '1, 2, 3',
      locations: [
        ['spec', 'containers', 0, 'ports', 0, 'hostPort'],
        ['spec', 'containers', 0, 'ports', 1, 'hostPort'],
        ['spec', 'containers', 2, 'ports', 0, 'hostPort'],
      ],
    });
    const both = collecting({
      over: [containers, { ...containers, bind: 'd' }],
      show: { kind: 'concat', parts: [read('c.name'), read('d.name')] },
    });
    expect(evaluate(both, pod)[0]?.detail).toBe('aa, ab, ba, bb');
  });

  it('is none where only collections for the wording have elements', () => {
    const shown = { name: 'found', distinct: false, denies: false, from: [comprehension()] };
    const denies = { name: 'never', distinct: false, denies: true, from: [comprehension({ where: never })] };
    expect(evaluate(policy({ controls: [control({ collections: [shown, denies] })] }), pod)).toEqual([]);
    const both = control({
      collections: [shown, { ...denies, from: [comprehension({ at: ref('pod.spec.os') })] }],
    });
    expect(evaluate(policy({ controls: [both] }), pod)).toMatchObject([
      { detail: 'pod', locations: [['spec', 'os']] },
    ]);
  });
});
