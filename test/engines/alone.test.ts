/** One at a time, of all processes: also where one of them ended without a word. */
import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { alone } from '../../engines/alone.js';

let directory = '';
const lock = () => join(directory, 'lock');
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'podsec-alone-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

it('lets one work after the other, and leaves nothing', async () => {
  const seen: string[] = [];
  const work = (name: string) =>
    alone(lock(), async () => {
      seen.push(`${name} begins`);
      await sleep(20);
      seen.push(`${name} ends`);
      return name;
    });
  expect(await Promise.all([work('a'), work('b'), work('c')])).toEqual(['a', 'b', 'c']);
  for (const [index, line] of seen.entries())
    if (index % 2 === 1) expect(line).toBe(seen[index - 1]?.replace('begins', 'ends'));
  expect(seen).toHaveLength(6);
  expect(existsSync(lock())).toBe(false);
});

it('gives the lock back where the work fails', async () => {
  await expect(alone(lock(), () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(await alone(lock(), async () => 'next')).toBe('next');
});

it.each<[string, string]>([
  ['of a process that has gone', '2147483646'],
  ['that is no number', 'nobody'],
])('takes a lock %s', async (_, owner) => {
  writeFileSync(lock(), owner);
  expect(await alone(lock(), async () => 'mine')).toBe('mine');
});

it('takes a lock of a process that is there after an hour alone', async () => {
  writeFileSync(lock(), String(process.pid));
  let done = false;
  const waiting = alone(lock(), async () => {
    done = true;
  });
  await sleep(500);
  expect(done).toBe(false);
  const longAgo = new Date(Date.now() - 2 * 3_600_000);
  utimesSync(lock(), longAgo, longAgo);
  await waiting;
  expect(done).toBe(true);
});

it('says that there is no such directory', async () => {
  await expect(alone(join(directory, 'no', 'lock'), async () => 'mine')).rejects.toThrow('ENOENT');
});
