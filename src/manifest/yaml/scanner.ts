/*!
 * YAML as kubectl reads it: a port of the scanner of go.yaml.in/yaml/v2 v2.4.4 (scannerc.go), which is a port of
 * libyaml 0.1. The npm package `yaml` reads YAML 1.2 and differs: in fuzzing, every thirtieth text that both take
 * means another value (LS, PS and NEL are line breaks here, so that what is a comment there is a field here).
 *
 * Copyright (c) 2006 Kirill Simonov
 *
 * Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
 * documentation files (the "Software"), to deal in the Software without restriction, including without limitation
 * the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and
 * to permit persons to whom the Software is furnished to do so, subject to the following conditions:
 *
 * The above copyright notice and this permission notice shall be included in all copies or substantial portions of
 * the Software.
 *
 * THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO
 * THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
 * AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT,
 * TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
 * SOFTWARE.
 */
import { Problem } from '../problem.js';
import { scanBlockScalar, scanPlainScalar, scanQuotedScalar } from './scalars.js';
import { code, isBlank, isBlankOrEnd, isBreak, SourceCursor } from './source.js';
import { scanAnchor, scanTag } from './tags.js';
import { syntaxError, type Token, type TokenType, token } from './token.js';

/** Where a key may start that only its `:` shows to be one. */
interface SimpleKey {
  possible: boolean;
  readonly required: boolean;
  readonly tokenNumber: number;
  readonly position: number;
  readonly line: number;
  readonly column: number;
}

/** libyaml's own bound on the characters of a key without `?`. */
const maxSimpleKey = 1024;

/** Tokens of one document stream. Throws a Problem. */
export class Scanner {
  readonly #source: SourceCursor;
  readonly #maxDepth: number;
  #tokens: Token[] = [];
  #head = 0;
  /** Tokens that were taken. */
  #taken = 0;
  #ended = false;
  #flowLevel = 0;
  #indent = -1;
  readonly #indents: number[] = [];
  #simpleKeyAllowed = true;
  readonly #simpleKeys: SimpleKey[];
  readonly #simpleKeyByToken = new Map<number, number>();

  constructor(text: string, maxDepth: number) {
    this.#source = new SourceCursor(text);
    this.#maxDepth = maxDepth;
    this.#simpleKeys = [this.#noSimpleKey()];
  }

  peek(): Token {
    this.#fetchMore();
    const next = this.#tokens[this.#head];
    // After the end of the stream there is nothing but its end.
    return next ?? token('stream end', this.#source.text.length, this.#source.text.length);
  }

  next(): Token {
    const next = this.peek();
    if (next.type === 'stream end') return next;
    this.#head++;
    this.#taken++;
    if (this.#head > 256) {
      this.#tokens = this.#tokens.slice(this.#head);
      this.#head = 0;
    }
    return next;
  }

  #fetchMore(): void {
    for (;;) {
      if (this.#head < this.#tokens.length) {
        // The next token is certain unless it may turn out to be a key.
        const index = this.#simpleKeyByToken.get(this.#taken);
        const key = index === undefined ? undefined : this.#simpleKeys[index];
        if (key === undefined || !this.#isValid(key)) return;
      }
      if (this.#ended) return;
      this.#fetchNext();
    }
  }

  #fetchNext(): void {
    const source = this.#source;
    this.#toNextToken();
    this.#unrollIndent(source.column);
    const character = source.peek();
    if (character === 0) return this.#fetchStreamEnd();
    if (source.column === 0 && character === code.percent) return this.#fetchDirective();
    if (source.atDocumentMark(code.dash)) return this.#fetchDocumentMark('document start');
    if (source.atDocumentMark(code.dot)) return this.#fetchDocumentMark('document end');
    const blankFollows = isBlankOrEnd(source.peek(1));
    const inFlow = this.#flowLevel > 0;
    switch (character) {
      case code.openBracket:
        return this.#fetchFlowStart('[');
      case code.openBrace:
        return this.#fetchFlowStart('{');
      case code.closeBracket:
        return this.#fetchFlowEnd(']');
      case code.closeBrace:
        return this.#fetchFlowEnd('}');
      case code.comma:
        return this.#fetchFlowEntry();
      case code.dash:
        if (blankFollows) return this.#fetchBlockEntry();
        break;
      case code.question:
        if (inFlow || blankFollows) return this.#fetchKey();
        break;
      case code.colon:
        if (inFlow || blankFollows) return this.#fetchValue();
        break;
      case code.asterisk:
        return this.#fetchScanned(() => scanAnchor(source, 'alias'));
      case code.ampersand:
        return this.#fetchScanned(() => scanAnchor(source, 'anchor'));
      case code.exclamation:
        return this.#fetchScanned(() => scanTag(source));
      case code.bar:
        if (!inFlow) return this.#fetchBlockScalar(true);
        break;
      case code.greater:
        if (!inFlow) return this.#fetchBlockScalar(false);
        break;
      case code.singleQuote:
        return this.#fetchScanned(() => scanQuotedScalar(source, true));
      case code.doubleQuote:
        return this.#fetchScanned(() => scanQuotedScalar(source, false));
    }
    if (this.#startsPlain(character)) return this.#fetchPlainScalar();
    throw this.#unexpected(character);
  }

  #startsPlain(character: number): boolean {
    switch (character) {
      case code.dash:
        return !isBlank(this.#source.peek(1));
      case code.question:
      case code.colon:
        return this.#flowLevel === 0 && !isBlankOrEnd(this.#source.peek(1));
      case code.hash:
      case code.bar:
      case code.greater:
      case code.percent:
      case code.at:
      case code.backquote:
        return false;
      default:
        return !isBlankOrEnd(character);
    }
  }

  #unexpected(character: number): Problem {
    const { position } = this.#source;
    if (character === code.tab) return syntaxError('found a tab where YAML wants spaces', position, 'indent with spaces');
    const shown = `\`${character === code.backquote ? '\\`' : String.fromCharCode(character)}\``;
    return syntaxError(`found ${shown}, which cannot start any token`, position, 'quote the value');
  }

  #add(type: TokenType, length: number): void {
    const start = this.#source.position;
    this.#source.skip(length);
    this.#tokens.push(token(type, start, this.#source.position));
  }

