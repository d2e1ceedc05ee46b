import { code, isBlank, isBlankOrEnd, isBreak, isBreakOrEnd, isDigit, type SourceCursor } from './source.js';
import { syntaxError, type Token, token } from './token.js';

// Part of the port of libyaml's scanner; scanner.ts says from where, and under which license.

const quoteHint = 'close the quote, or quote the whole value';

/** A `|` or `>` scalar; `parentIndent` is the indentation of the block that it is in. */
export function scanBlockScalar(source: SourceCursor, literal: boolean, parentIndent: number): Token {
  const start = source.position;
  source.skip();
  const { chomping, increment } = scanBlockHeader(source, start);
  let indent = increment === 0 ? 0 : Math.max(parentIndent, 0) + increment;
  let trailing: string;
  [indent, trailing] = scanBlockBreaks(source, indent, parentIndent);
  const parts: string[] = [];
  let leading = '';
  let leadingBlank = false;
  while (source.column === indent && source.peek() !== 0) {
    const trailingBlank = isBlank(source.peek());
    if (!literal && !leadingBlank && !trailingBlank && leading === '\n') {
      if (trailing === '') parts.push(' ');
    } else parts.push(leading);
    parts.push(trailing);
    leadingBlank = trailingBlank;
    const from = source.position;
    source.skipComment();
    parts.push(source.text.slice(from, source.position));
    leading = source.readBreak();
    [indent, trailing] = scanBlockBreaks(source, indent, parentIndent);
  }
  if (chomping !== '-') parts.push(leading);
  if (chomping === '+') parts.push(trailing);
  return token('scalar', start, source.position, parts.join(''));
}

function scanBlockHeader(source: SourceCursor, start: number): { chomping: string; increment: number } {
  let chomping = '';
  let increment = 0;
  const chomp = (): boolean => {
    const character = source.peek();
    if (character !== code.plus && character !== code.dash) return false;
    chomping = String.fromCharCode(character);
    source.skip();
    return true;
  };
  const indent = (): void => {
    if (!isDigit(source.peek())) return;
    increment = source.peek() - code.zero;
    if (increment === 0) throw syntaxError('a block scalar has the indentation indicator 0', source.position);
    source.skip();
  };
  if (chomp()) indent();
  else {
    indent();
    if (increment > 0) chomp();
  }
  source.skipBlanks();
  if (source.peek() === code.hash) source.skipComment();
  if (!isBreakOrEnd(source.peek())) {
    const hint = 'start the text of a block scalar on the line below the `|` or `>`';
    throw syntaxError(
      'did not find expected comment or line break after the block scalar indicator',
      start,
      hint,
    );
  }
  source.readBreak();
  return { chomping, increment };
}

/** The indentation (found where it is 0) and the breaks in front of the next line with content. */
function scanBlockBreaks(source: SourceCursor, indent: number, parentIndent: number): [number, string] {
  let breaks = '';
  let deepest = 0;
  for (;;) {
    while ((indent === 0 || source.column < indent) && source.peek() === code.space) source.skip();
    deepest = Math.max(deepest, source.column);
    if ((indent === 0 || source.column < indent) && source.peek() === code.tab) {
      throw syntaxError(
        'found a tab character where an indentation space is expected',
        source.position,
        'indent with spaces',
      );
    }
    if (!isBreak(source.peek())) break;
    breaks += source.readBreak();
  }
  return [indent === 0 ? Math.max(deepest, parentIndent + 1, 1) : indent, breaks];
}

/** What white space and line breaks between the parts of a scalar mean. */
class Folding {
  #blanks = '';
  #first = '';
  #rest = '';
  onNewLine = false;

  /** Takes the white space and the breaks that follow; `check` sees each blank at the start of a line. */
  read(source: SourceCursor, check?: () => void): void {
    while (isBlank(source.peek()) || isBreak(source.peek())) {
      if (isBreak(source.peek())) {
        this.#blanks = '';
        if (this.onNewLine) this.#rest += source.readBreak();
        else this.#first += source.readBreak();
        this.onNewLine = true;
        continue;
      }
      if (this.onNewLine) check?.();
      else this.#blanks += source.text.charAt(source.position);
      source.skip();
    }
  }

  get pending(): boolean {
    return this.onNewLine || this.#blanks !== '';
  }

  take(): string {
    const folded = this.#first.startsWith('\n') ? this.#rest || ' ' : this.#first + this.#rest;
    const text = this.onNewLine ? folded : this.#blanks;
    this.#blanks = '';
    this.#first = '';
    this.#rest = '';
    this.onNewLine = false;
    return text;
  }
}

