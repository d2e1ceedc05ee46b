/** The pods of the suites that targets write: of each control one that fails it and nothing else. */
import { expect, it } from 'vitest';
import { exampleCases } from '../../src/backends/examples.js';
import { levelPolicy } from '../../src/levels/levels.js';
import { newestMinor } from '../../src/levels/versions.js';

it.each(['baseline', 'restricted'] as const)('without any one control of %s a pod is admitted', (level) => {
  const policy = levelPolicy(level, newestMinor);
  const alone = exampleCases(policy).flatMap(({ denied: [first, ...more] }) =>
    first !== undefined && more.length === 0 ? [first] : [],
  );
  // A host process needs the network of the host, which is another control's.
  const needy = ['windowsHostProcess'];
  const wanted = policy.controls.map(({ id }) => id).filter((id) => !needy.includes(id));
  expect([...new Set(alone)].sort()).toEqual(wanted.sort());
  expect(exampleCases(policy).filter(({ denied }) => denied.length === 0)).not.toEqual([]);
});
