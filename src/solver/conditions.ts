/** Whole policies as one condition each: what `evaluate` says of a pod, without the words. */
import type { Comprehension, Cond, Control, Policy } from '../ir/types.js';

export const never: Cond = { kind: 'constant', value: false };
export const always: Cond = { kind: 'constant', value: true };

export const allOf = (of: readonly Cond[]): Cond => ({ kind: 'and', of });
export const anyOf = (of: readonly Cond[]): Cond => ({ kind: 'or', of });
export const notSo = (of: Cond): Cond => ({ kind: 'not', of });

/** That the control denies the pod. */
export function denies(control: Control): Cond {
  const found = control.collections.filter((each) => each.denies).flatMap(({ from }) => from.map(matching));
  return allOf([notSo(control.unless), anyOf(found)]);
}

/** That there are elements for which it holds. */
function matching({ over, where }: Comprehension): Cond {
  return over.reduceRight<Cond>(
    (inner, { bind, in: source }) => ({ kind: 'some', bind, in: source, where: inner }),
    where,
  );
}

/** That the pod's runtime class is exempt. */
export function exempt({ exemptions }: Policy): Cond {
  const values = exemptions.runtimeClasses.filter((name) => name !== '');
  if (values.length === 0) return never;
  const ref = { from: 'pod', path: ['spec', 'runtimeClassName'] };
  return { kind: 'oneOf', term: { kind: 'value', ref, absent: '' }, values };
}

/** That the policy admits the pod. */
export function admits(policy: Policy): Cond {
  return anyOf([exempt(policy), admitsItself(policy)]);
}

/** The same without exemptions: those of alternatives do not count. */
export function admitsItself({ controls, alternatives }: Policy): Cond {
  const some = alternatives.length === 0 ? always : anyOf(alternatives.map(admitsItself));
  return allOf([...controls.map((control) => notSo(denies(control))), some]);
}

/** That all alternatives deny the pod. */
export function deniedByAlternatives({ alternatives }: Policy): Cond {
  return alternatives.length === 0 ? never : notSo(anyOf(alternatives.map(admitsItself)));
}
