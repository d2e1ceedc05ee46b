import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultLimits, type Limits } from '../../src/manifest/index.js';
import { Reader } from '../../src/manifest/reader.js';
import type { ReadEvent } from '../../src/manifest/types.js';
import { at, diagnosticsOf, documentsOf, only, read, summary } from './help.js';

/** Small enough that lists of a few items are streamed. */
const small: Partial<Limits> = { streamBytes: 100, documentBytes: 400 };

const item = (name: string, more = ''): string =>
  `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"${name}"}${more}}`;

const list = (
  items: readonly string[],
  tail = '"kind": "List", "metadata": {"resourceVersion": ""}',
): string => `{\n  "apiVersion": "v1",\n  "items": [\n    ${items.join(',\n    ')}\n  ],\n  ${tail}\n}\n`;

function inChunks(text: Uint8Array, sizes: readonly number[], limits: Partial<Limits>): ReadEvent[] {
  const reader = new Reader('in.yaml', limits);
  const events: ReadEvent[] = [];
  let from = 0;
  for (let turn = 0; from < text.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1;
    events.push(...reader.push(text.subarray(from, from + size)));
    from += size;
  }
  return [...events, ...reader.end()];
}

/** Everything that an event says; the places of some paths stand for all. */
function said(events: readonly ReadEvent[]): unknown[] {
  return events.map((event) => {
    if (event.kind === 'diagnostic') return event.diagnostic;
    const { file, place, value, spellings } = event.document;
    return {
      file,
      place,
      value,
      spellings,
      name: at(event.document, 'metadata', 'name'),
      none: at(event.document, 'x'),
    };
  });
}

describe('JSON', () => {
  it('has places', () => {
    const document = only(
      read(
        '{\n  "apiVersion": "v1", "kind": "A",\n  "a": [1, {"b": "\\u00e9\\n", "c": [ true ]}],\n "ü": null}',
      ),
    );
    expect(document.value).toEqual({ apiVersion: 'v1', kind: 'A', a: [1, { b: 'é\n', c: [true] }], ü: null });
    expect(at(document)).toBe('1:1');
    expect(at(document, 'kind')).toBe('2:31');
    expect(at(document, 'a')).toBe('3:8');
    expect(at(document, 'a', 1, 'b')).toBe('3:18');
    expect(at(document, 'a', 1, 'c', 0)).toBe('3:37');
    expect(at(document, 'a', 1, 'x', 0)).toBe('3:12');
    expect(at(document, 'a', 'x')).toBe('3:8');
    expect(at(document, 'kind', 'x')).toBe('2:31');
    expect(at(document, 'ü')).toBe('4:7');
  });

  it('that is none is read as YAML, as kubectl does', () => {
    expect(summary(read('{apiVersion: v1, kind: A}\n---\n{"apiVersion": "v1", "kind": "B",}'))).toEqual([
      'A 1:1',
      'B 3:1',
    ]);
    expect(summary(read('{"apiVersion": "v1", "kind": "A"}\n---\napiVersion: v1\nkind: B\n'))).toEqual([
      'A 1:1',
      'B 3:1',
    ]);
  });

  it('that is neither is called what it was meant to be', () => {
    const cases: [string, string][] = [
      ['{"apiVersion": "v1",\n "kind" "A"}', 'json-syntax 2:9'],
      ['{"apiVersion": "v1",\n "kind": "A"', 'json-syntax 2:13'],
      ['{"a": "b', 'json-syntax 1:7'],
      ['{"a": "\\x"}', 'json-syntax 1:7'],
      ['{"a": 1e999}', 'wrong-type 1:7'],
      ['{"a": ["b" 2]}', 'json-syntax 1:12'],
      ['{"a": }{', 'json-syntax 1:7'],
      ['{{ .Values.x }}', 'yaml-syntax 1:2'],
      ['{a: b, c', 'yaml-syntax 1:1'],
    ];
    for (const [text, expected] of cases) {
      const [line] = summary(read(text));
      expect(line, text).toBe(expected);
    }
  });

  it('reads on behind an object that is broken', () => {
    const text = `${item('a')}\n${item('b')}\n{"a": tru}\n${item('c')}`;
    expect(summary(read(text))).toEqual(['Pod 1:1', 'Pod 2:1', 'json-syntax 3:7', 'Pod 4:1']);
  });

  it('reads YAML behind JSON, though kubectl stops there', () => {
    const text = `${item('a')}\n${item('b')}\n---\napiVersion: v1\nkind: B\n`;
    expect(summary(read(text))).toEqual(['Pod 1:1', 'Pod 2:1', 'json-syntax 3:1', 'B 4:1']);
  });
});

