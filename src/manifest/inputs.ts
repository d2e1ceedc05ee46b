import { createReadStream } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { glob, isDynamicPattern } from 'tinyglobby';
import type { Limits } from './limits.js';
import { problem } from './list.js';
import { Reader } from './reader.js';
import { systemReason } from './reason.js';
import type { ReadEvent } from './types.js';

export interface InputOptions {
  /** What relative paths and globs start from. */
  readonly cwd: string;
  /** What `-` reads. */
  readonly stdin: AsyncIterable<Uint8Array | string>;
  readonly limits?: Partial<Limits>;
}

const manifests = ['**/*.yaml', '**/*.yml', '**/*.json'];
const ignoredNames: ReadonlySet<string> = new Set(['node_modules', '.git']);
const ignored = [...ignoredNames].map((name) => `**/${name}/**`);

/**
 * The documents of files, directories (every manifest below them), globs and standard input (`-`), in this order,
 * the manifests of a directory or a glob by name. A file that is named twice is read once.
 */
export async function* readInputs(args: readonly string[], options: InputOptions): AsyncGenerator<ReadEvent> {
  const seen = new Set<string>();
  for (const arg of args) {
    if (arg === '-') {
      if (seen.has('-')) continue;
      seen.add('-');
      yield* readStream(options.stdin, '-', options.limits);
      continue;
    }
    for (const item of await expand(arg, options.cwd)) {
      if (typeof item !== 'string') {
        yield item;
        continue;
      }
      const path = resolve(options.cwd, item);
      const real = await realpath(path).catch(() => path);
      if (seen.has(real)) continue;
      seen.add(real);
      yield* readStream(createReadStream(path), item, options.limits);
    }
  }
}

/** What stat says of a path that does not name a file, so that it may be a glob. */
const absent = new Set(['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ERR_INVALID_ARG_VALUE']);

/** The files that an argument names, each as it is shown; or a diagnostic. */
async function expand(arg: string, cwd: string): Promise<(string | ReadEvent)[]> {
  if (arg === '') return [problem('no-such-file', { file: arg }, 'the path is empty', 'give a path, or `-`')];
  try {
    const found = await stat(resolve(cwd, arg));
    return found.isDirectory() ? await directory(arg, cwd) : [arg];
  } catch (error) {
    if (!absent.has(errorCode(error))) return [unreadable(arg, error)];
  }
  if (!isDynamicPattern(arg)) {
    return [problem('no-such-file', { file: arg }, 'there is no such file or directory', 'check the path')];
  }
  const files = await glob([arg], {
    cwd,
    ignore: ignored,
    dot: false,
    onlyFiles: true,
    expandDirectories: false,
  });
  if (files.length > 0) return files.toSorted();
  return [
    problem(
      'no-such-file',
      { file: arg },
      'no file matches the glob',
      'check the pattern; quote it so that the shell leaves it alone',
    ),
  ];
}

/** Directories below one that cannot be listed, and links that lead nowhere: the glob passes over them in silence. */
async function unreadableBelow(arg: string, cwd: string): Promise<ReadEvent[]> {
  const found: ReadEvent[] = [];
  const entries = await readdir(resolve(cwd, arg), { withFileTypes: true }).catch((error: unknown) => {
    found.push(unlistable(arg, error));
    return [];
  });
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = arg === '.' ? entry.name : `${arg.replace(/\/+$/, '')}/${entry.name}`;
    if (entry.isDirectory() && !ignoredNames.has(entry.name))
      found.push(...(await unreadableBelow(path, cwd)));
    if (entry.isSymbolicLink() && /\.(ya?ml|json)$/.test(entry.name)) {
      await stat(resolve(cwd, path)).catch((error: unknown) => found.push(unreadable(path, error)));
    }
  }
  return found;
}

function unlistable(file: string, error: unknown): ReadEvent {
  const message = `the directory cannot be listed: ${systemReason(error) ?? errorCode(error)}`;
  return problem('file-unreadable', { file }, message, 'check that you may list it');
}

async function directory(arg: string, cwd: string): Promise<(string | ReadEvent)[]> {
  const missed = await unreadableBelow(arg, cwd);
  const files = await glob(manifests, {
    cwd: resolve(cwd, arg),
    ignore: ignored,
    dot: true,
    onlyFiles: true,
  });
  if (files.length > 0) {
    const base = arg.replace(/\/+$/, '');
    return [...files.toSorted().map((file) => (arg === '.' ? file : `${base}/${file}`)), ...missed];
  }
  if (missed.length > 0) return missed;
  return [
    problem(
      'no-such-file',
      { file: arg },
      'the directory has no manifest',
      'podsec reads *.yaml, *.yml and *.json below a directory',
    ),
  ];
}

async function* readStream(
  chunks: AsyncIterable<Uint8Array | string>,
  file: string,
  limits?: Partial<Limits>,
): AsyncGenerator<ReadEvent> {
  const reader = new Reader(file, limits);
  const iterator = chunks[Symbol.asyncIterator]();
  for (;;) {
    let next: IteratorResult<Uint8Array | string>;
    try {
      next = await iterator.next();
    } catch (error) {
      yield unreadable(file, error);
      return;
    }
    if (next.done === true) break;
    yield* reader.push(typeof next.value === 'string' ? Buffer.from(next.value) : next.value);
  }
  yield* reader.end();
}

function unreadable(file: string, error: unknown): ReadEvent {
  return problem(
    'file-unreadable',
    { file },
    `the file cannot be read: ${systemReason(error) ?? errorCode(error)}`,
    'check that it is a file and that you may read it',
  );
}

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
}
