/**
 * Rules as far as a field can say them: what a clause asks of places that the field does not judge is left out, so that the
 * rest denies more. Whether what is written then denies too much, or too little, is the solver's to say.
 */
import type { Binding } from '../../ir/types.js';
import { type Clause, clausesOf, type Literal } from './clauses.js';
import { fields } from './fields/index.js';
import type { PspField } from './fields/types.js';
import { type OwnedControl, type Placed, place } from './lower.js';
import { readsOf } from './reads.js';
import { sayable } from './unsayable.js';

/** Of each clause of the control, what each field can say of it; none where no field can say anything. */
export function partsOf(owner: OwnedControl): readonly (readonly Placed[])[] {
  return clausesOf(owner.control).map((clause) => {
    const whole = sayable(() => [place(owner, clause)]);
    return whole ?? fields.flatMap((field) => sayable(() => partOf(owner, clause, field)) ?? []);
  });
}

function partOf(owner: OwnedControl, clause: Clause, field: PspField): readonly Placed[] {
  const literals = clause.literals.filter((literal) => isJudged(clause, literal, field));
  if (literals.length === 0) return [];
  const part = place(owner, { over: boundFor(clause, literals), literals });
  return part.field === field ? [part] : [];
}

/** Whether the literal asks of places of the field alone. */
function isJudged({ over }: Clause, literal: Literal, field: PspField): boolean {
  const found = sayable(() => readsOf({ over, literals: [literal] }));
  if (found === undefined) return false;
  const places = [...found.reads.keys()];
  if (found.joined.length > 0) return field.join !== undefined && found.joined.join() === field.join;
  return places.length > 0 && places.every((each) => field.places.includes(each));
}

/** The bindings that the literals speak of, and those that these are bound from. */
function boundFor({ over }: Clause, literals: readonly Literal[]): readonly Binding[] {
  const speaksOf = (of: unknown, { bind }: Binding) => JSON.stringify(of).includes(`"from":"${bind}"`);
  const kept: Binding[] = [];
  for (const each of over.toReversed()) {
    const isAsked = literals.some(({ cond }) => speaksOf(cond, each));
    if (isAsked || kept.some((later) => speaksOf(later.in, each))) kept.push(each);
  }
  return kept.toReversed();
}
