import { containers, equal, items, nameOf, not, or, pod, some, value } from '../../../dsl/rules.js';
import type { ValidityRule } from '../types.js';
import { nodeOf, presentIn, several, specWith } from './common.js';

const spec = (claim: Readonly<Record<string, unknown>>) => ({
  ...specWith({}),
  resourceClaims: [{ name: 'claim', ...claim }],
});

export const oneResourceClaim: ValidityRule = {
  id: 'oneResourceClaim',
  rule: 'a claim of resources names a claim or a template of one',
  source: 'validatePodResourceClaim',
  refused: nodeOf(
    some(items(pod.spec.resourceClaims), (claim) => {
      const given = presentIn(claim, ['resourceClaimName', 'resourceClaimTemplateName']);
      return or(not(or(...given)), several(given));
    }),
  ),
  examples: { refused: { spec: spec({}) }, accepted: { spec: spec({ resourceClaimName: 'claim' }) } },
};

export const knownResourceClaim: ValidityRule = {
  id: 'knownResourceClaim',
  rule: 'what a container claims is a claim of the pod',
  source: 'validateContainerResourceRequirements',
  refused: nodeOf(
    some(containers(), (c) =>
      some(items(c.resources.claims), (claimed) =>
        not(some(items(pod.spec.resourceClaims), (claim) => equal(nameOf(claim), value(claimed.name, '')))),
      ),
    ),
  ),
  examples: {
    refused: { spec: specWith({ resources: { claims: [{ name: 'claim' }] } }) },
    accepted: {
      spec: {
        ...specWith({ resources: { claims: [{ name: 'claim' }] } }),
        resourceClaims: [{ name: 'claim', resourceClaimName: 'claim' }],
      },
    },
  },
};
