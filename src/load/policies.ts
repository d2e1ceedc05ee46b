/** From the names on the command line to policies. */
import { isDeepStrictEqual } from 'node:util';
import type { Diagnostic, Outcome } from '../diagnostics.js';
import type { Level, Policy } from '../ir/types.js';
import { levelPolicy } from '../levels/levels.js';
import type { Minor } from '../levels/versions.js';
import { type FilePolicy, loadPolicyFile } from './file.js';
import { loadManifest } from './manifest.js';
import type { Places } from './protocol.js';
import { parseReference } from './reference.js';
import { loadRevision, parseRevision } from './revision.js';

export interface LoadedPolicy {
  /**
   * The name with the version that was resolved: `restricted@v1.37`; the name alone for a policy without a version, and
   * `psp/NAME` of a PodSecurityPolicy, `psa/NAME` of a namespace.
   */
  readonly label: string;
  readonly policy: Policy;
  /** What it is a level at; absent for the policy of a file. */
  readonly level?: { readonly level: Level; readonly minor: Minor };
  /** Where its file makes it; absent for what no program made. */
  readonly places?: Places;
}

export interface LoadOptions {
  readonly cwd: string;
  /** How long a policy file may take to load. */
  readonly timeoutSeconds: number;
  /** What policy files print. */
  readonly onOutput: (text: string) => void;
}

/** All policies that are named, each once; or what is wrong with any of the names. */
export async function loadPolicies(
  references: readonly string[],
  options: LoadOptions,
): Promise<Outcome<readonly LoadedPolicy[]>> {
  const loaded: LoadedPolicy[] = [];
  const diagnostics: Diagnostic[] = [];
  const today = new Date().toISOString().slice(0, 10);
  for (const text of new Set(references)) {
    const revision = parseRevision(text, options.cwd);
    if (revision !== undefined) {
      const then = await loadRevision(revision, options);
      diagnostics.push(...then.diagnostics);
      loaded.push(...(then.value ?? []).map(({ policy }) => labelled(policy)));
      continue;
    }
    const reference = parseReference(text, options.cwd);
    diagnostics.push(...reference.diagnostics);
    if (reference.value === undefined) continue;
    if (reference.value.kind === 'level') {
      const { level, minor } = reference.value;
      loaded.push(labelled(levelPolicy(level, minor), { level, minor }));
      continue;
    }
    if (reference.value.kind === 'manifest') {
      const file = await loadManifest(reference.value.file, options.cwd);
      diagnostics.push(...file.diagnostics);
      loaded.push(
        ...(file.value ?? []).map(({ policy, from }) => ({
          ...labelled(policy),
          label: `${from}/${policy.name}`,
        })),
      );
      continue;
    }
    const file = await loadPolicyFile(reference.value.file, options);
    diagnostics.push(
      ...file.diagnostics,
      ...(file.value ?? []).flatMap((each) => expiredExceptions(each, today)),
    );
    loaded.push(...(file.value ?? []).map(({ policy, places }) => ({ ...labelled(policy), places })));
  }
  const distinct = loaded.filter(
    (each, index) => loaded.findIndex((other) => isDeepStrictEqual(other.policy, each.policy)) === index,
  );
  diagnostics.push(...sameLabels(distinct));
  return diagnostics.some(({ severity }) => severity === 'error')
    ? { diagnostics }
    : { value: distinct, diagnostics };
}

function labelled(policy: Policy, level?: LoadedPolicy['level']): LoadedPolicy {
  const label = policy.version === null ? policy.name : `${policy.name}@${policy.version}`;
  return { label, policy, ...(level === undefined ? {} : { level }) };
}

/**
 * An exception does not outlast its last day by being compiled again.
 *
 * @param today in UTC, as `2027-01-31`.
 */
export function expiredExceptions({ policy, places }: FilePolicy, today: string): Diagnostic[] {
  const place = places.policy === undefined ? {} : { place: places.policy };
  return policy.exceptions.flatMap(({ control, what, expires }): Diagnostic[] =>
    expires === null || expires >= today
      ? []
      : [
          {
            code: 'exception-expired',
            severity: 'error',
            ...place,
            message: `the exception of \`${policy.name}\` from control \`${control}\` (${what}) held until ${expires}`,
            hint: 'remove it, or have it reviewed and set a later day',
          },
        ],
  );
}

/** Two policies under one name could not be told apart in what is said of them. */
function sameLabels(policies: readonly LoadedPolicy[]): Diagnostic[] {
  const labels = policies.map(({ label }) => label);
  const twice = new Set(labels.filter((label, index) => labels.indexOf(label) !== index));
  return [...twice].map((label) => ({
    code: 'name-collision',
    severity: 'error',
    message: `two different policies are both called \`${label}\``,
    hint: 'give one of them another name',
  }));
}
