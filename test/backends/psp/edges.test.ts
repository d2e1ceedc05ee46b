/** One value of each class is enough: whatever the rules ask of a value, some edge answers alike. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  freshAfter,
  numberEdges,
  rangesOf,
  Tests,
  textEdges,
  within,
} from '../../../src/backends/psp/edges.js';
import { Unsayable } from '../../../src/backends/psp/unsayable.js';
import { evaluate } from '../../../src/evaluate.js';
import {
  control,
  definePolicy,
  denying,
  glob,
  matches,
  nameOf,
  once,
  pod,
  prefix,
  suffix,
} from '../../../src/index.js';
import type { Pattern } from '../../../src/ir/types.js';

const short = fc.string({ unit: fc.constantFrom('a', 'b', '/', 'o', 'x'), maxLength: 4 });

describe('edges of texts', () => {
  test('answer every question as any text does', () => {
    fc.assert(
      fc.property(
        fc.array(short, { maxLength: 4 }),
        fc.array(fc.record({ kind: fc.constantFrom('prefix', 'pathPrefix'), prefix: short }), {
          maxLength: 4,
        }),
        short,
        (texts, patterns, text) => {
          const tests = new Tests();
          tests.values(texts);
          tests.patterns(patterns as readonly Pattern[]);
          const answers = (of: string) => [
            ...texts.map((each) => each === of),
            ...patterns.map((pattern) => matchesText(pattern as Pattern, of)),
          ];
          const edges = textEdges(tests).map((edge) => JSON.stringify(answers(edge)));
          expect(edges).toContain(JSON.stringify(answers(text)));
        },
      ),
      { numRuns: 500 },
    );
  });

  test('a glob that is a text or a beginning is one', () => {
    const tests = new Tests();
    tests.patterns([glob('plain'), glob('start*'), glob('**')].map((each) => each));
    expect([...tests.texts]).toEqual(['plain']);
    expect([...tests.beginnings]).toEqual(['start', '']);
  });

  test.each([glob('a*b'), glob('*b'), suffix('b')])('%j is no pattern of PodSecurityPolicy', (pattern) => {
    expect(() => new Tests().patterns([pattern])).toThrow(Unsayable);
  });

  test('a fresh text is one that nothing else is asked about', () => {
    const tests = new Tests();
    tests.values(['other', 'a.other']);
    tests.patterns([prefix('a.'), prefix('a.x')]);
    expect(freshAfter('a.', tests)).toBe('a.y');
    expect(freshAfter('', tests)).toBe('x');
  });
});

/** What evaluate says, so that this test has no meaning of its own. */
function matchesText(pattern: Pattern, text: string): boolean {
  const { ir } = definePolicy({
    name: 'asked',
    controls: [
      control({
        id: 'asked',
        collections: {
          found: denying(once({ where: matches(nameOf(pod.metadata), pattern), show: '', at: pod.metadata })),
        },
        reason: 'asked',
      }),
    ],
  });
  return evaluate(ir, { metadata: { name: text } }).length > 0;
}

describe('edges of numbers', () => {
  test('give back the set that they were asked about', () => {
    const range = fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 12 }));
    fc.assert(
      fc.property(fc.array(range, { maxLength: 4 }), fc.boolean(), (pairs, inside) => {
        const asked = pairs.map(([min, length]) => ({ min, max: min + length }));
        const tests = new Tests();
        tests.ranges(asked);
        const admits = (number: number) => within(number, asked) === inside;
        const ranges = rangesOf(numberEdges(tests, 1, 50), admits);
        for (let number = 1; number <= 50; number++) expect(within(number, ranges)).toBe(admits(number));
      }),
      { numRuns: 300 },
    );
  });
});
