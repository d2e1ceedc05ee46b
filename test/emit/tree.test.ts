import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { markerName, replaceTrees, type Tree } from '../../src/emit/tree.js';

let out = '';
beforeEach(() => {
  out = join(mkdtempSync(join(tmpdir(), 'podsec-emit-')), 'deep', 'out');
});
afterEach(() => rmSync(join(out, '..', '..'), { recursive: true }));

const tree = (name: string, files: Record<string, string>): Tree => ({
  name,
  files: Object.entries(files).map(([path, text]) => ({ path, text })),
});

const write = (...trees: Tree[]) => replaceTrees(out, 'out', trees);
const list = () => readdirSync(out, { recursive: true }).sort();

describe('replacing trees', () => {
  test('makes the directory, and lists what it wrote as sha256sum does', async () => {
    expect(write(tree('a', { 'z.txt': 'z\n', 'sub/b.txt': 'b\n' }))).toEqual({
      value: [{ name: 'a', files: 2, unchanged: false }],
      diagnostics: [],
    });
    expect(list()).toEqual(['a', `a/${markerName}`, 'a/sub', 'a/sub/b.txt', 'a/z.txt']);
    const checked = await execa('sha256sum', ['--strict', '-c', markerName], { cwd: join(out, 'a') });
    expect(checked.stdout).toBe('sub/b.txt: OK\nz.txt: OK');
  });

  test('drops what is stale, and leaves other trees alone', () => {
    write(tree('a', { old: '1\n' }), tree('b', { kept: '2\n' }));
    write(tree('a', { 'new/file': '3\n' }));
    expect(list()).toEqual(['a', `a/${markerName}`, 'a/new', 'a/new/file', 'b', `b/${markerName}`, 'b/kept']);
  });

  test('writes again what was deleted', () => {
    write(tree('a', { x: '1\n', y: '2\n' }));
    rmSync(join(out, 'a', 'x'));
    expect(write(tree('a', { x: '1\n', y: '2\n' })).value).toEqual([
      { name: 'a', files: 2, unchanged: false },
    ]);
    expect(readFileSync(join(out, 'a', 'x'), 'utf8')).toBe('1\n');
  });

  test('uses a directory that is empty', () => {
    mkdirSync(join(out, 'a'), { recursive: true });
    expect(write(tree('a', { x: '1\n' })).diagnostics).toEqual([]);
  });

  test('writes nothing at all where one tree is not its own', () => {
    mkdirSync(join(out, 'b', 'deep'), { recursive: true });
    writeFileSync(join(out, 'b', 'deep', 'mine'), 'mine');
    expect(write(tree('a', { x: '1\n' }), tree('b', { x: '1\n' }))).toEqual({
      diagnostics: [expect.objectContaining({ code: 'not-ours', place: { file: 'out/b' } })],
    });
    expect(list()).toEqual(['b', 'b/deep', 'b/deep/mine']);
  });

  test.each([
    ['a file that was added', () => writeFileSync(join(out, 'a', 'sub', 'mine'), ''), 'out/a/sub/mine'],
    ['a file that was changed', () => writeFileSync(join(out, 'a', 'sub', 'x'), '2\n'), 'out/a/sub/x'],
    [
      'a file that became a link',
      () => {
        rmSync(join(out, 'a', 'sub', 'x'));
        symlinkSync('/etc/hostname', join(out, 'a', 'sub', 'x'));
      },
      'out/a/sub/x',
    ],
    ['a marker that is no list', () => writeFileSync(join(out, 'a', markerName), 'x\n'), 'out/a/sub/x'],
  ])('refuses %s', (_, change, file) => {
    write(tree('a', { 'sub/x': '1\n' }));
    change();
    const { value, diagnostics } = write(tree('a', { y: '3\n' }));
    expect(value).toBeUndefined();
    expect(diagnostics).toMatchObject([{ code: 'not-ours', place: { file } }]);
    expect(existsSync(join(out, 'a', 'y'))).toBe(false);
  });

  test('leaves everything as it was when a write fails', () => {
    write(tree('a', { x: '1\n' }), tree('b', { x: '1\n' }));
    const bad = tree('b', { [`${'n'.repeat(300)}`]: '2\n' });
    const { diagnostics } = write(tree('a', { x: '2\n' }), bad);
    expect(diagnostics).toMatchObject([
      { code: 'write-failed', message: expect.stringContaining('the name is too long') },
    ]);
    expect(readFileSync(join(out, 'a', 'x'), 'utf8')).toBe('1\n');
    expect(list().filter((name) => String(name).startsWith('.podsec-'))).toEqual([]);
  });
});
