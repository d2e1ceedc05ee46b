/**
 * Each kind of node, decided: a table that a new kind breaks. For each there is a condition that some pods meet and some do not,
 * a condition that contradicts it, and one that it implies.
 */
import { describe, expect, it } from 'vitest';
import type { Cond, Pattern, Ref, Source, Term } from '../../src/ir/types.js';
import { acceptanceOf, holdsOf } from '../../src/solver/accepted.js';
import { decide } from '../../src/solver/decide.js';

interface Case {
  readonly cond: Cond;
  /** Holds of no pod of which `cond` holds. */
  readonly contradicts: Cond;
  /** Holds of every pod of which `cond` holds. */
  readonly implies: Cond;
}

const pod = (...path: readonly string[]): Ref => ({ from: 'pod', path });
const c = (...path: readonly string[]): Ref => ({ from: 'c', path });
const literal = (value: string | number | boolean): Term => ({ kind: 'literal', value });
const value = (ref: Ref, absent: string | number | boolean = ''): Term => ({ kind: 'value', ref, absent });
const equal = (left: Term, right: Term): Cond => ({ kind: 'equal', left, right });
const not = (of: Cond): Cond => ({ kind: 'not', of });
const and = (...of: readonly Cond[]): Cond => ({ kind: 'and', of });
const or = (...of: readonly Cond[]): Cond => ({ kind: 'or', of });
const oneOf = (term: Term, ...values: readonly (string | number)[]): Cond => ({
  kind: 'oneOf',
  term,
  values,
});
const matches = (term: Term, ...patterns: readonly Pattern[]): Cond => ({ kind: 'matches', term, patterns });
const within = (term: Term, min: number, max: number): Cond => ({
  kind: 'within',
  term,
  ranges: [{ min, max }],
});
const some = (bind: string, source: Source, where: Cond): Cond => ({ kind: 'some', bind, in: source, where });
const every = (bind: string, source: Source, where: Cond): Cond => ({
  kind: 'every',
  bind,
  in: source,
  where,
});

const isTrue = (ref: Ref): Cond => equal(value(ref, false), literal(true));
const hostPID = isTrue(pod('spec', 'hostPID'));
const hostIPC = isTrue(pod('spec', 'hostIPC'));
const nodeName = value(pod('spec', 'nodeName'));
const scheduler = value(pod('spec', 'schedulerName'));
const priority = value(pod('spec', 'priority'), 0);
const containers: Source = { kind: 'containers', of: 'pod', groups: ['init', 'regular', 'ephemeral'] };
const regular: Source = { kind: 'containers', of: 'pod', groups: ['regular'] };
const volumes: Source = { kind: 'items', list: pod('spec', 'volumes') };
const annotations = pod('metadata', 'annotations');
const stdin = isTrue(c('stdin'));
const tty = isTrue(c('tty'));
const always: Cond = { kind: 'constant', value: true };
const never: Cond = { kind: 'constant', value: false };
const mayUse: Cond = { kind: 'authorized', verb: 'use', group: 'policy', resource: 'x', name: 'a' };

