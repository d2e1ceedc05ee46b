/** Expressions against those of JavaScript, on every short text of a few characters. */
import { describe, expect, it } from 'vitest';
import { accepts } from '../../src/solver/automata.js';
import { expression } from '../../src/solver/expressions.js';

const characters = 'ab-]\n';

function textsOf(length: number): readonly string[] {
  if (length === 0) return [''];
  const shorter = textsOf(length - 1);
  return [
    ...shorter,
    ...shorter
      .filter((each) => each.length === length - 1)
      .flatMap((each) => [...characters].map((next) => each + next)),
  ];
}

const texts = textsOf(5);

const sources: readonly string[] = [
  ...['', 'a', 'ab', 'a|b', 'a|', '(a|b)*', '(ab)+', 'a?b', '(a?)*', '(a*)*b', '.', '.*a', '[^a]', '[^a]+b'],
  ...[
    'a{0}',
    'a{2}',
    'a{1,3}',
    '(a|b){2,4}',
    '(ab?){2}',
    'a{0,2}b',
    '[a-b]',
    '[b-]+',
    '[-a]+',
    '[\\]a]+',
    '[^\\]\\-]*',
    '\\]-',
  ],
  ...['((a|b)(-|a))*', '(a|ab)(b|)', '[a-b]{2}-?'],
];

describe('an expression', () => {
  it.each(sources)('%j', (source) => {
    const automaton = expression(source);
    const own = new RegExp(`^(?:${source})$`, 'su');
    expect(texts.filter((text) => accepts(automaton, text) !== own.test(text))).toEqual([]);
  });

  it.each([
    '(',
    'a)',
    '[a',
    'a{',
    'a{x}',
    'a{1',
    'a\\',
    ...[
      'a+?',
      'a**',
      '*a',
      'a]',
      'a}',
      '^a',
      'a$',
      '\\d',
      '\\n',
      '(?:a)',
      'a{3,1}',
      '[z-a]',
      '[\\+-z]',
      '[a-\\]]',
    ],
  ])('%j is none', (source) => {
    expect(() => expression(source)).toThrow(TypeError);
  });
});
