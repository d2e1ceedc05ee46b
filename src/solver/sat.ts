/**
 * Satisfiability of propositional clauses: conflict-driven clause learning with two watched literals, first unique implication
 * point, activity order with phase saving, and Luby restarts (Marques-Silva and Sakallah 1996; Moskewicz et al. 2001; Eén and
 * Sörensson, "An Extensible SAT-solver", 2003). It always answers; how long that may take is bounded by whoever asks.
 */

/** Variables count from 1; a literal is a variable, or minus that. */
export type Literal = number;

/** More conflicts than were allowed. */
export class TooHard extends Error {
  constructor(readonly conflicts: number) {
    super(`gave up after ${conflicts} conflicts`);
    this.name = 'TooHard';
  }
}

/**
 * An assignment that makes each clause true, by variable (index 0 is nobody's); undefined where there is none.
 *
 * Variables that are free to choose are first tried as false, so that models are small.
 *
 * @param mostConflicts throws `TooHard` beyond.
 */
export function solve(
  variables: number,
  clauses: readonly (readonly Literal[])[],
  mostConflicts: number,
): readonly boolean[] | undefined {
  const search = new Search(variables);
  for (const clause of clauses) if (!search.add(clause)) return undefined;
  return search.run(mostConflicts) ? search.model() : undefined;
}

const index = (literal: Literal): number => (literal > 0 ? 2 * literal : -2 * literal + 1);

class Search {
  readonly #watches: Literal[][][];
  /** 1 true, -1 false, 0 open; by variable. */
  readonly #values: Int8Array;
  readonly #levels: Int32Array;
  readonly #reasons: (Literal[] | undefined)[];
  readonly #activity: Float64Array;
  readonly #phase: Int8Array;
  readonly #seen: Uint8Array;
  readonly #trail: Literal[] = [];
  readonly #starts: number[] = [];
  readonly #heap: Heap;
  #done = 0;
  #bump = 1;

  constructor(readonly variables: number) {
    this.#watches = Array.from({ length: 2 * variables + 2 }, () => []);
    this.#values = new Int8Array(variables + 1);
    this.#levels = new Int32Array(variables + 1);
    this.#reasons = Array.from({ length: variables + 1 }, () => undefined);
    this.#activity = new Float64Array(variables + 1);
    this.#phase = new Int8Array(variables + 1).fill(-1);
    this.#seen = new Uint8Array(variables + 1);
    this.#heap = new Heap(variables, this.#activity);
  }

