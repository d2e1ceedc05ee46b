/**
 * Golden files: what is produced, against what is committed. A file that differs, one that is missing and one that
 * nothing produces any more are each a problem with a message of its own.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

/** Texts by path, with `/` between its parts. */
export type Files = ReadonlyMap<string, string>;

/** The one variable: set to 1, the files are written instead of compared. */
export const recording = process.env.PODSEC_RECORD === '1';

const howToRecord = 'if that is meant: PODSEC_RECORD=1 npx vitest run test/golden';

/** What is wrong with a directory of golden files, a message each; nothing where it is as produced. */
export function goldenProblems(directory: string, produced: Files): string[] {
  const stored = readFiles(directory);
  const differing = [...produced].flatMap(([path, text]) => {
    const old = stored.get(path);
    if (old === undefined)
      return [`missing: ${directory}/${path} is not committed, and podsec produces it; ${howToRecord}`];
    if (old === text) return [];
    return [`differs: ${directory}/${path}; ${howToRecord}\n${shortDiff(old, text)}`];
  });
  const stale = [...stored.keys()]
    .filter((path) => !produced.has(path))
    .map((path) => `stale: ${directory}/${path} is committed, and nothing produces it; ${howToRecord}`);
  return [...differing, ...stale];
}

/** Makes the directory what is produced, and nothing else. */
export function record(directory: string, produced: Files): void {
  for (const path of readFiles(directory).keys()) if (!produced.has(path)) forget(directory, path);
  for (const [path, text] of produced) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
}

function forget(directory: string, path: string): void {
  rmSync(join(directory, path));
  for (let parent = dirname(path); parent !== '.'; parent = dirname(parent)) {
    if (readdirSync(join(directory, parent)).length > 0) return;
    rmdirSync(join(directory, parent));
  }
}

export function readFiles(directory: string): Map<string, string> {
  if (!existsSync(directory)) return new Map();
  const paths = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)).split(sep).join('/'));
  return new Map(paths.sort().map((path) => [path, readFileSync(join(directory, path), 'utf8')]));
}

const shownLines = 12;
const shownWidth = 160;

/** The lines between the first and the last that differ, as `diff` writes them, cut to what fits a screen. */
export function shortDiff(committed: string, produced: string): string {
  const old = committed.split('\n');
  const now = produced.split('\n');
  let start = 0;
  while (start < old.length && start < now.length && old[start] === now[start]) start += 1;
  let end = 0;
  while (
    end < old.length - start &&
    end < now.length - start &&
    old[old.length - 1 - end] === now[now.length - 1 - end]
  ) {
    end += 1;
  }
  const context = old.slice(Math.max(0, start - 2), start).map((line) => `  ${cut(line, 0)}`);
  const removed = old.slice(start, old.length - end);
  const added = now.slice(start, now.length - end);
  // Long lines differ somewhere far to the right.
  const from = Math.max(0, commonPrefix(removed[0] ?? '', added[0] ?? '') - shownWidth / 2);
  return [
    `  line ${start + 1}, - committed, + produced:`,
    ...context,
    ...some('-', removed, from),
    ...some('+', added, from),
  ].join('\n');
}

function some(sign: string, lines: readonly string[], from: number): string[] {
  const shown = lines.slice(0, shownLines).map((line) => `${sign} ${cut(line, from)}`);
  const left = lines.length - shown.length;
  return left > 0 ? [...shown, `${sign} ... ${left} more`] : shown;
}

function cut(line: string, from: number): string {
  const part = line.slice(from, from + shownWidth);
  return `${from > 0 ? '…' : ''}${part}${from + shownWidth < line.length ? '…' : ''}`;
}

function commonPrefix(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length += 1;
  return length;
}
