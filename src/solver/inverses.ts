/** What the places of a part would have to be, for the part to be a text, or to be told apart by an automaton. */
import { type Automaton, prefixed, remembered, run } from './automata.js';
import { TooLarge } from './limits.js';
import { numberOf, remembering } from './memo.js';
import { escaped, isPlaced, type Part, type Placed } from './shapes.js';

/** A text is the escaped form of at most one other. */
export function unescaped(text: string): string | undefined {
  const found = text.replace(
    /\\(?:([abfnrtv\\"])|x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8}))/g,
    (_, simple: string | undefined, ...codes: (string | undefined)[]) => {
      if (simple !== undefined) return simples[simple] ?? simple;
      const code = codes.slice(0, 3).find((each) => each !== undefined) ?? '0';
      return String.fromCodePoint(Math.min(Number.parseInt(code, 16), 0x10ffff));
    },
  );
  return escaped(found) === text ? found : undefined;
}

const simples: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** The value of the place whose text this is. */
function placeValue({ strip, escapes }: Placed, text: string): string | undefined {
  let value: string | undefined = text;
  for (let times = 0; times < escapes && value !== undefined; times += 1) value = unescaped(value);
  return value === undefined ? undefined : strip + value;
}

/** A value of the place as it stands in the part; undefined where it is not one that has the prefix. */
export function textOf({ strip, escapes }: Placed, value: string): string | undefined {
  if (!value.startsWith(strip)) return undefined;
  let text = value.slice(strip.length);
  for (let times = 0; times < escapes; times += 1) text = escaped(text);
  return text;
}

/** Values of one of its places with which the part can be the text: of several places, each part of the text. */
export function invertedAt({ pieces }: Part, at: number, text: string): readonly string[] {
  const placed = pieces[at];
  if (placed === undefined || !isPlaced(placed)) return [];
  const before = pieces.slice(0, at);
  const after = pieces.slice(at + 1);
  const [head = '', tail = ''] = [before, after].map((side) =>
    side.filter((piece) => typeof piece === 'string').join(''),
  );
  // With constants alone on one side, it is known where the place begins or ends.
  const starts = before.some(isPlaced) ? upTo(text.length) : text.startsWith(head) ? [head.length] : [];
  const ends = after.some(isPlaced)
    ? upTo(text.length)
    : text.endsWith(tail)
      ? [text.length - tail.length]
      : [];
  const found = starts.flatMap((start) =>
    ends.flatMap((end) => (end < start ? [] : (placeValue(placed, text.slice(start, end)) ?? []))),
  );
  return [...new Set(found)];
}

const upTo = (last: number): number[] => Array.from({ length: last + 1 }, (_, at) => at);

/** Every text is escaped character by character, so the escaped form is read without writing it. */
function readEscaped(automaton: Automaton, times: number): Automaton {
  if (times === 0) return automaton;
  const inner = readEscaped(automaton, times - 1);
  return {
    ...inner,
    step: (state, character) => run({ ...inner, start: state }, escaped(character)),
    // What is escaped is told apart from what is not.
    alphabet: `${inner.alphabet}"\\\n\t\u0001`,
  };
}

const mostStates = 60;

/** The states that texts lead to. */
function statesOf(automaton: Automaton): string[] {
  const alphabet = new Set([...automaton.alphabet, ...automaton.classes.join(''), '\ufffd']);
  const states = new Set([automaton.start]);
  for (const state of states) {
    for (const character of alphabet) states.add(automaton.step(state, character));
    if (states.size > mostStates)
      throw new TooLarge(
        'a pattern on a text of several fields has too many states',
        'use a shorter pattern',
      );
  }
  return [...states];
}

/**
 * Tells the values of one of the places of a part apart as far as the automaton tells the part apart. Of several places, it
 * matters where a text leads from each state, whatever the other places are.
 */
export const readAt: (part: Part, at: number, automaton: Automaton) => Automaton = remembering(
  ({ pieces }, at, automaton) => JSON.stringify([pieces, at, numberOf(automaton)]),
  readingAt,
);

function readingAt({ pieces }: Part, at: number, automaton: Automaton): Automaton {
  const placed = pieces[at];
  if (placed === undefined || !isPlaced(placed)) return automaton;
  const before = pieces.slice(0, at);
  const after = pieces.slice(at + 1);
  const tail = after.some(isPlaced) ? undefined : after.join('');
  const starts = before.some(isPlaced) ? statesOf(automaton) : [run(automaton, before.join(''))];
  const inner = readEscaped(automaton, placed.escapes);
  const states = (state: string): readonly string[] => known.get(state) ?? [];
  const known = new Map<string, readonly string[]>();
  const named = (each: readonly string[]): string => {
    const name = JSON.stringify(each);
    known.set(name, each);
    return name;
  };
  const answers = (state: string): readonly string[] =>
    tail === undefined
      ? states(state)
      : states(state).map((each) => String(automaton.accepts(run({ ...automaton, start: each }, tail))));
  return remembered(
    prefixed(placed.strip, {
      start: named(starts),
      step: (state, character) => named(states(state).map((each) => inner.step(each, character))),
      accepts: (state) => answers(state).includes('true'),
      answer: (state) => JSON.stringify(answers(state)),
      alphabet: inner.alphabet,
      classes: inner.classes,
    }),
  );
}
