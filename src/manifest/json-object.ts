import { documentText } from './bytes.js';
import type { Cursor } from './cursor.js';
import { isObject } from './json.js';
import { jsonItem } from './json-document.js';
import { parseJson } from './json-parse.js';
import { ObjectScanner, type ScanEvents } from './json-scan.js';
import type { Limits } from './limits.js';
import { type ListType, listKind, missingType, problem, typeOf } from './list.js';
import { Problem } from './problem.js';
import { Text } from './text.js';
import type { ReadEvent } from './types.js';

/**
 * One top-level JSON object. A small one is held whole (`held`). In a large one the items of its list are read as
 * they come, and only the rest of it, the shell, is held.
 */
export class JsonObjectReader {
  readonly place: Cursor['place'];
  readonly #cursor: Cursor;
  readonly #limits: Limits;
  readonly #scanner = new ObjectScanner();
  /** What is neither read nor dropped; the cursor stands at its start. */
  #bytes: Buffer = Buffer.alloc(0);
  #size = 0;
  #complete = false;
  #streaming = false;
  /** What is beyond the limit, so that its bytes are dropped. */
  #objectDropped = false;
  #itemDropped = false;
  #items: { start: number; end: number }[] = [];
  #shell: Buffer[] = [];
  #shellSize = 0;
  /** Where in #bytes the shell goes on, or -1 inside of `items`. */
  #shellStart = 0;
  #type: ListType | undefined;
  /** Items without kind and apiVersion, of a list that says its own only behind them. */
  #untyped: Text[] = [];
  #untypedSize = 0;
  readonly #events: ScanEvents = {
    itemsOpen: (index) => {
      this.#keepShell(index + 1);
      this.#shellStart = -1;
    },
    item: (start, end) => {
      this.#items.push({ start, end });
    },
    itemsClose: (index) => {
      this.#shellStart = index;
    },
  };

  constructor(cursor: Cursor, limits: Limits) {
    this.#cursor = cursor;
    this.#limits = limits;
    this.place = cursor.place;
  }

  /** The bytes of the object, all or all so far, where they are held. */
  get held(): Buffer | undefined {
    return this.#streaming || this.#objectDropped ? undefined : this.#bytes;
  }

  /** How many bytes of the chunk belong to the object, if it ends in the chunk, or -1. */
  *push(chunk: Buffer): Generator<ReadEvent, number> {
    const before = this.#bytes.length;
    const bytes = before === 0 ? chunk : Buffer.concat([this.#bytes, chunk]);
    this.#bytes = bytes;
    const end = this.#scanner.scan(bytes, before, this.#events);
    this.#complete = end >= 0;
    if (this.#complete) this.#bytes = bytes.subarray(0, end);
    this.#size += this.#bytes.length - before;
    const hasItems = this.#scanner.inItems || this.#items.length > 0;
    if (this.#size > this.#limits.streamBytes && hasItems && !this.#objectDropped) this.#streaming = true;
    if (this.#streaming) yield* this.#stream();
    else {
      yield* this.#checkObject();
      if (this.#objectDropped) this.#drop(this.#bytes.length);
      else if (this.#complete) this.#cursor.advance(this.#bytes);
    }
    return this.#complete ? end - before : -1;
  }

  /** What remains to be said when there is no more of an object that was not held. */
  *end(): Generator<ReadEvent> {
    if (!this.#streaming) return;
    if (!this.#complete) {
      yield problem(
        'json-syntax',
        this.#cursor.place,
        'the text ends inside of a list',
        'give the whole file',
      );
    } else if (!this.#objectDropped) yield* this.#endShell();
    for (const text of this.#untyped) yield* jsonItem(text, this.#type ?? noType, this.#limits);
  }

  *#checkObject(): Generator<ReadEvent> {
    if (this.#objectDropped || this.#size <= this.#limits.documentBytes) return;
    this.#objectDropped = true;
    yield this.#tooLarge('the JSON object', this.place);
  }

  *#stream(): Generator<ReadEvent> {
    let dropped = 0;
    for (const { start, end } of this.#items.splice(0)) {
      dropped += this.#drop(start - dropped);
      const place = this.#cursor.place;
      const item = this.#bytes.subarray(0, end - start);
      if (item.length > this.#limits.documentBytes && !this.#itemDropped)
        yield this.#tooLarge('the item', place);
      else if (!this.#itemDropped) yield* this.#item(item, place);
      this.#itemDropped = false;
    }
    const { itemStart } = this.#scanner;
    if (this.#shellStart >= 0) this.#keepShell(this.#bytes.length);
    this.#drop(itemStart >= 0 && !this.#itemDropped ? itemStart : this.#bytes.length);
    if (itemStart >= 0 && !this.#itemDropped && this.#bytes.length > this.#limits.documentBytes) {
      yield this.#tooLarge('the item', this.#cursor.place);
      this.#itemDropped = true;
      this.#drop(this.#bytes.length);
    }
    if (this.#shellSize > this.#limits.documentBytes && !this.#objectDropped) {
      yield this.#tooLarge('the JSON object, without its items,', this.place);
      this.#objectDropped = true;
      this.#shell = [];
    }
  }

  /** Forgets bytes, and moves everything that counts from the start of #bytes. */
  #drop(count: number): number {
    this.#cursor.advance(this.#bytes.subarray(0, count));
    this.#bytes = this.#bytes.subarray(count);
    this.#scanner.drop(count);
    if (this.#shellStart > 0) this.#shellStart = Math.max(0, this.#shellStart - count);
    return count;
  }

  #keepShell(end: number): void {
    if (this.#shellStart < 0) return;
    const part = this.#bytes.subarray(this.#shellStart, end);
    this.#shellSize += part.length;
    if (!this.#objectDropped) this.#shell.push(Buffer.from(part));
    this.#shellStart = end;
  }

  *#item(bytes: Buffer, place: Cursor['place']): Generator<ReadEvent> {
    const text = documentText(place.file, bytes, place.line, place.column);
    if (!(text instanceof Text)) {
      yield { kind: 'diagnostic', diagnostic: text };
      return;
    }
    this.#type ??= this.#typeSoFar();
    if (this.#type.kind !== undefined || !lacksType(text, this.#limits)) {
      yield* jsonItem(text, this.#type, this.#limits);
    } else if (this.#untypedSize + bytes.length > this.#limits.documentBytes) {
      yield problem(
        'document-too-large',
        place,
        'the list gives its kind only after its items',
        'put kind and apiVersion first',
      );
    } else {
      this.#untypedSize += bytes.length;
      this.#untyped.push(text);
    }
  }

  /** The type of the list, if it stands in front of the items. */
  #typeSoFar(): ListType {
    const type = this.#shellType([...this.#shell.slice(0, 1), Buffer.from(']}')]);
    return type instanceof Problem ? noType : type;
  }

  *#endShell(): Generator<ReadEvent> {
    const type = this.#shellType(this.#shell);
    if (type instanceof Problem) {
      // Its offset counts in the shell, which stands nowhere in the text.
      yield problem(type.code, this.place, `around the items of the list, ${type.message}`, type.hint);
      return;
    }
    this.#type = type;
    yield* missingType(type, this.place);
    yield* listKind(type.kind, this.place);
  }

  #shellType(shell: Buffer[]): ListType | Problem {
    const text = documentText(this.place.file, Buffer.concat(shell), 1, 1);
    if (!(text instanceof Text)) return new Problem(text.code, text.message, 0, text.hint);
    try {
      const { value } = parseJson(text.text, this.#limits);
      return isObject(value) ? typeOf(value) : noType;
    } catch (error) {
      if (error instanceof Problem) return error;
      throw error;
    }
  }

  #tooLarge(what: string, place: Cursor['place']): ReadEvent {
    const message = `${what} is larger than ${this.#limits.documentBytes} bytes`;
    return problem(
      'document-too-large',
      place,
      message,
      'no Kubernetes object is this large; only lists are streamed',
    );
  }
}

const noType: ListType = { apiVersion: undefined, kind: undefined };

function lacksType(text: Text, limits: Limits): boolean {
  try {
    const { value } = parseJson(text.text, limits);
    const type = isObject(value) ? typeOf(value) : undefined;
    return type !== undefined && type.apiVersion === undefined && type.kind === undefined;
  } catch (error) {
    if (error instanceof Problem) return false;
    throw error;
  }
}
