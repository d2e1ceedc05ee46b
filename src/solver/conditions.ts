/** Whole policies as one condition each: what `evaluate` says of a pod, without the words. */
import type { Comprehension, Cond, Control, Policy } from '../ir/types.js';
import { rememberingEach } from './memo.js';
import type { Demand } from './walk.js';

export const never: Cond = { kind: 'constant', value: false };
export const always: Cond = { kind: 'constant', value: true };

export const allOf = (of: readonly Cond[]): Cond => ({ kind: 'and', of });
export const anyOf = (of: readonly Cond[]): Cond => ({ kind: 'or', of });
export const notSo = (of: Cond): Cond => ({ kind: 'not', of });

/** That the control denies the pod. The same object for the same control. */
export const denies: (control: Control) => Cond = rememberingEach(({ unless, collections }) => {
  const found = collections.filter((each) => each.denies).flatMap(({ from }) => from.map(matching));
  return allOf([notSo(unless), anyOf(found)]);
});

/** That there are elements for which it holds. */
export function matching({ over, where }: Pick<Comprehension, 'over' | 'where'>): Cond {
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

/**
 * How a policy can admit a pod. Each way is all of some conditions. Exemptions are asked of the pod as it is given, controls of
 * what the policy makes of it.
 */
export function waysToAdmit(policy: Policy): readonly (readonly Demand[])[] {
  const { controls, alternatives, mutations: after } = policy;
  const itself = [
    ...controls.map((control): Demand => ({ cond: denies(control), holds: false, after })),
    ...(alternatives.length === 0 ? [] : [{ cond: deniedByAlternatives(policy), holds: false, after }]),
  ];
  const exempts = exempt(policy);
  return exempts === never ? [itself] : [itself, [{ cond: exempts, holds: true }]];
}

/** That the policy admits the pod whatever it exempts: exemptions of alternatives do not count. */
function admitsItself({ controls, alternatives }: Policy): Cond {
  const some = alternatives.length === 0 ? always : anyOf(alternatives.map(admitsItself));
  return allOf([...controls.map((control) => notSo(denies(control))), some]);
}

/** That all alternatives deny the pod. */
export function deniedByAlternatives({ alternatives }: Policy): Cond {
  return alternatives.length === 0 ? never : notSo(anyOf(alternatives.map(admitsItself)));
}

/**
 * The condition without a part of it: wherever the part stands, it is what lets the condition hold, and hold of no fewer pods; or
 * what lets it not hold. The same object where the part is not in it.
 */
export function without(cond: Cond, part: Cond, holds: boolean): Cond {
  if (cond === part) return holds ? always : never;
  switch (cond.kind) {
    case 'and':
    case 'or': {
      const of = cond.of.map((each) => without(each, part, holds));
      return of.every((each, at) => each === cond.of[at]) ? cond : { ...cond, of };
    }
    case 'not': {
      const of = without(cond.of, part, !holds);
      return of === cond.of ? cond : { ...cond, of };
    }
    case 'some':
    case 'every': {
      const where = without(cond.where, part, holds);
      return where === cond.where ? cond : { ...cond, where };
    }
    default:
      return cond;
  }
}
