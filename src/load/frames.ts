/** Where in a user's file something was thrown. */
import { SourceMap } from 'node:module';
import { resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Place } from '../diagnostics.js';
import type { Spot } from './throws.js';

/** Everything that is podsec's own code. */
const own = resolve(import.meta.dirname, '..', '..') + sep;

/** Remembers where errors were made, and what was run in place of the files that were written. */
export class Frames {
  readonly #sites = new WeakMap<object, readonly NodeJS.CallSite[]>();
  readonly #maps = new Map<string, SourceMap>();

  constructor() {
    Error.prepareStackTrace = (error, sites) => {
      this.#sites.set(error, sites);
      return String(error);
    };
  }

  /** `code` is what runs in place of the file, below one empty line; it may end with its source map. */
  ran(file: string, code: string): void {
    const encoded = /\/\/# sourceMappingURL=data:application\/json[^,]*;base64,([A-Za-z0-9+/=]+)\s*$/.exec(
      code,
    )?.[1];
    if (encoded === undefined) return;
    this.#maps.set(file, new SourceMap(JSON.parse(Buffer.from(encoded, 'base64').toString())));
  }

  /** The innermost place in a file of the user's where the error was made. */
  placeOf(error: unknown): Place | undefined {
    if (!(error instanceof Error)) return undefined;
    // Reading it is what makes the runtime tell the call sites.
    void error.stack;
    const spots = (this.#sites.get(error) ?? []).map((site) => ({
      file: site.getFileName() ?? '',
      line: site.getLineNumber() ?? 1,
      column: site.getColumnNumber() ?? 1,
    }));
    return this.placeIn(spots);
  }

  /** The innermost place of a call stack in a file of the user's. */
  placeIn(spots: readonly Spot[]): Place | undefined {
    for (const { file: name, line, column } of spots) {
      const file = fileOf(name);
      if (file === undefined || file.startsWith(own) || file.includes(`${sep}node_modules${sep}`)) continue;
      return this.#original(file, line, column);
    }
    return undefined;
  }

  #original(file: string, line: number, column: number): Place {
    const map = this.#maps.get(file);
    if (map === undefined) return { file, line, column };
    const entry = map.findEntry(line - 2, column - 1);
    if (!('originalLine' in entry)) return { file };
    return { file, line: entry.originalLine + 1, column: entry.originalColumn + 1 };
  }
}

function fileOf(name: string): string | undefined {
  if (name === '' || name.startsWith('node:')) return undefined;
  return name.startsWith('file:') ? fileURLToPath(name) : name;
}

/** What was thrown, in words; it may be anything, and asking it may throw again. */
export function describeThrown(thrown: unknown): { readonly name: string; readonly message: string } {
  try {
    if (thrown instanceof Error)
      return { name: String(thrown.name), message: String(thrown.message) || '(no message)' };
    return { name: 'a value that is no error', message: textOf(thrown) };
  } catch {
    return { name: 'a value that is no error', message: '(that cannot be shown)' };
  }
}

function textOf(value: unknown): string {
  const text = String(value);
  return text === String({}) ? (JSON.stringify(value) ?? text) : text;
}
