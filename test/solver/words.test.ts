/** Automata against `matches` of evaluate and against Kubernetes' own expressions, and the texts that stand for all others. */
import { describe, expect, it } from 'vitest';
import { matches } from '../../src/evaluate.js';
import { goQuote } from '../../src/ir/quote.js';
import type { Pattern } from '../../src/ir/types.js';
import type { Format } from '../../src/schema/validity/values.js';
import {
  type Automaton,
  accepts,
  answerOf,
  patternsAutomaton,
  prefixed,
  run,
} from '../../src/solver/automata.js';
import { formats } from '../../src/solver/formats.js';
import { invertedAt, readAt } from '../../src/solver/inverses.js';
import { TooLarge } from '../../src/solver/limits.js';
import { words } from '../../src/solver/words.js';
import { Random } from '../../src/testing/boundary/random.js';

/** All texts of these characters, the short ones first. */
function textsOf(alphabet: string, longest: number): string[] {
  let layer = [''];
  const all = [''];
  for (let length = 1; length <= longest; length += 1) {
    layer = layer.flatMap((text) => [...alphabet].map((character) => text + character));
    all.push(...layer);
  }
  return all;
}

const texts = textsOf('ab/x', 6);

function randomPattern(random: Random): Pattern {
  const text = (of: string) => Array.from({ length: random.below(4) }, () => random.pick([...of])).join('');
  switch (random.below(4)) {
    case 0:
      return { kind: 'prefix', prefix: text('ab*/') };
    case 1:
      return { kind: 'suffix', suffix: text('ab*/') };
    case 2:
      return { kind: 'glob', glob: text('ab*') + random.pick(['', '*', '**', '*a']) };
    default:
      return { kind: 'pathPrefix', prefix: `/${text('ab/')}` };
  }
}

describe('patterns', () => {
  it('are read as evaluate reads them', () => {
    const random = new Random(3);
    for (let round = 0; round < 120; round += 1) {
      const patterns = Array.from({ length: 1 + random.below(3) }, () => randomPattern(random));
      const automaton = patternsAutomaton(patterns);
      const wrong = texts.filter(
        (text) => accepts(automaton, text) !== patterns.some((pattern) => matches(pattern, text)),
      );
      expect(wrong, JSON.stringify(patterns)).toEqual([]);
    }
  });

  it('are read inside of other texts', () => {
    const pattern: Pattern = { kind: 'glob', glob: 'a*b' };
    const inner = patternsAutomaton([pattern]);
    const part = { pieces: ['a/', { place: 'x', strip: '', escapes: 0 }, 'b'] };
    for (const text of texts) {
      expect(accepts(readAt(part, 1, inner), text)).toBe(matches(pattern, `a/${text}b`));
      const rest = text.startsWith('a/') && matches(pattern, text.slice(2));
      expect(accepts(prefixed('a/', inner), text)).toBe(rest);
    }
  });

  it('are read inside of quotes', () => {
    const pattern: Pattern = { kind: 'glob', glob: '"a*\\\\*"' };
    const part = { pieces: ['"', { place: 'x', strip: '', escapes: 1 }, '"'] };
    const automaton = readAt(part, 1, patternsAutomaton([pattern]));
    for (const text of textsOf('a\\"\n', 5))
      expect(accepts(automaton, text), text).toBe(matches(pattern, goQuote(text)));
  });

  it('tell two texts apart as far as what is made of them', () => {
    const automaton = patternsAutomaton([{ kind: 'glob', glob: 'a*b/x' }]);
    const part = {
      pieces: [{ place: 'x', strip: '', escapes: 0 }, '/', { place: 'y', strip: '', escapes: 0 }],
    };
    const [left, right] = [0, 2].map((at) => readAt(part, at, automaton));
    if (left === undefined || right === undefined) throw new Error('no automaton');
    const some = textsOf('ab/x', 4);
    const answers = new Map<string, boolean>();
    for (const a of some)
      for (const b of some) {
        const key = JSON.stringify([answerOf(left, run(left, a)), answerOf(right, run(right, b))]);
        const says = accepts(automaton, `${a}/${b}`);
        expect(answers.get(key) ?? says, `${a}/${b}`).toBe(says);
        answers.set(key, says);
      }
    expect(new Set(answers.values()).size).toBe(2);
  });

  it('of values that a text is made of, some make it', () => {
    const part = {
      pieces: [{ place: 'x', strip: 'p', escapes: 0 }, '-', { place: 'y', strip: '', escapes: 1 }],
    };
    expect(invertedAt(part, 0, 'a-b-\\n')).toEqual(expect.arrayContaining(['pa', 'pa-b']));
    expect(invertedAt(part, 2, 'a-b-\\n')).toEqual(expect.arrayContaining(['b-\n', '\n']));
    expect(invertedAt({ pieces: ['x', { place: 'y', strip: '', escapes: 0 }] }, 1, 'ay')).toEqual([]);
  });
});

