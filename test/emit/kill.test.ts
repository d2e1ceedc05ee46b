/**
 * Emitting, killed with each call that changes what is on the disk: nothing that it leaves is half-written. The files of
 * the packed podsec are run, without the command line around them, as every step is a process.
 */
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { makeStage } from '../../src/emit/stage.js';
import { replaceTrees, type Tree } from '../../src/emit/tree.js';
import { packed } from '../cli/packed.js';
import { folder } from '../cli/run.js';

const preload = join(import.meta.dirname, 'kill.mjs');
const driver = join(import.meta.dirname, 'driver.mjs');

/** Emits until it is killed at a step; without a step, to its end. Gives the calls that it made until then. */
async function killed(cwd: string, args: readonly string[], step?: number): Promise<string[]> {
  const dist = join(dirname(dirname((await packed()).bin)), 'podsec', 'dist');
  const log = join(folder(), 'log');
  writeFileSync(log, '');
  const env = { KILL_BELOW: cwd, KILL_LOG: log, ...(step === undefined ? {} : { KILL_AT: String(step) }) };
  const ran = await execa('node', ['--import', preload, driver, dist, ...args], {
    cwd,
    env,
    reject: false,
    stdin: 'ignore',
  });
  expect([ran.exitCode, ran.signal], ran.stderr).toEqual(
    step === undefined ? [0, undefined] : [undefined, 'SIGKILL'],
  );
  return readFileSync(log, 'utf8').trim().split('\n');
}

/** What a directory holds, or nothing where it is not there. */
function contents(directory: string): Record<string, string> | undefined {
  if (!existsSync(directory)) return undefined;
  const paths = readdirSync(directory, { recursive: true, encoding: 'utf8' }).sort();
  const files = paths.filter((path) => statSync(join(directory, path)).isFile());
  return Object.fromEntries(files.map((path) => [path, readFileSync(join(directory, path), 'utf8')]));
}

const stages = (cwd: string) => readdirSync(join(cwd, 'out')).filter((name) => name.startsWith('.podsec-'));

const names = ['a', 'b'];
const trees = (of: string): Tree[] =>
  names.map((name) => ({
    name,
    files: [
      { path: 'README.md', text: `${of} of ${name}\n`.repeat(50) },
      { path: `sub/${of}.yaml`, text: `${of}\n` },
    ],
  }));
const write = (cwd: string, of: string) => replaceTrees(join(cwd, 'out'), 'out', trees(of));

describe('a bundle', () => {
  test('is old or new after a kill at each step, and the next run is none the worse', {
    timeout: 600_000,
  }, async () => {
    const [before, after] = [folder(), folder()];
    write(before, 'old');
    write(after, 'new');
    const old = (name: string) => contents(join(before, 'out', name));
    const fresh = (name: string) => contents(join(after, 'out', name));
    const args = ['trees', JSON.stringify(trees('new'))];

    const whole = folder();
    cpSync(before, whole, { recursive: true });
    const calls = await killed(whole, args);
    expect(calls).toEqual(
      expect.arrayContaining(['mkdirSync', 'mkdtempSync', 'writeFileSync', 'renameSync', 'rmSync']),
    );
    expect(names.map((name) => contents(join(whole, 'out', name)))).toEqual(names.map(fresh));

    const seen = new Set<string>();
    for (const step of calls.keys()) {
      const cwd = folder();
      cpSync(before, cwd, { recursive: true });
      await killed(cwd, args, step);
      const left = stages(cwd);
      for (const name of names) {
        const found = contents(join(cwd, 'out', name));
        if (found === undefined) {
          // Between two renames: the old one is still there, beside its place.
          expect(contents(join(cwd, 'out', left[0] ?? '', 'old', name)), `step ${step}`).toEqual(old(name));
          seen.add('away');
        } else {
          expect([old(name), fresh(name)], `step ${step}`).toContainEqual(found);
          seen.add(found['README.md'] === fresh(name)?.['README.md'] ? 'new' : 'old');
        }
      }
      if (left.length > 0) seen.add('stage');
      expect(write(cwd, 'new').diagnostics, `step ${step}`).toEqual([]);
      expect(names.map((name) => contents(join(cwd, 'out', name)))).toEqual(names.map(fresh));
      expect(stages(cwd), `step ${step}`).toEqual([]);
    }
    // Otherwise nothing was hit.
    expect(seen).toEqual(new Set(['old', 'new', 'away', 'stage']));
  });

  test('is written beside what others left: what is gone is removed, and nothing else', () => {
    const cwd = folder({ 'out/.podsec-notes/mine': '' });
    const out = join(cwd, 'out');
    // Of the parent process, so of one that is still going.
    const live = basename(makeStage(out)).replace(`-${process.pid}-`, `-${process.ppid}-`);
    const gone = live.replace(`-${process.ppid}-`, '-999999999-');
    const fresh = '.podsec-00000000-1-abcdef';
    const old = '.podsec-00000000-1-ghijkl';
    for (const name of [live, gone, fresh, old]) mkdirSync(join(out, name, 'old', 'a'), { recursive: true });
    const before = new Date(Date.now() - 2 * 3_600_000);
    utimesSync(join(out, old), before, before);
    expect(write(cwd, 'new').diagnostics).toEqual([]);
    expect(stages(cwd).sort()).toEqual(['.podsec-notes', fresh, live].sort());
  });
});

describe('a report', () => {
  test('is the old one after a kill at each step', { timeout: 600_000 }, async () => {
    const text = 'new\n'.repeat(50);
    const start = () => folder({ 'report.json': 'old\n' });
    const whole = start();
    const calls = await killed(whole, ['file', text]);
    expect(calls).toEqual(['openSync', 'writeSync', 'writeSync', 'fsyncSync', 'closeSync', 'renameSync']);
    expect(contents(whole)).toEqual({ 'report.json': `${text}more\n` });
    for (const step of calls.keys()) {
      const cwd = start();
      await killed(cwd, ['file', text], step);
      expect(readFileSync(join(cwd, 'report.json'), 'utf8'), `step ${step}`).toBe('old\n');
      await killed(cwd, ['file', text]);
      expect(readFileSync(join(cwd, 'report.json'), 'utf8'), `step ${step}`).toBe(`${text}more\n`);
    }
  });
});
