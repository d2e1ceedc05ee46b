/** Propositional formulas over numbered variables, each distinct one kept once, and simplified as it is made. */

/** An opaque handle: equal formulas are the same handle. Negative is the negation. */
export type Formula = number & { readonly __formula: unique symbol };

/** A variable or a gate: what a handle without its sign stands for. */
export type Gate = { readonly kind: 'variable' } | { readonly kind: 'and'; readonly of: readonly Formula[] };

/** Makes formulas. Two makers share nothing. */
export class Formulas {
  /** Index 0 is nobody's, 1 is `true`. */
  readonly #gates: Gate[] = [{ kind: 'variable' }, { kind: 'variable' }];
  readonly #known = new Map<string, Formula>();

  readonly true: Formula = handle(1);
  readonly false: Formula = handle(-1);

  /** A variable that no formula has yet. */
  variable(): Formula {
    this.#gates.push({ kind: 'variable' });
    return handle(this.#gates.length - 1);
  }

  not(formula: Formula): Formula {
    return handle(-formula);
  }

  and(...of: readonly Formula[]): Formula {
    const parts = new Set<Formula>();
    for (const each of of) {
      if (each === this.false) return this.false;
      // One level is enough to keep long conjunctions flat.
      const gate = each > 0 ? this.gate(each) : undefined;
      for (const part of gate?.kind === 'and' ? gate.of : [each]) {
        if (part === this.true) continue;
        if (parts.has(this.not(part))) return this.false;
        parts.add(part);
      }
    }
    const sorted = [...parts].sort((a, b) => a - b);
    const [only] = sorted;
    if (only === undefined) return this.true;
    if (sorted.length === 1) return only;
    const key = sorted.join();
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    this.#gates.push({ kind: 'and', of: sorted });
    const made = handle(this.#gates.length - 1);
    this.#known.set(key, made);
    return made;
  }

  or(...of: readonly Formula[]): Formula {
    return this.not(this.and(...of.map((each) => this.not(each))));
  }

  implies(a: Formula, b: Formula): Formula {
    return this.or(this.not(a), b);
  }

  iff(a: Formula, b: Formula): Formula {
    return this.and(this.implies(a, b), this.implies(b, a));
  }

  /** Of a handle, whatever its sign. */
  gate(formula: Formula): Gate {
    const gate = this.#gates[Math.abs(formula)];
    if (gate === undefined) throw new RangeError(`no formula ${formula}`);
    return gate;
  }

  get size(): number {
    return this.#gates.length;
  }
}

const isFormula = (value: number): value is Formula => Number.isSafeInteger(value) && value !== 0;

function handle(value: number): Formula {
  if (!isFormula(value)) throw new RangeError(`no formula ${value}`);
  return value;
}