/** As Kubernetes writes them; `..` and white space as its functions do. */
const expressions: Readonly<Record<Format, (text: string) => boolean>> = {
  dnsLabel: (text) => /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(text),
  dnsSubdomain: (text) => /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(text),
  qualifiedName: (text) =>
    /^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/)?([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/.test(
      text,
    ),
  labelValue: (text) => /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/.test(text),
  notEmpty: (text) => text !== '',
  trimmed: (text) => text !== '' && text.trim() === text,
  path: (text) => text !== '' && !text.split('/').includes('..'),
  relativePath: (text) => text !== '' && !text.startsWith('/') && !text.split('/').includes('..'),
  sysctl: (text) => /^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$/.test(text),
  windowsUser: (text) => /^[A-Za-z0-9]([-_A-Za-z0-9]*[A-Za-z0-9])?$/.test(text),
  namePrefix: (text) => /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*-*$/.test(text),
  portName: (text) =>
    /^[-a-z0-9]+$/.test(text) && /[a-z]/.test(text) && !text.includes('--') && !/^-|-$/.test(text),
  searchDomain: (text) =>
    text === '.' || /^_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?(\._?[a-z0-9]([-_a-z0-9]*[a-z0-9])?)*\.?$/.test(text),
  signerName: (text) => {
    const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
    return new RegExp(`^${label}(\\.${label})+/${label}(\\.${label})*$`).test(text);
  },
  variable: (text) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(text),
  address: (text) => /^(\d|[1-9]\d)(\.(\d|[1-9]\d)){3}$/.test(text),
};

describe('formats', () => {
  it.each(Object.entries(expressions))('%s', (name, expression) => {
    const automaton = Object.entries(formats).find(([format]) => format === name)?.[1];
    const some = [
      ...textsOf('aA.-/_ 1', 4),
      '1.10.0.99',
      '1.100.0.9',
      '1.01.0.9',
      '1.2.3',
      '....',
      'a/../b',
      'a/..b',
      '1-a',
      '_a.-b',
      '_a._b.',
      '_a..',
      ...['a.b/c', 'a.b/c.d', 'a.b-c/1-d', 'a-.b/c', 'a.b/c-', 'a.b/', 'a.b/c/d', 'a..b/c', 'a/b.c', 'A.b/c'],
    ];
    const wrong = some.filter(
      (text) => automaton === undefined || accepts(automaton, text) !== expression(text),
    );
    expect(wrong).toEqual([]);
    expect(some.some(expression)).toBe(true);
  });
});

function grouped(of: readonly string[], by: (text: string) => string): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const text of of) groups.set(by(text), [...(groups.get(by(text)) ?? []), text]);
  return groups;
}

describe('words', () => {
  const answers = (automata: readonly Automaton[], text: string) =>
    automata.map((each) => accepts(each, text)).join();

  it('have every combination of answers that a text has, as often as there are texts', () => {
    const random = new Random(5);
    for (let round = 0; round < 60; round += 1) {
      const automata = Array.from({ length: 1 + random.below(4) }, () =>
        patternsAutomaton([randomPattern(random)]),
      );
      const except = new Set(Array.from({ length: random.below(5) }, () => random.pick(texts)));
      const count = 1 + random.below(3);
      const found = words({ automata, count, except });
      expect(found.filter((text) => except.has(text))).toEqual([]);
      expect(new Set(found).size).toBe(found.length);
      for (const [combination, alike] of grouped(
        texts.filter((text) => !except.has(text)),
        (text) => answers(automata, text),
      )) {
        const own = found.filter((text) => answers(automata, text) === combination);
        expect(own.length, combination).toBeGreaterThanOrEqual(Math.min(count, alike.length));
      }
    }
  });

  it('end where there are no more, and say where there would be too many', () => {
    const only = patternsAutomaton([{ kind: 'glob', glob: 'a' }]);
    const found = words({ automata: [only], count: 9, except: new Set() });
    expect(found.filter((text) => accepts(only, text))).toEqual(['a']);
    const hostile = Array.from({ length: 20 }, (_, at) =>
      patternsAutomaton([{ kind: 'glob', glob: `*${String.fromCharCode(97 + at)}*` }]),
    );
    expect(() => words({ automata: hostile, count: 1, except: new Set() })).toThrow(TooLarge);
  });
});
