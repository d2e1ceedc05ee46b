/** `podsec lint`: what is odd about a policy, over all pods that an API server accepts. */
import { isDeepStrictEqual } from 'node:util';
import type { Diagnostic } from '../diagnostics.js';
import type { Control, Policy } from '../ir/types.js';
import { levelPolicy } from '../levels/levels.js';
import { parseVersion } from '../levels/versions.js';
import { type LoadedPolicy, loadPolicies } from '../load/policies.js';
import { quoted } from '../manifest/problem.js';
import { counted, printable } from '../report/text.js';
import { TooLarge } from '../solver/limits.js';
import { type Oddity, oddities } from '../solver/lint.js';
import { beyondComparison } from './beyond.js';
import { Progress } from './progress.js';
import { type Session, UsageError } from './session.js';

export interface LintOptions {
  readonly policies: readonly string[];
  readonly loadTimeout: number;
}

export async function lint(session: Session, { policies, loadTimeout }: LintOptions): Promise<void> {
  if (policies.length === 0)
    throw new UsageError('no policy is given', 'name a policy file, or a level as restricted@v1.37');
  for (const text of policies) {
    const loaded = await loadPolicies([text], {
      cwd: session.cwd,
      timeoutSeconds: loadTimeout,
      onOutput: (said) => void session.say(said),
    });
    await session.report(...loaded.diagnostics);
    for (const each of loaded.value ?? []) await lintOne(session, text, each);
  }
}

async function lintOne(
  session: Session,
  file: string,
  { label, policy, level }: LoadedPolicy,
): Promise<void> {
  const progress = new Progress(session.stderr);
  try {
    // What a level has is as it is: whoever extends it did not write it.
    const given = level === undefined ? controlsOfLevels(policy) : [];
    const found = oddities(policy, given, (what) => progress.show(`${label}: ${what}`));
    progress.clear();
    const place = level === undefined ? { place: { file } } : {};
    await session.report(...found.map((oddity): Diagnostic => ({ ...told(oddity, label), ...place })));
    const controls = counted(policy.controls.length, 'control');
    const result = found.length === 0 ? 'nothing odd' : counted(found.length, 'finding');
    await session.stdout.write(`${printable(label)}: ${controls}, ${result}\n`);
    if (found.length > 0) session.raise(1);
  } catch (error) {
    progress.clear();
    if (!(error instanceof TooLarge)) throw error;
    await session.report(beyondComparison(`what ${quoted(label)} says`, error));
  } finally {
    progress.clear();
  }
}

/** The controls of the policy that are those of a level at its version. */
function controlsOfLevels({ version, controls }: Policy): readonly Control[] {
  const minor = version === null ? undefined : parseVersion(version);
  if (minor === undefined) return [];
  const known = (['baseline', 'restricted'] as const).flatMap((each) => levelPolicy(each, minor).controls);
  return controls.filter((control) => known.some((each) => isDeepStrictEqual(each, control)));
}

function told(oddity: Oddity, policy: string): Diagnostic {
  const severity = 'warning';
  switch (oddity.kind) {
    case 'never-denies':
      return {
        code: 'never-denies',
        severity,
        message: `the control \`${oddity.control}\` of \`${policy}\` denies no pod that an API server accepts`,
        hint: 'see whether a condition contradicts another, or whether the API server refuses such pods itself; else drop it',
      };
    case 'implied': {
      const by = oddity.by.length > 0 ? `\`${oddity.by.join('`, `')}\`` : 'others together';
      return {
        code: 'implied-control',
        severity,
        message: `whatever the control \`${oddity.control}\` of \`${policy}\` denies is denied by ${by}`,
        hint: 'drop it, unless its message or its exceptions are wanted for themselves',
      };
    }
    case 'admits-nothing':
      return {
        code: 'admits-nothing',
        severity,
        message: `\`${policy}\` denies every pod that an API server accepts`,
        hint: 'look for controls that contradict each other',
      };
  }
}
