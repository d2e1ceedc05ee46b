/** Hooks that sleep. */
import { and, type Cond, containers, or, type Path, pod, some, value, within } from '../../../dsl/rules.js';
import { isObject } from '../../../manifest/json.js';
import type { Json, JsonObject } from '../../../manifest/types.js';
import type { Container } from '../../index.js';
import type { ValidityRule } from '../types.js';
import { container, nodeOf } from './common.js';

const hooks = (c: Path<Container>) => [c.lifecycle.postStart, c.lifecycle.preStop];

/** A hook that sleeps for so many seconds or more, in a pod that has less. */
const refusedAt = (seconds: number): Cond =>
  and(
    within(value(pod.spec.terminationGracePeriodSeconds, 0), { min: 0, max: seconds - 1 }),
    some(containers(['init', 'regular']), (c) =>
      or(
        ...hooks(c).map((hook) =>
          within(value(hook.sleep.seconds, 0), { min: seconds, max: Number.MAX_SAFE_INTEGER }),
        ),
      ),
    ),
  );

const objectAt = (value: Json | undefined, ...path: readonly string[]): JsonObject =>
  path.reduce<JsonObject>(
    (at, name) => {
      const next = at[name];
      return isObject(next) ? next : {};
    },
    isObject(value) ? value : {},
  );

/** How long the hooks of a pod sleep, in seconds. */
function sleeps({ spec }: JsonObject): readonly number[] {
  const { containers: regular = [], initContainers: init = [] } = objectAt(spec);
  return [regular, init]
    .flatMap((list) => (Array.isArray(list) ? list : []))
    .flatMap((each: Json) =>
      ['postStart', 'preStop'].map((hook) => objectAt(each, 'lifecycle', hook, 'sleep').seconds),
    )
    .filter((seconds) => typeof seconds === 'number')
    .filter((seconds) => seconds > 0);
}

/** By default a pod has 30 seconds to end: SetDefaults_PodSpec of pkg/apis/core/v1/defaults.go. */
const usual = 30;
const sleeping = (seconds: number) => ({
  spec: { containers: [container({ lifecycle: { preStop: { sleep: { seconds } } } })] },
});

export const sleepWithinGracePeriod: ValidityRule = {
  id: 'sleepWithinGracePeriod',
  rule: 'a hook sleeps no longer than the time that a pod has to end',
  source: 'validateSleepAction',
  refused: nodeOf(refusedAt(usual + 1)),
  // Conditions compare a number with constants only, so that the rule is one condition for each number that it is asked about.
  family: { numbersOf: sleeps, refusedAt: (seconds) => nodeOf(refusedAt(seconds)) },
  examples: { refused: sleeping(usual + 1), accepted: sleeping(usual) },
};
