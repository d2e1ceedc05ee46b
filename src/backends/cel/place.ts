/** Places in the pod with what the schema knows of the fields on the way: what an encoding of absence works on. */
import { type Field, type FieldType, fieldAt } from '../../schema/index.js';
import { CannotSay } from './cannot-say.js';
import type { Expr } from './expr.js';

/** Where paths start. */
export interface Root {
  readonly expr: Expr;
  readonly type: FieldType;
  /** Has to hold before anything of the root is read. */
  readonly guards: readonly Expr[];
  /** Fields of the root that every object has that an API server accepts. */
  readonly sure: readonly string[];
  /** Whether it is the pod itself, or the stored pod: what starts there can be named once for all rules. */
  readonly whole: boolean;
  /** Which pod it is, or is a part of. */
  readonly pod: 'pod' | 'old';
  /** An object that stands for a field of the root, empty where the field is absent; nothing for most fields. */
  part?(field: string): Expr | undefined;
}

export interface Step {
  readonly name: string;
  readonly field: Field;
  /** The struct that has the field. */
  readonly owner: string;
}

export interface Place {
  readonly root: Root;
  readonly steps: readonly Step[];
}

export function placeAt(root: Root, path: readonly string[]): Place {
  let at: FieldType = root.type;
  const steps = path.map((step): Step => {
    const owner = at.kind === 'struct' ? at.type : undefined;
    const field = owner === undefined ? undefined : fieldAt(owner, [step]);
    if (owner === undefined || field === undefined) {
      throw new CannotSay(`the API knows no field ${[...path].join('.')} there`);
    }
    at = field;
    return { name: step, field, owner };
  });
  return { root, steps };
}

/** Where reading starts, and the steps from there: a part of the root, if it has one for the first step. */
export function startOf({ root, steps }: Place): { readonly from: Expr; readonly steps: readonly Step[] } {
  const [first, ...rest] = steps;
  const part = first === undefined ? undefined : root.part?.(first.name);
  return part === undefined ? { from: root.expr, steps } : { from: part, steps: rest };
}

/** The place without its last step. */
export function parentOf(place: Place): Place {
  return { ...place, steps: place.steps.slice(0, -1) };
}

/** The place of a field of the struct at a place. */
export function childOf(place: Place, field: string): Place {
  const more = placeAt({ ...place.root, type: typeAt(place) }, [field]);
  return { ...place, steps: [...place.steps, ...more.steps] };
}

/** Elements have no absence of their own, so a place that is a root has that of a pointer. */
export function typeAt(place: Place): FieldType {
  return place.steps.at(-1)?.field ?? place.root.type;
}
