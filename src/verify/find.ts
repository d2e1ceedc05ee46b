/** Where the engines are: on the PATH, or where the command line says. */
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { kubeApiserver } from './engines/apiserver.js';
import { conftest } from './engines/conftest.js';
import { gator } from './engines/gator.js';
import { kyverno } from './engines/kyverno.js';
import { opa } from './engines/opa.js';
import type { EngineKind, Programs } from './types.js';

export const engineKinds: readonly EngineKind[] = [opa, conftest, gator, kyverno, kubeApiserver];

/** The paths of the programs; those that are not there, by their first name. */
export type Search = { readonly programs: Programs } | { readonly missing: readonly string[] };

/** @param given paths of programs that are not looked for. */
export function findPrograms(
  kind: EngineKind,
  given: ReadonlyMap<string, string>,
  path = process.env.PATH ?? '',
): Search {
  const found = kind.programs.map((names) => {
    const known = names.map((name) => given.get(name)).find((each) => each !== undefined);
    if (known !== undefined) return isProgram(known) ? known : undefined;
    return path
      .split(delimiter)
      .filter((directory) => directory !== '')
      .flatMap((directory) => names.map((name) => join(directory, name)))
      .find(isProgram);
  });
  const missing = kind.programs.flatMap(([name = ''], index) => (found[index] === undefined ? [name] : []));
  return missing.length > 0 ? { missing } : { programs: found.filter((each) => each !== undefined) };
}

export function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
