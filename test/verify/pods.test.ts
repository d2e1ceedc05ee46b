import { expect, test } from 'vitest';
import { levelPolicy } from '../../src/levels/levels.js';
import { newestMinor } from '../../src/levels/versions.js';
import { deniedBy } from '../../src/verify/judged.js';
import { podsFor } from '../../src/verify/pods.js';

const restricted = levelPolicy('restricted', newestMinor);

test('few pods have both verdicts, and one that only this control denies, for each control', () => {
  const { pods, all } = podsFor(restricted, 250);
  expect(pods).toHaveLength(250);
  expect(all).toBeGreaterThan(3000);
  expect(new Set(pods.map((pod) => JSON.stringify(pod))).size).toBe(250);
  const denied = pods.map((pod) => deniedBy(restricted, pod));
  expect(denied.filter((ids) => ids.length === 0).length).toBeGreaterThan(25);
  const alone = new Set(denied.filter((ids) => ids.length === 1).flat());
  expect([...alone].sort()).toEqual(restricted.controls.map(({ id }) => id).sort());
});

test('the same pods each time', () => {
  expect(podsFor(restricted, 50)).toEqual(podsFor(restricted, 50));
});

test('a policy without a control has the pods of a level, to show that nothing is denied', () => {
  const { pods } = podsFor(levelPolicy('privileged', newestMinor), 30);
  expect(pods).toHaveLength(30);
});
