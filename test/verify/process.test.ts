import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { EngineError } from '../../src/verify/errors.js';
import { run } from '../../src/verify/process.js';

const node = (script: string, options: Parameters<typeof run>[3] = {}) =>
  run('engine', process.execPath, ['-e', script], options);

test('a program that takes too long is ended, and what it started with it', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'podsec-test-'));
  const pidFile = join(directory, 'pid');
  try {
    const script = `sleep 60 & echo $! > ${pidFile}; wait`;
    const started = performance.now();
    await expect(run('engine', 'sh', ['-c', script], { seconds: 1 })).rejects.toThrow(
      /had not finished after 1 s, and was ended/,
    );
    expect(performance.now() - started).toBeLessThan(30_000);
    const pid = readFileSync(pidFile, 'utf8').trim();
    // A process that was ended may be there for a moment, until it is reaped.
    expect(!existsSync(`/proc/${pid}`) || / [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))).toBe(
      true,
    );
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test('of long errors the end is kept', async () => {
  const { stderr } = await node("process.stderr.write('a'.repeat(3e6) + 'end')");
  expect(stderr.length).toBeLessThan(600_000);
  expect(stderr.endsWith('aend')).toBe(true);
});

test('an answer without an end is cut off', async () => {
  const endless = "const b = Buffer.alloc(1 << 20, 'a'); const w = () => process.stdout.write(b, w); w();";
  await expect(node(endless, { seconds: 100 })).rejects.toThrow(/printed more than 256 MiB/);
});

test('exit codes that are no answer, signals and programs that do not start are errors', async () => {
  await expect(node('process.exit(3)')).rejects.toThrow(/ended with exit code 3/);
  await expect(node('process.kill(process.pid)')).rejects.toThrow(/was ended by SIGTERM/);
  await expect(run('engine', '/nowhere', [])).rejects.toThrow(EngineError);
  expect(await node('process.exit(3)', { accept: [3] })).toMatchObject({ code: 3 });
});
