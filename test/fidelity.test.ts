/** What podsec writes for PodSecurityPolicy and PodSecurity admission, read back: the solver proves what it is to the policy. */
import { describe, expect, it } from 'vitest';
import { pspPolicies } from '../engines/policies/psp.js';
import { asEnforced } from '../engines/psp-world.js';
import { psa } from '../src/backends/psa/index.js';
import { psp } from '../src/backends/psp/index.js';
import { rego } from '../src/backends/rego/index.js';
import type { Backend, BundleFile } from '../src/backends/types.js';
import { fidelityOf } from '../src/fidelity.js';
import type { Level, Policy } from '../src/ir/types.js';
import { levelPolicy } from '../src/levels/levels.js';
import { newestMinor } from '../src/levels/versions.js';

function filesOf(backend: Backend, policy: Policy): readonly BundleFile[] {
  const compiled = backend.compile([policy], backend.engineVersions.at(-1) ?? '');
  if ('refusals' in compiled) throw new Error(JSON.stringify(compiled.refusals));
  return compiled.files;
}

const changed = (files: readonly BundleFile[], from: RegExp, to: string): readonly BundleFile[] =>
  files.map(({ path, text }) => ({ path, text: text.replace(from, to) }));

describe('PodSecurityPolicy', () => {
  it('is exactly the policy, of pods as 1.24 sees them', async () => {
    const wrong: string[] = [];
    let exact = 0;
    for (const policy of pspPolicies.map(asEnforced)) {
      const fidelity = await fidelityOf(psp, policy, filesOf(psp, policy));
      if (fidelity?.is === 'exact') exact += 1;
      else if (fidelity !== undefined) wrong.push(`${policy.name}: ${JSON.stringify(fidelity)}`);
    }
    expect(wrong).toEqual([]);
    const asksForRights = (policy: Policy) => JSON.stringify(policy).includes('"authorized"');
    expect(exact).toBe(pspPolicies.filter((policy) => !asksForRights(policy)).length);
  });

  it.each([
    ['hostPID: true', /hostPID: false/, 'laxer'],
    ['privileged: false', /privileged: true/, 'stricter'],
  ])('with %s in it is something else, and a pod shows it', async (to, from, is) => {
    const policy = pspPolicies.map(asEnforced).find(({ name }) => name === 'no-host-pid');
    if (policy === undefined) throw new Error('no such policy');
    const files = filesOf(psp, policy);
    const other = changed(files, from, to);
    expect(other).not.toEqual(files);
    const fidelity = await fidelityOf(psp, policy, other);
    expect(fidelity?.is).toBe(is);
    expect(fidelity?.differences.length).toBe(1);
  });
});

describe('PodSecurity admission', () => {
  const restricted = levelPolicy('restricted', newestMinor);

  it('is exactly the level', async () => {
    expect(await fidelityOf(psa, restricted, filesOf(psa, restricted))).toEqual({
      is: 'exact',
      differences: [],
    });
  });

  it('of another level is something else', async () => {
    const other = changed(filesOf(psa, restricted), /: restricted$/gm, ': baseline');
    const fidelity = await fidelityOf(psa, restricted, other);
    expect(fidelity?.is).toBe('laxer');
    expect(fidelity?.differences.map(({ control }) => control)).toContain('runAsNonRoot');
  });
});

describe('several policies of which one suffices', () => {
  const level = (name: Level): Policy => levelPolicy(name, newestMinor);
  const either: Policy = {
    ...level('privileged'),
    name: 'either',
    alternatives: [level('baseline'), level('restricted')],
  };
  const namespaces = (...levels: readonly Level[]): readonly BundleFile[] => [
    {
      path: 'namespaces.yaml',
      text: levels
        .map(
          (name) => `apiVersion: v1
kind: Namespace
metadata:
  name: ${name}
  labels: { pod-security.kubernetes.io/enforce: ${name}, pod-security.kubernetes.io/enforce-version: v1.37 }
`,
        )
        .join('---\n'),
    },
  ];
  const reader: Backend = { ...psa, readBack: { says: () => true, seenOtherwise: [] } };

  it.each([
    [['baseline', 'restricted'], 'exact'],
    // One by one they are not the same, together they are.
    [['restricted', 'baseline'], 'exact'],
    [['baseline'], 'exact'],
    [['privileged', 'restricted'], 'laxer'],
    [['restricted', 'restricted'], 'stricter'],
  ] as const)('read as %j are %s', async (levels, is) => {
    const fidelity = await fidelityOf(reader, either, namespaces(...levels));
    expect(fidelity?.is).toBe(is);
    expect(fidelity?.differences.length === 0).toBe(is === 'exact');
  });
});

it('of other targets nothing is said', async () => {
  expect(await fidelityOf(rego, levelPolicy('baseline', newestMinor), [])).toBeUndefined();
});
