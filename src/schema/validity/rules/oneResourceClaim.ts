import {
  and,
  containers,
  equal,
  items,
  nameOf,
  not,
  or,
  pod,
  present,
  some,
  value,
} from '../../../dsl/rules.js';
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

const claims = (...requests: readonly Readonly<Record<string, unknown>>[]) => ({
  ...specWith({ resources: { claims: requests.map((request) => ({ name: 'claim', ...request })) } }),
  resourceClaims: [{ name: 'claim', resourceClaimName: 'claim' }],
});

export const wholeResourceClaim: ValidityRule = {
  id: 'wholeResourceClaim',
  rule: 'of what a container claims as a whole it claims no part as well',
  source: 'validateResourceClaimNames',
  refused: nodeOf(
    some(containers(), (c) =>
      some(items(c.resources.claims), (whole) =>
        and(
          not(present(whole.request)),
          some(items(c.resources.claims), (part) =>
            and(present(part.request), equal(nameOf(part), value(whole.name, ''))),
          ),
        ),
      ),
    ),
  ),
  examples: {
    refused: { spec: claims({}, { request: 'a' }) },
    accepted: { spec: claims({ request: 'a' }, { request: 'b' }) },
  },
};
