/** What a policy exempts that the pod itself says: its runtime class. */
import { describe, expect, test } from 'vitest';
import { evaluate } from '../../src/evaluate.js';
import type { Exemptions, Policy } from '../../src/ir/types.js';
import { levelPolicy } from '../../src/levels/levels.js';
import { newestMinor } from '../../src/levels/versions.js';

const nobody: Exemptions = { namespaces: [], users: [], runtimeClasses: [], serviceAccounts: [] };
const exempting = (exemptions: Partial<Exemptions>): Policy => ({
  ...levelPolicy('baseline', newestMinor),
  exemptions: { ...nobody, ...exemptions },
});

const pod = (spec: object) => ({ spec: { hostPID: true, ...spec } });
const controls = (policy: Policy, spec: object) => evaluate(policy, pod(spec)).map(({ control }) => control);

describe('an exempt runtime class', () => {
  const policy = exempting({ runtimeClasses: ['gvisor', 'kata'] });

  test('allows the pods that name it, and no other', () => {
    expect(controls(policy, { runtimeClassName: 'gvisor' })).toEqual([]);
    expect(controls(policy, { runtimeClassName: 'kata' })).toEqual([]);
    for (const runtimeClassName of ['runc', 'gvisor2', 'Kata'])
      expect(controls(policy, { runtimeClassName })).toEqual(['hostNamespaces']);
    expect(controls(policy, {})).toEqual(['hostNamespaces']);
    expect(controls(exempting({}), { runtimeClassName: 'gvisor' })).toEqual(['hostNamespaces']);
  });

  test('without a name exempts nobody', () => {
    const unnamed = exempting({ runtimeClasses: [''] });
    expect(controls(unnamed, {})).toEqual(['hostNamespaces']);
    expect(controls(unnamed, { runtimeClassName: '' })).toEqual(['hostNamespaces']);
  });

  test('of an alternative does not count, that of the policy does for its alternatives', () => {
    const denying = levelPolicy('baseline', newestMinor);
    const of = (own: Partial<Exemptions>, other: Partial<Exemptions>): Policy => ({
      ...exempting(own),
      controls: [],
      alternatives: [{ ...denying, name: 'a', exemptions: { ...nobody, ...other } }],
    });
    const spec = { runtimeClassName: 'gvisor' };
    expect(controls(of({ runtimeClasses: ['gvisor'] }, {}), spec)).toEqual([]);
    expect(controls(of({}, { runtimeClasses: ['gvisor'] }), spec)).toEqual(['a/hostNamespaces']);
  });
});

test('exempt users and namespaces are about the request, not the pod', () => {
  const policy = exempting({ users: [''], namespaces: ['default'] });
  expect(evaluate(policy, { metadata: { namespace: 'default' }, ...pod({}) })).toHaveLength(1);
});
