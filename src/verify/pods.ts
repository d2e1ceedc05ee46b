/** The pods that a policy is compared on: some of its boundary pods, so that each kind of them is met. */
import { admit } from '../admission/index.js';
import { evaluate } from '../evaluate.js';
import type { Policy } from '../ir/types.js';
import { levelPolicy } from '../levels/levels.js';
import { newestMinor } from '../levels/versions.js';
import type { JsonObject } from '../manifest/types.js';
import { boundaryPods } from '../testing/index.js';
import { withNames } from '../testing/named.js';

export interface ChosenPods {
  readonly pods: readonly JsonObject[];
  /** How many there were to choose from. */
  readonly all: number;
}

const plan = { seed: 5, pairs: 30, near: 3, cross: 60 };
/** With one value changed alone. */
const singly = { ...plan, pairs: 0, near: 0, cross: 0 };

/**
 * At most so many of the policy's boundary pods, the same each time. They are taken by turns from groups of pods that were
 * made for the same control, in the same group of containers, and are denied by the same controls.
 */
export function podsFor(policy: Policy, most: number): ChosenPods {
  // A policy without controls has no boundary; pods of a level's show whether something is denied all the same.
  const without = policy.controls.length + policy.alternatives.length === 0;
  const rules = without ? levelPolicy('restricted', newestMinor) : policy;
  const groups = new Map<string, JsonObject[]>();
  const seen = new Set<string>();
  for (const { pod: given, control, group } of boundaryPods(rules, without ? singly : plan)) {
    const pod = withNames(given);
    const text = JSON.stringify(pod);
    const admitted = soundPod(pod);
    if (admitted === undefined || seen.has(text)) continue;
    seen.add(text);
    const denying = evaluate(policy, admitted).map((finding) => finding.control);
    const key = JSON.stringify([control, group, denying]);
    groups.set(key, [...(groups.get(key) ?? []), pod]);
  }
  return { pods: byTurns([...groups.values()], most), all: seen.size };
}

/** The pod as it is admitted; nothing where an API server refuses it before any policy. */
export function soundPod(raw: JsonObject): JsonObject | undefined {
  const admission = admit(raw);
  if (admission.kind !== 'workload') return undefined;
  return admission.problems.every(({ severity }) => severity !== 'error') ? admission.pod : undefined;
}

/** The first of each list, then the second of each that has one, and so on. */
function byTurns<T>(lists: readonly (readonly T[])[], most: number): T[] {
  const taken: T[] = [];
  for (let turn = 0; taken.length < most && lists.some((list) => list.length > turn); turn++)
    taken.push(...lists.flatMap((list) => list.slice(turn, turn + 1)).slice(0, most - taken.length));
  return taken;
}
