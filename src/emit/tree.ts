/**
 * The only writer of directories. A directory is replaced as a whole, by renaming, and only where podsec wrote
 * everything in it: a file of its own, `.podsec.sha256`, says which files it wrote, in the form of sha256sum.
 */
import { createHash } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { Diagnostic, Outcome } from '../diagnostics.js';
import { quoted } from '../manifest/problem.js';
import { systemReason } from '../manifest/reason.js';
import { makeDirectory } from './directory.js';
import { makeStage, removeLeftovers } from './stage.js';

/** Without an extension that kubectl, OPA or conftest would read. */
export const markerName = '.podsec.sha256';

export interface Tree {
  /** The name of the directory, below the one that all are written to. */
  readonly name: string;
  /** Paths with `/` between their parts, relative to the tree. */
  readonly files: readonly { readonly path: string; readonly text: string }[];
}

export interface Written {
  readonly name: string;
  readonly files: number;
  /** Whether the same was there before. */
  readonly unchanged: boolean;
}

/**
 * Makes each tree what `directory` holds under its name; what else is in there stays. Where a tree holds anything
 * that podsec did not write, nothing is written at all.
 */
export function replaceTrees(
  directory: string,
  shown: string,
  trees: readonly Tree[],
): Outcome<readonly Written[]> {
  try {
    const unmade = makeDirectory(directory);
    if (unmade !== undefined) return { diagnostics: [failed(shown, unmade)] };
    const foreign = trees.flatMap(({ name }) => foreignIn(join(directory, name), below(shown, name)));
    if (foreign.length > 0) return { diagnostics: foreign };
    return { value: swapAll(directory, trees), diagnostics: [] };
  } catch (error) {
    const reason = systemReason(error);
    if (reason === undefined) throw error;
    return { diagnostics: [failed(shown, reason)] };
  }
}

/** The path of what is in a directory, as the user would write it. */
export function below(directory: string, name: string): string {
  return `${directory}${directory.endsWith('/') ? '' : '/'}${name}`;
}

function failed(shown: string, reason: string): Diagnostic {
  return {
    code: 'write-failed',
    severity: 'error',
    place: { file: shown },
    message: `the output cannot be written: ${reason}`,
    hint: 'what was there before is unchanged; choose another directory with `--out`',
  };
}

function swapAll(directory: string, trees: readonly Tree[]): Written[] {
  const changed = trees.filter((tree) => !isSame(join(directory, tree.name), tree));
  if (changed.length > 0) swap(directory, changed);
  removeLeftovers(directory);
  return trees.map((tree) => ({
    name: tree.name,
    files: tree.files.length,
    unchanged: !changed.includes(tree),
  }));
}

/** All of them or, where that fails, none. */
function swap(directory: string, changed: readonly Tree[]): void {
  const stage = makeStage(directory);
  try {
    for (const tree of changed) writeTree(join(stage, 'new', tree.name), tree);
    mkdirSync(join(stage, 'old'));
    const undo: (() => void)[] = [];
    try {
      for (const { name } of changed) {
        const target = join(directory, name);
        const old = join(stage, 'old', name);
        if (existsSync(target)) {
          renameSync(target, old);
          undo.unshift(() => renameSync(old, target));
        }
        renameSync(join(stage, 'new', name), target);
        undo.unshift(() => renameSync(target, join(stage, 'new', name)));
      }
    } catch (error) {
      for (const step of undo) step();
      throw error;
    }
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

function writeTree(root: string, tree: Tree): void {
  mkdirSync(root, { recursive: true });
  for (const { path, text } of tree.files) {
    const file = join(root, ...path.split('/'));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text, { flag: 'wx' });
  }
  writeFileSync(join(root, markerName), markerText(tree));
}

function markerText({ files }: Tree): string {
  return files
    .map(({ path, text }) => `${hash(text)}  ${path}\n`)
    .toSorted((a, b) => (a.slice(64) < b.slice(64) ? -1 : 1))
    .join('');
}

function hash(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

function isSame(root: string, tree: Tree): boolean {
  if (!existsSync(join(root, markerName))) return false;
  if (readFileSync(join(root, markerName), 'utf8') !== markerText(tree)) return false;
  return tree.files.every(({ path }) => existsSync(join(root, path)));
}

/** What keeps a directory from being replaced. */
function foreignIn(root: string, shown: string): Diagnostic[] {
  const problem = (file: string, message: string): Diagnostic => ({
    code: 'not-ours',
    severity: 'error',
    place: { file },
    message,
    hint: 'nothing was written; move it away, or choose another directory with `--out`',
  });
  const stat = lstatSync(root, { throwIfNoEntry: false });
  if (stat === undefined) return [];
  if (!stat.isDirectory()) return [problem(shown, 'it is no directory that podsec wrote')];
  const marker = readMarker(join(root, markerName));
  const files = filesBelow(root);
  if (marker === undefined) {
    const [first] = files;
    if (first === undefined) return [];
    return [problem(shown, `the directory is not podsec's: it holds ${quoted(first.path)}`)];
  }
  return files.flatMap(({ path, isFile }) => {
    if (path === markerName) return [];
    const known = marker.get(path);
    if (known === undefined) return [problem(below(shown, path), 'podsec did not write this')];
    const same = isFile && hash(readFileSync(join(root, path))) === known;
    return same ? [] : [problem(below(shown, path), 'it was changed since podsec wrote it')];
  });
}

function readMarker(file: string): ReadonlyMap<string, string> | undefined {
  if (!existsSync(file) || !lstatSync(file).isFile()) return undefined;
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  return new Map(lines.map((line) => [line.slice(66), line.slice(0, 64)]));
}

interface Found {
  readonly path: string;
  readonly isFile: boolean;
}

function filesBelow(root: string, under = ''): Found[] {
  return readdirSync(join(root, under), { withFileTypes: true })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((each) => {
      const path = under === '' ? each.name : `${under}/${each.name}`;
      return each.isDirectory() ? filesBelow(root, path) : [{ path, isFile: each.isFile() }];
    });
}
