/** What the operating system refuses: rights, full disks, closed pipes, odd places for output. */
import { chmodSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { packed } from './packed.js';
import { badPod, folder, goodPod, podsec, stackTrace } from './run.js';

/** Runs a line of a shell in which `podsec` is the command. */
async function shell(line: string, cwd: string) {
  const { bin } = await packed();
  const ran = await execa('bash', ['-c', `set -o pipefail; podsec() { '${bin}' "$@"; }; ${line}`], {
    cwd,
    reject: false,
    stdin: 'ignore',
  });
  expect(ran.stderr).not.toMatch(stackTrace);
  return ran;
}

describe('rights', () => {
  test('of a directory that may not be listed, named or below another', async () => {
    const cwd = folder({
      'all/good.yaml': goodPod,
      'all/locked/bad.yaml': badPod,
      'locked/bad.yaml': badPod,
    });
    for (const locked of ['all/locked', 'locked']) chmodSync(join(cwd, locked), 0);
    const ran = await podsec(['check', 'all', 'locked'], { cwd, rightsHold: true });
    for (const locked of ['all/locked', 'locked']) {
      expect(ran.stderr).toContain(
        `${locked}: error: the directory cannot be listed: permission denied [file-unreadable]\n  check that you may list it\n`,
      );
      chmodSync(join(cwd, locked), 0o700);
    }
    expect(ran.exitCode).toBe(2);
    expect(ran.stdout).toContain('allow  Pod good');
  });

  test('of a policy file that may not be read', async () => {
    const cwd = folder({ 'p.ts': 'export {};\n', 'good.yaml': goodPod });
    chmodSync(join(cwd, 'p.ts'), 0);
    const ran = await podsec(['check', '--policy', './p.ts', 'good.yaml'], { cwd, rightsHold: true });
    expect(ran).toMatchObject({
      exitCode: 2,
      stdout: '',
      stderr:
        './p.ts: error: the policy file cannot be read: permission denied [policy-file]\n  check that you may read it\n',
    });
  });

  test('of a directory that may not be written to: nothing is, and what is the same need not be', async () => {
    const cwd = folder();
    const compile = (policy: string) =>
      podsec(['compile', policy, '--target', 'rego', '--out', 'out'], { cwd, rightsHold: true });
    mkdirSync(join(cwd, 'out'));
    chmodSync(join(cwd, 'out'), 0o500);
    const ran = await compile('baseline');
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr).toContain(
      'out: error: the output cannot be written: permission denied [write-failed]',
    );
    expect(readdirSync(join(cwd, 'out'))).toEqual([]);
    chmodSync(join(cwd, 'out'), 0o700);
    expect((await compile('baseline')).exitCode).toBe(0);
    chmodSync(join(cwd, 'out'), 0o500);
    expect(await compile('baseline')).toMatchObject({ exitCode: 0 });
    expect((await compile('restricted')).stderr).toContain('[write-failed]');
    expect(readdirSync(join(cwd, 'out', 'rego'))).toContain('baseline.rego');
    chmodSync(join(cwd, 'out'), 0o700);
  });

  test('of a directory that may not have a report', async () => {
    const cwd = folder({ 'good.yaml': goodPod });
    mkdirSync(join(cwd, 'ro'));
    chmodSync(join(cwd, 'ro'), 0o500);
    const ran = await podsec(['check', 'good.yaml', '-f', 'json=ro/r.json'], { cwd, rightsHold: true });
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr).toContain(
      'ro/r.json: error: the file cannot be written: permission denied [write-failed]',
    );
  });
});