const conditions: Readonly<Record<Cond['kind'], Case>> = {
  constant: { cond: and(always, hostPID), contradicts: never, implies: always },
  and: { cond: and(hostPID, hostIPC), contradicts: not(hostIPC), implies: hostPID },
  or: {
    cond: or(hostPID, hostIPC),
    contradicts: and(not(hostPID), not(hostIPC)),
    implies: or(hostIPC, hostPID),
  },
  not: { cond: not(hostPID), contradicts: hostPID, implies: not(and(hostPID, hostIPC)) },
  present: {
    cond: { kind: 'present', ref: pod('spec', 'hostUsers') },
    contradicts: not(
      or(isTrue(pod('spec', 'hostUsers')), equal(value(pod('spec', 'hostUsers'), true), literal(false))),
    ),
    implies: not(equal(value(pod('spec', 'os', 'name')), literal('windows'))),
  },
  emptyList: {
    cond: { kind: 'emptyList', list: pod('spec', 'securityContext', 'supplementalGroups') },
    contradicts: { kind: 'present', ref: pod('spec', 'securityContext', 'supplementalGroups') },
    implies: equal(
      { kind: 'size', of: { kind: 'items', list: pod('spec', 'securityContext', 'supplementalGroups') } },
      literal(0),
    ),
  },
  hasKey: {
    cond: { kind: 'hasKey', map: annotations, key: literal('a') },
    contradicts: not({ kind: 'present', ref: annotations }),
    implies: some(
      'e',
      { kind: 'entries', map: annotations, prefix: '' },
      equal(value({ from: 'e', path: ['key'] }), literal('a')),
    ),
  },
  equal: {
    cond: equal(nodeName, scheduler),
    contradicts: and(equal(nodeName, literal('a')), equal(scheduler, literal('b'))),
    implies: or(not(equal(nodeName, literal('a'))), equal(scheduler, literal('a'))),
  },
  oneOf: {
    cond: oneOf(nodeName, 'a', 'b'),
    contradicts: oneOf(nodeName, 'c', ''),
    implies: oneOf(nodeName, 'c', 'b', 'a'),
  },
  matches: {
    cond: matches(nodeName, { kind: 'glob', glob: 'a*b' }),
    contradicts: matches(nodeName, { kind: 'suffix', suffix: 'c' }),
    implies: matches(nodeName, { kind: 'prefix', prefix: 'a' }),
  },
  within: {
    cond: within(priority, 3, 5),
    contradicts: within(priority, 6, 9),
    implies: within(priority, 1, 5),
  },
  sameParts: {
    cond: { kind: 'sameParts', left: scheduler, right: literal('a,b'), separator: ',' },
    contradicts: oneOf(scheduler, 'a,b,b', 'a', 'c'),
    implies: oneOf(scheduler, 'a,b', 'b,a'),
  },
  some: {
    cond: some('c', containers, stdin),
    contradicts: every('c', containers, not(stdin)),
    implies: some('c', containers, or(stdin, tty)),
  },
  every: {
    cond: every('c', containers, stdin),
    contradicts: some('c', regular, not(stdin)),
    // A pod has a container.
    implies: some('c', regular, stdin),
  },
  authorized: { cond: mayUse, contradicts: not(mayUse), implies: or(mayUse, hostPID) },
};

const terms: Readonly<Record<Term['kind'], Case>> = {
  literal: {
    cond: equal(nodeName, literal('a')),
    contradicts: equal(nodeName, literal('b')),
    implies: oneOf(nodeName, 'a'),
  },
  value: {
    cond: equal(value(pod('spec', 'nodeName'), 'none'), literal('none')),
    contradicts: oneOf(nodeName, 'a'),
    implies: oneOf(nodeName, '', 'none'),
  },
  effective: {
    cond: some(
      'c',
      regular,
      equal(
        {
          kind: 'effective',
          refs: [c('securityContext', 'runAsUser'), pod('spec', 'securityContext', 'runAsUser')],
          absent: 5,
        },
        literal(0),
      ),
    ),
    contradicts: and(
      every('c', regular, not({ kind: 'present', ref: c('securityContext', 'runAsUser') })),
      not(equal(value(pod('spec', 'securityContext', 'runAsUser'), 5), literal(0))),
    ),
    implies: or(
      some('c', regular, equal(value(c('securityContext', 'runAsUser'), 5), literal(0))),
      equal(value(pod('spec', 'securityContext', 'runAsUser'), 5), literal(0)),
    ),
  },
  lookup: {
    cond: equal({ kind: 'lookup', map: annotations, key: literal('a'), absent: '-' }, literal('x')),
    contradicts: not({ kind: 'hasKey', map: annotations, key: literal('a') }),
    implies: some(
      'e',
      { kind: 'entries', map: annotations, prefix: 'a' },
      equal(value({ from: 'e', path: ['value'] }), literal('x')),
    ),
  },
  firstPresent: {
    cond: some(
      'v',
      volumes,
      equal(
        { kind: 'firstPresent', of: { from: 'v', path: [] }, fields: ['hostPath', 'nfs'], absent: '-' },
        literal('nfs'),
      ),
    ),
    contradicts: every('v', volumes, { kind: 'present', ref: { from: 'v', path: ['hostPath'] } }),
    // A volume has one source.
    implies: some('v', volumes, not({ kind: 'present', ref: { from: 'v', path: ['emptyDir'] } })),
  },
  size: {
    cond: within({ kind: 'size', of: regular }, 2, 3),
    contradicts: equal({ kind: 'size', of: containers }, literal(1)),
    implies: within({ kind: 'size', of: containers }, 2, 1_000_000_000),
  },
  concat: {
    cond: equal({ kind: 'concat', parts: [nodeName, literal('/'), scheduler] }, literal('a/b')),
    contradicts: not(equal(scheduler, literal('b'))),
    implies: equal(nodeName, literal('a')),
  },
  quoted: {
    cond: matches({ kind: 'quoted', of: scheduler }, { kind: 'glob', glob: '"*\\\\*"' }),
    contradicts: equal(scheduler, literal('plain')),
    implies: not(equal(scheduler, literal(''))),
  },
  request: {
    cond: equal({ kind: 'request', field: 'operation' }, literal('CREATE')),
    contradicts: { kind: 'present', ref: pod('spec', 'ephemeralContainers') },
    implies: not(equal({ kind: 'request', field: 'operation' }, literal('UPDATE'))),
  },
  namespaceLabel: {
    cond: equal({ kind: 'namespaceLabel', label: 'tier', absent: 'none' }, literal('web')),
    contradicts: equal({ kind: 'namespaceLabel', label: 'tier', absent: 'x' }, literal('x')),
    implies: not(equal({ kind: 'namespaceLabel', label: 'tier', absent: 'none' }, literal('none'))),
  },
};

