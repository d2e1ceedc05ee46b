import { describe, expect, it } from 'vitest';
import type { Text } from '../../src/ir/types.js';
import { said } from './judge.js';

const text = (words: string): Text => ({ kind: 'text', text: words });
const list = (of: string, quote: boolean, separator = ', '): Text => ({ kind: 'list', of, quote, separator });

describe('list', () => {
  it('is in the order of the pod, with repeats', () => {
    expect(said(list('a', false), ['b', 'a', 'b'])).toBe('b, a, b');
    expect(said(list('a', true), ['b', 'a'])).toBe('"b", "a"');
    expect(said(list('a', true), [])).toBe('');
    expect(said(list('a', false, ' and '), ['x', 'y'])).toBe('x and y');
  });

  it('does not escape what it quotes, as the reference does not', () => {
    expect(said(list('a', true), ['say "a"', 'b\\'])).toBe('"say "a"", "b\\"');
  });

  it('that is distinct is sorted by UTF-8 bytes, and each text is there once', () => {
    const texts = ['b', 'a', '\u{1f600}', '\uff5e', 'b', 'B', '10', '9', 'ä', '', 'a'];
    expect(said(list('sorted', true), [], texts)).toBe(
      '"", "10", "9", "B", "a", "b", "ä", "\uff5e", "\u{1f600}"',
    );
  });
});

describe('plural', () => {
  const plural = (...of: string[]): Text => ({ kind: 'plural', of, one: 'one', many: 'many' });

  it('is one of exactly one', () => {
    expect(said(plural('a'), [])).toBe('many');
    expect(said(plural('a'), ['x'])).toBe('one');
    expect(said(plural('a'), ['x', 'x'])).toBe('many');
  });

  it('counts distinct texts once', () => {
    expect(said(plural('sorted'), [], ['x', 'x'])).toBe('one');
    expect(said(plural('sorted'), [], ['x', 'y'])).toBe('many');
  });

  it('counts the collections together', () => {
    expect(said(plural('a', 'sorted'), ['x'], [])).toBe('one');
    expect(said(plural('a', 'sorted'), [], ['x'])).toBe('one');
    expect(said(plural('a', 'sorted'), ['x'], ['x'])).toBe('many');
  });
});

describe('sequence and joined', () => {
  it('put parts one after the other, the empty ones too or not', () => {
    const parts = [text('a'), text(''), list('a', false), text('b')];
    expect(said({ kind: 'sequence', parts }, [])).toBe('ab');
    expect(said({ kind: 'sequence', parts }, ['x'])).toBe('axb');
    expect(said({ kind: 'joined', separator: ' and ', parts }, [])).toBe('a and b');
    expect(said({ kind: 'joined', separator: ' and ', parts }, ['x'])).toBe('a and x and b');
    expect(said({ kind: 'sequence', parts: [] }, [])).toBe('');
    expect(said({ kind: 'joined', separator: ', ', parts: [] }, [])).toBe('');
    expect(said({ kind: 'joined', separator: ', ', parts: [text(''), text('')] }, [])).toBe('');
  });
});

describe('ifAny', () => {
  const ifAny = (...of: string[]): Text => ({
    kind: 'ifAny',
    of,
    some: text('some'),
    otherwise: text('none'),
  });

  it('is the one text where there is an element, an empty one too', () => {
    expect(said(ifAny('a'), ['x'])).toBe('some');
    expect(said(ifAny('a'), [''])).toBe('some');
    expect(said(ifAny('a'), [])).toBe('none');
    expect(said(ifAny('a', 'sorted'), [], ['x'])).toBe('some');
    expect(said(ifAny('a', 'sorted'), [], [])).toBe('none');
    expect(said(ifAny('sorted'), ['x'], [])).toBe('none');
  });

  it('nests', () => {
    const nested: Text = { kind: 'ifAny', of: ['a'], some: ifAny('sorted'), otherwise: text('nothing') };
    expect(said(nested, ['x'], ['y'])).toBe('some');
    expect(said(nested, ['x'], [])).toBe('none');
    expect(said(nested, [], ['y'])).toBe('nothing');
  });
});