describe('--out', () => {
  const places: readonly (readonly [string, string])[] = [
    ['/proc/x', 'the file system takes no directory there'],
    ['/proc/x/y', 'the file system takes no directory there'],
    ['file', 'a part of the path is no directory'],
    ['file/below', 'a part of the path is no directory'],
    ['lost', 'a link in its path leads nowhere'],
    ['lost/below', 'a link in its path leads nowhere'],
    ['loop', 'there is a loop of symbolic links'],
    ['n'.repeat(300), 'the name is too long'],
  ];
  test.each(places)('%s', async (out, why) => {
    const cwd = folder({ file: '' });
    symlinkSync('nowhere/at/all', join(cwd, 'lost'));
    symlinkSync('loop', join(cwd, 'loop'));
    const ran = await podsec(['compile', 'baseline', '--target', 'all', '--out', out], { cwd });
    expect(ran.stderr).toContain(`${out}: error: the output cannot be written: ${why} [write-failed]\n`);
    expect(ran.exitCode).toBe(2);
    expect(readdirSync(cwd).sort()).toEqual(['file', 'loop', 'lost']);
    expect(readFileSync(join(cwd, 'file'), 'utf8')).toBe('');
  });

  test.each([
    ['', 'no output directory is given'],
    ['/', 'the output directory `/` is the root of the file system'],
    ['/usr/..', 'the output directory `/usr/..` is the root of the file system'],
  ])('of %j', async (out, why) => {
    const ran = await podsec(['compile', 'baseline', '--target', 'rego', '--out', out]);
    expect(ran).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining(`podsec: error: ${why} [usage]`),
    });
  });

  test('behind a link to a directory, with a slash at its end, or of a name that a shell would split', async () => {
    const cwd = folder({ 'there/kept': '' });
    symlinkSync('there', join(cwd, 'link'));
    for (const out of ['link', 'there/', 'a b/$c']) {
      const ran = await podsec(['compile', 'baseline', '--target', 'rego', '--out', out], { cwd });
      expect(ran.exitCode, ran.stderr).toBe(0);
      expect(ran.stderr).not.toContain('//');
    }
    expect(readdirSync(join(cwd, 'there')).sort()).toEqual(['kept', 'rego']);
    expect(readdirSync(join(cwd, 'a b/$c'))).toEqual(['rego']);
  });
});

describe('a full disk', () => {
  test.each([
    ['podsec check good.yaml > /dev/full'],
    ['podsec check good.yaml -f json > /dev/full'],
    ['podsec list > /dev/full'],
    ['podsec explain restricted > /dev/full'],
    ['podsec --help > /dev/full'],
    ['podsec check --help > /dev/full'],
    ['podsec --version > /dev/full'],
  ])('%s', async (line) => {
    const ran = await shell(line, folder({ 'good.yaml': goodPod }));
    expect(ran.stderr).toBe(
      'podsec: error: standard output cannot be written: no space is left on the device [write-failed]\n  not all of it was written; make room, or send it elsewhere',
    );
    expect(ran.exitCode).toBe(2);
  });

  test('behind a report', async () => {
    const cwd = folder({ 'good.yaml': goodPod });
    const ran = await podsec(['check', 'good.yaml', '-f', 'json=/dev/full'], { cwd });
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr).toMatch(
      /^\/dev\/full: error: the file cannot be written: no space is left on the device \[write-failed\]\n {2}check .*space/,
    );
  });
});

describe('a pipe that is closed', () => {
  test.each([
    ['podsec check many.yaml'],
    ['podsec check many.yaml -f json'],
    ['podsec list'],
    ['podsec explain restricted'],
    ['podsec check --help'],
  ])('%s', async (command) => {
    const cwd = folder({ 'many.yaml': Array(500).fill(badPod).join('---\n') });
    const ran = await shell(`${command} | true`, cwd);
    expect(ran.stderr).toBe('');
    // What it found counts, not who listens.
    expect(ran.exitCode).toBe(command.includes('many') ? 1 : 0);
  });

  test('for what is told on standard error', async () => {
    const cwd = folder({ 'good.yaml': goodPod });
    expect((await shell('podsec check good.yaml gone.yaml 2>&-', cwd)).exitCode).toBe(2);
    expect((await shell('podsec check good.yaml gone.yaml 2> /dev/full', cwd)).exitCode).toBe(2);
  });
});

test('a working directory that is gone', async () => {
  const cwd = folder();
  const ran = await shell('mkdir gone; cd gone; rmdir ../gone; podsec list', cwd);
  expect(ran.stderr).toContain('podsec: error: the working directory is not there any more [usage]');
  expect(ran.exitCode).toBe(2);
});

test('a directory as standard input is no empty file, and a closed one is', async () => {
  const cwd = folder({ 'good.yaml': goodPod });
  const directory = await shell('podsec check - good.yaml < .', cwd);
  expect(directory).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('-: error: the file cannot be read: it is a directory [file-unreadable]'),
  });
  expect(directory.stdout).toContain('allow  Pod good');
  expect((await shell('podsec check - <&-', cwd)).stderr).toContain('[empty-file]');
});
