/** `podsec verify`: policies on the engines that are installed, compared with `evaluate`. */
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import type { Diagnostic, Outcome } from '../diagnostics.js';
import { loadPolicies } from '../load/policies.js';
import { quoted } from '../manifest/problem.js';
import { codeOf, systemReason } from '../manifest/reason.js';
import { type Agreement, type AgreementRow, agreementJson } from '../report/agreement.js';
import { agreementText, laneName } from '../report/agreement-text.js';
import { nearest } from '../schema/index.js';
import { verify as compare } from '../verify/compare.js';
import { engineKinds, findPrograms } from '../verify/find.js';
import type { EngineKind, Engines, FoundEngine } from '../verify/types.js';
import { openPlaces, parseFormats } from './formats.js';
import { Progress } from './progress.js';
import { type Session, UsageError } from './session.js';

export interface VerifyOptions {
  readonly policies: readonly string[];
  /** `opa`, or `opa=PATH`. */
  readonly engines: readonly string[];
  readonly formats: readonly string[];
  readonly pods: number;
  readonly engineTimeout: number;
  readonly loadTimeout: number;
}

export async function verify(session: Session, options: VerifyOptions): Promise<void> {
  if (options.policies.length === 0)
    throw new UsageError('no policy is given', 'add `--policy restricted`, or a policy file');
  const formats = parseFormats(options.formats, session.cwd);
  const chosen = chooseEngines(options.engines, session.cwd);
  await session.report(...chosen.diagnostics);
  const loaded = await loadPolicies(options.policies, {
    cwd: session.cwd,
    timeoutSeconds: options.loadTimeout,
    onOutput: (text) => void session.say(text),
  });
  await session.report(...loaded.diagnostics);
  if (chosen.value === undefined || loaded.value === undefined || session.exitCode > 0) return;

  const opened = await openPlaces(formats, session);
  if (opened === undefined) return;
  const places = [...opened];
  const progress = new Progress(session.stderr);
  try {
    const agreement = await compare(loaded.value, chosen.value, {
      pods: options.pods,
      seconds: options.engineTimeout,
      parallel: Math.min(availableParallelism(), 4),
      progress: (what) => progress.show(what),
    });
    progress.clear();
    const diagnostics = diagnosticsOf(agreement);
    for (const { format, style, write, commit } of places.splice(0)) {
      await write(
        format === 'json' ? agreementJson(agreement, diagnostics) : agreementText(agreement, style),
      );
      await commit(session);
    }
    await session.report(...diagnostics);
    if (agreement.rows.some(({ state }) => state === 'differs')) session.raise(1);
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    progress.clear();
    await session.report({
      code: 'write-failed',
      severity: 'error',
      message: `what the engines are given cannot be written: ${systemReason(error)}`,
      hint: 'make room in the directory for temporary files, or name another with TMPDIR',
    });
  } finally {
    progress.clear();
    for (const place of places) place.discard();
  }
}

/** Reads `opa` and `opa=PATH`. Engines that are named have to be there; without any name, those that are. */
function chooseEngines(texts: readonly string[], cwd: string): Outcome<Engines> {
  const given = new Map<string, string>();
  const named = new Set<EngineKind>();
  for (const text of texts) {
    const { kind, program, path } = parseEngine(text);
    named.add(kind);
    if (path !== undefined) given.set(program, resolve(cwd, path));
  }
  const found: FoundEngine[] = [];
  const missing: EngineKind[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const kind of engineKinds) {
    if (named.size > 0 && !named.has(kind)) continue;
    const search = findPrograms(kind, given);
    if ('programs' in search) found.push({ kind, programs: search.programs });
    else if (named.has(kind)) diagnostics.push(...search.missing.map((program) => notThere(program, given)));
    else missing.push(kind);
  }
  if (diagnostics.length === 0 && found.length === 0) diagnostics.push(noneThere());
  return diagnostics.length > 0 ? { diagnostics } : { value: { found, missing }, diagnostics };
}

function parseEngine(text: string): {
  readonly kind: EngineKind;
  /** As `programs` of the kind has it. */
  readonly program: string;
  readonly path: string | undefined;
} {
  const at = text.indexOf('=');
  const name = at < 0 ? text : text.slice(0, at);
  const path = at < 0 ? undefined : text.slice(at + 1);
  const kind = engineKinds.find(({ programs }) => programs.some((names) => names.includes(name)));
  if (kind === undefined) {
    const names = engineKinds.map((each) => each.name);
    const near = nearest(name, names);
    const hint = near === undefined ? `the engines are ${names.join(', ')}` : `did you mean \`${near}\`?`;
    throw new UsageError(`there is no engine ${quoted(name)}`, hint);
  }
  if (path === '')
    throw new UsageError(`the path of the engine \`${name}\` is empty`, `name it: \`--engine ${name}=PATH\``);
  return { kind, program: name, path };
}

function notThere(program: string, given: ReadonlyMap<string, string>): Diagnostic {
  const path = given.get(program);
  return {
    code: 'engine-missing',
    severity: 'error',
    message:
      path === undefined
        ? `the engine \`${program}\` is not on the PATH`
        : `the engine \`${program}\` is not at ${quoted(path)}, or it cannot be run`,
    hint: `install it, or say where it is: \`--engine ${program}=PATH\``,
  };
}

function noneThere(): Diagnostic {
  const names = engineKinds.map(({ name, testedVersion }) => `${name} ${testedVersion}`);
  return {
    code: 'engine-missing',
    severity: 'error',
    message: 'no engine is on the PATH, so there is nothing to compare with',
    hint: `install one of ${names.join(', ')}, or say where it is: \`--engine opa=PATH\``,
  };
}

function engineError(row: AgreementRow): Diagnostic {
  const { engine, testedVersion, policy, reason } = row;
  return {
    code: 'engine-error',
    severity: 'error',
    message: `${laneName(row)} gave no verdict to rely on for ${quoted(policy)}: ${reason}`,
    hint: `see whether it runs by itself; podsec was tested with ${engine} ${testedVersion}`,
  };
}

function diagnosticsOf({ policies, rows }: Agreement): Diagnostic[] {
  const failed = rows.filter(({ state }) => state === 'error').map(engineError);
  const blind = policies.flatMap(({ policy }): Diagnostic[] => {
    const own = rows.filter((row) => row.policy === policy);
    const shown = own.some(({ state }) => state === 'agrees' || state === 'differs' || state === 'error');
    return shown ? [] : [showsNothing(policy, own)];
  });
  return [...failed, ...blind];
}

function showsNothing(policy: string, rows: readonly AgreementRow[]): Diagnostic {
  const alike = rows.some(({ state }) => state === 'shows-nothing');
  return {
    code: 'shows-nothing',
    severity: 'error',
    message: alike
      ? `nothing is shown of ${quoted(policy)}: every pod that was compared has the same verdict`
      : `nothing is shown of ${quoted(policy)}: no engine that is there can be compared on it`,
    hint: alike
      ? 'a policy that always says the same would pass; try more pods with `--pods`, or see whether the policy can deny and allow'
      : 'see the table for why; install another engine',
  };
}
