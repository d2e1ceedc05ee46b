import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isPrintable } from '../../src/ir/printable.js';
import { goQuote } from '../../src/ir/quote.js';
import { literal } from '../ir/samples.js';
import { shown } from './judge.js';

/** Written by go-quote.go. */
const [head = '', ...rest] = readFileSync(join(import.meta.dirname, 'go-quote.jsonl'), 'utf8')
  .trim()
  .split('\n');
const { printable }: { readonly printable: readonly (readonly [number, number])[] } = JSON.parse(head);
const samples: readonly { readonly text: string; readonly quoted: string }[] = rest.map((line) =>
  JSON.parse(line),
);

const codePoints = Array.from({ length: 0x110000 }, (_, code) => code);
const isSurrogate = (code: number) => code >= 0xd800 && code <= 0xdfff;

describe('quoting', () => {
  it('is Go’s, on each sample', () => {
    expect(samples.length).toBeGreaterThan(400);
    for (const { text, quoted } of samples) expect(goQuote(text)).toBe(quoted);
  });

  it('leaves as they are the code points that Go does', () => {
    const expected = new Uint8Array(0x110000);
    for (const [first, last] of printable) expected.fill(1, first, last + 1);
    expect(codePoints.filter((code) => isPrintable(code) !== (expected[code] === 1))).toEqual([]);
  });

  it('escapes each other code point by its number', () => {
    const unlike = codePoints.filter((code) => {
      if (isSurrogate(code) || code < 0x80) return false;
      const character = String.fromCodePoint(code);
      const escaped =
        code < 0x10000
          ? `\\u${code.toString(16).padStart(4, '0')}`
          : `\\U${code.toString(16).padStart(8, '0')}`;
      return goQuote(character) !== `"${isPrintable(code) ? character : escaped}"`;
    });
    expect(unlike.map((code) => code.toString(16))).toEqual([]);
  });

  it('of a term is of its string', () => {
    expect(shown({ kind: 'quoted', of: literal('say "a\tb"') })).toBe('"say \\"a\\tb\\""');
    expect(shown({ kind: 'quoted', of: literal('\u0007\u00a0') })).toBe('"\\a\\u00a0"');
    expect(shown({ kind: 'quoted', of: literal('') })).toBe('""');
    expect(shown({ kind: 'quoted', of: { kind: 'quoted', of: literal('a') } })).toBe('"\\"a\\""');
  });
});
