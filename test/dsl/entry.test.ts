/** What an author imports can be what a program loads first: no module of it needs another one loaded before. */
import { expect, it } from 'vitest';
import { isTrue, levelPolicy, parseVersion, pod } from '../../src/index.js';

it('the package can be loaded first', () => {
  expect(isTrue(pod.spec.hostPID).cond.kind).toBe('equal');
  const newest = parseVersion('latest');
  expect(newest && levelPolicy('restricted', newest).controls.length).toBeGreaterThan(10);
});
