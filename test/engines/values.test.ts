/** The values that a real API server is asked about (`npm run conformance solver`). */
import { expect, it } from 'vitest';
import { notFound, notShown, valueCases } from '../../engines/values/cases.js';
import { valueRules } from '../../src/schema/validity/values.js';

const cases = valueCases();

it('are on both sides of every rule', () => {
  expect(notShown(cases)).toEqual([]);
  expect(notShown([]).length).toBeGreaterThan(valueRules.size / 2);
  expect(notShown(cases.filter(({ takes }) => takes))).toContain('Container.image');
});

it('are at places that the solver has a pod with, where one is taken', () => {
  expect(notFound(cases)).toEqual([]);
  const [first] = cases.filter(({ value }) => value === '"a"');
  expect(notFound(first === undefined ? [] : [{ ...first, takes: true, found: false }])).toHaveLength(1);
});

it('are of pods that have a name', () => {
  expect(cases.length).toBeGreaterThan(15_000);
  expect(cases.find(({ name, value }) => name === 'ObjectMeta.name' && value === '""')).toBeUndefined();
});

it('are in pods that are taken but for them', () => {
  const wrong = cases.filter(({ value, takes }) => value === 'as it is' && !takes);
  expect(wrong.map(({ name, pod }) => `${name}: ${JSON.stringify(pod)}`)).toEqual([]);
});
