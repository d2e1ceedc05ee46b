/** What is odd about a policy, over all pods that an API server accepts. */
import type { Cond, Control, Policy } from '../ir/types.js';
import { admits, admitsItself, denies } from './conditions.js';
import { decide } from './decide.js';

export type Oddity =
  /** No pod that an API server accepts is denied by it. */
  | { readonly kind: 'never-denies'; readonly control: string }
  /** Whatever it denies, others of the policy deny as well: one of them alone where `by` has one. */
  | { readonly kind: 'implied'; readonly control: string; readonly by: readonly string[] }
  /** Every pod is denied. */
  | { readonly kind: 'admits-nothing' };

/**
 * What a policy's author may want to know. The alternatives of a policy are not looked into.
 *
 * @param given controls that nothing is said about.
 * @throws TooLarge where the policy is beyond what the solver decides.
 */
export function oddities(
  policy: Policy,
  given: readonly Control[] = [],
  progress: (what: string) => void = () => undefined,
): Oddity[] {
  const { controls, mutations: after } = policy;
  const exists = (...of: readonly { readonly cond: Cond; readonly holds: boolean }[]): boolean =>
    decide(of.map((each) => ({ ...each, after }))) !== undefined;
  const found: Oddity[] = [];
  progress('whether it admits anything');
  if (!exists({ cond: after.length === 0 ? admits(policy) : admitsItself(policy), holds: true }))
    found.push({ kind: 'admits-nothing' });
  for (const control of controls.filter((each) => !given.includes(each))) {
    progress(control.id);
    const denied = { cond: denies(control), holds: true };
    const others = controls.filter((each) => each !== control);
    const notBy = (each: Control) => ({ cond: denies(each), holds: false });
    if (!exists(denied)) found.push({ kind: 'never-denies', control: control.id });
    else if (!exists(denied, ...others.map(notBy))) {
      const alone = others.find((each) => !exists(denied, notBy(each)));
      found.push({ kind: 'implied', control: control.id, by: alone === undefined ? [] : [alone.id] });
    }
  }
  return found;
}
