/** What makes a comparison fail: the harness has to notice. */
import { expect, test } from 'vitest';
import { demandBlindRowsFail, Row, sameWords, tally, unprintable } from '../../engines/agreement.js';
import { type KnownDifference, knownDifferences } from '../../engines/known-differences.js';

const known: KnownDifference = {
  engine: 'fake',
  policy: 'p',
  subject: '{"a":1}',
  answer: ['b'],
  reason: 'its parser drops it',
  link: 'https://example.com/1',
};

function row(compare: (row: Row) => void, list: readonly KnownDifference[] = []): Row {
  const made = new Row('fake', 'p', list);
  made.compare(['a'], ['a'], () => '{"b":1}');
  made.compare([], [], () => '{"b":2}');
  compare(made);
  return made;
}

test('agreement on pods of both verdicts is none', () => {
  expect(row(() => undefined).failure).toBeUndefined();
});

test('nothing judged, and one verdict only, show nothing', () => {
  expect(new Row('fake', 'p').failure).toBe('judged no pod');
  const one = new Row('fake', 'p');
  one.compare([], [], () => '');
  expect(one.failure).toBe('all 1 pods have the same verdict');
});

test.each([
  { name: 'a wrong verdict', expected: ['a'], actual: [] },
  { name: 'another control', expected: ['a'], actual: ['b'] },
  { name: 'a control more', expected: ['a'], actual: ['a', 'b'] },
  { name: 'a control twice', expected: ['a'], actual: ['a', 'a'] },
])('$name is a difference', ({ expected, actual }) => {
  expect(row((each) => each.compare(expected, actual, () => '{}')).failure).toMatch(/^1 of 3 pods differ/);
});

test('other words are a difference, their order is not', () => {
  const finding = { control: 'a', reason: 'r', detail: 'container "x" has y', locations: [] };
  expect(
    row((each) => each.compareMessage([finding], 'r (container "x" has z)', () => '{}')).failure,
  ).toMatch(/differ/);
  expect(sameWords('a, b (c)', 'c; b: a')).toBe(true);
  expect(sameWords('a b', 'a')).toBe(false);
});

test('of details that do not print CEL says so, and Rego says them', () => {
  const finding = { control: 'a', reason: 'r', detail: 'tab\tand', locations: [] };
  const said = (text: string, by: 'cel' | 'rego') =>
    row((each) => each.compareMessage([finding], text, () => '{}', by)).failure;
  expect(said(unprintable, 'cel')).toBeUndefined();
  expect(said('r (tab\tand)', 'rego')).toBeUndefined();
  expect(said('r (tab\tand)', 'cel')).toMatch(/differ/);
  expect(said(unprintable, 'rego')).toMatch(/differ/);
});

test('a known difference is none, and is counted', () => {
  const met = row((each) => each.compare(['a'], ['b'], () => known.subject), [known]);
  expect([met.failure, met.known]).toEqual([undefined, 1]);
  expect(tally([met]).rows).toEqual([
    { engine: 'fake', policy: 'p', judged: 3, denied: 2, told: 0, known: 1 },
  ]);
});

test.each([
  { name: 'that does not occur', compare: () => undefined },
  {
    name: 'of which the engine now agrees',
    compare: (each: Row) => each.compare(['a'], ['a'], () => known.subject),
  },
])('a known difference $name fails', ({ compare }) => {
  expect(row(compare, [known]).failure).toMatch(/^a known difference is none/);
});

test('a known difference with another answer, engine or policy is a difference', () => {
  const answer = (list: KnownDifference) =>
    row((each) => each.compare(['a'], ['b'], () => known.subject), [list]).failure;
  expect(answer({ ...known, answer: ['c'] })).toMatch(/differ/);
  expect(answer({ ...known, engine: 'other' })).toMatch(/differ/);
  expect(answer({ ...known, policy: 'q' })).toMatch(/differ/);
});

test('each that is listed says why, and where it is known', () => {
  for (const { reason, link } of knownDifferences) {
    expect(reason).not.toBe('');
    expect(link).toMatch(/^https:\/\//);
  }
});

test('rows that pass with an allow-all policy are a failure, and so are no rows', () => {
  expect(demandBlindRowsFail([row(() => undefined)]).failures).toHaveLength(1);
  expect(demandBlindRowsFail([]).failures).toHaveLength(1);
  expect(demandBlindRowsFail([new Row('fake', 'p')])).toMatchObject({ passed: 1, failures: [] });
});
