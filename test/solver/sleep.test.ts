/** The rule of the API server that compares two numbers: each pair of them that is asked for. */
import { describe, expect, it } from 'vitest';
import {
  and,
  type Cond,
  containers,
  equal,
  not,
  or,
  type Path,
  pod,
  present,
  some,
  value,
  within,
} from '../../src/dsl/rules.js';
import type { Container } from '../../src/schema/index.js';
import { acceptanceOf, holdsOf } from '../../src/solver/accepted.js';
import { decide } from '../../src/solver/decide.js';

const grace = (min: number, max = min): Cond =>
  within(value(pod.spec.terminationGracePeriodSeconds, 0), { min, max });
const before = (min: number, max = min, group: 'init' | 'regular' = 'regular'): Cond =>
  some(containers([group]), (c) => within(value(c.lifecycle.preStop.sleep.seconds, 0), { min, max }));
const after = (min: number, max = min): Cond =>
  some(containers(['regular']), (c) => within(value(c.lifecycle.postStart.sleep.seconds, 0), { min, max }));

const time = value(pod.spec.terminationGracePeriodSeconds, 0);
const seconds = (c: Path<Container>) => value(c.lifecycle.preStop.sleep.seconds, 0);
const long = { min: 60, max: 90 };
/** In one container. */
const differing = some(containers(['regular']), (c) => {
  const other = value(c.lifecycle.postStart.sleep.seconds, 0);
  return and(within(seconds(c), long), within(other, long), not(equal(seconds(c), other)));
});
const notAll = some(containers(['regular']), (c) =>
  and(within(seconds(c), long), not(equal(seconds(c), time))),
);

/** With the answer by hand. */
const asked: readonly (readonly [name: string, cond: Cond, there: boolean])[] = [
  ['as long as there is time', and(before(10), grace(10)), true],
  ['longer by one', and(before(11), grace(10)), false],
  ['longer by one than by default, which nobody asks about', before(31), true],
  ['ranges that touch', and(before(10, 20), grace(5, 10)), true],
  ['ranges that do not', and(before(11, 20), grace(5, 10)), false],
  ['two hooks, of which the second is too long', and(before(3), after(30), grace(4, 29)), false],
  ['two hooks with time for both', and(before(3), after(30), grace(4, 30)), true],
  ['an init container', and(before(7, 9, 'init'), grace(0, 6)), false],
  ['an init container with time', and(before(7, 9, 'init'), grace(0, 7)), true],
  [
    'no time, and a hook that does not sleep',
    and(
      grace(0),
      some(containers(), (c) => present(c.lifecycle.preStop.sleep)),
    ),
    true,
  ],
  ['a great many seconds', and(before(1, 2 ** 40), before(2 ** 40), grace(2 ** 40 - 1, 2 ** 40)), true],
  ['a great many, and one less', and(before(2 ** 40), grace(0, 2 ** 40 - 1)), false],
  ['either of two, of which one fits', and(or(before(50), before(60)), grace(55)), true],
  ['two that differ', differing, true],
  ['two that differ, with time for one', and(differing, grace(60)), false],
  ['two that differ, with time for both', and(differing, grace(0, 61)), true],
  ['one that is not all the time there is', notAll, true],
  ['one that is not all of the least time', and(notAll, grace(0, 60)), false],
  [
    'one that is all the time',
    and(
      some(containers(), (c) => equal(seconds(c), time)),
      before(60, 90),
    ),
    true,
  ],
  ['either of two, of which none fits', and(or(before(56), before(60)), grace(55)), false],
];

describe('a hook that sleeps', () => {
  it.each(asked)('%s', (_, { cond }, there) => {
    const witness = decide([{ cond, holds: true }]);
    expect(witness !== undefined).toBe(there);
    if (witness === undefined) return;
    const acceptance = acceptanceOf(witness.pod, witness.request);
    expect('pod' in acceptance && holdsOf(cond, acceptance.pod, witness.request)).toBe(true);
  });

  it('is refused where it is longer than the time, whatever numbers the rule is written with', () => {
    const of = (seconds: number, terminationGracePeriodSeconds: number) => {
      const app = { name: 'app', image: 'a', lifecycle: { preStop: { sleep: { seconds } } } };
      return acceptanceOf({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'a' },
        spec: { terminationGracePeriodSeconds, containers: [app] },
      });
    };
    for (const seconds of [0, 1, 2, 29, 30, 31, 400])
      for (const time of [0, 1, 2, 29, 30, 31, 400])
        expect('refused' in of(seconds, time), `${seconds} of ${time}`).toBe(seconds > time);
  });
});
