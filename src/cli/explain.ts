/** `podsec explain`: what a policy, a control or a diagnostic code means. */
import { type Diagnostic, type DiagnosticCode, diagnosticCodes } from '../diagnostics.js';
import { printControl, printPolicy } from '../ir/print.js';
import { activeControls, levelControls, levels } from '../levels/levels.js';
import type { LevelControl } from '../levels/types.js';
import { formatVersion, type Minor, newestMinor } from '../levels/versions.js';
import { type LoadedPolicy, loadPolicies } from '../load/policies.js';
import { parseReference } from '../load/reference.js';
import { quoted } from '../manifest/problem.js';
import { controlText, levelText } from '../report/explain.js';
import { paintFor, wrap } from '../report/text.js';
import { nearest } from '../schema/index.js';
import { exitCodeOf, isDiagnosticCode, type Session } from './session.js';

export interface ExplainOptions {
  readonly subject: string;
  readonly control: string | undefined;
  readonly loadTimeout: number;
}

export async function explain(session: Session, options: ExplainOptions): Promise<void> {
  const { subject, control } = options;
  if (control === undefined) {
    if (isDiagnosticCode(subject)) return session.stdout.write(codeText(subject, session));
    const known = levelControls.find(({ id }) => id === subject);
    if (known !== undefined && !isLevel(subject))
      return session.stdout.write(controlText(known, newestMinor, session.stdout.style));
  }
  const { value: policies, diagnostics } = await loadPolicies([subject], {
    cwd: session.cwd,
    timeoutSeconds: options.loadTimeout,
    onOutput: (text) => void session.say(text),
  });
  await session.report(...diagnostics.map((each) => withMeant(each, options, session.cwd)));
  for (const policy of policies ?? []) await explainPolicy(session, policy, control);
  if (control === undefined) await session.stdout.write(namesake(subject));
}

/** `privileged` is a level and a control of baseline; who names it alone means the level, more likely. */
function namesake(subject: string): string {
  const same = isLevel(subject) ? levelControls.find(({ id }) => id === subject) : undefined;
  return same === undefined
    ? ''
    : `There is a control of this name too: podsec explain ${same.level} ${same.id}\n`;
}

function isLevel(name: string): boolean {
  return levels.some((level) => level === name);
}

/** A subject need not be a policy, so neither need be what was meant. */
function withMeant(diagnostic: Diagnostic, { subject, control }: ExplainOptions, cwd: string): Diagnostic {
  if (diagnostic.code !== 'unknown-policy') return diagnostic;
  if (control !== undefined)
    return { ...diagnostic, hint: otherwise(subject, control, cwd) ?? diagnostic.hint };
  const names = [...levels, ...levelControls.map(({ id }) => id), ...Object.keys(diagnosticCodes)];
  const near = nearest(subject, names);
  const hint =
    near === undefined
      ? '`podsec list` names the levels, their controls and the diagnostic codes'
      : `did you mean \`${near}\`?`;
  return {
    ...diagnostic,
    message: `there is no policy, control or diagnostic code ${quoted(subject)}`,
    hint,
  };
}

/** What a subject is, that is no policy. */
function otherwise(subject: string, control: string, cwd: string): string | undefined {
  if (isDiagnosticCode(subject)) return `it is a diagnostic code: podsec explain ${subject}`;
  const known = levelControls.find(({ id }) => id === subject);
  if (known === undefined) return undefined;
  return parseReference(control, cwd).value === undefined
    ? `it is a control, and the policy comes first: podsec explain ${known.level} ${subject}`
    : `the policy comes first: podsec explain ${control} ${subject}`;
}

function codeText(code: DiagnosticCode, { stdout: { style } }: Session): string {
  const exit = exitCodeOf({ code, severity: 'error' });
  const text = `${diagnosticCodes[code]} Exit code ${exit}.`;
  return `${paintFor(style).bold(code)}\n${wrap(text, 0, style.width)}\n`;
}

async function explainPolicy(
  session: Session,
  loaded: LoadedPolicy,
  control: string | undefined,
): Promise<void> {
  const { style } = session.stdout;
  const { policy, level } = loaded;
  if (control === undefined) {
    const text = level === undefined ? printPolicy(policy) : levelText(level.level, level.minor, style);
    return session.stdout.write(text);
  }
  const node = policy.controls.find(({ id }) => id === control);
  if (node === undefined) return session.report(unknownControl(loaded, control));
  const known = levelControls.find(({ id }) => id === control);
  if (level !== undefined && known !== undefined) {
    return session.stdout.write(controlText(known, level.minor, style));
  }
  await session.stdout.write(printControl(node));
}

function unknownControl({ label, policy, level }: LoadedPolicy, control: string): Diagnostic {
  const near = nearest(
    control,
    policy.controls.map(({ id }) => id),
  );
  const known = levelControls.find(({ id }) => id === control);
  const elsewhere =
    level === undefined
      ? undefined
      : (swapped(level.level, control) ?? (known && whereElse(known, level.minor)));
  const list = policy.controls.map(({ id }) => id).join(', ');
  const hint =
    elsewhere ??
    (near === undefined ? (list === '' ? 'it has none' : `it has ${list}`) : `did you mean \`${near}\`?`);
  return {
    code: 'unknown-control',
    severity: 'error',
    message: `\`${label}\` has no control ${quoted(control)}`,
    hint,
  };
}

/** `explain privileged baseline` */
function swapped(level: string, control: string): string | undefined {
  const same = levelControls.some(({ id }) => id === level) && isLevel(control);
  return same ? `the policy comes first: podsec explain ${control} ${level}` : undefined;
}

/** Why a control that some level has is not in this one. */
function whereElse({ id, level, revisions }: LevelControl, minor: Minor): string {
  const since = revisions[0]?.since ?? 0;
  if (since > minor) return `it is a control of ${level} from v1.${since} on`;
  const instead = activeControls('restricted', minor).find(({ revision }) =>
    revision.overrides?.includes(id),
  );
  return instead === undefined
    ? `it is a control of ${level}: podsec explain ${level}@${formatVersion(minor)} ${id}`
    : `there \`${instead.control.id}\` takes its place`;
}
