/** Runs the commands of the reference engine, for the generators of facts and tables. */
import { join } from 'node:path';
import { run } from '../../src/verify/process.js';
import { buildEngine, engineSource } from '../build.js';

/** The standard output of one of its commands. */
export async function psa(args: readonly string[], input = ''): Promise<string> {
  const { stdout } = await run('psa', await buildEngine('psa'), args, { cwd: engineSource('psa'), input });
  return stdout;
}

/** One answer for each value, in order. */
export async function psaLines(args: readonly string[], values: readonly unknown[]): Promise<unknown[]> {
  const output = await psa(args, values.map((value) => `${JSON.stringify(value)}\n`).join(''));
  const answers: unknown[] = output
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
  if (answers.length !== values.length) {
    throw new Error(`${answers.length} answers for ${values.length} values`);
  }
  return answers;
}

/** The directory of a file of a module that engines/psa requires. */
export async function moduleFile(module: string, ...path: readonly string[]): Promise<string> {
  const { stdout } = await run('go', 'go', ['list', '-m', '-f', '{{.Dir}}', module], {
    cwd: engineSource('psa'),
  });
  return join(stdout.trim(), ...path);
}
