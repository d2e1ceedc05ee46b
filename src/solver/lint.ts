/** What is odd about a policy, over all pods that an API server accepts. */
import type { Control, Policy } from '../ir/types.js';
import { denies, waysToAdmit } from './conditions.js';
import { decide } from './decide.js';
import type { Demand } from './walk.js';

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
  const exists = (asked: readonly Demand[], further: readonly Demand[] = []): boolean =>
    decide(asked, further) !== undefined;
  const denied = (control: Control, holds: boolean): Demand => ({ cond: denies(control), holds, after });
  const found: Oddity[] = [];
  progress('whether it admits anything');
  if (!waysToAdmit(policy).some((way) => exists([], way))) found.push({ kind: 'admits-nothing' });
  for (const control of controls.filter((each) => !given.includes(each))) {
    progress(control.id);
    const others = controls.filter((each) => each !== control);
    const asked = [denied(control, true)];
    if (!exists(asked)) found.push({ kind: 'never-denies', control: control.id });
    else if (
      !exists(
        asked,
        others.map((each) => denied(each, false)),
      )
    ) {
      const alone = others.find((each) => !exists([...asked, denied(each, false)]));
      found.push({ kind: 'implied', control: control.id, by: alone === undefined ? [] : [alone.id] });
    }
  }
  return found;
}
