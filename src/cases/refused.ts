/** What a target would get wrong that left out a control which it cannot say. */
import type { Policy } from '../ir/types.js';
import { deniedBeyond } from '../solver/compare.js';
import { TooLarge } from '../solver/limits.js';
import type { Witness } from '../solver/witness.js';

/**
 * The smallest pod that the control denies, and where there is one, that nothing else of the policy denies; undefined where an API
 * server takes no pod that it denies, or where none can be found.
 */
export function showing(policy: Policy, id: string): Witness | undefined {
  const own: Policy = {
    ...policy,
    controls: policy.controls.filter((each) => each.id === id),
    alternatives: [],
  };
  const others: Policy = { ...own, controls: policy.controls.filter((each) => each.id !== id) };
  try {
    return (deniedBeyond(own, others)[0] ?? deniedBeyond(own, { ...own, controls: [] })[0])?.witness;
  } catch (error) {
    if (error instanceof TooLarge) return undefined;
    throw error;
  }
}
