/** A policy file as it was at a git revision: `HEAD~1:policies/app.ts`, as `git show` names it. */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Diagnostic, Outcome } from '../diagnostics.js';
import { quoted } from '../manifest/problem.js';
import { type FilePolicy, loadPolicyFile } from './file.js';
import type { LoadOptions } from './policies.js';
import { policyFile } from './reference.js';

export interface Revision {
  readonly revision: string;
  /** From the root of the repository; with `./` in front, from where the command runs. */
  readonly path: string;
}

/** What the text names, where it is no file that is there. */
export function parseRevision(text: string, cwd: string): Revision | undefined {
  // A drive of Windows is one letter.
  const [, revision, path] = /^([^:]{2,}|[^:a-zA-Z]):(.+)$/.exec(text) ?? [];
  if (revision === undefined || path === undefined || !policyFile.test(path)) return undefined;
  return existsSync(resolve(cwd, text)) ? undefined : { revision, path };
}

const run = promisify(execFile);

/**
 * The policies of the file as it was then, with the files that it imports as they were; packages are those that are installed now.
 */
export async function loadRevision(
  { revision, path }: Revision,
  options: LoadOptions,
): Promise<Outcome<readonly FilePolicy[]>> {
  const shown = `${revision}:${path}`;
  const scratch = mkdtempSync(join(tmpdir(), 'podsec-revision-'));
  try {
    const git = async (...args: readonly string[]): Promise<string> => {
      const env = { ...process.env, GIT_INDEX_FILE: join(scratch, 'index') };
      return (await run('git', ['-C', options.cwd, ...args], { env })).stdout.trim();
    };
    const root = await git('rev-parse', '--show-toplevel');
    // What begins with a dash would be an option.
    await git('rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`);
    const tree = join(scratch, 'tree');
    await git('-C', root, 'read-tree', `${revision}^{tree}`);
    await git('-C', root, 'checkout-index', '--all', `--prefix=${tree}/`);
    const packages = join(root, 'node_modules');
    if (existsSync(packages) && !existsSync(join(tree, 'node_modules')))
      symlinkSync(packages, join(tree, 'node_modules'), 'junction');
    const file = path.startsWith('./') ? join(relative(root, options.cwd), path) : path;
    if (isAbsolute(file) || file.startsWith('..') || !existsSync(join(tree, file)))
      return {
        diagnostics: [
          problem(
            shown,
            `there is no ${quoted(file)} at ${quoted(revision)}`,
            'name the file from the root of the repository, or with ./ in front',
          ),
        ],
      };
    const loaded = await loadPolicyFile(join(tree, file), options);
    return { ...loaded, diagnostics: loaded.diagnostics.map((each) => placed(each, tree, revision)) };
  } catch (error) {
    return {
      diagnostics: [
        problem(
          shown,
          `git cannot give it: ${gitReason(error)}`,
          'see whether `git show` can, in this directory',
        ),
      ],
    };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function problem(file: string, message: string, hint: string): Diagnostic {
  return { code: 'policy-file', severity: 'error', place: { file }, message, hint };
}

/** The place in the repository, instead of where the file was written to be read. */
function placed(diagnostic: Diagnostic, tree: string, revision: string): Diagnostic {
  const { place } = diagnostic;
  if (place === undefined) return diagnostic;
  const at = place.file.indexOf('podsec-revision-');
  const inside = at < 0 ? -1 : place.file.indexOf('/tree/', at);
  if (inside < 0 && !place.file.startsWith(tree)) return diagnostic;
  return { ...diagnostic, place: { ...place, file: `${revision}:${place.file.slice(inside + 6)}` } };
}

function gitReason(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error);
  const code: unknown = Reflect.get(error, 'code');
  if (code === 'ENOENT') return 'git is not installed';
  const stderr: unknown = Reflect.get(error, 'stderr');
  const said = typeof stderr === 'string' ? stderr.trim().split('\n')[0] : '';
  return said === undefined || said === ''
    ? 'there is no such revision'
    : said.replace(/^(fatal|error): /, '');
}
