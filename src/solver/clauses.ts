/** Formulas as clauses: each gate that is used gets a variable of its own (Tseitin). */
import type { Formula, Formulas } from './formula.js';
import type { Literal } from './sat.js';

export interface Clauses {
  readonly variables: number;
  readonly clauses: readonly (readonly Literal[])[];
}

/**
 * @param roots all of which have to hold.
 * @param exclusive groups of variables of each of which at most one may hold.
 */
export function clausesOf(
  formulas: Formulas,
  roots: readonly Formula[],
  exclusive: readonly (readonly Formula[])[],
): Clauses {
  const clauses: Literal[][] = [[formulas.true]];
  let variables = formulas.size - 1;
  const done = new Set<number>();
  const define = (formula: Formula): void => {
    const name = Math.abs(formula);
    if (done.has(name)) return;
    done.add(name);
    const gate = formulas.gate(formula);
    if (gate.kind === 'variable') return;
    for (const part of gate.of) {
      clauses.push([-name, part]);
      define(part);
    }
    clauses.push([name, ...gate.of.map((part) => -part)]);
  };
  const demand = (formula: Formula): void => {
    const gate = formulas.gate(formula);
    // What has to hold as a whole needs no variable.
    if (formula > 0 && gate.kind === 'and') for (const part of gate.of) demand(part);
    else if (gate.kind === 'and') {
      clauses.push(gate.of.map((part) => -part));
      for (const part of gate.of) define(part);
    } else clauses.push([formula]);
  };
  for (const root of roots) demand(root);
  for (const group of exclusive) {
    // One more variable for each says whether one of those before holds (Sinz 2005).
    let before = 0;
    for (const [at, each] of group.entries()) {
      if (before !== 0) clauses.push([-before, -each]);
      if (at === group.length - 1) break;
      variables += 1;
      clauses.push([-each, variables]);
      if (before !== 0) clauses.push([-before, variables]);
      before = variables;
    }
  }
  return { variables, clauses };
}
