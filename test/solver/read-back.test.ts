/** PodSecurityPolicies that podsec writes, read back: the solver proves that they are the policy that was compiled. */
import { expect, it } from 'vitest';
import { pspPolicies } from '../../engines/policies/psp.js';
import { asEnforced } from '../../engines/psp-world.js';
import { psp } from '../../src/backends/psp/index.js';
import type { Policy } from '../../src/ir/types.js';
import { loadManifest } from '../../src/load/manifest.js';
import { compare } from '../../src/solver/compare.js';
import { folder } from '../cli/run.js';

/** The one PodSecurityPolicy of the bundle; none where it has several. */
async function readBack(policy: Policy): Promise<Policy | undefined> {
  const compiled = psp.compile([policy], '1.24');
  if ('refusals' in compiled) throw new Error(JSON.stringify(compiled.refusals));
  const manifests = compiled.files.filter(
    ({ path, text }) =>
      path.endsWith('.yaml') && !path.endsWith('-exempt.yaml') && /^kind: PodSecurityPolicy$/m.test(text),
  );
  const [only] = manifests;
  if (only === undefined || manifests.length > 1) return undefined;
  const loaded = await loadManifest('p.yaml', folder({ 'p.yaml': only.text }));
  const [read, ...more] = loaded.value ?? [];
  return more.length > 0 ? undefined : read?.policy;
}

/**
 * Pods that Kubernetes 1.24 sees otherwise. It has no image volumes: it drops what it does not know, and sees an emptyDir. And it
 * makes fields of annotations about seccomp, and annotations of fields, before any policy sees them.
 */
const otherwiseIn124 = (pod: unknown): boolean =>
  /"image":\{|seccomp\.security\.alpha\.kubernetes\.io/.test(JSON.stringify(pod));

it('is equal, but for pods that Kubernetes 1.24 sees otherwise', async () => {
  const wrong: string[] = [];
  let compared = 0;
  for (const each of pspPolicies) {
    const policy = asEnforced(each);
    const read = await readBack(policy);
    if (read === undefined) continue;
    compared += 1;
    const { onlyFirst, onlySecond } = compare(policy, read);
    for (const [who, found] of Object.entries({ refuses: onlyFirst, lets: onlySecond }))
      for (const { control, witness } of found)
        if (!otherwiseIn124(witness.pod))
          wrong.push(`${policy.name} ${who} ${control}: ${JSON.stringify([witness.pod, witness.request])}`);
  }
  expect(wrong).toEqual([]);
  expect(compared).toBeGreaterThan(10);
});
