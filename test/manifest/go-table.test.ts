import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decode } from '../../src/manifest/decode.js';
import { defaultLimits } from '../../src/manifest/limits.js';
import { Problem } from '../../src/manifest/problem.js';
import type { Json } from '../../src/manifest/types.js';
import { parseYaml } from '../../src/manifest/yaml/parser.js';
import { diagnosticsOf, documentsOf, read } from './help.js';

/** The lines that engines/yaml wrote: what kubectl's own code makes of each text. */
interface Row {
  yaml?: string;
  text?: string;
  json?: Json;
  objects?: Json[];
  error?: string;
  duplicate?: boolean;
  random?: boolean;
}

const rows = readFileSync(new URL('go-yaml.jsonl', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line): Row => JSON.parse(line));

interface Reading {
  value?: Json;
  code?: string;
  /** There is text behind the document, which gets a diagnostic. */
  unread?: boolean;
}

function podsec(text: string): Reading {
  try {
    const { root, unread } = parseYaml(text, defaultLimits);
    const value = root === undefined ? null : decode(root, defaultLimits).value;
    return { value, unread: unread !== undefined };
  } catch (error) {
    if (error instanceof Problem) return { code: error.code };
    throw error;
  }
}

describe('a YAML document means what sigs.k8s.io/yaml says', () => {
  const documents = rows.filter((row) => row.yaml !== undefined);

  it('has a table', () => {
    expect(documents.length).toBeGreaterThan(1500);
    expect(documents.filter((row) => row.error === undefined).length).toBeGreaterThan(800);
    expect(documents.filter((row) => row.error !== undefined).length).toBeGreaterThan(300);
  });

  it('in every row', () => {
    const differences: unknown[] = [];
    for (const row of documents) {
      const text = row.yaml ?? '';
      const reading = podsec(text);
      if (!agrees(row, reading)) differences.push({ text, go: row.error ?? row.json, podsec: reading });
    }
    expect(differences).toEqual([]);
  });

  it('refuses the keys of which kubectl takes one by chance', () => {
    const random = documents.filter((row) => row.random === true);
    expect(random.length).toBeGreaterThan(0);
    for (const row of random) expect(podsec(row.yaml ?? '').code, row.yaml).toBe('duplicate-key');
  });
});

/** The points in which podsec refuses and kubectl does not; nothing else may differ, and none of them without need. */
function agrees(row: Row, reading: Reading): boolean {
  // goyaml ignores what follows the document (unless it cannot even scan it); podsec reports it, and judges the document.
  if (row.error !== undefined) return reading.code !== undefined || reading.unread === true;
  // A key that is given twice: the strict mode of sigs.k8s.io/yaml refuses it, too.
  if (row.random === true) return reading.code === 'duplicate-key';
  if (reading.code === 'duplicate-key') return row.duplicate === true;
  // A merge that sets a key which the mapping has, too, is a duplicate to the strict mode alone.
  if (row.duplicate === true && !(row.yaml ?? '').includes('<<')) return false;
  return reading.code === undefined && same(reading.value, row.json);
}

function same(left: Json | undefined, right: Json | undefined): boolean {
  return JSON.stringify(sorted(left)) === JSON.stringify(sorted(right));
}

function sorted(value: Json | undefined): unknown {
  if (value === undefined) return 'undefined';
  if (Object.is(value, -0)) return '-0';
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  return Object.entries(value)
    .map(([key, entry]) => [key, sorted(entry)])
    .toSorted(([left], [right]) => (String(left) < String(right) ? -1 : 1));
}

describe('an input has the objects that kubectl finds in it', () => {
  const streams = rows.filter((row) => row.text !== undefined);

  /** Where podsec refuses what kubectl takes, by the code. */
  const stricter = new Map([
    ['', 'empty-file'],
    ['# nothing\n', 'empty-file'],
    // kubectl sends an object without apiVersion, and the API server refuses it.
    ['kind: A\n', 'not-an-object'],
    // Nobody writes this, and it would be the one JSON value besides objects to look for.
    ['{"apiVersion": "v1", "kind": "A"} null {"apiVersion": "v1", "kind": "B"}\n', 'yaml-syntax'],
    // A list to kubectl, a pod to others.
    ['apiVersion: v1\nkind: Pod\nitems:\n- apiVersion: v1\n  kind: B\n', 'not-an-object'],
  ]);

  it('has a table', () => {
    expect(streams.length).toBeGreaterThan(40);
    for (const text of stricter.keys()) expect(streams.map((row) => row.text)).toContain(text);
  });

  it.each(streams.map((row) => ({ ...row, text: row.text ?? '' })))('$text', ({ text, objects, error }) => {
    const events = read(text);
    const found = documentsOf(events).map((document) => document.value);
    const codes = diagnosticsOf(events).map((diagnostic) => diagnostic.code);
    const expected = stricter.get(text);
    if (expected !== undefined) {
      expect(codes).toEqual([expected]);
      expect(error).toBeUndefined();
    } else if (error === undefined) {
      expect(codes).toEqual([]);
      expect(found).toEqual(objects);
    } else {
      // kubectl stops; podsec says what is wrong and reads on.
      expect(codes.length).toBeGreaterThan(0);
      expect(found.slice(0, objects?.length)).toEqual(objects);
    }
  });
});
