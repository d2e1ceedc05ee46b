/**
 * Where trees are written before they are put in their places: a hidden directory beside them, so that renaming stays in
 * one file system. A process that is killed leaves its stage; the next one that writes there removes it.
 */
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { codeOf } from '../manifest/reason.js';

/** Processes are numbered anew on each host, and in each container. */
const host = createHash('sha256').update(hostname()).digest('hex').slice(0, 8);
const form = /^\.podsec-([0-9a-f]{8})-(\d+)-\w{6}$/;
const hour = 3_600_000;

export function makeStage(directory: string): string {
  return mkdtempSync(join(directory, `.podsec-${host}-${process.pid}-`));
}

/**
 * Removes the stages of processes that are gone; of another host's, those that nobody can still be writing to. One that
 * cannot be removed is in nobody's way.
 */
export function removeLeftovers(directory: string): void {
  for (const name of readdirSync(directory)) {
    try {
      if (isLeftover(directory, name)) rmSync(join(directory, name), { recursive: true, force: true });
    } catch (error) {
      if (codeOf(error) === undefined) throw error;
    }
  }
}

function isLeftover(directory: string, name: string): boolean {
  const [, of, pid] = form.exec(name) ?? [];
  if (pid === undefined) return false;
  return of === host ? !isAlive(Number(pid)) : Date.now() - statSync(join(directory, name)).mtimeMs > hour;
}

function isAlive(pid: number): boolean {
  // Our own stage is removed already.
  if (pid === process.pid) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: it is somebody else's, so it is there.
    return codeOf(error) === 'EPERM';
  }
}
