/** The targets that podsec compiles for, and how the command line names them. */

import type { Backend, Target } from '../backends/types.js';
import { allBackends } from '../compile.js';
import type { Diagnostic, Outcome } from '../diagnostics.js';
import { quoted } from '../manifest/problem.js';
import { nearest } from '../schema/index.js';
import { UsageError } from './session.js';

export interface ChosenTarget {
  readonly backend: Backend;
  readonly engineVersion: string;
  /** Whether it was asked for by name, so that a refusal is an error. */
  readonly explicit: boolean;
}

/** Reads `vap`, `vap@1.30` and `all`. A target that is named beside `all` counts as named. */
export function chooseTargets(texts: readonly string[]): Outcome<readonly ChosenTarget[]> {
  const chosen = new Map<Target, ChosenTarget>();
  const diagnostics: Diagnostic[] = [];
  for (const text of texts) {
    if (text === 'all') continue;
    const found = chooseTarget(text);
    if ('code' in found) {
      diagnostics.push(found);
      continue;
    }
    const { target } = found.backend;
    const before = chosen.get(target);
    if (before !== undefined && before.engineVersion !== found.engineVersion) {
      const versions = `${before.engineVersion} and ${found.engineVersion}`;
      throw new UsageError(
        `the target \`${target}\` is asked for in two versions, ${versions}`,
        'compile each into a directory of its own',
      );
    }
    chosen.set(target, found);
  }
  if (diagnostics.length > 0) return { diagnostics };
  const value = allBackends.flatMap((backend): ChosenTarget[] => {
    const named = chosen.get(backend.target);
    if (named !== undefined) return [named];
    return texts.includes('all') ? [{ backend, engineVersion: newest(backend), explicit: false }] : [];
  });
  return { value, diagnostics };
}

function chooseTarget(text: string): ChosenTarget | Diagnostic {
  const [name = '', ...rest] = text.split('@');
  const backend = allBackends.find(({ target }) => target === name);
  if (backend === undefined) {
    const names = ['all', ...allBackends.map(({ target }) => target)];
    const near = nearest(name, names);
    const hint =
      name === 'all'
        ? 'an engine version goes with one target, such as `vap@1.30`'
        : near === undefined
          ? `the targets are ${names.join(', ')}`
          : `did you mean \`${near}\`?`;
    return { code: 'unknown-target', severity: 'error', message: `there is no target ${quoted(name)}`, hint };
  }
  if (rest.length === 0) return { backend, engineVersion: newest(backend), explicit: true };
  const asked = rest.join('@');
  const engineVersion = backend.engineVersions.find((each) => each === asked.replace(/^v/, ''));
  if (engineVersion !== undefined) return { backend, engineVersion, explicit: true };
  return {
    code: 'unknown-target',
    severity: 'error',
    message: `the target \`${name}\` has no engine version ${quoted(asked)}`,
    hint: `it has ${backend.engineVersions.join(', ')}`,
  };
}

function newest(backend: Backend): string {
  const version = backend.engineVersions.at(-1);
  if (version === undefined) throw new TypeError(`the target ${backend.target} has no engine version`);
  return version;
}
