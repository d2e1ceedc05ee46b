/*!
 * YAML as kubectl reads it: a port of the scanner of go.yaml.in/yaml/v2 v2.4.4 (scannerc.go), which is a port of
 * libyaml 0.1. The npm package `yaml` reads YAML 1.2: of 30,000 mutated snippets it gave 881 another value than
 * goyaml, and took 859 that goyaml refuses. To goyaml, LS, PS and NEL are line breaks, say, so that what is the end of
 * a comment to others is a field of the pod to kubectl.
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
import type { Problem } from '../problem.js';
import { scanBlockScalar, scanPlainScalar, scanQuotedScalar } from './scalars.js';
import { SimpleKeys } from './simple-keys.js';
import { code, isBlank, isBlankOrEnd, isBreak, SourceCursor } from './source.js';
import { scanAnchor, scanTag } from './tags.js';
import { syntaxError, type Token, type TokenType, token } from './token.js';

/** Tokens of one document stream. Throws a Problem. */
export class Scanner {
  readonly #source: SourceCursor;
  #tokens: Token[] = [];
  #head = 0;
  /** Tokens that were taken. */
  #taken = 0;
  #ended = false;
  #flowLevel = 0;
  #indent = -1;
  readonly #indents: number[] = [];
  #simpleKeyAllowed = true;
  readonly #keys: SimpleKeys;

  constructor(text: string) {
    this.#source = new SourceCursor(text);
    this.#keys = new SimpleKeys(this.#source);
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
        if (!this.#keys.mayStartAt(this.#taken)) return;
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
    if (character === 0) {
      this.#fetchStreamEnd();
      return;
    }
    if (source.column === 0 && character === code.percent) {
      this.#fetchDirective();
      return;
    }
    if (source.atDocumentMark(code.dash)) {
      this.#fetchDocumentMark('document start');
      return;
    }
    if (source.atDocumentMark(code.dot)) {
      this.#fetchDocumentMark('document end');
      return;
    }
    const blankFollows = isBlankOrEnd(source.peek(1));
    const inFlow = this.#flowLevel > 0;
    switch (character) {
      case code.openBracket:
        this.#fetchFlowStart('[');
        return;
      case code.openBrace:
        this.#fetchFlowStart('{');
        return;
      case code.closeBracket:
        this.#fetchFlowEnd(']');
        return;
      case code.closeBrace:
        this.#fetchFlowEnd('}');
        return;
      case code.comma:
        this.#fetchFlowEntry();
        return;
      case code.dash:
        if (blankFollows) {
          this.#fetchBlockEntry();
          return;
        }
        break;
      case code.question:
        if (inFlow || blankFollows) {
          this.#fetchKey();
          return;
        }
        break;
      case code.colon:
        if (inFlow || blankFollows) {
          this.#fetchValue();
          return;
        }
        break;
      case code.asterisk:
        this.#fetchScanned(() => scanAnchor(source, 'alias'));
        return;
      case code.ampersand:
        this.#fetchScanned(() => scanAnchor(source, 'anchor'));
        return;
      case code.exclamation:
        this.#fetchScanned(() => scanTag(source));
        return;
      case code.bar:
        if (!inFlow) {
          this.#fetchBlockScalar(true);
          return;
        }
        break;
      case code.greater:
        if (!inFlow) {
          this.#fetchBlockScalar(false);
          return;
        }
        break;
      case code.singleQuote:
        this.#fetchScanned(() => scanQuotedScalar(source, true));
        return;
      case code.doubleQuote:
        this.#fetchScanned(() => scanQuotedScalar(source, false));
        return;
    }
    if (this.#startsPlain(character)) {
      this.#fetchPlainScalar();
      return;
    }
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
    if (character === code.tab)
      return syntaxError('found a tab where YAML wants spaces', position, 'indent with spaces');
    const shown = `\`${character === code.backquote ? '\\`' : String.fromCharCode(character)}\``;
    return syntaxError(`found ${shown}, which cannot start any token`, position, 'quote the value');
  }

  #add(type: TokenType, length: number): void {
    const start = this.#source.position;
    this.#source.skip(length);
    this.#tokens.push(token(type, start, this.#source.position));
  }

  #saveSimpleKey(): void {
    if (!this.#simpleKeyAllowed) return;
    this.#keys.save(this.#nextNumber, this.#flowLevel === 0 && this.#indent === this.#source.column);
  }

  /** The number of the token that is scanned next. */
  get #nextNumber(): number {
    return this.#taken + this.#tokens.length - this.#head;
  }

  /** Opens a block collection at the column, if it is deeper than what is open; `number` is the token it goes before. */
  #rollIndent(column: number, type: TokenType, position: number, number?: number): void {
    if (this.#flowLevel > 0 || this.#indent >= column) return;
    this.#indents.push(this.#indent);
    this.#indent = column;
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

  #fetchStreamEnd(): void {
    this.#unrollIndent(-1);
    this.#keys.remove();
    this.#simpleKeyAllowed = false;
    this.#ended = true;
    this.#add('stream end', 0);
  }

  /** What it says does not matter: kubectl cuts the text at the `---` behind it, and so refuses it (YAMLReader). */
  #fetchDirective(): void {
    this.#unrollIndent(-1);
    this.#keys.remove();
    this.#simpleKeyAllowed = false;
    const { position } = this.#source;
    this.#source.skipComment();
    this.#tokens.push(token('directive', position, this.#source.position));
  }

  #fetchDocumentMark(type: TokenType): void {
    this.#unrollIndent(-1);
    this.#keys.remove();
    this.#simpleKeyAllowed = false;
    this.#add(type, 3);
  }

  #fetchFlowStart(type: TokenType): void {
    this.#saveSimpleKey();
    this.#keys.openLevel(this.#nextNumber);
    this.#flowLevel++;
    this.#simpleKeyAllowed = true;
    this.#add(type, 1);
  }

  #fetchFlowEnd(type: TokenType): void {
    this.#keys.remove();
    if (this.#flowLevel > 0) {
      this.#flowLevel--;
      this.#keys.closeLevel();
    }
    this.#simpleKeyAllowed = false;
    this.#add(type, 1);
  }

  #fetchFlowEntry(): void {
    this.#keys.remove();
    this.#simpleKeyAllowed = true;
    this.#add(',', 1);
  }

  #fetchBlockEntry(): void {
    const { position, column } = this.#source;
    if (this.#flowLevel === 0) {
      if (!this.#simpleKeyAllowed) {
        throw syntaxError(
          'block sequence entries are not allowed in this context',
          position,
          'start the `-` on a line of its own',
        );
      }
      this.#rollIndent(column, 'block sequence start', position);
    }
    this.#keys.remove();
    this.#simpleKeyAllowed = true;
    this.#add('-', 1);
  }

  #fetchKey(): void {
    const { position, column } = this.#source;
    if (this.#flowLevel === 0) {
      if (!this.#simpleKeyAllowed)
        throw syntaxError('mapping keys are not allowed in this context', position);
      this.#rollIndent(column, 'block mapping start', position);
    }
    this.#keys.remove();
    this.#simpleKeyAllowed = this.#flowLevel === 0;
    this.#add('key', 1);
  }

  #fetchValue(): void {
    const { position, column } = this.#source;
    const key = this.#keys.last;
    if (this.#keys.isValid(key)) {
      const start = token('key', key.position, key.position);
      this.#tokens.splice(this.#head + key.tokenNumber - this.#taken, 0, start);
      this.#rollIndent(key.column, 'block mapping start', key.position, key.tokenNumber);
      this.#keys.use(key);
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
    this.#keys.remove();
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
