/** Hooks that sleep. */
import { and, containers, or, pod, some, value, within } from '../../../dsl/rules.js';
import type { ValidityRule } from '../types.js';
import { container, moreThan, nodeOf } from './common.js';

/** By default a pod has 30 seconds to end: SetDefaults_PodSpec of pkg/apis/core/v1/defaults.go. */
const usual = 30;
const sleeping = (seconds: number) => ({
  spec: { containers: [container({ lifecycle: { preStop: { sleep: { seconds } } } })] },
});

export const sleepWithinGracePeriod: ValidityRule = {
  id: 'sleepWithinGracePeriod',
  rule: 'a hook sleeps no longer than the time that a pod has to end',
  source: 'validateSleepAction',
  refused: nodeOf(
    and(
      within(value(pod.spec.terminationGracePeriodSeconds, 0), { min: 0, max: usual }),
      some(containers(['init', 'regular']), ({ lifecycle: { postStart, preStop } }) =>
        or(...[postStart, preStop].map((hook) => within(value(hook.sleep.seconds, 0), moreThan(usual)))),
      ),
    ),
  ),
  ordered: {
    least: ['initContainers', 'containers'].flatMap((list) =>
      ['postStart', 'preStop'].map((hook) => `spec.${list}[].lifecycle.${hook}.sleep.seconds`),
    ),
    greatest: 'spec.terminationGracePeriodSeconds',
  },
  examples: { refused: sleeping(usual + 1), accepted: sleeping(usual) },
};
