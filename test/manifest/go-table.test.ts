import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { agrees, type GoReading, readAsPodsec } from '../../engines/yaml/agreement.js';
import type { Json } from '../../src/manifest/types.js';
import { diagnosticsOf, documentsOf, read } from './help.js';

/** The lines that engines/yaml wrote: what kubectl's own code makes of a document, or of a stream of them. */
type Row = GoReading | StreamRow;

interface StreamRow {
  readonly text: string;
  readonly objects: readonly Json[];
  readonly error?: string;
}

const rows = readFileSync(new URL('go-yaml.jsonl', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line): Row => JSON.parse(line));

describe('a YAML document means what sigs.k8s.io/yaml says', () => {
  const documents = rows.filter((row) => 'yaml' in row);

  it('has a table', () => {
    expect(documents.length).toBeGreaterThan(1500);
    expect(documents.filter((row) => row.error === undefined).length).toBeGreaterThan(800);
    expect(documents.filter((row) => row.error !== undefined).length).toBeGreaterThan(300);
  });

  it('in every row', () => {
    const differences: unknown[] = [];
    for (const row of documents) {
      const reading = readAsPodsec(row.yaml);
      if (!agrees(row, reading)) differences.push({ go: row, podsec: reading });
    }
    expect(differences).toEqual([]);
  });

  it('refuses the keys of which kubectl takes one by chance', () => {
    const random = documents.filter((row) => row.random === true);
    expect(random.length).toBeGreaterThan(0);
    for (const row of random) expect(readAsPodsec(row.yaml).code, row.yaml).toBe('duplicate-key');
  });
});

describe('an input has the objects that kubectl finds in it', () => {
  const streams = rows.filter((row) => 'text' in row);

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

  it.each(streams)('$text', ({ text, objects, error }) => {
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
      expect(found.slice(0, objects.length)).toEqual(objects);
    }
  });
});
