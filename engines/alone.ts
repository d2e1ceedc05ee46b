/** One at a time, of all processes on this machine. */
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** What is done takes no hour: by then the number may be another process'. */
const mostMs = 3_600_000;

/**
 * Waits until nobody else works under this lock. Who ended without a word holds it no more.
 *
 * @param lock a file that has the number of the process that works, in a directory that is there.
 */
export async function alone<T>(lock: string, work: () => Promise<T>): Promise<T> {
  while (!claimed(lock)) await sleep(200);
  try {
    return await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

function claimed(lock: string): boolean {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  if (isAbandoned(lock)) rmSync(lock, { force: true });
  return false;
}

function isAbandoned(lock: string): boolean {
  try {
    process.kill(Number(readFileSync(lock, 'utf8')), 0);
    return Date.now() - statSync(lock).mtimeMs > mostMs;
  } catch {
    return true;
  }
}
