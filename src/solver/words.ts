/** Texts that some automata tell apart: of each combination of answers that occurs, the shortest ones. */
import { type Automaton, answerOf } from './automata.js';
import { TooLarge } from './limits.js';
import { numberOf, remembering } from './memo.js';

/** Characters that are tried where the automata name none: one is enough, and these read well. */
const plain = ['x', '0', 'A', '-', '.', '/', '_', ' ', 'é'];

export interface WordsWanted {
  /** What tells texts apart. */
  readonly automata: readonly Automaton[];
  /** How many texts of each combination of answers. Fewer, where there are no more. */
  readonly count: number;
  /** Texts that do not count. */
  readonly except: ReadonlySet<string>;
}

/** How many pairs of a state and a character are looked at. */
const mostSteps = 400_000;

/**
 * For each combination of answers of the automata that some text has, the `count` shortest texts that have it, in an order that
 * is the same for the same automata.
 *
 * The M shortest texts that lead to a state go on from the M shortest ones that lead to those before it, so it is enough to keep
 * as many for each state: as many as are wanted, and one for each text that does not count and whose way goes through it.
 *
 * @throws TooLarge where the automata together have too many states.
 */
export const words: (wanted: WordsWanted) => readonly string[] = remembering(
  ({ automata, count, except }) => JSON.stringify([automata.map(numberOf), count, [...except].sort()]),
  shortest,
);

function shortest({ automata, count, except }: WordsWanted): readonly string[] {
  const product = new Product(automata);
  const alphabet = alphabetOf(automata);
  const through = new Map<number, number>();
  for (const text of except)
    for (const state of product.way(text)) through.set(state, (through.get(state) ?? 0) + 1);
  const visits = new Map<number, number>();
  const found = new Map<string, string[]>();
  let layer: { readonly state: number; readonly text: string }[] = [{ state: product.start, text: '' }];
  while (layer.length > 0) {
    const next: typeof layer = [];
    for (const { state, text } of layer) {
      const visited = visits.get(state) ?? 0;
      if (visited >= count + (through.get(state) ?? 0)) continue;
      visits.set(state, visited + 1);
      if (!except.has(text)) {
        const answers = product.answers(state);
        const known = found.get(answers) ?? [];
        if (known.length < count) found.set(answers, [...known, text]);
      }
      for (const character of alphabet)
        next.push({ state: product.step(state, character), text: text + character });
    }
    layer = next;
  }
  return [...found.values()].flat();
}

/** Automata read at once. States are numbered as they are met. */
class Product {
  readonly #numbers = new Map<string, number>();
  readonly #states: (readonly string[])[] = [];
  readonly #steps: Map<string, number>[] = [];
  #taken = 0;
  readonly start: number;

  constructor(readonly automata: readonly Automaton[]) {
    this.start = this.#number(automata.map((each) => each.start));
  }

  #number(states: readonly string[]): number {
    const key = states.join('\n');
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const made = this.#states.length;
    this.#numbers.set(key, made);
    this.#states.push(states);
    this.#steps.push(new Map());
    return made;
  }

  step(state: number, character: string): number {
    const known = this.#steps[state]?.get(character);
    if (known !== undefined) return known;
    this.#taken += 1;
    if (this.#taken > mostSteps)
      throw new TooLarge(
        'the patterns of a field are too many to be told apart',
        'use fewer or shorter patterns',
      );
    const from = this.#states[state] ?? [];
    const to = this.#number(this.automata.map((each, at) => each.step(from[at] ?? '', character)));
    this.#steps[state]?.set(character, to);
    return to;
  }

  /** The states that a text goes through, each once. */
  way(text: string): ReadonlySet<number> {
    let state = this.start;
    const met = new Set([state]);
    for (const character of text) {
      state = this.step(state, character);
      met.add(state);
    }
    return met;
  }

  answers(state: number): string {
    const states = this.#states[state] ?? [];
    return this.automata.map((each, at) => answerOf(each, states[at] ?? '')).join('\n');
  }
}

/** The characters that are told apart, and one of each set of those that are not. */
function alphabetOf(automata: readonly Automaton[]): string[] {
  const named = new Set(automata.flatMap(({ alphabet }) => [...alphabet]));
  const classes = [...new Set(automata.flatMap((each) => each.classes))];
  const others = new Map<string, string>();
  for (const character of [...plain, ...classes.flatMap((each) => [...each])]) {
    if (named.has(character)) continue;
    const alike = classes.map((each) => (each.includes(character) ? '1' : '0')).join('');
    if (!others.has(alike)) others.set(alike, character);
  }
  return [...named, ...others.values()].sort(byUse);
}

/** Letters that read well first. */
function byUse(a: string, b: string): number {
  const rank = (each: string) => (plain.includes(each) ? plain.indexOf(each) : plain.length);
  return rank(a) - rank(b) || (a < b ? -1 : 1);
}
