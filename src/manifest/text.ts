import type { Place } from '../diagnostics.js';

/** The text of one document and where in its file it starts. */
export class Text {
  #lineStarts: number[] | undefined;

  constructor(
    readonly file: string,
    readonly text: string,
    /** Line and column, from 1, of the first character. */
    readonly line: number,
    readonly column: number,
  ) {}

  /** Columns count UTF-16 units, as SARIF's default and editors do. */
  placeAt(offset: number): Place {
    // The end of the text is the end of its last line with text.
    const at = offset < this.text.length ? offset : this.text.trimEnd().length;
    this.#lineStarts ??= lineStarts(this.text);
    const starts = this.#lineStarts;
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= at) low = middle;
      else high = middle - 1;
    }
    const column = at - (starts[low] ?? 0) + 1;
    return { file: this.file, line: this.line + low, column: low === 0 ? column + this.column - 1 : column };
  }
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
