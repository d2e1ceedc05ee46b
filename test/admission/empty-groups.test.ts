import { describe, expect, it } from 'vitest';
import { admit } from '../../src/admission/index.js';
import { control, definePolicy, denying, emptyList, evaluate, once, pod, present } from '../../src/index.js';
import type { Json } from '../../src/manifest/types.js';

const groups = pod.spec.securityContext.supplementalGroups;
const policy = definePolicy({
  name: 'groups',
  controls: [
    control({
      id: 'empty',
      reason: 'empty',
      collections: { pod: denying(once({ where: emptyList(groups), show: 'pod', at: groups })) },
    }),
    control({
      id: 'present',
      reason: 'present',
      collections: { pod: denying(once({ where: present(groups), show: 'pod', at: groups })) },
    }),
  ],
});

function failed(supplementalGroups: Json): string[] {
  const admission = admit({
    apiVersion: 'v1',
    kind: 'Pod',
    spec: { securityContext: { supplementalGroups }, containers: [{ name: 'app', image: 'app' }] },
  });
  if (admission.kind !== 'workload' || admission.pod === undefined) throw new TypeError('not a pod');
  return evaluate(policy.ir, admission.pod).map((finding) => finding.control);
}

describe('an empty list of supplemental groups', () => {
  it('is told from an absent one by emptyList, and is not present', () =>
    expect(failed([])).toEqual(['empty']));
  it('is not what null is', () => expect(failed(null)).toEqual([]));
  it('is not what a group is', () => expect(failed([0])).toEqual(['present']));
});