export function scanPlainScalar(
  source: SourceCursor,
  inFlow: boolean,
  indent: number,
): { token: Token; multiLine: boolean } {
  const start = source.position;
  let end = start;
  const parts: string[] = [];
  const folding = new Folding();
  for (;;) {
    if (source.atDocumentMark(code.dash) || source.atDocumentMark(code.dot)) break;
    if (source.peek() === code.hash) break;
    const from = source.position;
    for (let character = source.peek(); !isBlankOrEnd(character); character = source.peek()) {
      if (character === code.colon && isBlankOrEnd(source.peek(1))) break;
      if (inFlow && endsPlainInFlow(character)) break;
      source.skip();
    }
    if (source.position > from) {
      if (folding.pending) parts.push(folding.take());
      parts.push(source.text.slice(from, source.position));
      end = source.position;
    }
    if (!isBlank(source.peek()) && !isBreak(source.peek())) break;
    folding.read(source, () => {
      if (source.column < indent && source.peek() === code.tab) {
        throw syntaxError(
          'found a tab character that violates indentation',
          source.position,
          'indent with spaces',
        );
      }
    });
    if (!inFlow && source.column < indent) break;
  }
  return { token: token('scalar', start, end, parts.join(''), '', true), multiLine: folding.onNewLine };
}

function endsPlainInFlow(character: number): boolean {
  return (
    character === code.comma ||
    character === code.question ||
    character === code.openBracket ||
    character === code.closeBracket ||
    character === code.openBrace ||
    character === code.closeBrace
  );
}

export function scanQuotedScalar(source: SourceCursor, single: boolean): Token {
  const start = source.position;
  const quote = single ? code.singleQuote : code.doubleQuote;
  source.skip();
  const parts: string[] = [];
  const folding = new Folding();
  for (;;) {
    if (source.atDocumentMark(code.dash) || source.atDocumentMark(code.dot)) {
      throw syntaxError('found a document indicator in a quoted scalar', start, quoteHint);
    }
    if (source.peek() === 0)
      throw syntaxError('found unexpected end of stream in a quoted scalar', start, quoteHint);
    readQuotedWord(source, single, parts, folding);
    if (source.peek() === quote) break;
    folding.read(source);
    parts.push(folding.take());
  }
  source.skip();
  return token('scalar', start, source.position, parts.join(''));
}

/** Up to white space, a break or the closing quote. */
function readQuotedWord(source: SourceCursor, single: boolean, parts: string[], folding: Folding): void {
  let from = source.position;
  const flush = (): void => {
    if (source.position > from) parts.push(source.text.slice(from, source.position));
  };
  for (let character = source.peek(); !isBlankOrEnd(character); character = source.peek()) {
    if (single && character === code.singleQuote) {
      if (source.peek(1) !== code.singleQuote) break;
      flush();
      parts.push("'");
      source.skip(2);
      from = source.position;
    } else if (!single && character === code.doubleQuote) break;
    else if (!single && character === code.backslash) {
      flush();
      if (isBreak(source.peek(1))) {
        source.skip();
        source.readBreak();
        folding.onNewLine = true;
        from = source.position;
        break;
      }
      parts.push(readEscape(source));
      from = source.position;
    } else source.skip();
  }
  flush();
}

const escapes: ReadonlyMap<string, string> = new Map([
  ['0', '\0'],
  ['a', '\x07'],
  ['b', '\b'],
  ['t', '\t'],
  ['\t', '\t'],
  ['n', '\n'],
  ['v', '\v'],
  ['f', '\f'],
  ['r', '\r'],
  ['e', '\x1b'],
  [' ', ' '],
  ['"', '"'],
  ["'", "'"],
  ['\\', '\\'],
  ['N', '\x85'],
  ['_', '\xa0'],
  ['L', '\u2028'],
  ['P', '\u2029'],
]);
const escapeLengths: ReadonlyMap<string, number> = new Map([
  ['x', 2],
  ['u', 4],
  ['U', 8],
]);

function readEscape(source: SourceCursor): string {
  const at = source.position;
  const letter = source.text.charAt(at + 1);
  const simple = escapes.get(letter);
  if (simple !== undefined) {
    source.skip(2);
    return simple;
  }
  const length = escapeLengths.get(letter);
  if (length === undefined) {
    throw syntaxError(
      'found unknown escape character in double quotes',
      at,
      'use single quotes, or `\\\\` for a backslash',
    );
  }
  const digits = source.text.slice(at + 2, at + 2 + length);
  if (digits.length < length || !/^[0-9a-fA-F]+$/.test(digits)) {
    throw syntaxError('did not find expected hexadecimal number in an escape', at);
  }
  const value = Number.parseInt(digits, 16);
  if ((value >= 0xd800 && value <= 0xdfff) || value > 0x10ffff) {
    throw syntaxError(
      'found invalid Unicode character escape code',
      at,
      'write the character itself; a pair of surrogates is JSON, not YAML',
    );
  }
  source.skip(2 + length);
  return String.fromCodePoint(value);
}
