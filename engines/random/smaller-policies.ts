/** Less of a policy, for one on which an engine still says something else than `evaluate`. */
import { checkPolicy } from '../../src/ir/check.js';
import type { Cond, Policy } from '../../src/ir/types.js';
import { identity, rebuildPolicy } from '../../src/ir/visit.js';

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
  yield* drop(policy.mutations).map((mutations) => ({ ...policy, mutations }));
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