  #isValid(key: SimpleKey): boolean {
    if (!key.possible) return false;
    if (key.line === this.#source.line && !this.#isTooLong(key)) return true;
    if (key.required) throw this.#missingColon(key);
    key.possible = false;
    return false;
  }

  #isTooLong(key: SimpleKey): boolean {
    const { position, text } = this.#source;
    if (position - key.position <= maxSimpleKey) return false;
    if (position - key.position > 2 * maxSimpleKey) return true;
    return Array.from(text.slice(key.position, position)).length > maxSimpleKey;
  }

  #missingColon(key: SimpleKey): Problem {
    return syntaxError("could not find expected ':'", key.position, 'end the key in `:`, or indent the line as a part of what is above');
  }

  #saveSimpleKey(): void {
    if (!this.#simpleKeyAllowed) return;
    const { position, line, column } = this.#source;
    const tokenNumber = this.#taken + this.#tokens.length - this.#head;
    const required = this.#flowLevel === 0 && this.#indent === column;
    this.#removeSimpleKey();
    const last = this.#simpleKeys.length - 1;
    this.#simpleKeys[last] = { possible: true, required, tokenNumber, position, line, column };
    this.#simpleKeyByToken.set(tokenNumber, last);
  }

  #removeSimpleKey(): void {
    const key = this.#lastSimpleKey;
    if (!key.possible) return;
    if (key.required) throw this.#missingColon(key);
    key.possible = false;
    this.#simpleKeyByToken.delete(key.tokenNumber);
  }

  get #lastSimpleKey(): SimpleKey {
    return this.#simpleKeys[this.#simpleKeys.length - 1] ?? this.#noSimpleKey();
  }

  #noSimpleKey(): SimpleKey {
    const tokenNumber = this.#taken + this.#tokens.length - this.#head;
    return { possible: false, required: false, tokenNumber, position: 0, line: 0, column: 0 };
  }

  /** Opens a block collection at the column, if it is deeper than what is open; `number` is the token it goes before. */
  #rollIndent(column: number, type: TokenType, position: number, number?: number): void {
    if (this.#flowLevel > 0 || this.#indent >= column) return;
    this.#indents.push(this.#indent);
    this.#indent = column;
    if (this.#indents.length > this.#maxDepth) throw this.#tooDeep(position);
    const start = token(type, position, position);
    if (number === undefined) this.#tokens.push(start);
    else this.#tokens.splice(this.#head + number - this.#taken, 0, start);
  }

  #unrollIndent(column: number): void {
    if (this.#flowLevel > 0) return;
    while (this.#indent > column) {
      this.#add('block end', 0);
      this.#indent = this.#indents.pop() ?? -1;
    }
  }

  #tooDeep(position: number): Problem {
    const message = `mappings and sequences nest deeper than ${this.#maxDepth} levels`;
    return new Problem('nesting-too-deep', message, position, 'no Kubernetes object nests this deep');
  }

  #fetchStreamEnd(): void {
    this.#unrollIndent(-1);
    this.#removeSimpleKey();
    this.#simpleKeyAllowed = false;
    this.#ended = true;
    this.#add('stream end', 0);
  }

  /** What it says does not matter: kubectl cuts the text at the `---` behind it, and so refuses it (YAMLReader). */
  #fetchDirective(): void {
    this.#unrollIndent(-1);
    this.#removeSimpleKey();
    this.#simpleKeyAllowed = false;
    const { position } = this.#source;
    this.#source.skipComment();
    this.#tokens.push(token('directive', position, this.#source.position));
  }

  #fetchDocumentMark(type: TokenType): void {
    this.#unrollIndent(-1);
    this.#removeSimpleKey();
    this.#simpleKeyAllowed = false;
    this.#add(type, 3);
  }

  #fetchFlowStart(type: TokenType): void {
    this.#saveSimpleKey();
    this.#simpleKeys.push(this.#noSimpleKey());
    this.#flowLevel++;
    if (this.#flowLevel > this.#maxDepth) throw this.#tooDeep(this.#source.position);
    this.#simpleKeyAllowed = true;
    this.#add(type, 1);
  }

  #fetchFlowEnd(type: TokenType): void {
    this.#removeSimpleKey();
    if (this.#flowLevel > 0) {
      this.#flowLevel--;
      this.#simpleKeyByToken.delete(this.#lastSimpleKey.tokenNumber);
      this.#simpleKeys.pop();
    }
    this.#simpleKeyAllowed = false;
    this.#add(type, 1);
  }

  #fetchFlowEntry(): void {
    this.#removeSimpleKey();
    this.#simpleKeyAllowed = true;
    this.#add(',', 1);
  }

  #fetchBlockEntry(): void {
    const { position, column } = this.#source;
    if (this.#flowLevel === 0) {
      if (!this.#simpleKeyAllowed) {
        throw syntaxError('block sequence entries are not allowed in this context', position, 'start the `-` on a line of its own');
      }
      this.#rollIndent(column, 'block sequence start', position);
    }
    this.#removeSimpleKey();
    this.#simpleKeyAllowed = true;
    this.#add('-', 1);
  }

  #fetchKey(): void {
    const { position, column } = this.#source;
    if (this.#flowLevel === 0) {
      if (!this.#simpleKeyAllowed) throw syntaxError('mapping keys are not allowed in this context', position);
      this.#rollIndent(column, 'block mapping start', position);
    }
    this.#removeSimpleKey();
    this.#simpleKeyAllowed = this.#flowLevel === 0;
    this.#add('key', 1);
  }

  #fetchValue(): void {
    const { position, column } = this.#source;
    const key = this.#lastSimpleKey;
    if (this.#isValid(key)) {
      const start = token('key', key.position, key.position);
      this.#tokens.splice(this.#head + key.tokenNumber - this.#taken, 0, start);
      this.#rollIndent(key.column, 'block mapping start', key.position, key.tokenNumber);
      key.possible = false;
      this.#simpleKeyByToken.delete(key.tokenNumber);
      this.#simpleKeyAllowed = false;
    } else {
      if (this.#flowLevel === 0) {
        if (!this.#simpleKeyAllowed) {
          const hint = 'quote a value that has `: ` in it, or indent the key as its neighbours are';
          throw syntaxError('mapping values are not allowed in this context', position, hint);
        }
        this.#rollIndent(column, 'block mapping start', position);
      }
      this.#simpleKeyAllowed = this.#flowLevel === 0;
    }
    this.#add('value', 1);
  }

  /** An anchor, an alias, a tag or a quoted scalar: each may start a key, none may be followed by one. */
  #fetchScanned(scan: () => Token): void {
    this.#saveSimpleKey();
    this.#simpleKeyAllowed = false;
    this.#tokens.push(scan());
  }

  #fetchPlainScalar(): void {
    this.#saveSimpleKey();
    const scanned = scanPlainScalar(this.#source, this.#flowLevel > 0, this.#indent + 1);
    this.#simpleKeyAllowed = scanned.multiLine;
    this.#tokens.push(scanned.token);
  }

  #fetchBlockScalar(literal: boolean): void {
    this.#removeSimpleKey();
    this.#simpleKeyAllowed = true;
    this.#tokens.push(scanBlockScalar(this.#source, literal, this.#indent));
  }

  /** Passes white space and comments. Tabs are white space where no key may start. */
  #toNextToken(): void {
    const source = this.#source;
    for (;;) {
      for (;;) {
        const character = source.peek();
        const tab = character === code.tab && (this.#flowLevel > 0 || !this.#simpleKeyAllowed);
        if (character !== code.space && !tab) break;
        source.skip();
      }
      if (source.peek() === code.hash) source.skipComment();
      if (!isBreak(source.peek())) return;
      source.readBreak();
      if (this.#flowLevel === 0) this.#simpleKeyAllowed = true;
    }
  }
}
