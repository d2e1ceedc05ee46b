/** Builds the reference engine and runs its commands; for generators and conformance, never for podsec's users. */
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

// From engines/psa and from dist/engines/psa the project's root is found by its Go module.
const root = join(import.meta.dirname, import.meta.dirname.includes('/dist/') ? '../../..' : '../..');
const module = join(root, 'engines/psa');
let built: string | undefined;

function run(command: string, args: readonly string[], input = ''): string {
  return execFileSync(command, args, {
    cwd: module,
    encoding: 'utf8',
    maxBuffer: 1 << 30,
    input,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
}

/** The binary, built once a process into a cache that git ignores. */
export function psaBinary(): string {
  if (built === undefined) {
    const cache = join(root, 'node_modules/.cache/podsec');
    mkdirSync(cache, { recursive: true });
    const binary = join(cache, 'podsec-psa');
    run('go', ['build', '-o', binary, '.']);
    built = binary;
  }
  return built;
}

/** The standard output of one of its commands. */
export function psa(args: readonly string[], input = ''): string {
  return run(psaBinary(), args, input);
}

/** One answer for each value, in order. */
export function psaLines(args: readonly string[], values: readonly unknown[]): unknown[] {
  const output = psa(args, values.map((value) => `${JSON.stringify(value)}\n`).join(''));
  const answers: unknown[] = output
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
  if (answers.length !== values.length)
    throw new Error(`${answers.length} answers for ${values.length} values`);
  return answers;
}

/** The directory of a module that engines/psa requires. */
export function moduleDirectory(path: string): string {
  return run('go', ['list', '-m', '-f', '{{.Dir}}', path]).trim();
}
