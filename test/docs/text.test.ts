/** Links lead somewhere, generated pages are as they are generated, and CI finds the commands that it runs. */
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exitCodeOf } from '../../src/cli/session.js';
import { diagnosticCodes } from '../../src/diagnostics.js';
import { blocksOf, documents, proseOf, root, textOf } from './markdown.js';

const link = /\[[^\]\n]*\]\(([^)\s]+)\)/g;

/** As Markdown viewers make the ids of headings. */
function anchorsOf(file: string): string[] {
  return [...proseOf(file).matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

describe.each(documents)('%s', (file) => {
  it('links to what is there', () => {
    const targets = [...proseOf(file).matchAll(link)].map(([, target = '']) => target);
    const broken = targets.filter((target) => {
      if (target.includes('://')) return true;
      const [path = '', anchor] = target.split('#');
      const full = path === '' ? file : join(dirname(file), path);
      if (!existsSync(join(root, full))) return true;
      if (anchor === undefined) return false;
      return !statSync(join(root, full)).isFile() || !anchorsOf(full).includes(anchor);
    });
    expect(broken).toEqual([]);
  });

  it('names files and folders of the repository that there are', () => {
    const named = [
      ...proseOf(file).matchAll(/`((?:src|engines|test|policies|docs|templates|golden|\.ci)\/[\w./-]*)`/g),
    ];
    expect(named.map(([, path = '']) => path).filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});

it('every page of docs/ is linked from the README', () => {
  const readme = textOf('README.md');
  expect(documents.filter((file) => file.startsWith('docs/') && !readme.includes(`](${file})`))).toEqual([]);
});

it('the README has the commands that CI runs', () => {
  const blocks = blocksOf('README.md').filter(({ info }) => info === 'sh ci');
  expect(blocks.map(({ text }) => text)).toEqual([
    'npm ci\nnpx podsec compile --policy restricted --target all --out dist/restricted\n',
    'npm test\n',
  ]);
});

it('docs/diagnostics.md says what src/diagnostics.ts says', () => {
  const rows = Object.entries(diagnosticCodes).map(([code, help]) => {
    const exit = exitCodeOf({ code: code as keyof typeof diagnosticCodes, severity: 'error' });
    return `| \`${code}\` | ${help.replaceAll('|', '\\|')} | ${exit} |\n`;
  });
  const file = join(root, 'docs/diagnostics.md');
  const now = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const [before = '', after = ''] = now.split(/(?<=<!-- codes -->\n).*(?=<!-- end -->)/s);
  const expected = `${before}| code | what it means | exit code |\n|---|---|---|\n${rows.join('')}${after}`;
  if (process.env.PODSEC_RECORD === '1' && before.endsWith('<!-- codes -->\n')) writeFileSync(file, expected);
  else expect(now).toBe(expected);
});
