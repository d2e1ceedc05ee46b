/**
 * Pods with another value at one place, for every place of a pod that rules can read: what `acceptanceOf` says of each. A real
 * API server has to say the same: check-solver.ts.
 */
import { isObject } from '../../src/manifest/json.js';
import type { Json, JsonObject } from '../../src/manifest/types.js';
import { valueRules } from '../../src/schema/validity/values.js';
import { acceptanceOf } from '../../src/solver/accepted.js';
import { valuesFor } from './given.js';
import { placesByName, podWith, withValue } from './places.js';

export interface ValueCase {
  /** As tables of rules name the place. */
  readonly name: string;
  readonly value: string;
  readonly pod: JsonObject;
  /** Whether the rules take the pod. */
  readonly takes: boolean;
  /** Whether the solver has a pod that has the place, whatever its value. */
  readonly found: boolean;
}

/** What another request has, or what plugins write that the API server of this comparison does without. */
const notCompared: ReadonlySet<string> = new Set([
  'ObjectMeta.namespace',
  'PodSpec.priority',
  'PodSpec.preemptionPolicy',
]);

const shown = (value: Json | undefined): string => (value === undefined ? 'absent' : JSON.stringify(value));

/** Each place as the solver has it, and where that is the first of its name, each value there in a pod that is taken but for it. */
export function valueCases(): ValueCase[] {
  return [...placesByName()].flatMap(([name, places]): ValueCase[] => {
    if (notCompared.has(name)) return [];
    let shows = false;
    return places.flatMap((place): ValueCase[] => {
      const there = podWith(place);
      // Of some places another rule says that there is nothing.
      if (there === undefined) return [];
      const { pod, request } = there.witness;
      const values = shows ? [] : valuesFor(valueRules.get(name) ?? {}, place.type);
      shows = true;
      const changed = values.map((value) => [shown(value), withValue(pod, place.steps, value)] as const);
      return [['as it is', pod] as const, ...changed].flatMap(([value, each]) => {
        if (!isNamed(each)) return [];
        return [{ name, value, pod: each, takes: 'pod' in acceptanceOf(each, request), found: there.whole }];
      });
    });
  });
}

/** Nothing, for a field that is no pointer. */
const nothing: ReadonlySet<string> = new Set(['as it is', 'absent', '""', '0', 'false']);

/** Values that the rules take, at places that the solver says no pod has: it finds nothing that such a pod would show. */
export const notFound = (cases: readonly ValueCase[]): readonly string[] =>
  cases
    .filter(({ value, takes, found }) => takes && !found && !nothing.has(value))
    .map(({ name, value }) => `${name}, ${value}: taken, and the solver has no pod with the field`);

/** A pod without a name gets one before it is judged. */
const isNamed = (pod: Json | undefined): pod is JsonObject =>
  isObject(pod) &&
  isObject(pod.metadata) &&
  typeof pod.metadata.name === 'string' &&
  pod.metadata.name !== '';

/** That every value is taken, or none: the API server makes another of it, or it is no rule of a manifest. */
const oneSided: ReadonlySet<string> = new Set([
  'ObjectMeta.generation',
  'PodSpec.serviceAccount',
  'PodSpec.terminationGracePeriodSeconds',
  'PreferredSchedulingTerm.preference',
]);

/** The rules of which these cases do not show both sides. */
export function notShown(cases: readonly ValueCase[]): readonly string[] {
  const sides = new Map<string, Set<boolean>>();
  for (const { name, takes } of cases) sides.set(name, (sides.get(name) ?? new Set()).add(takes));
  return [...valueRules].flatMap(([name, rule]) => {
    const demands = Object.keys(rule).some((key) => key !== 'like' && key !== 'usual' && key !== 'written');
    const exempt = notCompared.has(name) || oneSided.has(name) || /^(Request|Pod)\./.test(name);
    return !demands || exempt || sides.get(name)?.size === 2 ? [] : [name];
  });
}
