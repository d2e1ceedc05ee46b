/** Text for people: colours, width, and nothing in it that could steer a terminal. */
import { stripVTControlCharacters } from 'node:util';
import picocolors from 'picocolors';

export interface Style {
  readonly colors: boolean;
  /** Columns to wrap at; undefined where nobody counts them: a file, a pipe. */
  readonly width?: number;
}

export type Paint = ReturnType<typeof picocolors.createColors>;

export function paintFor(style: Style): Paint {
  return picocolors.createColors(style.colors);
}

/** User input as it can be shown on one line: a manifest must not move the cursor or colour what follows. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '·');
}

/** The text in lines of at most the width, words kept whole, each line but the first after the indentation. */
export function wrap(text: string, indent: number, width: number | undefined): string {
  if (width === undefined) return text;
  const room = Math.max(20, width - indent);
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && columnsOf(`${line} ${word}`) > room) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  lines.push(line);
  return lines.join(`\n${' '.repeat(indent)}`);
}

/** Without the colours. */
function columnsOf(text: string): number {
  return stripVTControlCharacters(text).length;
}

/** `1 file`, `2 files`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** Rows with their columns in line. The last column is wrapped. */
export function table(rows: readonly (readonly string[])[], indent: number, width?: number): string {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: Math.max(0, columns - 1) }, (_, at) =>
    Math.max(0, ...rows.map((row) => row[at]?.length ?? 0)),
  );
  const before = indent + widths.reduce((sum, each) => sum + each + 2, 0);
  return rows
    .map((row) => {
      const cells = widths.map((each, at) => `${(row[at] ?? '').padEnd(each)}  `);
      const last = wrap(row[columns - 1] ?? '', before, width);
      return `${' '.repeat(indent)}${cells.join('')}${last}`.trimEnd();
    })
    .map((line) => `${line}\n`)
    .join('');
}
