/** `podsec lint`: what is odd about a policy, over all pods that an API server accepts. */
import { isDeepStrictEqual } from 'node:util';
import type { Diagnostic } from '../diagnostics.js';
import type { Control, Policy } from '../ir/types.js';
import { levelPolicy } from '../levels/levels.js';
import { parseVersion } from '../levels/versions.js';
import { type LoadedPolicy, loadPolicies } from '../load/policies.js';
import { quoted } from '../manifest/problem.js';
import { counted, printable } from '../report/text.js';
import { type ExceptionFinding, exceptionFindings } from '../solver/exceptions.js';
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
  { label, policy, level, places }: LoadedPolicy,
): Promise<void> {
  const progress = new Progress(session.stderr);
  try {
    // What a level has is as it is: whoever extends it did not write it.
    const given = level === undefined ? controlsOfLevels(policy) : [];
    const placeOf = (control: string | undefined): Pick<Diagnostic, 'place'> => {
      const own = control === undefined ? undefined : places?.controls[control];
      const place = own ?? places?.policy ?? (level === undefined ? { file } : undefined);
      return place === undefined ? {} : { place };
    };
    const show = (what: string): void => progress.show(`${label}: ${what}`);
    const found = [
      ...oddities(policy, given, show).map((oddity) => ({
        ...told(oddity, label),
        ...placeOf('control' in oddity ? oddity.control : undefined),
      })),
      ...exceptionFindings(policy, show).map((finding) => ({
        ...toldOfException(finding, label),
        ...placeOf(undefined),
      })),
    ];
    progress.clear();
    await session.report(...found);
    const exceptions =
      policy.exceptions.length === 0 ? '' : `, ${counted(policy.exceptions.length, 'exception')}`;
    const result = found.length === 0 ? 'nothing odd' : counted(found.length, 'finding');
    await session.stdout.write(
      `${printable(label)}: ${counted(policy.controls.length, 'control')}${exceptions}, ${result}\n`,
    );
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

function toldOfException(finding: ExceptionFinding, policy: string): Diagnostic {
  const severity = 'warning';
  switch (finding.kind) {
    case 'unused': {
      const { control, what } = finding.exception;
      return {
        code: 'unused-exception',
        severity,
        message: `the exception of \`${policy}\` from \`${control}\`, ${quoted(what)}, lets no pod in that an API server accepts`,
        hint: 'see whether the control denies such pods at all, or whether another exception lets them in; else take it out',
      };
    }
    case 'without-effect': {
      const { control, what } = finding.exception;
      return {
        code: 'unused-exception',
        severity,
        message: `whatever the exception of \`${policy}\` from \`${control}\`, ${quoted(what)}, lets past that control is denied by others`,
        hint: 'except it from the other controls too, or take the exception out',
      };
    }
    case 'wider':
      throw new Error(
        `the control ${finding.control} lets in what none of its exceptions names: ${JSON.stringify(finding.witness.pod)}`,
      );
  }
}
