/** What a mutation may write. */
import { describe, expect, it } from 'vitest';
import { checkPolicy } from '../../src/ir/check.js';
import type { Mutation, Value, Write } from '../../src/ir/types.js';
import { always, policy, read, ref } from './samples.js';

const over = [
  { bind: 'c', in: { kind: 'containers', of: 'pod', groups: ['regular'] } },
  { bind: 'o', in: { kind: 'containers', of: 'old', groups: ['regular'] } },
  { bind: 'cap', in: { kind: 'items', list: ref('c.securityContext.capabilities.add') } },
  { bind: 'e', in: { kind: 'entries', map: ref('pod.metadata.labels'), prefix: '' } },
  { bind: 'g', in: { kind: 'userGroups' } },
] as const;

function problems(...writes: readonly Write[]): string[] {
  const mutation: Mutation = { id: 'm', over, where: always, writes };
  return checkPolicy(policy({ mutations: [mutation] })).map(({ message }) =>
    message.replace(/^mutation `m`: /, ''),
  );
}

const set = (at: string, value: Value): Write => ({ kind: 'set', at: ref(at), value });

describe('what is written', () => {
  it('fits its place', () => {
    expect(
      problems(
        set('pod.spec.securityContext.fsGroup', 0),
        set('pod.spec.securityContext.supplementalGroups', []),
        set('pod.spec.securityContext.seLinuxOptions', { user: 'u', level: 's0' }),
        set('pod.spec.hostNetwork', true),
        set('c.securityContext.privileged', false),
        set('c.securityContext.seLinuxOptions', {}),
        set('c.args', ['a']),
        { kind: 'add', list: ref('c.command'), values: ['a'], except: [ref('c.args')] },
        { kind: 'setKey', map: ref('pod.metadata.labels'), key: read('c.name'), value: '' },
        { kind: 'setKey', map: ref('pod.metadata.labels'), key: read('c.image'), value: '' },
      ),
    ).toEqual([]);
  });

  it.each<[string, Write]>([
    ['`pod.spec.hostNetwork` is a boolean, which "yes" is not', set('pod.spec.hostNetwork', 'yes')],
    ['`pod.spec.hostNetwork` is a boolean, which [true] is not', set('pod.spec.hostNetwork', [true])],
    ['`c.args` is a list of strings, which [1] is not', set('c.args', [1])],
    ['`c.args` is a list of strings, which "a" is not', set('c.args', 'a')],
    ['`c.ports` is a list of ContainerPorts, which ["a"] is not', set('c.ports', ['a'])],
    ['`c.securityContext` is an object, which 1 is not', set('c.securityContext', 1)],
    [
      '`c.securityContext.runAsUser` is an integer, which 0.5 is not',
      set('c.securityContext.runAsUser', 0.5),
    ],
    ['`c.securityContext.runAsUser` is an integer', set('c.securityContext.runAsUser.x', 1)],
    [
      '`c.securityContext.seLinuxOptions` has no field `usr`',
      set('c.securityContext.seLinuxOptions', { usr: 'u' }),
    ],
    [
      '`c.securityContext.seLinuxOptions.user` is a string, which 1 is not',
      set('c.securityContext.seLinuxOptions', { user: 1 }),
    ],
    [
      '`c.securityContext.seLinuxOptions.user` with the value "" is the same as without one',
      set('c.securityContext.seLinuxOptions', { user: '' }),
    ],
    [
      '`pod.spec.hostNetwork` with the value false is the same as without one',
      set('pod.spec.hostNetwork', false),
    ],
    ['`c.args` with the value [] is the same as without one', set('c.args', [])],
  ])('is refused: %s', (message, write) => {
    expect(problems(write)).toEqual([message]);
  });

  it.each<[string, Write]>([
    ['`pod` is no field of the pod to write', set('pod', {})],
    ['`c` is no field of the pod to write', set('c', {})],
    ['`cap` is no field of the pod to write', set('cap', 'x')],
    ['`g` is no field of the pod to write', set('g', 'x')],
    ['`e.value` is no field of the pod', set('e.value', 'x')],
    ['`o.image` is of the stored pod, not of the one that is judged', set('o.image', 'x')],
    ['`x` is not bound here', set('x.image', 'x')],
    ['the value `a` is listed twice', { kind: 'add', list: ref('c.args'), values: ['a', 'a'], except: [] }],
    [
      '`c.image` is a string, not a list of strings',
      { kind: 'add', list: ref('c.image'), values: ['a'], except: [] },
    ],
    [
      '`c.ports` is a list of ContainerPorts, not a list of strings',
      { kind: 'add', list: ref('c.args'), values: ['a'], except: [ref('c.ports')] },
    ],
    [
      '`c.args` is a list of strings, not a map of strings',
      { kind: 'setKey', map: ref('c.args'), key: read('c.name'), value: '' },
    ],
    [
      'a key has to be a string, not a boolean',
      { kind: 'setKey', map: ref('pod.metadata.labels'), key: read('c.tty', false), value: '' },
    ],
  ])('has to be a place of the pod: %s', (message, write) => {
    expect(problems(write)).toEqual([message]);
  });

  it('is written once by a mutation', () => {
    expect(problems(set('c.image', 'a'), set('c.image', 'b'))).toEqual([
      'the place that is written `c.image` is listed twice',
    ]);
  });
});

describe('mutations', () => {
  it('have ids of one form, each its own, and write', () => {
    const mutation: Mutation = { id: 'a', over: [], where: always, writes: [set('pod.spec.hostname', 'a')] };
    const messages = (...mutations: Mutation[]) =>
      checkPolicy(policy({ mutations })).map(({ message }) => message);
    expect(messages(mutation, { ...mutation, id: 'b' })).toEqual([]);
    expect(messages(mutation, mutation)).toEqual(['the mutation `a` is listed twice']);
    expect(messages({ ...mutation, id: 'a b' })).toEqual(['mutation `a b`: `a b` is no name for a mutation']);
    expect(messages({ ...mutation, writes: [] })).toEqual(['mutation `a`: it writes nothing']);
    expect(messages({ ...mutation, writes: [set('pod.spec.hostname', '\ud800')] })).toEqual([
      'mutation `a`: a text has half of a surrogate pair, which is no character in any engine',
    ]);
    const unbound = { kind: 'present', ref: ref('c.tty') } as const;
    expect(messages({ ...mutation, where: unbound })).toEqual(['mutation `a`: `c` is not bound here']);
  });
});
