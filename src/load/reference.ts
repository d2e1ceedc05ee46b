/** How a policy is named on the command line: a level with a version, a policy file, or a manifest that says one. */
import { existsSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Outcome } from '../diagnostics.js';
import type { Level } from '../ir/types.js';
import { levels } from '../levels/levels.js';
import { formatVersion, type Minor, newestMinor, parseVersion } from '../levels/versions.js';
import { quoted } from '../manifest/problem.js';
import { nearest } from '../schema/index.js';

export type PolicyReference =
  | { readonly kind: 'level'; readonly level: Level; readonly minor: Minor }
  | { readonly kind: 'file'; readonly file: string }
  | { readonly kind: 'manifest'; readonly file: string };

/** How the name of a policy file ends. */
export const policyFile = /\.[cm]?[jt]sx?$/;

const manifest = /\.(ya?ml|json)$/;

export function parseReference(text: string, cwd: string): Outcome<PolicyReference> {
  if (isFile(text) && !manifest.test(text) && (policyFile.test(text) || existsSync(resolve(cwd, text)))) {
    return { value: { kind: 'file', file: text }, diagnostics: [] };
  }
  if (manifest.test(text)) return { value: { kind: 'manifest', file: text }, diagnostics: [] };
  const at = text.lastIndexOf('@');
  const name = at < 0 ? text : text.slice(0, at);
  const version = at < 0 ? 'latest' : text.slice(at + 1);
  if (isFile(name)) return fileWithVersion(text, name, at >= 0 && policyFile.test(name));
  const level = levels.find((each) => each === name);
  if (level === undefined) return unknownPolicy(name, cwd);
  const minor = parseVersion(version);
  if (minor === undefined) return unknownVersion(level, version);
  return { value: { kind: 'level', level, minor }, diagnostics: [] };
}

function isFile(text: string): boolean {
  return /[\\/]/.test(text) || policyFile.test(text);
}

function unknownPolicy(name: string, cwd: string): Outcome<never> {
  const near =
    nearest(name, levels) ?? policyFilesIn(cwd).find((file) => file.replace(policyFile, '') === name);
  const hint =
    near === undefined
      ? `give a level (${levels.join(', ')}), or a policy file such as ./policy.ts`
      : `did you mean \`${levels.some((level) => level === near) ? near : `./${near}`}\`?`;
  const message = name === '' ? 'the name of the policy is empty' : `there is no policy ${quoted(name)}`;
  return { diagnostics: [{ code: 'unknown-policy', severity: 'error', message, hint }] };
}

function policyFilesIn(cwd: string): string[] {
  try {
    return readdirSync(cwd).filter((file) => policyFile.test(file));
  } catch {
    return [];
  }
}

function unknownVersion(level: Level, version: string): Outcome<never> {
  return {
    diagnostics: [
      {
        code: 'unknown-version',
        severity: 'error',
        message: `there is no version ${quoted(version)} of ${level}`,
        hint: `versions go from v1.0 to ${formatVersion(newestMinor)}, the newest that this podsec knows`,
      },
    ],
  };
}

function fileWithVersion(text: string, name: string, versioned: boolean): Outcome<never> {
  if (versioned) {
    return {
      diagnostics: [
        {
          code: 'unknown-version',
          severity: 'error',
          place: { file: name },
          message: `a policy file has no versions to choose from, as ${quoted(text)} does`,
          hint: 'the file says the version itself: `extends: "restricted@v1.37"`',
        },
      ],
    };
  }
  return {
    diagnostics: [
      {
        code: 'policy-file',
        severity: 'error',
        place: { file: text },
        message: 'a policy file has to be TypeScript or JavaScript, and there is no such file',
        hint: 'check the path; it ends with .ts, .mts, .cts, .js, .mjs or .cjs, or, with PodSecurityPolicies, with .yaml, .yml or .json',
      },
    ],
  };
}
