/** podsec, killed with each call that changes what is on the disk: nothing that it leaves is half-written. */
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
import { basename, join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { makeStage } from '../../src/emit/stage.js';
import { packed } from '../cli/packed.js';
import { badPod, folder, podsec } from '../cli/run.js';

const preload = join(import.meta.dirname, 'kill.mjs');

/** Runs podsec until it is killed at a step; without a step, to its end. Gives the calls that it made until then. */
async function killed(cwd: string, args: readonly string[], step?: number): Promise<string[]> {
  const { bin } = await packed();
  const log = join(folder(), 'log');
  writeFileSync(log, '');
  const env = { KILL_BELOW: cwd, KILL_LOG: log, ...(step === undefined ? {} : { KILL_AT: String(step) }) };
  const ran = await execa('node', ['--import', preload, bin, ...args], {
    cwd,
    env,
    reject: false,
    stdin: 'ignore',
  });
  expect(ran.signal).toBe(step === undefined ? undefined : 'SIGKILL');
  return readFileSync(log, 'utf8').trim().split('\n');
}

/** What a directory holds, or nothing where it is not there. */
function contents(directory: string): Record<string, string> | undefined {
  if (!existsSync(directory)) return undefined;
  const paths = readdirSync(directory, { recursive: true, encoding: 'utf8' }).sort();
  const files = paths.filter((path) => statSync(join(directory, path)).isFile());
  return Object.fromEntries(files.map((path) => [path, readFileSync(join(directory, path), 'utf8')]));
}

const stages = (out: string) => readdirSync(out).filter((name) => name.startsWith('.podsec-'));

const targets = ['rego', 'psa'];
const compile = (policy: string) => [
  'compile',
  policy,
  ...targets.flatMap((target) => ['--target', target]),
  '--out',
  'out',
];

describe('compile', () => {
  test('killed at each step leaves each bundle old or new, and the next run is none the worse', async () => {
    const [before, after] = [folder(), folder()];
    await podsec(compile('baseline'), { cwd: before });
    await podsec(compile('restricted'), { cwd: after });
    const old = (target: string) => contents(join(before, 'out', target));
    const fresh = (target: string) => contents(join(after, 'out', target));

    const copy = folder();
    cpSync(before, copy, { recursive: true });
    const calls = await killed(copy, compile('restricted'));
    const kinds = ['mkdirSync', 'mkdtempSync', 'writeFileSync', 'renameSync', 'rmSync'];
    expect(calls).toEqual(expect.arrayContaining(kinds));
    expect(targets.map((target) => contents(join(copy, 'out', target)))).toEqual(targets.map(fresh));

    const seen = new Set<string>();
    for (const step of calls.keys()) {
      const cwd = folder();
      cpSync(before, cwd, { recursive: true });
      await killed(cwd, compile('restricted'), step);
      const left = stages(join(cwd, 'out'));
      for (const target of targets) {
        const found = contents(join(cwd, 'out', target));
        if (found === undefined) {
          // Between two renames: the old one is still there, beside its place.
          expect(contents(join(cwd, 'out', left[0] ?? '', 'old', target)), `${step}`).toEqual(old(target));
          seen.add('away');
        } else {
          expect([old(target), fresh(target)], `${step} ${target}`).toContainEqual(found);
          seen.add(found['README.md'] === fresh(target)?.['README.md'] ? 'new' : 'old');
        }
      }
      if (left.length > 0) seen.add('stage');
      const next = await podsec(compile('restricted'), { cwd });
      expect(next.exitCode, next.stderr).toBe(0);
      expect(targets.map((target) => contents(join(cwd, 'out', target)))).toEqual(targets.map(fresh));
      expect(stages(join(cwd, 'out')), `${step}`).toEqual([]);
    }
    // Otherwise nothing was hit.
    expect(seen).toEqual(new Set(['old', 'new', 'away', 'stage']));
  });

  test('removes what a run left that is gone, and nothing else', async () => {
    const cwd = folder({ 'out/.podsec-notes/mine': '' });
    const out = join(cwd, 'out');
    // Of this process, so of one that is still going.
    const live = basename(makeStage(out));
    const gone = live.replace(`-${process.pid}-`, '-999999999-');
    const fresh = '.podsec-00000000-1-abcdef';
    const old = '.podsec-00000000-1-ghijkl';
    for (const name of [gone, fresh, old]) mkdirSync(join(out, name, 'old', 'rego'), { recursive: true });
    const before = new Date(Date.now() - 2 * 3_600_000);
    utimesSync(join(out, old), before, before);
    expect((await podsec(compile('baseline'), { cwd })).exitCode).toBe(0);
    expect(stages(out).sort()).toEqual(['.podsec-notes', fresh, live].sort());
  });
});

describe('check', () => {
  test('killed at each step leaves a report old or new', async () => {
    const args = ['check', 'pod.yaml', '-f', 'json=report.json'];
    const start = () => folder({ 'pod.yaml': badPod, 'report.json': 'old\n' });
    const whole = start();
    const calls = await killed(whole, args);
    expect(calls).toEqual(expect.arrayContaining(['openSync', 'writeSync', 'fsyncSync', 'renameSync']));
    const fresh = readFileSync(join(whole, 'report.json'), 'utf8');
    expect(JSON.parse(fresh)).toMatchObject({ summary: { deny: 1 } });
    const seen = new Set<string>();
    for (const step of calls.keys()) {
      const cwd = start();
      await killed(cwd, args, step);
      seen.add(readFileSync(join(cwd, 'report.json'), 'utf8'));
      const next = await podsec(args, { cwd });
      expect(next.exitCode, next.stderr).toBe(1);
      expect(readFileSync(join(cwd, 'report.json'), 'utf8')).toContain('"deny":1');
    }
    expect([...seen]).toEqual(['old\n']);
  });
});
