import { readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { decode } from '../../src/manifest/decode.js';
import { writeYaml } from '../../src/manifest/index.js';
import { defaultLimits } from '../../src/manifest/limits.js';
import type { Json } from '../../src/manifest/types.js';
import { parseYaml } from '../../src/manifest/yaml/parser.js';
import { only, read } from './help.js';

/** As kubectl reads one document. */
function kubectl(text: string): Json {
  const { root, unread } = parseYaml(text, defaultLimits);
  expect(unread).toBeUndefined();
  return root === undefined ? null : decode(root, defaultLimits).value;
}

/** As readers of YAML 1.2 and of YAML 1.1 do: the package `yaml` in both of its ways. */
function others(text: string): unknown[][] {
  return (['1.2', '1.1'] as const).map((version) => {
    const documents = parseAllDocuments(text, {
      version,
      logLevel: 'silent',
      ...(version === '1.1' ? { merge: true } : {}),
    });
    if (!Array.isArray(documents)) return [];
    return documents.map((document) => {
      expect(document.errors).toEqual([]);
      expect(document.warnings).toEqual([]);
      return document.toJS({ maxAliasCount: 0 });
    });
  });
}

function expectRoundTrip(value: Json): void {
  const text = writeYaml([value]);
  expect(kubectl(text), text).toEqual(value);
  for (const [read] of others(text)) expect(read, text).toEqual(value);
}

const scalars = readFileSync(new URL('../../engines/yaml/cases/scalars.txt', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n');

describe('written YAML', () => {
  it('means the same to every reader, whatever a string looks like', () => {
    const more = [
      '',
      ' ',
      'a ',
      ' a',
      'a: b',
      'a #b',
      '---',
      '...',
      '\t',
      'a\tb',
      'a\n',
      '\n',
      '\n\na',
      'a\n\n',
      'a\n ',
      ' a\nb',
      '\ta\nb',
      'a\n\tb\n',
      'a\n  \nb',
      'a \nb',
      '\r',
      'a\r\nb',
      '\0',
      '\x7f',
      '\x85',
      '\xa0',
      '\u2028',
      '\u2029',
      '\ufeff',
      '\ufffe',
      '\ufffd',
      '😀',
      '#',
      '%',
      '|',
      '>-',
      '!x',
      '&a',
      '*a',
      '"',
      "'",
      '\\',
      'a\\nb',
      '---\na',
      'a\n---\nb',
      'a\n...\nb\n',
    ];
    for (const value of [...scalars, ...more]) {
      expectRoundTrip({ v: value });
      expectRoundTrip({ [value]: 'v' });
      expectRoundTrip([value, [value], { a: [value], b: value }]);
      expectRoundTrip(value);
    }
  });

  it('quotes what a YAML 1.1 reader would not take for a string', () => {
    const quoted = [
      'y',
      'n',
      'on',
      'off',
      'yes',
      'no',
      'Null',
      '0777',
      '1_0',
      '12:30:45',
      '=',
      '<<',
      '2024-01-01',
      '.5',
      '0o7',
      'null',
      '~',
      ' a',
      'a ',
      '1e3',
      '0x1',
      '+1',
      '-',
      '.inf',
    ];
    for (const value of quoted) expect(writeYaml([{ a: value }])).toBe(`a: "${value}"\n`);
    for (const value of [
      'nginx',
      'RuntimeDefault',
      'a b',
      'kube-system',
      'nginx:1.27',
      '/var/run',
      'a.b/c_d',
      'x=y',
    ]) {
      expect(writeYaml([{ a: value }])).toBe(`a: ${value}\n`);
    }
  });

  it('keeps lines as lines, and does not fold', () => {
    const rego = 'package podsec\n\ndeny contains msg if {\n\tinput.x\n  msg := "a: b # c"\n}\n';
    const long = `${'word '.repeat(100)}end`;
    expect(writeYaml([{ spec: { targets: [{ rego }], cel: 'a &&\nb', long } }])).toBe(
      `spec:\n  targets:\n  - rego: |\n${rego
        .trimEnd()
        .split('\n')
        .map((line) => (line === '' ? '\n' : `      ${line}\n`))
        .join('')}  cel: |-\n    a &&\n    b\n  long: ${long}\n`,
    );
  });

  it('quotes lines that a block would not keep in every hand', () => {
    for (const [value, quoted] of [
      ['a\n  \nb', '"a\\n  \\nb"'],
      [' a\nb', '" a\\nb"'],
      ['a\n\n', '"a\\n\\n"'],
      ['a\nb\x85', '"a\\nb\\u0085"'],
    ] as const) {
      expect(writeYaml([{ v: value }])).toBe(`v: ${quoted}\n`);
    }
  });

  it('has documents behind each other', () => {
    const documents = [
      { apiVersion: 'v1', kind: 'A', a: 'x\ny\n' },
      { apiVersion: 'v1', kind: 'B', list: [] },
      { apiVersion: 'v1', kind: 'C', b: {} },
    ];
    const text = writeYaml(documents);
    expect(text).toBe(
      'apiVersion: v1\nkind: A\na: |\n  x\n  y\n---\napiVersion: v1\nkind: B\nlist: []\n---\napiVersion: v1\nkind: C\nb: {}\n',
    );
    expect(read(text).map((event) => (event.kind === 'document' ? event.document.value : event))).toEqual(
      documents,
    );
    for (const found of others(text)) expect(found).toEqual(documents);
    expect(writeYaml([])).toBe('');
  });

  it('writes numbers that every reader takes for the same', () => {
    const numbers = [0, -0, 1, -1, 0.5, 1e21, -1e21, 1.5e300, 1e-7, 5e-324, 123456789012, 2 ** 53, 1e20, 0.1];
    for (const value of numbers) expectRoundTrip({ value });
    expect(writeYaml([[1e21, 1.5e300, 1e-7]])).toBe('- 1.0e+21\n- 1.5e+300\n- 1.0e-7\n');
    expect(() => writeYaml([Number.NaN])).toThrow(RangeError);
  });

  it('has no aliases, and keeps hostile keys', () => {
    const shared = { a: [1] };
    expect(writeYaml([{ x: shared, y: shared }])).toBe('x:\n  a:\n  - 1\n"y":\n  a:\n  - 1\n');
    const { value } = only(
      read('apiVersion: v1\nkind: A\n__proto__: {constructor: {toString: x}, toJSON: text}\n'),
    );
    const text = writeYaml([value]);
    expect(text).toBe(
      'apiVersion: v1\nkind: A\n"__proto__":\n  constructor:\n    toString: x\n  toJSON: text\n',
    );
    expect(only(read(text)).value).toEqual(value);
  });

  it('writes keys of any length and depth', () => {
    expectRoundTrip({ ['k'.repeat(2000)]: { ['"'.repeat(1500)]: ['a\nb'] } });
    let deep: Json = 'x\ny';
    for (let level = 0; level < 200; level++) deep = level % 2 === 0 ? [deep] : { a: deep };
    expectRoundTrip(deep);
  });

  it('reads back, whatever it is', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({
        unit: fc.constantFrom(
          'a',
          ' ',
          '\n',
          '\t',
          ':',
          '#',
          '-',
          '"',
          "'",
          '\\',
          '|',
          '\r',
          '\u2028',
          '\x85',
          '\ufeff',
          '1',
          '{',
          '🙂',
        ),
      }),
      fc.constantFrom(...scalars),
    );
    const json = fc.letrec<{ value: Json }>((tie) => ({
      value: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        text,
        fc.constantFrom(null, true, false),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.integer(),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(text, tie('value'), { maxKeys: 4 }),
      ),
    })).value;
    fc.assert(
      fc.property(fc.array(json, { minLength: 1, maxLength: 3 }), (values) => {
        for (const value of values) expectRoundTrip(value);
        const objects = values.map((v) => ({ apiVersion: 'v1', kind: 'A', v }));
        const events = read(writeYaml(objects));
        expect(events.map((event) => (event.kind === 'document' ? event.document.value : event))).toEqual(
          objects,
        );
        expect(writeYaml(values)).toBe(writeYaml(structuredClone(values)));
      }),
      { numRuns: 500, seed: 3 },
    );
  });
});

/** engines/yaml reads this file back as kubectl does; PODSEC_RECORD=1 writes it. */
describe('the sample that Go reads back', () => {
  it('is what podsec writes', () => {
    const path = new URL('written.jsonl', import.meta.url);
    const plain = fc.sample(fc.jsonValue({ maxDepth: 3, stringUnit: 'binary' }), { numRuns: 200, seed: 7 });
    const documents: Json[] = [
      ...scalars.map(
        (scalar): Json => ({ v: scalar, [scalar]: 'v', list: [scalar, `${scalar}\n`, `a\n${scalar}`] }),
      ),
      ...plain.map((value): Json => ({ v: JSON.parse(JSON.stringify(value)) })),
    ];
    const expected = `${JSON.stringify({ documents, yaml: writeYaml(documents) })}\n`;
    if (process.env.PODSEC_RECORD === '1') writeFileSync(path, expected);
    expect(
      readFileSync(path, 'utf8') === expected,
      'test/manifest/written.jsonl is stale: PODSEC_RECORD=1 npx vitest run test/manifest',
    ).toBe(true);
  });
});
