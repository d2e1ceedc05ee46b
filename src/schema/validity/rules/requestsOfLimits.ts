import { and, containers, not, or, type Path, pod, present, some } from '../../../dsl/rules.js';
import type { ResourceRequirements } from '../../index.js';
import type { ValidityRule } from '../types.js';
import { nodeOf, specWith } from './common.js';

const onlyLimited = ({ limits, requests }: Path<ResourceRequirements>) =>
  and(present(limits), not(present(requests)));

export const requestsOfLimits: ValidityRule = {
  id: 'requestsOfLimits',
  rule: 'a pod and a container that have a limit ask for something: the API server fills in what they have a limit of',
  source:
    'SetDefaults_Pod of v1/defaults.go, for init and regular containers; DefaultPodLevelResources of pkg/api/pod/util.go, for pods',
  refused: nodeOf(
    or(
      onlyLimited(pod.spec.resources),
      some(containers(['init', 'regular']), (c) => onlyLimited(c.resources)),
    ),
  ),
  filledIn: true,
  examples: { refused: { spec: specWith({}) }, accepted: { spec: specWith({}) } },
};