const sources: Readonly<Record<Source['kind'], Case>> = {
  containers: {
    cond: some('c', { kind: 'containers', of: 'pod', groups: ['init'] }, stdin),
    contradicts: every('c', containers, not(stdin)),
    implies: some('c', containers, stdin),
  },
  items: {
    cond: some(
      'c',
      regular,
      some('a', { kind: 'items', list: c('args') }, equal(value({ from: 'a', path: [] }), literal('x'))),
    ),
    contradicts: every('c', containers, not({ kind: 'present', ref: c('args') })),
    implies: some('c', regular, { kind: 'present', ref: c('args') }),
  },
  entries: {
    cond: some(
      'e',
      { kind: 'entries', map: annotations, prefix: 'on/' },
      some('c', regular, equal(value({ from: 'e', path: ['suffix'] }), value(c('name')))),
    ),
    contradicts: not({ kind: 'present', ref: annotations }),
    implies: some('c', containers, {
      kind: 'hasKey',
      map: annotations,
      key: { kind: 'concat', parts: [literal('on/'), value(c('name'))] },
    }),
  },
  userGroups: {
    cond: some('g', { kind: 'userGroups' }, equal(value({ from: 'g', path: [] }), literal('ops'))),
    contradicts: every('g', { kind: 'userGroups' }, equal(value({ from: 'g', path: [] }), literal('dev'))),
    implies: within({ kind: 'size', of: { kind: 'userGroups' } }, 1, 1_000_000_000),
  },
};

const image = (pattern: Pattern): Cond => some('c', regular, matches(value(c('image')), pattern));
const patterns: Readonly<Record<Pattern['kind'], Case>> = {
  prefix: {
    cond: image({ kind: 'prefix', prefix: 'a/' }),
    contradicts: every('c', containers, matches(value(c('image')), { kind: 'prefix', prefix: 'b/' })),
    implies: image({ kind: 'glob', glob: 'a*' }),
  },
  suffix: {
    cond: image({ kind: 'suffix', suffix: ':1' }),
    contradicts: every('c', containers, matches(value(c('image')), { kind: 'suffix', suffix: ':2' })),
    implies: image({ kind: 'glob', glob: '*:*' }),
  },
  glob: {
    cond: image({ kind: 'glob', glob: 'a*b*c' }),
    contradicts: every('c', containers, oneOf(value(c('image')), 'acb', 'abcd', 'bc')),
    implies: image({ kind: 'glob', glob: 'a*c' }),
  },
  pathPrefix: {
    cond: some(
      'v',
      volumes,
      matches(value({ from: 'v', path: ['hostPath', 'path'] }), { kind: 'pathPrefix', prefix: '/var' }),
    ),
    contradicts: every(
      'v',
      volumes,
      oneOf(value({ from: 'v', path: ['hostPath', 'path'] }), '/variable', '/va', 'var', ''),
    ),
    implies: some(
      'v',
      volumes,
      matches(value({ from: 'v', path: ['hostPath', 'path'] }), { kind: 'prefix', prefix: '/var' }),
    ),
  },
};

const decides = (cond: Cond): boolean => {
  const witness = decide([{ cond, holds: true }]);
  if (witness === undefined) return false;
  const acceptance = acceptanceOf(witness.pod, witness.request);
  expect(acceptance).toHaveProperty('pod');
  expect('pod' in acceptance && holdsOf(cond, acceptance.pod, witness.request)).toBe(true);
  return true;
};

describe.each([
  ['conditions', conditions],
  ['terms', terms],
  ['sources', sources],
  ['patterns', patterns],
] as const)('%s', (_, table) => {
  it.each(Object.entries<Case>(table))('%s', (__, { cond, contradicts, implies }) => {
    expect(decides(cond)).toBe(true);
    expect(decides(not(cond))).toBe(true);
    expect(decides(and(cond, contradicts))).toBe(false);
    expect(decides(and(cond, not(implies)))).toBe(false);
    expect(decides(and(cond, implies))).toBe(true);
  });
});
