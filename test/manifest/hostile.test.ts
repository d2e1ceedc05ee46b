import { describe, expect, it } from 'vitest';
import { defaultLimits } from '../../src/manifest/index.js';
import { diagnosticsOf, pod, read, summary } from './help.js';

/** The input between two good documents, which have to be read whatever it is. */
function surrounded(text: string | Uint8Array): string[] {
  const between = Buffer.from(text);
  const events = read(
    Buffer.concat([Buffer.from(`${pod('a')}---\n`), between, Buffer.from(`\n---\n${pod('b')}`)]),
  );
  const lines = summary(events);
  const after = 8 + between.filter((byte) => byte === 10).length;
  expect(lines[0]).toBe('Pod 1:1');
  expect(lines.at(-1)).toBe(`Pod ${after}:1`);
  for (const { message, hint, place } of diagnosticsOf(events)) {
    expect(message).not.toBe('');
    expect(hint).toBeDefined();
    expect(place?.line).toBeGreaterThan(0);
    expect(place?.column).toBeGreaterThan(0);
  }
  return lines.slice(1, -1);
}

describe('bad input is a diagnostic, and the rest is read', () => {
  it('broken YAML', () => {
    expect(surrounded('a: b: c')).toEqual(['yaml-syntax 6:5']);
    expect(surrounded('a: "b')).toEqual(['yaml-syntax 6:4']);
    expect(surrounded('a:\n\tb: c')).toEqual(['yaml-syntax 7:1']);
    expect(surrounded('a: @b')).toEqual(['yaml-syntax 6:4']);
    expect(surrounded('a: *b')).toEqual(['yaml-syntax 6:4']);
    expect(surrounded('a: \x07')).toEqual(['yaml-syntax 6:4']);
    expect(surrounded('a\u2028b: \ufeffc')).toEqual(['yaml-syntax 6:6']);
    expect(surrounded('a: {{ .Values.x }}')).toEqual(['yaml-syntax 6:5']);
    expect(surrounded('%YAML 1.2')).toEqual(['yaml-syntax 6:1']);
  });

  it('a key that is given twice', () => {
    expect(surrounded('a: 1\nb:\n  c: 1\n  d: 2\n  c: 3')).toEqual(['duplicate-key 10:3']);
    const [found] = diagnosticsOf(read('a: 1\nb:\n  c: 1\n  d: 2\n  c: 3'));
    expect(found?.message).toBe('the key `c` is given twice, first on line 3');
    expect(surrounded('yes: 1\ntrue: 2')).toEqual(['duplicate-key 7:1']);
    expect(surrounded('1: 1\n"1": 2')).toEqual(['duplicate-key 7:1']);
    expect(surrounded('base: &b {1: a}\nc:\n  <<: *b\n  "1": b')).toEqual(['duplicate-key 9:3']);
    const [json] = diagnosticsOf(
      read('{"apiVersion": "v1", "kind": "A",\n "a": {"b": 1,\n "c": {"b": 2},\n "b": 1}}'),
    );
    expect(json).toMatchObject({ code: 'duplicate-key', place: { line: 4, column: 2 } });
    expect(json?.message).toContain('first on line 2');
  });

  it('an alias bomb', () => {
    let bomb = 'a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n';
    for (let level = 1; level < 12; level++) {
      const aliases = Array.from({ length: 10 }, () => `*a${level - 1}`).join(', ');
      bomb += `a${level}: &a${level} [${aliases}]\n`;
    }
    const start = performance.now();
    expect(surrounded(bomb).map((line) => line.split(' ')[0])).toEqual(['alias-bomb']);
    expect(performance.now() - start).toBeLessThan(5000);
    let merges = 'a0: &a0 {k: v}\n';
    for (let level = 1; level < 40; level++)
      merges += `a${level}: &a${level} {<<: [*a${level - 1}, *a${level - 1}]}\n`;
    expect(surrounded(merges).map((line) => line.split(' ')[0])).toEqual(['alias-bomb']);
  });

  it('an alias in its own anchor', () => {
    expect(surrounded('a: &a [*a]')).toEqual(['alias-bomb 6:8']);
    expect(surrounded('a: &a\n  <<: *a')).toEqual(['alias-bomb 7:7']);
  });

  it('aliases in number, as kubectl takes them', () => {
    const text = `apiVersion: v1\nkind: A\nbase: &b {a: 1, b: 2}\nlist:\n${'- *b\n'.repeat(5000)}`;
    expect(surrounded(text)).toEqual(['A 6:1']);
  });

  it('deep nesting', () => {
    for (const depth of [1001, 5000, 100_000, 1_000_000]) {
      expect(surrounded('['.repeat(depth))[0], `[ ${depth}`).toMatch(/^nesting-too-deep /);
      expect(surrounded('- '.repeat(depth))[0], `- ${depth}`).toMatch(/^nesting-too-deep /);
      const json = `{"apiVersion":"v1","kind":"A","a":${'['.repeat(depth)}${']'.repeat(depth)}}`;
      expect(summary(read(json))[0], `json ${depth}`).toMatch(/^nesting-too-deep /);
    }
    expect(surrounded('{a: '.repeat(100_000))[0]).toMatch(/^nesting-too-deep /);
    expect(surrounded('? '.repeat(100_000))[0]).toMatch(/^nesting-too-deep /);
    const half = (inner: string): string => `${'['.repeat(600)}${inner}${']'.repeat(600)}`;
    expect(surrounded(`a: &a ${half('1')}\nb: ${half('*a')}`)[0]).toMatch(/^nesting-too-deep /);
  });

  it('nesting that is deep, but not too deep', () => {
    const depth = defaultLimits.depth - 1;
    const nested = `${'['.repeat(depth)}1${']'.repeat(depth)}`;
    expect(surrounded(`apiVersion: v1\nkind: A\na: ${nested}`)).toEqual(['A 6:1']);
    const json = read(`{"apiVersion":"v1","kind":"A","a":${nested}}`);
    expect(summary(json)).toEqual(['A 1:1']);
    const [event] = json;
    const path = Array.from({ length: depth + 1 }, (_, index) => (index === 0 ? 'a' : 0));
    expect(event?.kind === 'document' && event.document.placeOf(path).column).toBe(34 + depth + 1);
  });

  it('a NUL byte', () => {
    expect(surrounded('kind: "a\0"')).toEqual(['nul-byte 6:9']);
    expect(summary(read('{"kind": "\0"}'))).toEqual(['nul-byte 1:11']);
    expect(summary(read(new Uint8Array(100_000)))).toEqual(['nul-byte 1:1']);
  });

  it('what is not UTF-8', () => {
    expect(surrounded(Buffer.from('a: b\nc: \xe4', 'latin1'))).toEqual(['not-text 7:4']);
    expect(surrounded(Buffer.concat([Buffer.from('a: \ufffd ü'), Buffer.from([0xc3])]))).toEqual([
      'not-text 6:7',
    ]);
    expect(surrounded(Buffer.from([0xed, 0xa0, 0x80]))).toEqual(['not-text 6:1']);
    expect(summary(read(Buffer.from('{"a": "\xe4"}', 'latin1')))).toEqual(['not-text 1:8']);
    expect(surrounded('apiVersion: v1\nkind: A\na: \ufffd')).toEqual(['A 6:1']);
  });

  it('UTF-16', () => {
    const little = Buffer.from(`\ufeff${pod('a')}`, 'utf16le');
    expect(summary(read(little))).toEqual(['not-text 1:1']);
    expect(summary(read(Buffer.from(little).swap16()))).toEqual(['not-text 1:1']);
    expect(summary(read(Buffer.from(pod('a'), 'utf16le')))).toEqual(['nul-byte 1:2']);
  });

  it('a document that is too large', () => {
    const limits = { documentBytes: 1000 };
    const large = `apiVersion: v1\nkind: A\n${'# comment\n'.repeat(200)}`;
    expect(summary(read(`${pod('a')}---\n${large}---\n${pod('b')}`, limits))).toEqual([
      'Pod 1:1',
      'document-too-large 6:1',
      'Pod 209:1',
    ]);
    const line = `a: ${'x'.repeat(5000)}\n`;
    expect(summary(read(`${line}---\n${pod('b')}`, limits))).toEqual(['document-too-large 1:1', 'Pod 3:1']);
    expect(summary(read(`{"a": "${'x'.repeat(5000)}"}{"apiVersion":"v1","kind":"A"}`, limits))).toEqual([
      'document-too-large 1:1',
      'A 1:5010',
    ]);
  });

  it('keys and values without end', () => {
    for (const text of [
      '"',
      "'",
      '|',
      'a: |\n  ',
      '&',
      '*',
      '!',
      '!<',
      '{',
      '[',
      '? ',
      '- ',
      '%',
      '\\',
      '"\\',
      '"\\u',
      ':',
      '<<:',
    ]) {
      for (const count of [1, 3000]) surrounded(text.repeat(count));
    }
  });
});

describe('any bytes', () => {
  it('give events and no exception', () => {
    let seed = 1;
    const random = (below: number): number => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      return Math.floor(((seed >>> 8) / 2 ** 24) * below);
    };
    const pieces = [
      '{',
      '}',
      '[',
      ']',
      '"',
      "'",
      ':',
      ': ',
      ',',
      '\n',
      '- ',
      '---\n',
      '&a ',
      '*a',
      '<<: ',
      '|\n',
      '\\',
      '\u2028',
      '\0',
      '\xff',
      'a',
      '1',
      'items',
      '"items":[',
      ' ',
      '\t',
      '#',
    ];
    for (let run = 0; run < 5000; run++) {
      const text = Array.from({ length: random(30) }, () => pieces[random(pieces.length)] ?? '').join('');
      const bytes = Buffer.from(text, random(4) === 0 ? 'latin1' : 'utf8');
      const events = read(bytes, { documentBytes: 40, streamBytes: 10, depth: 5 });
      expect(
        summary(events).filter((line) => line.startsWith('internal')),
        JSON.stringify(text),
      ).toEqual([]);
      expect(
        summary(read(bytes)).filter((line) => line.startsWith('internal')),
        JSON.stringify(text),
      ).toEqual([]);
    }
  });
});
