import { emptyObject } from './decode.js';
import { wellFormed } from './go.js';
import type { Limits } from './limits.js';
import { duplicateKey, Problem, quoted } from './problem.js';
import type { DocumentPath, Json, Spelling } from './types.js';

export interface ParsedJson {
  readonly value: Json;
  readonly spellings: readonly Spelling[];
}

/** One JSON value and nothing else, as Go's encoding/json takes it; a key that is given twice is refused. */
export function parseJson(text: string, limits: Limits): ParsedJson {
  const parser = new Parser(text, limits.depth);
  const value = parser.value(0);
  parser.end();
  return { value, spellings: parser.spellings };
}

/**
 * Where in `text`, which parseJson has read, the value at a path starts, or its deepest ancestor. The elements of an
 * array are found once: a list of many objects is asked for the place of each of them.
 */
export function jsonLocator(text: string, limits: Limits): (path: DocumentPath) => number {
  const parserAt = (start: number) => new Parser(text, limits.depth, start);
  const known = new Map<number, readonly number[]>();
  const elementsOf = (start: number): readonly number[] => {
    const found = known.get(start) ?? parserAt(start).elements();
    known.set(start, found);
    return found;
  };
  return (path) => {
    let at = parserAt(0).locate([]);
    for (const step of path) {
      const next = typeof step === 'number' ? elementsOf(at)[step] : parserAt(at).enter(step);
      if (next === undefined) break;
      at = next;
    }
    return at;
  };
}

/** The value of the first key with this name in the object that opens at `open`. */
function locateKey(text: string, open: number, name: string, depth: number): number {
  return new Parser(text, depth, open).locate([name]);
}

const number = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?/y;
const words: readonly (readonly [string, Json])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
];

class Parser {
  readonly spellings: Spelling[] = [];
  readonly #path: (string | number)[] = [];
  #at: number;

  constructor(
    readonly text: string,
    readonly depth: number,
    start = 0,
  ) {
    this.#at = start;
  }

  value(depth: number): Json {
    const character = this.#next();
    if (character === '{' || character === '[') {
      if (depth >= this.depth) {
        const message = `objects and arrays nest deeper than ${this.depth} levels`;
        throw new Problem('nesting-too-deep', message, this.#at, 'no Kubernetes object nests this deep');
      }
      return character === '{' ? this.#object(depth) : this.#array(depth);
    }
    if (character === '"') return this.#string();
    for (const [word, value] of words) {
      if (this.text.startsWith(word, this.#at)) {
        this.#at += word.length;
        return value;
      }
    }
    return this.#number();
  }

  end(): void {
    if (this.#next() !== '') this.#fail('there is more after the end of the value');
  }

  locate(path: DocumentPath): number {
    this.#next();
    let found = this.#at;
    for (const step of path) {
      const start = this.enter(step);
      if (start === undefined) break;
      found = start;
    }
    return found;
  }

  /** Where the elements of the array that starts here start; none where it is no array. */
  elements(): number[] {
    const starts: number[] = [];
    if (this.#next() !== '[') return starts;
    this.#at++;
    while (this.#next() !== ']') {
      if (this.#next() === ',') this.#at++;
      this.#next();
      starts.push(this.#at);
      this.value(0);
    }
    return starts;
  }

  /** Moves to the value of a key or index of the value that starts here. */
  enter(step: string | number): number | undefined {
    const open = this.#next();
    const close = open === '{' ? '}' : ']';
    if ((open !== '{' && open !== '[') || (open === '[') !== (typeof step === 'number')) return undefined;
    this.#at++;
    for (let index = 0; this.#next() !== close; index++) {
      if (this.#next() === ',') this.#at++;
      this.#next();
      const name = open === '[' ? index : this.#key();
      this.#next();
      if (name === step) return this.#at;
      this.value(0);
    }
    return undefined;
  }

  #key(): string {
    const name = this.#string();
    this.#expect(':');
    return name;
  }

  #object(depth: number): Json {
    const object = emptyObject();
    const open = this.#at++;
    if (this.#next() === '}') {
      this.#at++;
      return object;
    }
    for (;;) {
      if (this.#next() !== '"') this.#fail('expected a key in double quotes');
      const start = this.#at;
      const name = this.#key();
      if (name in object) throw duplicateKey(name, locateKey(this.text, open, name, this.depth), start);
      this.#path.push(name);
      object[name] = this.value(depth + 1);
      this.#path.pop();
      if (this.#next() === '}') break;
      this.#expect(',');
    }
    this.#at++;
    return object;
  }

  #array(depth: number): Json {
    const array: Json[] = [];
    this.#at++;
    if (this.#next() === ']') {
      this.#at++;
      return array;
    }
    for (;;) {
      this.#path.push(array.length);
      array.push(this.value(depth + 1));
      this.#path.pop();
      if (this.#next() === ']') break;
      this.#expect(',');
    }
    this.#at++;
    return array;
  }

  #string(): string {
    const start = this.#at;
    const text = this.text;
    for (let at = start + 1; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === 0x22) {
        this.#at = at + 1;
        return text.slice(start + 1, at);
      }
      if (code === 0x5c) return this.#escaped(start);
      if (code < 0x20) this.#failAt(at, 'a control character in a string has to be escaped');
    }
    return this.#failAt(start, 'the string has no end');
  }

  #escaped(start: number): string {
    const text = this.text;
    let at = start + 1;
    while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
    if (at >= text.length) this.#failAt(start, 'the string has no end');
    this.#at = at + 1;
    try {
      const value: unknown = JSON.parse(text.slice(start, at + 1));
      if (typeof value === 'string') return wellFormed(value);
    } catch {
      // JSON.parse says where in words only.
    }
    return this.#failAt(start, 'the string has an escape or a character that JSON does not have');
  }

  #number(): Json {
    number.lastIndex = this.#at;
    const text = number.exec(this.text)?.[0];
    if (text === undefined) {
      const found = this.text.slice(this.#at, this.#at + 10);
      return this.#fail(found === '' ? 'the text ends before the value does' : `unexpected ${quoted(found)}`);
    }
    const value = Number(text);
    if (!Number.isFinite(value)) {
      // Well-formed, so that it is not read as YAML, where it would be a string.
      throw new Problem(
        'wrong-type',
        `the number ${quoted(text)} is out of range`,
        this.#at,
        'give a smaller number',
      );
    }
    this.#at += text.length;
    if (String(value) !== text) this.spellings.push({ path: [...this.#path], text });
    // Go keeps an integer that fits 64 bits as one, so `-0` is 0.
    return value === 0 && /^-?0$/.test(text) ? 0 : value;
  }

  /** The next character that is no white space, or nothing at the end. */
  #next(): string {
    for (;;) {
      const code = this.text.charCodeAt(this.#at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return this.text.charAt(this.#at);
      this.#at++;
    }
  }

  #expect(character: string): void {
    if (this.#next() !== character) {
      const found = this.text.slice(this.#at, this.#at + 10);
      this.#fail(
        found === ''
          ? 'the text ends before the value does'
          : `expected ${quoted(character)}, found ${quoted(found)}`,
      );
    }
    this.#at++;
  }

  #fail(message: string): never {
    return this.#failAt(this.#at, message);
  }

  #failAt(offset: number, message: string): never {
    throw new Problem('json-syntax', message, offset, 'correct the JSON');
  }
}
