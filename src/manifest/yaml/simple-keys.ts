import type { Problem } from '../problem.js';
import type { SourceCursor } from './source.js';
import { syntaxError } from './token.js';

// Part of the port of libyaml's scanner; scanner.ts says from where, and under which license.

/** Where a key may start that only its `:` shows to be one. */
export interface SimpleKey {
  possible: boolean;
  readonly required: boolean;
  readonly tokenNumber: number;
  readonly position: number;
  readonly line: number;
  readonly column: number;
}

/** libyaml's own bound on the characters of a key without `?`. */
const maxLength = 1024;

/** The possible key of each flow level that is open. */
export class SimpleKeys {
  readonly #source: SourceCursor;
  readonly #stack: SimpleKey[] = [impossible(0)];
  readonly #byToken = new Map<number, number>();

  constructor(source: SourceCursor) {
    this.#source = source;
  }

  get last(): SimpleKey {
    return this.#stack[this.#stack.length - 1] ?? impossible(0);
  }

  /** Whether the token may turn out to be the start of a key. */
  mayStartAt(tokenNumber: number): boolean {
    const index = this.#byToken.get(tokenNumber);
    const key = index === undefined ? undefined : this.#stack[index];
    return key !== undefined && this.isValid(key);
  }

  /** A key ends in the line in which it starts. */
  isValid(key: SimpleKey): boolean {
    if (!key.possible) return false;
    if (key.line === this.#source.line && !this.#isTooLong(key)) return true;
    if (key.required) throw missingColon(key);
    key.possible = false;
    return false;
  }

  save(tokenNumber: number, required: boolean): void {
    const { position, line, column } = this.#source;
    this.remove();
    const index = this.#stack.length - 1;
    this.#stack[index] = { possible: true, required, tokenNumber, position, line, column };
    this.#byToken.set(tokenNumber, index);
  }

  remove(): void {
    const key = this.last;
    if (!key.possible) return;
    if (key.required) throw missingColon(key);
    this.use(key);
  }

  /** The key is one, or cannot be one any more. */
  use(key: SimpleKey): void {
    key.possible = false;
    this.#byToken.delete(key.tokenNumber);
  }

  openLevel(tokenNumber: number): void {
    this.#stack.push(impossible(tokenNumber));
  }

  closeLevel(): void {
    this.#byToken.delete(this.last.tokenNumber);
    this.#stack.pop();
  }

  #isTooLong(key: SimpleKey): boolean {
    const { position, text } = this.#source;
    if (position - key.position <= maxLength) return false;
    if (position - key.position > 2 * maxLength) return true;
    return Array.from(text.slice(key.position, position)).length > maxLength;
  }
}

function impossible(tokenNumber: number): SimpleKey {
  return { possible: false, required: false, tokenNumber, position: 0, line: 0, column: 0 };
}

function missingColon(key: SimpleKey): Problem {
  const hint = 'end the key in `:`, or indent the line as a part of what is above';
  return syntaxError("could not find expected ':'", key.position, hint);
}
