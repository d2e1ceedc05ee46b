/** What one rule of the solver alone decides: conditions that are decided wrongly where it is missing (`npm run weaken`). */
import { expect, test } from 'vitest';
import type { Cond, Mutation, Ref, Source, Term } from '../../src/ir/types.js';
import { acceptanceOf, holdsOf } from '../../src/solver/accepted.js';
import { decide } from '../../src/solver/decide.js';

const ref = (from: string, ...path: readonly string[]): Ref => ({ from, path });
const literal = (value: string | number): Term => ({ kind: 'literal', value });
const equal = (left: Term, right: Term): Cond => ({ kind: 'equal', left, right });
const not = (of: Cond): Cond => ({ kind: 'not', of });
const and = (...of: readonly Cond[]): Cond => ({ kind: 'and', of });
const some = (bind: string, source: Source, where: Cond): Cond => ({ kind: 'some', bind, in: source, where });
const text = (from: string, ...path: readonly string[]): Term => ({
  kind: 'value',
  ref: ref(from, ...path),
  absent: '',
});
const present = (of: Ref): Cond => ({ kind: 'present', ref: of });

const containers: Source = { kind: 'containers', of: 'pod', groups: ['regular'] };
const initContainers: Source = { kind: 'containers', of: 'pod', groups: ['init'] };
const annotations = ref('pod', 'metadata', 'annotations');

/** Whether there is a pod; one that there is has to show it. */
function decides(cond: Cond): boolean {
  const witness = decide([{ cond, holds: true }]);
  if (witness === undefined) return false;
  const acceptance = acceptanceOf(witness.pod, witness.request);
  expect('pod' in acceptance && holdsOf(cond, acceptance.pod, witness.request)).toBe(true);
  return true;
}

test('what is not under its key has the value of what is absent', () => {
  const unset = not({ kind: 'hasKey', map: annotations, key: literal('a') });
  const value: Term = { kind: 'lookup', map: annotations, key: literal('a'), absent: 'none' };
  expect(decides(and(equal(value, literal('none')), unset))).toBe(true);
  expect(decides(and(not(equal(value, literal('none'))), unset))).toBe(false);
});

test('the first field that is present is before those that follow', () => {
  const of = ref('pod', 'spec', 'securityContext');
  const first: Term = { kind: 'firstPresent', of, fields: ['runAsUser', 'runAsGroup'], absent: '' };
  const both = and(
    present(ref('pod', ...of.path, 'runAsUser')),
    present(ref('pod', ...of.path, 'runAsGroup')),
  );
  expect(decides(and(both, equal(first, literal('runAsUser'))))).toBe(true);
  expect(decides(and(both, equal(first, literal('runAsGroup'))))).toBe(false);
});

test('an element may be there many times', () => {
  const list = ref('pod', 'spec', 'securityContext', 'supplementalGroups');
  const size: Term = { kind: 'size', of: { kind: 'items', list } };
  expect(decides({ kind: 'within', term: size, ranges: [{ min: 40, max: 40 }] })).toBe(true);
});

test('each of several elements may need one of its own in another list', () => {
  const same = some('c', containers, equal(text('c', 'image'), text('i', 'image')));
  const images = ['a', 'b', 'c', 'd'].map((name) =>
    some('i', initContainers, equal(text('i', 'image'), literal(name))),
  );
  expect(decides(and({ kind: 'every', bind: 'i', in: initContainers, where: same }, ...images))).toBe(true);
});

test('all that has to hold at once needs its elements together', () => {
  const images = ['a', 'b', 'c', 'd'].map((image) =>
    some('c', containers, equal(text('c', 'image'), literal(image))),
  );
  expect(decides(and(...images))).toBe(true);
});

test('what a mutation writes into is there afterwards', () => {
  const after: readonly Mutation[] = [
    {
      id: 'readOnly',
      over: [{ bind: 'c', in: containers }],
      where: { kind: 'constant', value: true },
      writes: [{ kind: 'set', at: ref('c', 'securityContext', 'readOnlyRootFilesystem'), value: true }],
    },
  ];
  const without = some('c', containers, not(present(ref('c', 'securityContext'))));
  expect(decide([{ cond: without, holds: true }])).toBeDefined();
  expect(decide([{ cond: without, holds: true, after }])).toBeUndefined();
});

test('a stored pod is there where it is updated, and not where one is created', () => {
  const stored = present(ref('old', 'spec', 'hostUsers'));
  const linked: Cond = equal(
    { kind: 'value', ref: ref('old', 'spec', 'enableServiceLinks'), absent: false },
    { kind: 'literal', value: true },
  );
  const named = some(
    'o',
    { kind: 'containers', of: 'old', groups: ['regular'] },
    equal(text('o', 'name'), literal('a')),
  );
  const creates = equal({ kind: 'request', field: 'operation' }, literal('CREATE'));
  for (const cond of [stored, linked, named]) {
    expect(decides(cond)).toBe(true);
    expect(decides(not(cond))).toBe(true);
    expect(decides(and(cond, creates))).toBe(false);
    expect(decides(and(cond, not(creates)))).toBe(true);
  }
});

test('one of several patterns is enough', () => {
  const image = text('c', 'image');
  const patterns = ['a/', 'b/'].map((prefix) => ({ kind: 'prefix', prefix }) as const);
  const matching: Cond = { kind: 'matches', term: image, patterns };
  expect(decides(some('c', containers, matching))).toBe(true);
  expect(decides(some('c', containers, and(matching, equal(image, literal('b/x')))))).toBe(true);
  expect(decides(some('c', containers, and(not(matching), equal(image, literal('b/x')))))).toBe(false);
});

test('an entry has the prefix that is asked for', () => {
  const withValue = (prefix: string): Cond =>
    some('a', { kind: 'entries', map: annotations, prefix }, equal(text('a', 'value'), literal('v')));
  expect(decides(and(withValue(''), not(withValue('a.'))))).toBe(true);
  expect(decides(and(withValue('a.'), not(withValue(''))))).toBe(false);
});

test('no two containers have one name', () => {
  const named = (image: string, name: string): Cond =>
    some(
      'c',
      containers,
      and(equal(text('c', 'image'), literal(image)), equal(text('c', 'name'), literal(name))),
    );
  expect(decides(and(named('a', 'x'), named('b', 'y')))).toBe(true);
  expect(decides(and(named('a', 'x'), named('b', 'x')))).toBe(false);
});
