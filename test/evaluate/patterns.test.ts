import { describe, expect, it } from 'vitest';
import type { Range } from '../../src/ir/types.js';
import { literal, read } from '../ir/samples.js';
import { holds, matches } from './judge.js';

describe('prefix and suffix', () => {
  it('are of the string, and no pattern', () => {
    expect(matches({ kind: 'prefix', prefix: 'localhost/' }, 'localhost/a')).toBe(true);
    expect(matches({ kind: 'prefix', prefix: 'localhost/' }, 'localhost/')).toBe(true);
    expect(matches({ kind: 'prefix', prefix: 'localhost/' }, 'localhost')).toBe(false);
    expect(matches({ kind: 'prefix', prefix: 'localhost/' }, 'a localhost/')).toBe(false);
    expect(matches({ kind: 'prefix', prefix: 'a*' }, 'ab')).toBe(false);
    expect(matches({ kind: 'prefix', prefix: '.' }, 'a')).toBe(false);
    expect(matches({ kind: 'prefix', prefix: '' }, '')).toBe(true);
    expect(matches({ kind: 'prefix', prefix: 'A' }, 'a')).toBe(false);
    expect(matches({ kind: 'suffix', suffix: ':latest' }, 'app:latest')).toBe(true);
    expect(matches({ kind: 'suffix', suffix: ':latest' }, ':latest')).toBe(true);
    expect(matches({ kind: 'suffix', suffix: ':latest' }, 'app:latest2')).toBe(false);
    expect(matches({ kind: 'suffix', suffix: ':latest' }, 'latest')).toBe(false);
    expect(matches({ kind: 'suffix', suffix: '' }, 'a')).toBe(true);
  });
});

describe('glob', () => {
  const table: [glob: string, yes: readonly string[], no: readonly string[]][] = [
    ['', [''], ['a', '*']],
    ['*', ['', 'a', 'a\nb', '*'], []],
    ['**', ['', 'a', 'ab'], []],
    ['a', ['a'], ['', 'aa', 'ba', 'A']],
    ['a*', ['a', 'ab', 'a*', 'a\n'], ['', 'ba']],
    ['*a', ['a', 'ba', 'aa'], ['', 'ab']],
    ['*a*', ['a', 'bab', 'aa'], ['', 'b']],
    // The two must not be the same one.
    ['a*a', ['aa', 'aba', 'aaa', 'a*a'], ['a', '', 'ab', 'ba']],
    ['ab*ba', ['abba', 'ab_ba', 'ababa' + 'ba'], ['aba', 'ab', 'ba']],
    ['a*b*a', ['aba', 'aXbXa', 'abba', 'ababa'], ['aa', 'ab', 'ba', 'a']],
    ['ab*b*c', ['abbc', 'abXbc'], ['abc']],
    ['a*b*b', ['abb', 'abXb', 'aXbb'], ['ab', 'abXa', 'bb']],
    ['*ab*ab*', ['abab', 'XabXabX', 'ababab'], ['ab', 'aab', 'aba']],
    ['a*bc*c', ['abcc', 'abcbcc', 'aXbcXc'], ['abc', 'abcb']],
    ['kernel.shm*', ['kernel.shm', 'kernel.shm_rmid_forced'], ['kernelXshm', 'kernel.sh']],
    ['a?c', ['a?c'], ['abc', 'ac']],
    ['[ab]', ['[ab]'], ['a', 'b']],
    ['a+', ['a+'], ['aa', 'a']],
    ['\\*', ['\\', '\\a'], ['*']],
    ['.*', ['.', '.a'], ['', 'a']],
    ['ü*😀', ['ü😀', 'üa😀'], ['ü', 'u😀']],
  ];

  it.each(table)('%j', (glob, yes, no) => {
    expect(yes.filter((text) => !matches({ kind: 'glob', glob }, text))).toEqual([]);
    expect(no.filter((text) => matches({ kind: 'glob', glob }, text))).toEqual([]);
  });

  it('takes no longer for many stars', () => {
    const started = performance.now();
    expect(matches({ kind: 'glob', glob: `${'a*'.repeat(30)}b` }, 'a'.repeat(5000))).toBe(false);
    expect(performance.now() - started).toBeLessThan(1000);
  });
});

