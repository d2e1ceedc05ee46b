/** Characters, by code; 0 is the end of the text, which has no NUL. */
export const code = {
  tab: 0x09,
  lineFeed: 0x0a,
  carriageReturn: 0x0d,
  space: 0x20,
  exclamation: 0x21,
  doubleQuote: 0x22,
  hash: 0x23,
  percent: 0x25,
  ampersand: 0x26,
  singleQuote: 0x27,
  asterisk: 0x2a,
  plus: 0x2b,
  comma: 0x2c,
  dash: 0x2d,
  dot: 0x2e,
  zero: 0x30,
  colon: 0x3a,
  less: 0x3c,
  greater: 0x3e,
  question: 0x3f,
  at: 0x40,
  openBracket: 0x5b,
  backslash: 0x5c,
  closeBracket: 0x5d,
  backquote: 0x60,
  openBrace: 0x7b,
  bar: 0x7c,
  closeBrace: 0x7d,
  nextLine: 0x85,
  lineSeparator: 0x2028,
  paragraphSeparator: 0x2029,
} as const;

export function isBlank(character: number): boolean {
  return character === code.space || character === code.tab;
}

/** YAML 1.1 has five line breaks, YAML 1.2 and most readers two. */
export function isBreak(character: number): boolean {
  return (
    character === code.lineFeed ||
    character === code.carriageReturn ||
    character === code.nextLine ||
    character === code.lineSeparator ||
    character === code.paragraphSeparator
  );
}

export function isBreakOrEnd(character: number): boolean {
  return character === 0 || isBreak(character);
}

export function isBlankOrEnd(character: number): boolean {
  return character === code.space || character === code.tab || character === 0 || isBreak(character);
}

export function isDigit(character: number): boolean {
  return character >= 0x30 && character <= 0x39;
}

/** What an anchor and a tag handle are made of. */
export function isAlpha(character: number): boolean {
  return (
    isDigit(character) ||
    (character >= 0x41 && character <= 0x5a) ||
    (character >= 0x61 && character <= 0x7a) ||
    character === 0x5f ||
    character === code.dash
  );
}

/** A position in the text of a document. */
export class SourceCursor {
  position = 0;
  line = 0;
  lineStart = 0;

  constructor(readonly text: string) {
    // A byte order mark says the encoding and is no text.
    if (text.startsWith('\u{feff}')) this.lineStart = this.position = 1;
  }

  get column(): number {
    return this.position - this.lineStart;
  }

  /** The character `ahead` of the position. */
  peek(ahead = 0): number {
    const at = this.position + ahead;
    return at < this.text.length ? this.text.charCodeAt(at) : 0;
  }

  skip(count = 1): void {
    this.position += count;
  }

  skipBlanks(): void {
    while (isBlank(this.peek())) this.position++;
  }

  /** To the end of the line. */
  skipComment(): void {
    while (!isBreakOrEnd(this.peek())) this.position++;
  }

  /** Moves behind a line break and says what it means: a line feed, but for LS and PS. */
  readBreak(): string {
    const character = this.peek();
    if (!isBreak(character)) return '';
    this.position += character === code.carriageReturn && this.peek(1) === code.lineFeed ? 2 : 1;
    this.line++;
    this.lineStart = this.position;
    const separator = character === code.lineSeparator || character === code.paragraphSeparator;
    return separator ? String.fromCharCode(character) : '\n';
  }

  /** Whether the line starts with `---` or `...` (given by its character) and nothing else follows directly. */
  atDocumentMark(character: number): boolean {
    return (
      this.column === 0 &&
      this.peek() === character &&
      this.peek(1) === character &&
      this.peek(2) === character &&
      isBlankOrEnd(this.peek(3))
    );
  }
}
