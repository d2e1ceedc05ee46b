import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openWholeFile } from '../../src/emit/file.js';

let cwd = '';
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'podsec-file-'));
});
afterEach(() => rmSync(cwd, { recursive: true }));

describe('a whole file', () => {
  test('is there when it is complete, and not before', () => {
    writeFileSync(join(cwd, 'report'), 'old');
    const { value } = openWholeFile('report', cwd);
    value?.write('new');
    expect(readFileSync(join(cwd, 'report'), 'utf8')).toBe('old');
    value?.write(' text');
    expect(value?.commit()).toEqual([]);
    expect(readFileSync(join(cwd, 'report'), 'utf8')).toBe('new text');
    expect(readdirSync(cwd)).toEqual(['report']);
  });

  test('that is given up leaves nothing', () => {
    const { value } = openWholeFile('report', cwd);
    value?.write('half');
    value?.discard();
    expect(readdirSync(cwd)).toEqual([]);
  });

  test('behind a link is replaced, the link stays', () => {
    writeFileSync(join(cwd, 'target'), 'old');
    symlinkSync('target', join(cwd, 'link'));
    const { value } = openWholeFile('link', cwd);
    value?.write('new');
    value?.commit();
    expect(readlinkSync(join(cwd, 'link'))).toBe('target');
    expect(readFileSync(join(cwd, 'target'), 'utf8')).toBe('new');
  });

  test('may be a device', () => {
    const { value } = openWholeFile('/dev/null', cwd);
    value?.write('gone');
    expect(value?.commit()).toEqual([]);
  });

  test('that cannot be written to the end is an error', () => {
    const { value } = openWholeFile('/dev/full', cwd);
    value?.write('much');
    value?.write('more');
    expect(value?.commit()).toMatchObject([
      { code: 'write-failed', message: expect.stringContaining('no space') },
    ]);
  });

  test.each([
    ['no/report', 'there is no such file or directory'],
    ['sub', 'it is a directory'],
  ])('%s cannot be one', (file, why) => {
    mkdirSync(join(cwd, 'sub'));
    expect(openWholeFile(file, cwd)).toEqual({
      diagnostics: [
        expect.objectContaining({
          code: 'write-failed',
          place: { file },
          message: expect.stringContaining(why),
        }),
      ],
    });
    expect(readdirSync(cwd)).toEqual(['sub']);
  });
});
