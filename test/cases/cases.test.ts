/** The pods of the tests that bundles carry: of each control one that fails it, alone where there is such a pod, and a near miss. */
import { describe, expect, it, test } from 'vitest';
import { handWritten } from '../../engines/policies/index.js';
import { shapeCases, uniqueNames } from '../../src/backends/pod-tests.js';
import { shapes } from '../../src/backends/shapes.js';
import { asksWho, policyCases } from '../../src/cases/index.js';
import { levelPolicy } from '../../src/levels/levels.js';
import { newestMinor } from '../../src/levels/versions.js';
import { acceptanceOf } from '../../src/solver/accepted.js';
import { deniedBy } from '../../src/verify/judged.js';

const levels = (['baseline', 'restricted'] as const).map((level) => levelPolicy(level, newestMinor));
const all = [...levels, ...handWritten].filter(({ mutations }) => mutations.length === 0);

describe.each(all.map((policy) => [policy.name, policy] as const))('%s', (_, policy) => {
  const cases = policyCases(policy);

  it('says of each pod what evaluate says', () => {
    for (const { manifest, denied, accepted } of cases) {
      expect([...denied].sort()).toEqual(deniedBy(policy, manifest));
      expect('pod' in acceptanceOf(manifest)).toBe(accepted);
    }
  });

  it('has a pod that shows each control whose verdict is not of who asks', () => {
    const shown = policy.controls.filter(({ id }) => cases.some(({ denied }) => denied.includes(id)));
    // Of an update alone: no test makes one.
    const ofUpdates = ['accountChanged', 'debugging', 'debugImage', 'sidecar'];
    const wanted = policy.controls.filter((each) => !asksWho(each) && !ofUpdates.includes(each.id));
    expect(shown.map(({ id }) => id)).toEqual(expect.arrayContaining(wanted.map(({ id }) => id)));
  });

  it('asks a cluster about no pod twice, under names that objects can have', () => {
    for (const shape of shapes) {
      const given = shapeCases(policy, shape).map(({ manifest }) => JSON.stringify(manifest));
      expect(new Set(given).size).toBe(given.length);
    }
    const named = uniqueNames(shapes.flatMap((shape) => shapeCases(policy, shape)));
    expect(new Set(named.map(({ name }) => name)).size).toBe(named.length);
    for (const { name } of named) expect(name).toMatch(/^(?=.{1,52}$)[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/);
  });
});

test.each(levels)('without any one control of $name a pod is admitted', (policy) => {
  const alone = policyCases(policy).flatMap(({ denied: [first, ...more] }) =>
    first !== undefined && more.length === 0 ? [first] : [],
  );
  expect([...new Set(alone)].sort()).toEqual(policy.controls.map(({ id }) => id).sort());
});

test('near misses are allowed, and one value away from what is denied', () => {
  const cases = policyCases(levelPolicy('restricted', newestMinor));
  const misses = cases.filter(({ name }) => name.endsWith('_allowed'));
  expect(misses.length).toBeGreaterThan(10);
  expect(misses.flatMap(({ denied }) => denied)).toEqual([]);
  expect(misses.find(({ name }) => name === 'hostNamespaces_allowed')?.shows).toBe(
    'a near miss of hostNamespaces, as spec.hostNetwork is false',
  );
});

test('names that are the same when cut are told apart', () => {
  const long = 'x'.repeat(70);
  const [first] = policyCases(levelPolicy('baseline', newestMinor));
  if (first === undefined) throw new Error('no case');
  const names = uniqueNames([`${long}a`, `${long}b`, '...', 'A_b'].map((name) => ({ ...first, name }))).map(
    ({ name, manifest }) => [name, manifest.metadata],
  );
  expect(names).toEqual([
    ['x'.repeat(52), { name: 'x'.repeat(52) }],
    [`${'x'.repeat(48)}-2`, { name: `${'x'.repeat(48)}-2` }],
    ['pod', { name: 'pod' }],
    ['a-b', { name: 'a-b' }],
  ]);
});