  /** False where the clauses have become unsatisfiable. */
  add(given: readonly Literal[]): boolean {
    const clause = [...new Set(given)];
    if (clause.some((literal) => clause.includes(-literal) || this.#value(literal) > 0)) return true;
    const open = clause.filter((literal) => this.#value(literal) === 0);
    const [first, second] = open;
    if (first === undefined) return false;
    if (second === undefined) {
      this.#assign(first, undefined);
      return this.#propagate() === undefined;
    }
    this.#watch(open, first, second);
    return true;
  }

  model(): boolean[] {
    return Array.from(this.#values, (value) => value > 0);
  }

  run(mostConflicts: number): boolean {
    let conflicts = 0;
    let restart = 1;
    let allowed = 100 * luby(restart);
    for (;;) {
      const conflict = this.#propagate();
      if (conflict !== undefined) {
        if (this.#starts.length === 0) return false;
        conflicts += 1;
        allowed -= 1;
        if (conflicts > mostConflicts) throw new TooHard(mostConflicts);
        this.#learn(conflict);
        continue;
      }
      if (allowed <= 0) {
        this.#backtrack(0);
        restart += 1;
        allowed = 100 * luby(restart);
        continue;
      }
      const next = this.#pick();
      if (next === undefined) return true;
      this.#starts.push(this.#trail.length);
      this.#assign(next, undefined);
    }
  }

  #value(literal: Literal): number {
    const value = this.#values[Math.abs(literal)] ?? 0;
    return literal > 0 ? value : -value;
  }

  #watch(clause: Literal[], a: Literal, b: Literal): void {
    this.#watches[index(-a)]?.push(clause);
    this.#watches[index(-b)]?.push(clause);
  }

  #assign(literal: Literal, reason: Literal[] | undefined): void {
    const variable = Math.abs(literal);
    this.#values[variable] = literal > 0 ? 1 : -1;
    this.#levels[variable] = this.#starts.length;
    this.#reasons[variable] = reason;
    this.#trail.push(literal);
  }

  /** The clause that cannot hold any more, if one. */
  #propagate(): Literal[] | undefined {
    while (this.#done < this.#trail.length) {
      const literal = this.#trail[this.#done] ?? 0;
      this.#done += 1;
      // Clauses that watch its negation.
      const watching = this.#watches[index(literal)] ?? [];
      let kept = 0;
      for (let at = 0; at < watching.length; at += 1) {
        const clause = watching[at];
        if (clause === undefined) continue;
        // The false literal goes second.
        if (clause[0] === -literal) {
          clause[0] = clause[1] ?? 0;
          clause[1] = -literal;
        }
        const first = clause[0] ?? 0;
        if (this.#value(first) > 0) {
          watching[kept++] = clause;
          continue;
        }
        const other = clause.findIndex((each, place) => place > 1 && this.#value(each) >= 0);
        if (other > 0) {
          clause[1] = clause[other] ?? 0;
          clause[other] = -literal;
          this.#watches[index(-(clause[1] ?? 0))]?.push(clause);
          continue;
        }
        watching[kept++] = clause;
        if (this.#value(first) < 0) {
          for (let rest = at + 1; rest < watching.length; rest += 1) {
            const next = watching[rest];
            if (next !== undefined) watching[kept++] = next;
          }
          watching.length = kept;
          return clause;
        }
        this.#assign(first, clause);
      }
      watching.length = kept;
    }
    return undefined;
  }

  /** Learns the first unique implication point of a conflict, and goes back to where it says something. */
  #learn(conflict: readonly Literal[]): void {
    const level = this.#starts.length;
    const learned: Literal[] = [0];
    let open = 0;
    let at = this.#trail.length - 1;
    let reason: readonly Literal[] = conflict;
    let literal = 0;
    const touched: number[] = [];
    for (;;) {
      for (const each of reason) {
        const variable = Math.abs(each);
        if (each === literal || this.#seen[variable] === 1 || this.#levels[variable] === 0) continue;
        this.#seen[variable] = 1;
        touched.push(variable);
        this.#raise(variable);
        if (this.#levels[variable] === level) open += 1;
        else learned.push(each);
      }
      while (this.#seen[Math.abs(this.#trail[at] ?? 0)] !== 1) at -= 1;
      literal = this.#trail[at] ?? 0;
      at -= 1;
      open -= 1;
      if (open === 0) break;
      reason = this.#reasons[Math.abs(literal)] ?? [];
    }
    for (const variable of touched) this.#seen[variable] = 0;
    learned[0] = -literal;
    const levelOf = (each: Literal) => this.#levels[Math.abs(each)] ?? 0;
    let back = 0;
    for (let place = 1; place < learned.length; place += 1) {
      const each = learned[place] ?? 0;
      if (levelOf(each) <= back) continue;
      back = levelOf(each);
      // What is undone last is watched.
      learned[place] = learned[1] ?? 0;
      learned[1] = each;
    }
    this.#backtrack(back);
    this.#bump *= 1 / 0.95;
    const [first = 0, second] = learned;
    if (second !== undefined) this.#watch(learned, first, second);
    this.#assign(first, second === undefined ? undefined : learned);
  }

  #raise(variable: number): void {
    this.#activity[variable] = (this.#activity[variable] ?? 0) + this.#bump;
    if (this.#bump > 1e100) {
      for (let each = 1; each <= this.variables; each += 1)
        this.#activity[each] = (this.#activity[each] ?? 0) * 1e-100;
      this.#bump *= 1e-100;
    }
    this.#heap.raised(variable);
  }

  #backtrack(level: number): void {
    const start = this.#starts[level];
    if (start === undefined) return;
    for (const literal of this.#trail.splice(start)) {
      const variable = Math.abs(literal);
      this.#phase[variable] = literal > 0 ? 1 : -1;
      this.#values[variable] = 0;
      this.#reasons[variable] = undefined;
      this.#heap.insert(variable);
    }
    this.#starts.length = level;
    this.#done = this.#trail.length;
  }

  #pick(): Literal | undefined {
    for (;;) {
      const variable = this.#heap.pop();
      if (variable === undefined) return undefined;
      if (this.#values[variable] === 0) return variable * (this.#phase[variable] ?? -1);
    }
  }
}

/** 1 1 2 1 1 2 4 and so on. */
function luby(at: number): number {
  let size = 1;
  while (size < at + 1) size *= 2;
  return size === at + 1 ? size / 2 : luby(at - size / 2 + 1);
}

/** Variables by activity, the highest first, and the lower number of two that are as high. */
class Heap {
  readonly #items: number[];
  readonly #places: Int32Array;

  constructor(
    variables: number,
    readonly activity: Float64Array,
  ) {
    this.#items = Array.from({ length: variables }, (_, at) => at + 1);
    this.#places = new Int32Array(variables + 1);
    for (const [place, variable] of this.#items.entries()) this.#places[variable] = place;
    this.#places[0] = -1;
  }

  pop(): number | undefined {
    const [top] = this.#items;
    const last = this.#items.pop();
    if (top === undefined || last === undefined) return undefined;
    this.#places[top] = -1;
    if (top !== last) {
      this.#put(0, last);
      this.#down(0);
    }
    return top;
  }

  insert(variable: number): void {
    if ((this.#places[variable] ?? -1) >= 0) return;
    this.#items.push(variable);
    this.#put(this.#items.length - 1, variable);
    this.#up(this.#items.length - 1);
  }

  raised(variable: number): void {
    const place = this.#places[variable] ?? -1;
    if (place >= 0) this.#up(place);
  }

  #put(place: number, variable: number): void {
    this.#items[place] = variable;
    this.#places[variable] = place;
  }

  #before(a: number, b: number): boolean {
    const [x = 0, y = 0] = [this.activity[a], this.activity[b]];
    return x === y ? a < b : x > y;
  }

  #up(from: number): void {
    const variable = this.#items[from] ?? 0;
    let place = from;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      const above = this.#items[parent] ?? 0;
      if (!this.#before(variable, above)) break;
      this.#put(place, above);
      place = parent;
    }
    this.#put(place, variable);
  }

  #down(from: number): void {
    const variable = this.#items[from] ?? 0;
    let place = from;
    for (;;) {
      const [left, right] = [2 * place + 1, 2 * place + 2];
      const a = this.#items[left];
      if (a === undefined) break;
      const b = this.#items[right];
      const child = b !== undefined && this.#before(b, a) ? right : left;
      const below = this.#items[child] ?? 0;
      if (!this.#before(below, variable)) break;
      this.#put(place, below);
      place = child;
    }
    this.#put(place, variable);
  }
}
