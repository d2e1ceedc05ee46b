import { documentText } from './bytes.js';
import type { Cursor } from './cursor.js';
import { jsonSource } from './json-document.js';
import { JsonObjectReader } from './json-object.js';
import type { Limits } from './limits.js';
import { objects, problem } from './list.js';
import { asDiagnostic } from './problem.js';
import { YamlSplitter } from './split.js';
import { Text } from './text.js';
import type { ReadEvent } from './types.js';

const nothing = Buffer.alloc(0);

/**
 * A stream that starts with `{`: JSON objects one after the other, as kubectl reads it (apimachinery,
 * pkg/util/yaml, YAMLOrJSONDecoder). Where the first or the second is no JSON, the rest is YAML.
 */
export class JsonStream {
  readonly #limits: Limits;
  readonly #cursor: Cursor;
  #object: JsonObjectReader | undefined;
  #yaml: YamlSplitter | undefined;
  /** Objects that were read. */
  #count = 0;

  constructor(cursor: Cursor, limits: Limits) {
    this.#limits = limits;
    this.#cursor = cursor;
  }

  /** Whether there was a document that is not empty. */
  get found(): boolean {
    return this.#count > 0 || this.#yaml?.found === true;
  }

  *push(chunk: Buffer): Generator<ReadEvent> {
    let rest = chunk;
    while (rest.length > 0) {
      if (this.#yaml !== undefined) {
        yield* this.#yaml.push(rest);
        return;
      }
      if (this.#object === undefined) {
        const start = rest.findIndex(
          (byte) => byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09,
        );
        this.#cursor.advance(rest.subarray(0, start < 0 ? rest.length : start));
        if (start < 0) return;
        rest = rest.subarray(start);
        if (rest[0] !== 0x7b) {
          yield* this.#toYaml();
          continue;
        }
        this.#object = new JsonObjectReader(this.#cursor, this.#limits);
      }
      const used = yield* this.#object.push(rest);
      if (used < 0) return;
      rest = Buffer.concat([yield* this.#close(this.#object), rest.subarray(used)]);
    }
  }

  *end(): Generator<ReadEvent> {
    if (this.#object !== undefined) {
      const again = yield* this.#close(this.#object);
      if (again.length > 0) yield* this.push(again);
    }
    if (this.#yaml !== undefined) yield* this.#yaml.end();
  }

  /** Reads the object that is complete, or all that there is of it; gives back what has to be read as YAML. */
  *#close(object: JsonObjectReader): Generator<ReadEvent, Buffer> {
    this.#object = undefined;
    const held = object.held;
    if (held === undefined) {
      yield* object.end();
      this.#count++;
      return nothing;
    }
    const text = documentText(object.place.file, held, object.place.line, object.place.column);
    if (!(text instanceof Text)) {
      yield { kind: 'diagnostic', diagnostic: text };
      return nothing;
    }
    try {
      yield* objects(jsonSource(text, this.#limits));
      this.#count++;
    } catch (error) {
      const diagnostic = asDiagnostic(error, text);
      if (diagnostic.code === 'json-syntax' && this.#count <= 1) {
        this.#yaml = new YamlSplitter(
          object.place,
          this.#limits,
          likeJson(text.text) ? diagnostic : undefined,
        );
        return held;
      }
      yield { kind: 'diagnostic', diagnostic };
    }
    return nothing;
  }

  *#toYaml(): Generator<ReadEvent> {
    const { place } = this.#cursor;
    if (this.#count > 1) {
      const message = 'after two JSON objects, kubectl reads nothing but JSON objects';
      yield problem('json-syntax', place, message, 'separate all documents by `---`, or none');
    }
    this.#yaml = new YamlSplitter(place, this.#limits);
  }
}

/** Whether the author meant JSON, so that what is wrong with it as JSON is what helps. */
function likeJson(text: string): boolean {
  return /^\{\s*["}]/.test(text);
}
