import { lstatSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { codeOf, systemReason } from '../manifest/reason.js';

/**
 * Makes a directory and those above it that are missing; says why it cannot. (`mkdirSync` with `recursive` never returns
 * on Node 20 where the system says ENOENT of a directory in one that is there, as it does below /proc.)
 */
export function makeDirectory(path: string): string | undefined {
  try {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return undefined;
    if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink())
      return 'a link in its path leads nowhere';
    const above = dirname(path) === path ? undefined : makeDirectory(dirname(path));
    if (above !== undefined) return above;
    mkdirSync(path);
    return undefined;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return 'the file system takes no directory there';
    const reason = systemReason(error);
    if (reason === undefined) throw error;
    return reason;
  }
}