describe('a JSON list that is streamed', () => {
  it('is its items, with their places', () => {
    const events = read(list([item('a'), item('b'), item('c')]), small);
    expect(summary(events)).toEqual(['Pod 4:5', 'Pod 5:5', 'Pod 6:5']);
    expect(documentsOf(events).map((document) => at(document, 'metadata', 'name'))).toEqual([
      '4:56',
      '5:56',
      '6:56',
    ]);
  });

  it('says the same as one that is held', () => {
    const items = [
      item('a'),
      item('ü😀'),
      '{"kind": "List", "apiVersion": "v1", "items": [{"x": 1}]}',
      item('b', ',"a":9007199254740993'),
      item('c', `,${JSON.stringify({ 'a]': '"}],[{\\', b: ['\\'] }).slice(1, -1)}`),
    ];
    for (const text of [
      list(items),
      list(items).replaceAll('\n', ''),
      list(items, '"kind": "PodList"'),
      list(items).replace('items', '\\u0069tems'),
    ]) {
      const held = read(text, { streamBytes: 1e6 });
      expect(said(read(text, { streamBytes: 10 }))).toEqual(said(held));
      expect(documentsOf(held).length).toBeGreaterThan(2);
    }
  });

  it('gives its type to items without one, be it in front or behind', () => {
    const untyped = ['{"metadata": {"name": "a"}}', '{"metadata": {"name": "b"}}'];
    const behind = `{"items": [${untyped.join(',')}], "kind": "PodList", "apiVersion": "v1", "metadata": {"continue": "${'x'.repeat(50)}"}}`;
    const before = `{"kind": "PodList", "apiVersion": "v1", "metadata": {"continue": "${'x'.repeat(50)}"}, "items": [${untyped.join(',')}]}`;
    for (const text of [behind, before]) {
      expect(documentsOf(read(text, { streamBytes: 20 })).map(({ value }) => value)).toEqual(
        ['a', 'b'].map((name) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name } })),
      );
    }
  });

  it('reports an item that is broken, too large or no object, and reads the others', () => {
    const big = item('big', `,"data":"${'x'.repeat(500)}"`);
    const items = [
      item('a'),
      '{"kind": tru}',
      item('b'),
      '5',
      big,
      item('c'),
      item('d', ',"x":1,"x":2'),
      '{"kind": "X"}',
      item('e'),
    ];
    expect(summary(read(list(items), small))).toEqual([
      'Pod 4:5',
      'json-syntax 5:14',
      'Pod 6:5',
      'not-an-object 7:5',
      'document-too-large 8:5',
      'Pod 9:5',
      'duplicate-key 10:67',
      'not-an-object 11:5',
      'Pod 12:5',
    ]);
  });

  it('reports commas without items', () => {
    expect(summary(read(list([item('a'), '', item('b')]), small)).sort()).toEqual([
      'Pod 4:5',
      'Pod 6:5',
      'json-syntax 5:5',
    ]);
    expect(summary(read(list([item('a'), item('b'), '']), small)).sort()).toEqual([
      'Pod 4:5',
      'Pod 5:5',
      'json-syntax 7:3',
    ]);
    expect(summary(read(list([`${item('a')} ${item('b')}`, item('c')]), small)).sort()).toEqual([
      'Pod 5:5',
      'json-syntax 4:62',
    ]);
  });

  it('reports what is wrong around the items', () => {
    const items = [item('a'), item('b')];
    expect(summary(read(list(items, '"kind": "List", "kind": "List"'), small)).slice(2)).toEqual([
      'duplicate-key 1:1',
    ]);
    expect(summary(read(list(items, '"kind": "List",'), small)).slice(2)).toEqual(['json-syntax 1:1']);
    expect(summary(read(list(items, '"kind": "Pod"'), small)).slice(2)).toEqual(['not-an-object 1:1']);
    expect(summary(read(list(items, '"x": 1'), small)).slice(2)).toEqual(['not-an-object 1:1']);
    expect(summary(read(list(items, `"kind": "List", "x": "${'x'.repeat(500)}"`), small)).slice(2)).toEqual([
      'document-too-large 1:1',
    ]);
    expect(summary(read(list(items, `"kind": "List", "items": [${item('c')}]`), small)).slice(2)).toEqual([
      'Pod 7:29',
      'duplicate-key 1:1',
    ]);
  });

  it('reports that it ends early', () => {
    const text = list([item('a'), item('b'), item('c')]);
    const events = read(text.slice(0, text.indexOf('"c"')), small);
    expect(summary(events)).toEqual(['Pod 4:5', 'Pod 5:5', 'json-syntax 6:5']);
  });

  it('is followed by more', () => {
    const text = `${list([item('a'), item('b')])}${item('c')}\n${list([item('d'), item('e')])}`;
    expect(summary(read(text, small))).toEqual(['Pod 4:5', 'Pod 5:5', 'Pod 9:1', 'Pod 13:5', 'Pod 14:5']);
  });

  it('keeps to memory for one item', () => {
    setFlagsFromString('--expose-gc');
    const collect: unknown = runInNewContext('gc');
    const held = (): number => {
      if (typeof collect === 'function') collect();
      const { arrayBuffers, heapUsed } = process.memoryUsage();
      return arrayBuffers + heapUsed;
    };
    const reader = new Reader('-');
    let documents = 0;
    const push = (chunk: Buffer): void => {
      for (const event of reader.push(chunk)) if (event.kind === 'document') documents++;
    };
    const chunk = Buffer.from(`${item('a', `,"data":"${'x'.repeat(2000)}"`)},`.repeat(30));
    push(Buffer.from('{"kind": "List", "apiVersion": "v1", "items": ['));
    const before = held();
    let peak = 0;
    for (let index = 0; index < 1000; index++) {
      push(chunk);
      if (index % 100 === 0) peak = Math.max(peak, held());
    }
    push(Buffer.from(`${item('z')}]}`));
    expect([...reader.end()]).toEqual([]);
    expect(documents).toBe(30_001);
    // 60 MB went through.
    expect(peak - before).toBeLessThan(10e6);
  });
});

