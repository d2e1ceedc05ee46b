import {
  containers,
  control,
  definePolicy,
  denying,
  each,
  equal,
  named,
  nameOf,
  not,
  once,
  pod,
  present,
  sequence,
  value,
} from 'podsec';

export default definePolicy({
  name: 'no-token',
  extends: 'baseline@v1.37',
  controls: [
    control({
      id: 'serviceAccountToken',
      collections: {
        pod: denying(
          once({
            where: equal(value(pod.spec.automountServiceAccountToken, true), true),
            show: 'pod',
            at: pod.spec.automountServiceAccountToken,
          }),
        ),
      },
      reason: 'service account token',
      detail: sequence('the pod must set automountServiceAccountToken=false'),
    }),
    control({
      id: 'memoryLimit',
      collections: {
        containers: denying(
          each(containers(['regular']), (c) => ({
            where: not(present(c.resources.limits)),
            show: nameOf(c),
            at: c.resources,
          })),
        ),
      },
      reason: 'no limits',
      detail: named('containers', 'container without limits', 'containers without limits'),
    }),
  ],
});
