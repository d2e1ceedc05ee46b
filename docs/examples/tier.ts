import { and, control, definePolicy, denying, equal, isTrue, namespaceLabel, not, once, pod } from 'podsec';

export default definePolicy({
  name: 'tier',
  controls: [
    control({
      id: 'hostNetworkByTier',
      collections: {
        pod: denying(
          once({
            where: and(isTrue(pod.spec.hostNetwork), not(equal(namespaceLabel('tier', ''), 'infra'))),
            show: 'pod',
            at: pod.spec.hostNetwork,
          }),
        ),
      },
      reason: 'host network outside of tier=infra',
    }),
  ],
});
