/** Texts that some automata tell apart: of each combination of answers that occurs, the shortest ones. */
import type { Automaton } from './automata.js';
import { TooLarge } from './limits.js';

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
const mostSteps = 2_000_000;

/**
 * For each combination of answers of the automata that some text has, the `count` shortest texts that have it, in an order that
 * is the same for the same automata. The texts that are the M shortest that lead to a state go on from the M shortest that lead to
 * those before, so it is enough to keep as many for each state.
 *
 * @throws TooLarge where the automata together have too many states.
 */
export function words({ automata, count, except }: WordsWanted): string[] {
  const alphabet = alphabetOf(automata);
  const kept = count + except.size;
  const visits = new Map<string, number>();
  const found = new Map<string, string[]>();
  let layer: { readonly states: readonly string[]; readonly text: string }[] = [
    { states: automata.map(({ start }) => start), text: '' },
  ];
  let steps = 0;
  while (layer.length > 0) {
    const next: typeof layer = [];
    for (const { states, text } of layer) {
      const key = states.join('\n');
      const visited = visits.get(key) ?? 0;
      if (visited >= kept) continue;
      visits.set(key, visited + 1);
      if (!except.has(text)) {
        const answers = automata.map((each, at) => (each.accepts(states[at] ?? '') ? '1' : '0')).join('');
        const known = found.get(answers) ?? [];
        if (known.length < count) found.set(answers, [...known, text]);
      }
      steps += alphabet.length;
      if (steps > mostSteps)
        throw new TooLarge('the patterns of a field are too many to be told apart', 'use fewer or shorter patterns');
      for (const character of alphabet) {
        const to = automata.map((each, at) => each.step(states[at] ?? '', character));
        next.push({ states: to, text: text + character });
      }
    }
    layer = next;
  }
  return [...found.values()].flat();
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
