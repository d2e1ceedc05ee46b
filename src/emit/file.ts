/** A file that is either whole or not there: written beside its place and renamed when it is complete. */
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { Diagnostic, Outcome } from '../diagnostics.js';
import { systemReason } from '../manifest/reason.js';

export interface WholeFile {
  write(text: string): void;
  /** Puts the file in its place. */
  commit(): Diagnostic[];
  /** Forgets what was written. */
  discard(): void;
}

/** Opens a file for writing. `shown` is its name as the user gave it. */
export function openWholeFile(shown: string, cwd: string): Outcome<WholeFile> {
  try {
    return { value: open(resolve(cwd, shown), shown), diagnostics: [] };
  } catch (error) {
    return { diagnostics: [failed(shown, error)] };
  }
}

function open(path: string, shown: string): WholeFile {
  const there = statSync(path, { throwIfNoEntry: false });
  // A symbolic link stays one; `/dev/stderr` or a named pipe cannot be renamed, so it is written to.
  const target = there === undefined ? path : realpathSync(path);
  const temporary =
    there === undefined || there.isFile() || there.isDirectory()
      ? join(dirname(target), `.${basename(target)}.${randomBytes(6).toString('hex')}`)
      : undefined;
  const descriptor =
    temporary === undefined || there?.isDirectory() ? openSync(target, 'w') : openSync(temporary, 'wx');
  let problem: Diagnostic | undefined;
  const attempt = (step: () => void) => {
    if (problem !== undefined) return;
    try {
      step();
    } catch (error) {
      problem = failed(shown, error);
    }
  };
  const discard = () => {
    if (temporary !== undefined) rmSync(temporary, { force: true });
  };
  return {
    write: (text) => attempt(() => writeAll(descriptor, text)),
    commit: () => {
      if (temporary !== undefined) attempt(() => fsyncSync(descriptor));
      closeSync(descriptor);
      if (temporary !== undefined) attempt(() => renameSync(temporary, target));
      if (problem === undefined) return [];
      discard();
      return [problem];
    },
    discard: () => {
      closeSync(descriptor);
      discard();
    },
  };
}

function writeAll(descriptor: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
}

function failed(shown: string, error: unknown): Diagnostic {
  const reason = systemReason(error);
  if (reason === undefined) throw error;
  return {
    code: 'write-failed',
    severity: 'error',
    place: { file: shown },
    message: `the file cannot be written: ${reason}`,
    hint: 'check the path, the rights of its directory, and the space that is left',
  };
}
