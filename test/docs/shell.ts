/** Runs the commands of a document in a folder that has the repository's example files, with podsec as npm packs it. */
import { cpSync, mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { packed } from '../cli/packed.js';
import { root } from './markdown.js';

const prologue = `
set +e
exec 2>&1
podsec() { "$PODSEC_BIN" "$@"; }
npx() { "$@"; }
`;

/** A folder with what the documents' commands read. */
export function workplace(): string {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'podsec-docs-')));
  for (const path of ['docs/examples', 'policies/examples']) {
    cpSync(join(root, path), join(directory, path), { recursive: true });
  }
  return directory;
}

/** What each line says, standard error and standard output as they come. The lines share one shell. */
export async function runLines(directory: string, lines: readonly string[]): Promise<string[]> {
  const { bin } = await packed();
  const mark = '\u{1}next\u{1}';
  // The exit status of a line is that of the one before it until it says its own.
  const script = lines.map((line) => `status=$?\nprintf '${mark}'\n(exit $status)\n${line}\n`).join('');
  const { stdout } = await execa('bash', ['-c', prologue + script], {
    cwd: directory,
    env: { PATH: process.env.PATH, HOME: directory, LC_ALL: 'C', TMPDIR: tmpdir(), PODSEC_BIN: bin },
    extendEnv: false,
    stdin: 'ignore',
    reject: false,
    stripFinalNewline: false,
    maxBuffer: 50_000_000,
  });
  return stdout.split(mark).slice(1);
}
