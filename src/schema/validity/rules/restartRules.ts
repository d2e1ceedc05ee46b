import { and, containers, not, present, some } from '../../../dsl/rules.js';
import type { ValidityRule } from '../types.js';
import { nodeOf, specWith } from './common.js';

const restartPolicyRules = [{ action: 'Restart', exitCodes: { operator: 'In', values: [1] } }];

export const restartRules: ValidityRule = {
  id: 'restartRules',
  rule: 'a container with rules of when to restart says what holds otherwise',
  source: 'validateContainerRestartPolicy',
  refused: nodeOf(
    some(containers(), (c) => and(present(c.restartPolicyRules), not(present(c.restartPolicy)))),
  ),
  examples: {
    refused: { spec: specWith({ restartPolicyRules }) },
    accepted: { spec: specWith({ restartPolicyRules, restartPolicy: 'Never' }) },
  },
};
