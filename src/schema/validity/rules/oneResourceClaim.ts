import { items, not, or, pod, some } from '../../../dsl/rules.js';
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
