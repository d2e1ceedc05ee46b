/** The values that a real API server is asked about (`npm run conformance solver`). */
import { expect, it } from 'vitest';
import { notShown, valueCases } from '../../engines/values/cases.js';
import { valueRules } from '../../src/schema/validity/values.js';

const cases = valueCases();

it('are on both sides of every rule', () => {
  expect(notShown(cases)).toEqual([]);
  expect(notShown([]).length).toBeGreaterThan(valueRules.size / 2);
  expect(notShown(cases.filter(({ takes }) => takes))).toContain('Container.image');
});

it('are of pods that have a name', () => {
  expect(cases.length).toBeGreaterThan(15_000);
  expect(cases.find(({ name, value }) => name === 'ObjectMeta.name' && value === '""')).toBeUndefined();
});

it('are in pods that are taken but for them', () => {
  const wrong = cases.filter(({ value, takes }) => value === 'as it is' && !takes);
  expect(wrong.map(({ name, pod }) => `${name}: ${JSON.stringify(pod)}`)).toEqual([]);
});
