/**
 * A control as clauses: it denies a pod where for one of them there are elements for which all its literals hold. The
 * normal form is the same whichever way a rule was put: `not` of `or`, `oneOf` or its negation, nested or flat.
 */
import type { Binding, Cond, Control } from '../../ir/types.js';
import { identity, rebuildCond } from '../../ir/visit.js';
import { Unsayable } from './unsayable.js';

export interface Literal {
  /** No `and`, `or`, `not`, `constant`; and a quantifier alone where it speaks of all elements. */
  readonly cond: Cond;
  readonly holds: boolean;
}

export interface Clause {
  readonly over: readonly Binding[];
  readonly literals: readonly Literal[];
}

/** A rule with more clauses than this is not read; a rule of one kind of value has a handful. */
const maxClauses = 500;

export function clausesOf(control: Control): readonly Clause[] {
  const denies = deniesOf(control);
  if (countOf(denies, true) > maxClauses)
    throw new Unsayable(`the rule falls into more than ${maxClauses} cases`);
  let bound = 0;
  return split(denies, true, () => `e${bound++}`);
}

/** The condition under which the control denies a pod. */
function deniesOf({ unless, collections }: Control): Cond {
  const violations = collections
    .filter(({ denies }) => denies)
    .flatMap(({ from }) => from)
    .map(({ over, where }) =>
      over.reduceRight((inner, binding): Cond => ({ kind: 'some', ...binding, where: inner }), where),
    );
  return {
    kind: 'and',
    of: [
      { kind: 'not', of: unless },
      { kind: 'or', of: violations },
    ],
  };
}

function countOf(cond: Cond, wanted: boolean): number {
  switch (cond.kind) {
    case 'and':
    case 'or': {
      const counts = cond.of.map((each) => countOf(each, wanted));
      return (cond.kind === 'and') === wanted
        ? counts.reduce((product, count) => product * count, 1)
        : counts.reduce((sum, count) => sum + count, 0);
    }
    case 'not':
      return countOf(cond.of, !wanted);
    case 'some':
    case 'every':
      return (cond.kind === 'some') === wanted ? countOf(cond.where, wanted) : 1;
    default:
      return 1;
  }
}

function split(cond: Cond, wanted: boolean, fresh: () => string): readonly Clause[] {
  switch (cond.kind) {
    case 'constant':
      return cond.value === wanted ? [{ over: [], literals: [] }] : [];
    case 'not':
      return split(cond.of, !wanted, fresh);
    case 'and':
    case 'or': {
      const parts = cond.of.map((each) => split(each, wanted, fresh));
      return (cond.kind === 'and') === wanted ? product(parts) : parts.flat();
    }
    case 'some':
    case 'every': {
      if ((cond.kind === 'some') !== wanted) return [{ over: [], literals: [{ cond, holds: wanted }] }];
      // Two quantifiers side by side may use one name.
      const bind = fresh();
      const where = rebuildCond(cond.where, {
        ...identity,
        ref: (ref) => (ref.from === cond.bind ? { ...ref, from: bind } : ref),
      });
      return split(where, wanted, fresh).map(({ over, literals }) => ({
        over: [{ bind, in: cond.in }, ...over],
        literals,
      }));
    }
    default:
      return [{ over: [], literals: [{ cond, holds: wanted }] }];
  }
}

function product(parts: readonly (readonly Clause[])[]): readonly Clause[] {
  return parts.reduce<readonly Clause[]>(
    (left, right) =>
      left.flatMap((a) =>
        right.map((b) => ({ over: [...a.over, ...b.over], literals: [...a.literals, ...b.literals] })),
      ),
    [{ over: [], literals: [] }],
  );
}

/** The condition again, to be judged by `evaluate`. */
export function condOf({ over, literals }: Clause): Cond {
  const where: Cond = {
    kind: 'and',
    of: literals.map(({ cond, holds }) => (holds ? cond : { kind: 'not', of: cond })),
  };
  return over.reduceRight((inner, binding): Cond => ({ kind: 'some', ...binding, where: inner }), where);
}
