import { Cursor } from './cursor.js';
import { JsonStream } from './json-stream.js';
import { defaultLimits, type Limits } from './limits.js';
import { problem } from './list.js';
import { YamlSplitter } from './split.js';
import type { ReadEvent } from './types.js';

const spaces = new Set([0x20, 0x09, 0x0a, 0x0b, 0x0c, 0x0d]);
const byteOrderMarks = [
  { bytes: Buffer.from([0xef, 0xbb, 0xbf]), utf8: true },
  { bytes: Buffer.from([0xff, 0xfe]), utf8: false },
  { bytes: Buffer.from([0xfe, 0xff]), utf8: false },
];

/** Reads one input chunk by chunk, with memory for one document. */
export class Reader {
  readonly #file: string;
  readonly #limits: Limits;
  /** The start of the input, until it says what the input is. */
  #head: Buffer | undefined = Buffer.alloc(0);
  #stream: YamlSplitter | JsonStream | undefined;
  /** Whether there was an event. */
  #found = false;

  constructor(file: string, limits: Partial<Limits> = {}) {
    this.#file = file;
    this.#limits = { ...defaultLimits, ...limits };
  }

  push(chunk: Uint8Array): Generator<ReadEvent> {
    return this.#noting(this.#push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)));
  }

  *end(): Generator<ReadEvent> {
    if (this.#head !== undefined) yield* this.#noting(this.#begin(this.#head, true));
    if (this.#stream !== undefined) yield* this.#noting(this.#stream.end());
    if (this.#found || this.#stream?.found === true) return;
    const hint = 'give a Kubernetes object, or leave the file out';
    yield problem('empty-file', { file: this.#file, line: 1, column: 1 }, 'the input has no document', hint);
  }

  *#push(chunk: Buffer): Generator<ReadEvent> {
    if (this.#head !== undefined) yield* this.#begin(Buffer.concat([this.#head, chunk]), false);
    else if (this.#stream !== undefined) yield* this.#stream.push(chunk);
  }

  /**
   * Decides by the first character, as kubectl does: `{` is JSON, until it proves not to be. (Behind a byte order mark
   * kubectl reads JSON as YAML, to the same effect, but for lists that are too large to be held.)
   */
  *#begin(head: Buffer, complete: boolean): Generator<ReadEvent> {
    const mark = byteOrderMarks.find(({ bytes }) => head.subarray(0, bytes.length).equals(bytes));
    if (mark?.utf8 === false) {
      this.#head = undefined;
      const hint = 'save it as UTF-8; in PowerShell, with `Out-File -Encoding utf8`';
      yield problem(
        'not-text',
        { file: this.#file, line: 1, column: 1 },
        'the input is UTF-16, which kubectl does not read',
        hint,
      );
      return;
    }
    const body = mark === undefined ? head : head.subarray(mark.bytes.length);
    const first = body.find((byte) => !spaces.has(byte));
    if (!complete && (head.length < 3 || first === undefined) && head.length < 4096) {
      this.#head = head;
      return;
    }
    this.#head = undefined;
    const cursor = new Cursor(this.#file);
    const json = first === 0x7b;
    this.#stream = json ? new JsonStream(cursor, this.#limits) : new YamlSplitter(cursor.place, this.#limits);
    yield* this.#stream.push(body);
  }

  *#noting(events: Iterable<ReadEvent>): Generator<ReadEvent> {
    for (const event of events) {
      this.#found = true;
      yield event;
    }
  }
}
