import type { Diagnostic } from '../diagnostics.js';
import { documentText } from './bytes.js';
import { Cursor } from './cursor.js';
import type { Limits } from './limits.js';
import { problem } from './list.js';
import { quoted } from './problem.js';
import { Text } from './text.js';
import type { ReadEvent } from './types.js';
import { yamlDocument } from './yaml-document.js';

const newline = 10;
const separator = Buffer.from('---');
const nothing = Buffer.alloc(0);

/**
 * Splits a YAML stream as kubectl does (apimachinery, pkg/util/yaml, YAMLReader): at every line that starts with
 * `---`, be it inside of a scalar. Only a comment may follow in such a line.
 */
export class YamlSplitter {
  /** Whether there was a document that is not empty. */
  found = false;
  readonly #limits: Limits;
  /** Where the next line starts. */
  readonly #cursor: Cursor;
  /** Where the document starts. */
  #start: Cursor['place'];
  /** The complete lines of the document. */
  #lines: Buffer[] = [];
  #size = 0;
  /** The line that is not complete. */
  #rest: Buffer = nothing;
  /** The lines of the document are not kept: it is too large, or kubectl refuses its separator. */
  #dropping = false;
  #jsonProblem: Diagnostic | undefined;

  /** `jsonProblem` says what is wrong with the first document as JSON, for where it is no YAML either. */
  constructor(start: Cursor['place'], limits: Limits, jsonProblem?: Diagnostic) {
    this.#limits = limits;
    this.#start = start;
    this.#cursor = new Cursor(start.file, start.line, start.column);
    this.#jsonProblem = jsonProblem;
  }

  *push(chunk: Buffer): Generator<ReadEvent> {
    const complete = chunk.lastIndexOf(newline) + 1;
    if (complete > 0) {
      const lines = chunk.subarray(0, complete);
      yield* this.#scan(this.#rest.length === 0 ? lines : Buffer.concat([this.#rest, lines]));
      this.#rest = nothing;
    }
    // Of a line that is dropped, only the start counts: it may be a separator.
    const kept = this.#dropping
      ? chunk.subarray(complete, complete + separator.length)
      : chunk.subarray(complete);
    if (!this.#dropping || this.#rest.length < separator.length)
      this.#rest = Buffer.concat([this.#rest, kept]);
    yield* this.#checkSize(this.#rest.length);
  }

  *end(): Generator<ReadEvent> {
    // kubectl ends the last line, too.
    if (this.#rest.length > 0) yield* this.push(Buffer.from('\n'));
    yield* this.#flush();
  }

  *#scan(lines: Buffer): Generator<ReadEvent> {
    let from = 0;
    for (let at = nextSeparator(lines, 0); at >= 0; at = nextSeparator(lines, from)) {
      yield* this.#take(lines.subarray(from, at));
      from = lines.indexOf(newline, at) + 1;
      yield* this.#separate(lines.subarray(at, from));
    }
    yield* this.#take(lines.subarray(from));
  }

  *#separate(line: Buffer): Generator<ReadEvent> {
    const empty = this.#size === 0 && !this.#dropping;
    if (!empty) yield* this.#flush();
    const after = line.subarray(separator.length).toString('utf8').trim();
    if (after !== '' && !after.startsWith('#')) {
      const message = `kubectl refuses ${quoted(after)} after the document separator`;
      const hint = 'end the line after `---`; the document that starts here was not read';
      yield problem('yaml-syntax', this.#cursor.place, message, hint);
      this.#dropping = true;
    }
    // kubectl leaves a separator in the text of the document, if there was none in front of it.
    if (empty) yield* this.#take(line);
    else this.#cursor.advance(line);
    if (this.#size === 0) this.#start = this.#cursor.place;
  }

  *#take(lines: Buffer): Generator<ReadEvent> {
    yield* this.#checkSize(lines.length);
    if (!this.#dropping && lines.length > 0) {
      this.#lines.push(lines);
      this.#size += lines.length;
    }
    this.#cursor.advance(lines);
  }

  *#checkSize(more: number): Generator<ReadEvent> {
    if (this.#dropping || this.#size + more <= this.#limits.documentBytes) return;
    const message = `the document is larger than ${this.#limits.documentBytes} bytes`;
    yield problem(
      'document-too-large',
      this.#start,
      message,
      'split it, or give a list as JSON, which is read item by item',
    );
    this.#dropping = true;
    this.#lines = [];
    this.#size = 0;
  }

  *#flush(): Generator<ReadEvent> {
    const bytes = Buffer.concat(this.#lines);
    const start = this.#start;
    this.#lines = [];
    this.#size = 0;
    this.#dropping = false;
    this.#start = this.#cursor.place;
    if (bytes.length > 0) yield* this.#document(bytes, start);
  }

  *#document(bytes: Buffer, start: Cursor['place']): Generator<ReadEvent> {
    const jsonProblem = this.#jsonProblem;
    this.#jsonProblem = undefined;
    const read = documentText(start.file, bytes, start.line, start.column);
    if (!(read instanceof Text)) {
      yield { kind: 'diagnostic', diagnostic: read };
      return;
    }
    const events = yamlDocument(withLineFeeds(read), this.#limits);
    let next = events.next();
    for (; next.done !== true; next = events.next()) {
      const { value } = next;
      const neither =
        jsonProblem !== undefined && value.kind === 'diagnostic' && value.diagnostic.code === 'yaml-syntax';
      yield neither ? { kind: 'diagnostic', diagnostic: jsonProblem } : value;
    }
    this.found ||= next.value;
  }
}

/** kubectl's LineReader takes one carriage return away at the end of each line. */
function withLineFeeds({ file, text, line, column }: Text): Text {
  return new Text(file, text.includes('\r') ? text.replaceAll('\r\n', '\n') : text, line, column);
}

function nextSeparator(lines: Buffer, from: number): number {
  for (let at = lines.indexOf(separator, from); at >= 0; at = lines.indexOf(separator, at + 1)) {
    if (at === 0 || lines[at - 1] === newline) return at;
  }
  return -1;
}
