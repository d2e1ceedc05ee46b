/**
 * Makes the solver wrong in one place after the other, in a copy of the repository, and demands that one of its tests fails.
 *
 *     npm run weaken [RULE...]
 */
import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { run } from '../../src/verify/process.js';
import { inScratch } from '../../src/verify/scratch.js';
import { type Weakening, weakenings } from './rules.js';

const root = import.meta.dirname.replace(/([/\\]dist)?[/\\]engines[/\\]weaken$/, '');
const copied = [
  'src',
  'test',
  'engines',
  'policies',
  'templates',
  'golden',
  'package.json',
  'tsconfig.json',
  'vitest.config.ts',
];
/** Those that judge by something else than the solver. */
const tests = [
  'single-rules',
  'found',
  'places',
  'kinds',
  'compare',
  'brute-force',
  'writes',
  'validity',
  'words',
  'sleep',
  'expressions',
].map((name) => `test/solver/${name}.test.ts`);

/** The file with the rule made wrong. Throws where the text is not in it once. */
function weakened(text: string, { rule, file, from, to }: Weakening): string {
  const parts = text.split(from);
  if (parts.length !== 2) throw new Error(`${rule}: ${file} has the text ${parts.length - 1} times`);
  return parts.join(to);
}

async function isNoticed(directory: string, weakening: Weakening): Promise<boolean> {
  const path = join(directory, 'src', 'solver', weakening.file);
  const original = readFileSync(path, 'utf8');
  writeFileSync(path, weakened(original, weakening));
  try {
    return !(await passes(directory));
  } finally {
    writeFileSync(path, original);
  }
}

/** A solver that does not come to an end is noticed as well. */
async function passes(directory: string): Promise<boolean> {
  const args = ['vitest', 'run', '--bail=1', '--typecheck.enabled=false', ...tests];
  const { code } = await run('vitest', 'npx', args, { cwd: directory, accept: [0, 1], seconds: 600 });
  return code === 0;
}

/** All of them, or those that are named. */
function chosen(names: readonly string[]): readonly Weakening[] {
  const unknown = names.filter((name) => !weakenings.some(({ rule }) => rule === name));
  if (unknown.length > 0) throw new Error(`no such rule: ${unknown.join(', ')}`);
  return names.length === 0 ? weakenings : weakenings.filter(({ rule }) => names.includes(rule));
}

async function main(): Promise<number> {
  const asked = chosen(process.argv.slice(2));
  for (const each of weakenings) weakened(readFileSync(join(root, 'src', 'solver', each.file), 'utf8'), each);
  const unnoticed: string[] = [];
  await inScratch('weaken', async (directory) => {
    for (const name of copied) cpSync(join(root, name), join(directory, name), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'), 'junction');
    if (!(await passes(directory))) throw new Error('the tests fail as it is');
    for (const weakening of asked) {
      const noticed = await isNoticed(directory, weakening);
      process.stderr.write(`${noticed ? 'ok  ' : 'FAIL'} without ${weakening.rule}\n`);
      if (!noticed) unnoticed.push(weakening.rule);
    }
  });
  process.stdout.write(`${asked.length - unnoticed.length} passed, ${unnoticed.length} failed\n`);
  return unnoticed.length === 0 ? 0 : 1;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) process.exitCode = await main();