/** reference/psp.md, row allowedHostPaths: by element, one trailing slash trimmed from both, nothing cleaned. */
describe('path prefix', () => {
  const table: [prefix: string, yes: readonly string[], no: readonly string[]][] = [
    [
      '/var/log',
      ['/var/log', '/var/log/', '/var/log/a', '/var/log/a/b', '/var/log//a'],
      ['/var/logs', '/var', '/var/lo', '/var//log', ''],
    ],
    ['/var/log/', ['/var/log', '/var/log/', '/var/log/a'], ['/var/logs', '/var']],
    [
      '/var',
      ['/var//log', '/var/', '/var', '/var/../etc', '/var/.'],
      ['//var', '/variable', '/', 'var', '/Var'],
    ],
    // The root is every absolute path.
    ['/', ['/', '/var', '//var', '/a/b', ''], ['var', 'a/b', '.']],
    // Only one slash is trimmed.
    ['/var//', ['/var//', '/var//a', '/var///'], ['/var/', '/var', '/var/a']],
    ['/var', ['/var//'], []],
    ['var', ['var', 'var/', 'var/log'], ['/var', '/var/log', 'variable']],
    ['', ['', '/', '/var'], ['var']],
  ];

  it.each(table)('%j', (prefix, yes, no) => {
    expect(yes.filter((text) => !matches({ kind: 'pathPrefix', prefix }, text))).toEqual([]);
    expect(no.filter((text) => matches({ kind: 'pathPrefix', prefix }, text))).toEqual([]);
  });
});

describe('several patterns', () => {
  const among = (text: string, ...prefixes: string[]) =>
    holds({
      kind: 'matches',
      term: literal(text),
      patterns: prefixes.map((prefix) => ({ kind: 'prefix', prefix })),
    });

  it('match where one does', () => {
    expect(among('b', 'a', 'b')).toBe(true);
    expect(among('c', 'a', 'b')).toBe(false);
    expect(among('c')).toBe(false);
  });
});

describe('ranges', () => {
  const within = (value: number, ...ranges: Range[]) =>
    holds({ kind: 'within', term: literal(value), ranges });

  it('hold both of their ends', () => {
    const range = { min: 1, max: 3 };
    expect([0, 1, 2, 3, 4].filter((value) => within(value, range))).toEqual([1, 2, 3]);
    expect(within(0, { min: 0, max: 0 })).toBe(true);
    expect(within(-1, { min: -2, max: 0 })).toBe(true);
    expect(within(2 ** 53 - 1, { min: 0, max: 2 ** 53 - 1 })).toBe(true);
  });

  it('are a union', () => {
    const ranges = [
      { min: 1, max: 2 },
      { min: 4, max: 5 },
      { min: 2, max: 2 },
    ];
    expect([0, 1, 2, 3, 4, 5, 6].filter((value) => within(value, ...ranges))).toEqual([1, 2, 4, 5]);
    expect(within(0)).toBe(false);
  });

  it('judge what stands for an absent number', () => {
    const spec = { securityContext: { runAsUser: 5 } };
    const user = (absent: number) => read('pod.spec.securityContext.runAsUser', absent);
    const ranges = [{ min: 1, max: 9 }];
    expect(holds({ kind: 'within', term: user(0), ranges }, { spec })).toBe(true);
    expect(holds({ kind: 'within', term: user(0), ranges })).toBe(false);
    expect(holds({ kind: 'within', term: user(9), ranges })).toBe(true);
  });
});

/** SELinux levels: the same sensitivity and the same categories in any order. */
describe('same parts', () => {
  const same = (left: string, right: string, separator = ',') =>
    holds({ kind: 'sameParts', left: literal(left), right: literal(right), separator });

  it('are counted, and have no order', () => {
    expect(same('c0,c1', 'c1,c0')).toBe(true);
    expect(same('c0,c1,c0', 'c0,c0,c1')).toBe(true);
    expect(same('c0,c1,c0', 'c1,c0,c1')).toBe(false);
    expect(same('c0,c1', 'c0')).toBe(false);
    expect(same('c0.c3', 'c0,c1,c2,c3')).toBe(false);
    expect(same('c0', 'C0')).toBe(false);
    expect(same('c0, c1', 'c1,c0')).toBe(false);
  });

  it('are also the empty ones', () => {
    expect(same('', '')).toBe(true);
    expect(same('', ',')).toBe(false);
    expect(same('a,', ',a')).toBe(true);
    expect(same('a,,', ',a,')).toBe(true);
    expect(same('a', 'a,')).toBe(false);
  });

  it('are not joined again to compare them', () => {
    expect(same('a"b,c', 'c,a"b')).toBe(true);
    expect(same('a","b', 'a,b')).toBe(false);
    expect(same('a--b,c', 'c--a,b', '--')).toBe(false);
    expect(same('a,b--c', 'c--a,b', '--')).toBe(true);
  });

  it('of numbers sort as strings', () => {
    expect(same('10,9,1', '1,10,9')).toBe(true);
  });
});
