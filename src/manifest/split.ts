import type { Diagnostic, Place } from '../diagnostics.js';
import { documentText } from './bytes.js';
import type { Limits } from './limits.js';
import { problem } from './list.js';
import { quoted } from './problem.js';
import type { ReadEvent } from './types.js';
import { yamlDocument } from './yaml-document.js';

const newline = 10;
const separator = Buffer.from('---');

/**
 * Splits a YAML stream as kubectl does (apimachinery, pkg/util/yaml, YAMLReader): at every line that starts with
 * `---`, be it inside a scalar. After the marks only a comment may follow.
 */
export class YamlSplitter {
  /** Whether there was a document that is not empty, or a diagnostic about one. */
  found = false;
  readonly #file: string;
  readonly #limits: Limits;
  /** Bytes of a line that is not complete. */
  #rest: Buffer = Buffer.alloc(0);
  #lines: Buffer[] = [];
  #size = 0;
  /** Where the next line starts. */
  #line: number;
  #column: number;
  #start: { line: number; column: number };
  /** Set while the bytes of a document that is too large, or starts in a broken separator, are dropped. */
  #dropping = false;

  /** What is wrong with the first document as JSON, for where it is no YAML either. */
  #jsonProblem: Diagnostic | undefined;

  constructor(file: string, limits: Limits, line = 1, column = 1, jsonProblem?: Diagnostic) {
    this.#jsonProblem = jsonProblem;
    this.#file = file;
    this.#limits = limits;
    this.#line = line;
    this.#column = column;
    this.#start = { line, column };
  }

  *push(chunk: Buffer): Generator<ReadEvent> {
    const last = chunk.lastIndexOf(newline);
    if (last < 0) {
      this.#hold(chunk);
      yield* this.#checkSize(this.#rest.length);
      return;
    }
    const text =
      this.#rest.length === 0
        ? chunk.subarray(0, last + 1)
        : Buffer.concat([this.#rest, chunk.subarray(0, last + 1)]);
    this.#rest = Buffer.from(chunk.subarray(last + 1));
    yield* this.#scan(text);
  }

  *end(): Generator<ReadEvent> {
    const rest = this.#rest;
    this.#rest = Buffer.alloc(0);
    if (rest.length > 0) yield* this.#scan(Buffer.concat([rest, Buffer.from('\n')]));
    yield* this.#flush();
  }

  #hold(chunk: Buffer): void {
    if (!this.#dropping || this.#rest.length < separator.length)
      this.#rest = Buffer.concat([this.#rest, chunk]);
  }

  /** `text` has complete lines only. */
  *#scan(text: Buffer): Generator<ReadEvent> {
    let from = 0;
    for (let at = nextSeparator(text, 0); at >= 0; at = nextSeparator(text, from)) {
      yield* this.#take(text.subarray(from, at));
      const end = text.indexOf(newline, at) + 1;
      yield* this.#separator(text.subarray(at, end));
      from = end;
    }
    yield* this.#take(text.subarray(from));
  }

  *#separator(line: Buffer): Generator<ReadEvent> {
    const after = line.subarray(separator.length).toString('utf8').trim();
    const place: Place = { file: this.#file, line: this.#line, column: this.#column };
    const first = this.#size === 0;
    if (!first || this.#dropping) yield* this.#flush();
    if (after !== '' && !after.startsWith('#')) {
      const hint = 'end the line after `---`; the document below it was not read';
      yield problem(
        'yaml-syntax',
        place,
        `kubectl refuses ${quoted(after)} after the document separator`,
        hint,
      );
      this.#dropping = true;
    }
    // A separator in front of a document is left in its text, as kubectl does.
    if (first && !this.#dropping) yield* this.#take(line);
    else this.#advance(line);
    if (!first || this.#dropping) this.#start = { line: this.#line, column: this.#column };
  }

  *#take(lines: Buffer): Generator<ReadEvent> {
    if (lines.length === 0) return;
    if (!this.#dropping) {
      yield* this.#checkSize(lines.length);
    }
    if (!this.#dropping) {
      this.#lines.push(lines);
      this.#size += lines.length;
    }
    this.#advance(lines);
  }

  *#checkSize(more: number): Generator<ReadEvent> {
    if (this.#dropping || this.#size + more <= this.#limits.documentBytes) return;
    const message = `the document is larger than ${this.#limits.documentBytes} bytes`;
    const hint = 'split it at `---`, or give a list as JSON, which is read item by item';
    yield problem('document-too-large', { file: this.#file, ...this.#start }, message, hint);
    this.#dropping = true;
    this.#lines = [];
    this.#size = 0;
  }

  #advance(lines: Buffer): void {
    for (let at = lines.indexOf(newline); at >= 0; at = lines.indexOf(newline, at + 1)) this.#line++;
    this.#column = 1;
  }

  *#flush(): Generator<ReadEvent> {
    const bytes = Buffer.concat(this.#lines);
    const { line, column } = this.#start;
    this.#lines = [];
    this.#size = 0;
    this.#dropping = false;
    this.#start = { line: this.#line, column: this.#column };
    if (bytes.length === 0) return;
    const text = documentText(this.#file, bytes, line, column);
    const events = 'code' in text ? [diagnosed(text)] : yamlDocument(text, this.#limits);
    const json = this.#jsonProblem;
    this.#jsonProblem = undefined;
    for (const event of events) {
      const both =
        json !== undefined && event.kind === 'diagnostic' && event.diagnostic.code === 'yaml-syntax';
      yield both ? diagnosed(json) : event;
    }
  }
}

function diagnosed(diagnostic: Diagnostic): ReadEvent {
  return { kind: 'diagnostic', diagnostic };
}

function nextSeparator(text: Buffer, from: number): number {
  for (let at = text.indexOf(separator, from); at >= 0; at = text.indexOf(separator, at + 1)) {
    if (at === 0 || text[at - 1] === newline) return at;
  }
  return -1;
}
