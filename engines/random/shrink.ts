/** Makes what was found small: pods and policies on which an engine still says something else than `evaluate`. */
import { admit } from '../../src/admission/index.js';
import { checkPolicy } from '../../src/ir/check.js';
import type { Cond, Policy } from '../../src/ir/types.js';
import { identity, rebuildPolicy } from '../../src/ir/visit.js';
import type { Json, JsonObject } from '../../src/manifest/types.js';

/**
 * The smallest that is reached by taking a smaller candidate that keeps the find, again and again.
 *
 * @param smaller one that keeps the find; undefined where none does.
 * @param rounds how often one is taken at most.
 */
export async function shrink<T>(
  start: T,
  smaller: (from: T) => Promise<T | undefined>,
  rounds = 60,
): Promise<T> {
  let smallest = start;
  for (let round = 0; round < rounds; round++) {
    const found = await smaller(smallest);
    if (found === undefined) return smallest;
    smallest = found;
  }
  return smallest;
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value with one part of it left out, larger parts first. */
function without(value: Json): Json[] {
  if (Array.isArray(value)) {
    return value.flatMap((element: Json, index): Json[] => [
      value.filter((_, at) => at !== index),
      ...without(element).map((part) => value.map((each: Json, at) => (at === index ? part : each))),
    ]);
  }
  if (!isObject(value)) return [];
  const entries = Object.entries(value);
  return [
    ...entries.map(([key]) => Object.fromEntries(entries.filter(([other]) => other !== key))),
    ...entries.flatMap(([key, field]) => without(field).map((part) => ({ ...value, [key]: part }))),
  ];
}

/** Pods with one part less, which an API server would still decode. */
export function smallerPods(pod: JsonObject): JsonObject[] {
  return without(pod)
    .filter(isObject)
    .filter((each) => each.apiVersion !== undefined && each.kind !== undefined)
    .filter((each) => {
      const admission = admit(each);
      return admission.kind === 'workload' && admission.pod !== undefined && admission.problems.length === 0;
    })
    .sort((a, b) => JSON.stringify(a).length - JSON.stringify(b).length);
}

/** What may stand in the place of a condition: less of it. */
function lesser(cond: Cond): Cond[] {
  const constants: Cond[] =
    cond.kind === 'constant'
      ? []
      : [
          { kind: 'constant', value: true },
          { kind: 'constant', value: false },
        ];
  switch (cond.kind) {
    case 'and':
    case 'or':
      return [...constants, ...cond.of];
    case 'not':
      return [...constants, cond.of];
    default:
      return constants;
  }
}

/** The policy with the condition at this place, in the order of a walk, replaced. */
function replaced(policy: Policy, place: number, by: (cond: Cond) => Cond): Policy {
  let at = -1;
  return rebuildPolicy(policy, {
    ...identity,
    cond: (node) => {
      at += 1;
      return at === place ? by(node) : node;
    },
  });
}

/** Policies with a control, an alternative, a collection or a condition less, which are still well-formed. */
export function* smallerPolicies(policy: Policy): Generator<Policy> {
  const size = JSON.stringify(policy).length;
  for (const each of candidates(policy)) {
    if (each.controls.length === 0 || JSON.stringify(each).length >= size) continue;
    if (checkPolicy(each).length === 0) yield each;
  }
}

function* candidates(policy: Policy): Generator<Policy> {
  const drop = <T>(list: readonly T[]): T[][] =>
    list.map((_, index) => list.filter((__, at) => at !== index));
  yield* policy.controls.map((control) => ({ ...policy, controls: [control] }));
  yield* drop(policy.controls).map((controls) => ({ ...policy, controls }));
  yield* drop(policy.alternatives).map((alternatives) => ({ ...policy, alternatives }));
  for (const [index, control] of policy.controls.entries()) {
    for (const collections of drop(control.collections)) {
      const lesser = { ...control, collections };
      yield { ...policy, controls: policy.controls.map((each, at) => (at === index ? lesser : each)) };
    }
  }
  const conds: Cond[] = [];
  rebuildPolicy(policy, {
    ...identity,
    cond: (node) => {
      conds.push(node);
      return node;
    },
  });
  for (const [place, cond] of conds.entries())
    yield* lesser(cond).map((less) => replaced(policy, place, () => less));
}
