import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { admit } from '../../src/admission/index.js';
import { evaluate, noRequest } from '../../src/evaluate.js';
import { checkPolicy } from '../../src/ir/check.js';
import { nodeMeanings } from '../../src/ir/schema.js';
import type { Policy } from '../../src/ir/types.js';
import { arbitraryPolicy, type NodeKind } from './arbitrary.js';

/** How often each node kind occurs, found in the JSON form, so that the walk is none of the code under test. */
function kindsIn(policies: readonly Policy[]): Map<string, number> {
  const counts = new Map<string, number>();
  JSON.stringify(policies, (key, value: unknown) => {
    if (key === 'kind' && typeof value === 'string') counts.set(value, (counts.get(value) ?? 0) + 1);
    return value;
  });
  return counts;
}

const allKinds = Object.values(nodeMeanings).flatMap((meanings) => Object.keys(meanings));

describe('arbitrary policies', () => {
  it('are well-formed', () => {
    fc.assert(
      fc.property(arbitraryPolicy(), (policy) => {
        expect(checkPolicy(policy)).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });

  it('use every node kind', () => {
    const counts = kindsIn(fc.sample(arbitraryPolicy(), { numRuns: 500, seed: 1 }));
    expect(allKinds.filter((kind) => (counts.get(kind) ?? 0) < 20)).toEqual([]);
  });

  it('leave out what they are told to', () => {
    const without: NodeKind[] = [
      'authorized',
      'emptyList',
      'request',
      'namespaceLabel',
      'userGroups',
      'suffix',
      'quoted',
    ];
    const policies = fc.sample(arbitraryPolicy({ without, oldPod: false, alternatives: false }), 300);
    const counts = kindsIn(policies);
    expect(without.filter((kind) => counts.has(kind))).toEqual([]);
    expect(policies.filter(({ alternatives }) => alternatives.length > 0)).toEqual([]);
    expect(JSON.stringify(policies)).not.toMatch(/"(from|of)":"old"/);
    expect(policies.flatMap(checkPolicy)).toEqual([]);
  });

  it('stay small, and shrink to what is smaller', () => {
    const sizes = fc.sample(arbitraryPolicy(), 200).map((policy) => JSON.stringify(policy).length);
    expect(Math.max(...sizes)).toBeLessThan(100_000);
    const failure = fc.check(
      fc.property(arbitraryPolicy(), (policy) => !JSON.stringify(policy).includes('"every"')),
      { seed: 7, numRuns: 1000 },
    );
    expect(failure.failed).toBe(true);
    expect(JSON.stringify(failure.counterexample?.[0]).length).toBeLessThan(2000);
  });

  it('have a verdict on any pod', () => {
    const admission = admit({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'app', annotations: { 'container.a': 'x', b: '' } },
      spec: {
        securityContext: {
          supplementalGroups: [1, 2],
          sysctls: [{ name: 'kernel.shm_rmid_forced', value: '1' }],
        },
        containers: [
          { name: 'a', image: 'a', ports: [{ containerPort: 80 }], securityContext: { runAsUser: 0 } },
        ],
        initContainers: [{ name: 'b', image: 'b' }],
        volumes: [{ name: 'v', hostPath: { path: '/var/log' } }],
      },
    });
    const pod = admission.kind === 'workload' ? admission.pod : undefined;
    if (pod === undefined) throw new TypeError('the pod is not admitted');
    const verdicts = new Set<boolean>();
    fc.assert(
      fc.property(arbitraryPolicy(), fc.boolean(), (policy, authorized) => {
        const request = { ...noRequest, oldPod: pod, userGroups: ['a', 'b'], authorized: () => authorized };
        const findings = evaluate(policy, pod, request);
        verdicts.add(findings.length > 0);
        expect(evaluate(policy, pod, request)).toEqual(findings);
        for (const { reason, detail, locations } of findings) {
          expect(typeof reason).toBe('string');
          expect(typeof detail).toBe('string');
          expect(locations.length).toBeGreaterThan(0);
        }
      }),
      { numRuns: 500 },
    );
    expect(verdicts.size).toBe(2);
  });
});
