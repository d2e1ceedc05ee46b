import type { Place } from '../diagnostics.js';

/** Line and column of a byte in a stream, moved forward with the bytes that pass. */
export class Cursor {
  line: number;
  column: number;

  constructor(
    readonly file: string,
    line = 1,
    column = 1,
  ) {
    this.line = line;
    this.column = column;
  }

  get place(): Place & { readonly line: number; readonly column: number } {
    return { file: this.file, line: this.line, column: this.column };
  }

  advance(bytes: Buffer): void {
    let lineStart = 0;
    for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, lineStart)) {
      this.line++;
      this.column = 1;
      lineStart = at + 1;
    }
    this.column += utf16Length(bytes, lineStart);
  }
}

function utf16Length(bytes: Buffer, from: number): number {
  let length = 0;
  for (let at = from; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if ((byte & 0xc0) !== 0x80) length += byte >= 0xf0 ? 2 : 1;
  }
  return length;
}
