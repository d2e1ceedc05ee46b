/** Patterns and formats as deterministic automata, read a character at a time. */
import type { Pattern } from '../ir/types.js';

export interface Automaton {
  readonly start: string;
  /** Every state has a successor for every character. */
  readonly step: (state: string, character: string) => string;
  readonly accepts: (state: string) => boolean;
  /** What it tells texts apart by; where there is none, whether it accepts them. */
  readonly answer?: (state: string) => string;
  /** Characters that it tells apart from each other. */
  readonly alphabet: string;
  /** Sets of characters, those of each alike to it unless they are in the alphabet; any other character is as good as another. */
  readonly classes: readonly string[];
}

/** The same, with each step taken once. */
export function remembered(automaton: Automaton): Automaton {
  const taken = new Map<string, Map<string, string>>();
  return {
    ...automaton,
    step: (state, character) => {
      const from = taken.get(state) ?? new Map<string, string>();
      taken.set(state, from);
      const known = from.get(character);
      if (known !== undefined) return known;
      const to = automaton.step(state, character);
      from.set(character, to);
      return to;
    },
  };
}

/** The state that a text leads to. */
export function run({ start, step }: Automaton, text: string): string {
  let state = start;
  for (const character of text) state = step(state, character);
  return state;
}

/** What it tells a text by that leads to the state. */
export const answerOf = (automaton: Automaton, state: string): string =>
  automaton.answer?.(state) ?? (automaton.accepts(state) ? '1' : '0');

export const accepts = (automaton: Automaton, text: string): boolean =>
  automaton.accepts(run(automaton, text));

/** `*` stands for any run of characters. A state is the set of positions in the glob, as sorted numbers. */
function glob(text: string): Automaton {
  const characters = [...text];
  const closed = (positions: Iterable<number>): string => {
    const all = new Set<number>();
    for (let at of positions) {
      all.add(at);
      while (characters[at] === '*') {
        at += 1;
        all.add(at);
      }
    }
    return [...all].sort((a, b) => a - b).join();
  };
  const positions = (state: string): number[] => (state === '' ? [] : state.split(',').map(Number));
  return {
    start: closed([0]),
    step: (state, character) =>
      closed(
        positions(state).flatMap((at) => {
          if (characters[at] === '*') return [at];
          return characters[at] === character ? [at + 1] : [];
        }),
      ),
    accepts: (state) => positions(state).includes(characters.length),
    alphabet: characters.filter((each) => each !== '*').join(''),
    classes: [],
  };
}

/** A text in which `*` is no special character, and what may follow. */
function literally(text: string, before: boolean, after: boolean): Automaton {
  const characters = [...text];
  const states = (state: string): number[] => (state === '' ? [] : state.split(',').map(Number));
  const named = (positions: readonly number[]): string =>
    [...new Set(positions)].sort((a, b) => a - b).join();
  return {
    start: '0',
    step: (state, character) =>
      named(
        states(state).flatMap((at) => [
          ...(before && at === 0 ? [0] : []),
          ...(after && at === characters.length ? [at] : []),
          ...(characters[at] === character ? [at + 1] : []),
        ]),
      ),
    accepts: (state) => states(state).includes(characters.length),
    alphabet: text,
    classes: [],
  };
}

/** One of several, none of which is made of several itself. */
function union(automata: readonly Automaton[]): Automaton {
  const separator = '|';
  return {
    start: automata.map(({ start }) => start).join(separator),
    step: (state, character) =>
      state
        .split(separator)
        .map((each, at) => automata[at]?.step(each, character) ?? '')
        .join(separator),
    accepts: (state) => state.split(separator).some((each, at) => automata[at]?.accepts(each) === true),
    alphabet: automata.map(({ alphabet }) => alphabet).join(''),
    classes: automata.flatMap(({ classes }) => classes),
  };
}

const known = new Map<string, Automaton>();

/** Texts that one of the patterns matches, as `matches` of src/evaluate.ts does. The same patterns are the same automaton. */
export function patternsAutomaton(patterns: readonly Pattern[]): Automaton {
  const key = JSON.stringify(patterns);
  const automaton = known.get(key) ?? remembered(union(patterns.flatMap(automataOf)));
  known.set(key, automaton);
  return automaton;
}

/** A text matches where one of these accepts it. */
function automataOf(pattern: Pattern): readonly Automaton[] {
  switch (pattern.kind) {
    case 'prefix':
      return [literally(pattern.prefix, false, true)];
    case 'suffix':
      return [literally(pattern.suffix, true, false)];
    case 'glob':
      return [glob(pattern.glob)];
    case 'pathPrefix': {
      const { prefix } = pattern;
      const trimmed = prefix.endsWith('/') ? prefix.slice(0, -1) : prefix;
      // A text that ends with `/` is trimmed as well.
      const itself = trimmed.endsWith('/') ? [] : [literally(trimmed, false, false)];
      return [...itself, literally(`${trimmed}/`, false, true)];
    }
  }
}

/** Accepts a text that begins with the prefix and goes on as the automaton accepts it. */
export function prefixed(prefix: string, automaton: Automaton): Automaton {
  if (prefix === '') return automaton;
  const characters = [...prefix];
  const dead = 'none';
  return {
    start: '^0',
    step: (state, character) => {
      if (state === dead) return dead;
      if (!state.startsWith('^')) return `=${automaton.step(state.slice(1), character)}`;
      const at = Number(state.slice(1));
      if (characters[at] !== character) return dead;
      return at + 1 === characters.length ? `=${automaton.start}` : `^${at + 1}`;
    },
    accepts: (state) => state.startsWith('=') && automaton.accepts(state.slice(1)),
    answer: (state) => (state.startsWith('=') ? answerOf(automaton, state.slice(1)) : ''),
    alphabet: prefix + automaton.alphabet,
    classes: automaton.classes,
  };
}