describe('chunks', () => {
  const texts = [
    list([item('a'), item('big', `,"data":"${'x'.repeat(900)}"`), item('b')]),
    list([item('a'), item('ü😀'), '5', item('b')]),
    `${item('a')}\n${item('b')}\n---\napiVersion: v1\nkind: B\n`,
    `# ü\n---\napiVersion: v1\nkind: A\n--- # x\n{a: [}\n---\n\u{1f600}: x\n--- bad\nx: y\n---\r\napiVersion: v1\r\nkind: B`,
    `\ufeff${list([item('a')])}`,
    `${' '.repeat(50)}{a: b}\n---\napiVersion: v1\nkind: A\n${'# x\n'.repeat(200)}---\napiVersion: v1\nkind: B\n`,
    '{"items": [{"a": "\\"]}"}, [], {}], "kind": "List", "apiVersion": "v1"}{"a": 1',
  ];

  it('do not matter', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 });
    const limits = fc.record({
      streamBytes: fc.constantFrom(1, 60, defaultLimits.streamBytes),
      documentBytes: fc.constantFrom(300, 1e6),
    });
    fc.assert(
      fc.property(fc.constantFrom(...texts), sizes, limits, (text, chunks, bounds) => {
        const bytes = Buffer.from(text);
        const expected = said(inChunks(bytes, [bytes.length], bounds));
        expect(said(inChunks(bytes, chunks, bounds))).toEqual(expected);
        expect(expected.length).toBeGreaterThan(0);
      }),
      { numRuns: 1000, seed: 1 },
    );
  });

  it('may cut a character', () => {
    const bytes = Buffer.from('apiVersion: v1\nkind: A\nü: "😀"\n');
    expect(diagnosticsOf(inChunks(bytes, [1], {}))).toEqual([]);
  });
});
