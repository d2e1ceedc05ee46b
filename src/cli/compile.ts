/** `podsec compile`: policies in the form of engines, as directories of files. */
import { parse, resolve } from 'node:path';
import { approximate, type Direction, directions } from '../approximate.js';
import { collisionsOf } from '../backends/names.js';
import type { Backend, BackendOptions, BundleFile, Compiled, Refusal } from '../backends/types.js';
import { showing } from '../cases/refused.js';
import { allBackends } from '../compile.js';
import type { Diagnostic } from '../diagnostics.js';
import { below, replaceTrees, type Tree } from '../emit/tree.js';
import { fidelityOf } from '../fidelity.js';
import type { LabelRequirement, Policy } from '../ir/types.js';
import { loadPolicies } from '../load/policies.js';
import { quoted } from '../manifest/problem.js';
import { approximationLines, approximationText } from '../report/approximation.js';
import { type RefusalSaid, refusalFile, refusalText, witnessLine } from '../report/refusal.js';
import { counted, printable } from '../report/text.js';
import { TooLarge } from '../solver/limits.js';
import { beyondComparison } from './beyond.js';
import { isMode } from './modes.js';
import { nextStep } from './next-step.js';
import { parseSelector } from './selector.js';
import { type Session, UsageError } from './session.js';
import { type ChosenTarget, chooseTargets } from './targets.js';

export interface CompileOptions {
  readonly policies: readonly string[];
  readonly targets: readonly string[];
  readonly out?: string;
  readonly mode?: string;
  readonly namespaceSelector?: string;
  readonly approximate?: string;
  readonly generateVap?: boolean;
  readonly loadTimeout: number;
}

export async function compile(session: Session, options: CompileOptions): Promise<void> {
  const out = requireUsage(options, session.cwd);
  const targets = chooseTargets(options.targets);
  const generateVap = options.generateVap ?? false;
  if (targets.value !== undefined) requireMeaning(targets.value, { generateVap });
  const selector = parseSelectorOption(options.namespaceSelector);
  const loaded = await loadPolicies(options.policies, {
    cwd: session.cwd,
    timeoutSeconds: options.loadTimeout,
    onOutput: (text) => void session.say(text),
  });
  const policies = (loaded.value ?? []).map(({ policy }) =>
    adjusted(policy, options.mode, selector.value ?? []),
  );
  await session.report(
    ...targets.diagnostics,
    ...selector.diagnostics,
    ...loaded.diagnostics,
    ...collisions(policies),
  );
  if (session.exitCode > 0 || targets.value === undefined) return;
  const direction = directions.find((each) => each === options.approximate);
  await write(session, out, policies.toSorted(byName), targets.value, { direction, generateVap });
}

/** An option that no chosen target has would be thought to have been heeded. */
function requireMeaning(targets: readonly ChosenTarget[], { generateVap }: BackendOptions): void {
  if (generateVap !== true || targets.some(({ backend }) => backend.options?.includes('generateVap'))) return;
  throw new UsageError(
    '--generate-vap is for the target gatekeeper, which is not asked for',
    'add `--target gatekeeper`; the target vap makes policies for an API server without Gatekeeper',
  );
}

/** The same policies give the same bytes, in whichever order they are named. */
function byName(a: Policy, b: Policy): number {
  return a.name < b.name ? -1 : 1;
}

function requireUsage({ policies, targets, out }: CompileOptions, cwd: string): string {
  if (policies.length === 0) {
    throw new UsageError('no policy is given', 'add `--policy restricted`, or a policy file');
  }
  if (targets.length === 0) {
    const names = allBackends.map(({ target }) => target).join(', ');
    throw new UsageError('no target is given', `add \`--target all\`, or one of ${names}`);
  }
  if (out === undefined || out === '') {
    throw new UsageError('no output directory is given', 'add `--out DIR`');
  }
  if (resolve(cwd, out) === parse(resolve(cwd, out)).root) {
    const message = `the output directory ${quoted(out)} is the root of the file system`;
    throw new UsageError(message, 'name a directory below it; is a variable empty?');
  }
  return out;
}

function parseSelectorOption(text: string | undefined): ReturnType<typeof parseSelector> {
  return text === undefined ? { value: [], diagnostics: [] } : parseSelector(text);
}

/** The policy with what the command line says of mode and scope; the selector narrows the scope that it has. */
function adjusted(policy: Policy, mode: string | undefined, selector: readonly LabelRequirement[]): Policy {
  const { scope } = policy;
  return {
    ...policy,
    mode: mode !== undefined && isMode(mode) ? mode : policy.mode,
    scope: { ...scope, namespaceSelector: [...scope.namespaceSelector, ...selector] },
  };
}

function collisions(policies: readonly Policy[]): Diagnostic[] {
  return collisionsOf(policies).map(({ identifier, policies: names }) => {
    const distinct = [...new Set(names)].map((name) => `\`${name}\``);
    return {
      code: 'name-collision',
      severity: 'error',
      message:
        distinct.length === 1
          ? `two policies are called ${distinct.join()}, so the output of one would replace that of the other`
          : `the policies ${distinct.join(' and ')} would both be called \`${identifier}\``,
      hint: 'compile each into a directory of its own, or rename one',
    };
  });
}

async function write(
  session: Session,
  out: string,
  policies: readonly Policy[],
  targets: readonly ChosenTarget[],
  { direction, ...asked }: { readonly direction: Direction | undefined } & BackendOptions,
): Promise<void> {
  const trees: Tree[] = [];
  const shown = new Shown(policies);
  const written: (ChosenTarget & { readonly said: readonly Policy[] })[] = [];
  const proofs = new Map<string, string>();
  for (const chosen of targets) {
    const { backend, engineVersion, explicit } = chosen;
    const exact = backend.compile(policies, engineVersion, asked);
    const close =
      'refusals' in exact && direction !== undefined
        ? await approximated(session, policies, chosen, direction, asked)
        : undefined;
    const compiled = close?.compiled ?? exact;
    if ('files' in compiled) {
      trees.push({ name: backend.target, files: compiled.files });
      written.push({ ...chosen, said: close?.said ?? policies });
      if (compiled === exact) proofs.set(backend.target, await proofOf(backend, policies, compiled));
    } else if (explicit) {
      await session.report(...compiled.refusals.map((refusal) => refused(chosen, shown.of(refusal))));
    } else {
      const refusals = compiled.refusals.map((refusal) => shown.of(refusal));
      const text = refusalFile(titleOf(chosen), refusals);
      trees.push({ name: backend.target, files: [{ path: 'REFUSED.txt', text }] });
      for (const refusal of refusals) {
        await session.say(`refused: ${printable(`${backend.target}: ${refusalText(refusal)}`)}\n`);
      }
    }
  }
  if (trees.length === 0) return;
  const replaced = replaceTrees(resolve(session.cwd, out), out, trees);
  await session.report(...replaced.diagnostics);
  for (const { name, files, unchanged } of replaced.value ?? []) {
    const chosen = written.find(({ backend }) => backend.target === name);
    const state = unchanged ? 'unchanged' : 'written';
    const what = chosen === undefined ? 'REFUSED.txt' : `${counted(files, 'file')} for ${titleOf(chosen)}`;
    await session.say(`${state}: ${printable(`${below(out, name)}/`)} (${what})\n`);
    await session.say(proofs.get(name) ?? '');
    if (chosen !== undefined)
      await session.say(`  next: ${nextStep(chosen.backend.target, below(out, name), chosen.said)}\n`);
  }
}

/** What the target's own output is to the policy, where podsec reads it back: anything but the same is a defect. */
async function proofOf(
  backend: Backend,
  policies: readonly Policy[],
  { files }: { readonly files: readonly BundleFile[] },
): Promise<string> {
  const [policy, ...others] = policies;
  if (policy === undefined || others.length > 0) return '';
  try {
    const fidelity = await fidelityOf(backend, policy, files);
    if (fidelity === undefined) return '';
    if (fidelity.is !== 'exact')
      throw new Error(
        `${backend.target}: the output is ${fidelity.is}, by ${JSON.stringify(fidelity.differences.map(({ witness }) => witness.pod))}`,
      );
    return `  exact: read back, it admits the same pods as ${printable(policy.name)}\n`;
  } catch (error) {
    if (!(error instanceof TooLarge)) throw error;
    return `  exact, but not proven by reading it back: ${printable(error.message)}\n`;
  }
}

interface Approximated {
  readonly compiled: Compiled;
  /** What it says, in their place. */
  readonly said: readonly Policy[];
}

/** The closest output in the direction, and what it lets in or denies besides; none where there is none for some policy. */
async function approximated(
  session: Session,
  policies: readonly Policy[],
  chosen: ChosenTarget,
  direction: Direction,
  asked: BackendOptions,
): Promise<Approximated | undefined> {
  const { backend, engineVersion } = chosen;
  const said: Policy[] = [];
  const reports: string[] = [];
  const lines: string[] = [];
  let files: readonly BundleFile[] = [];
  try {
    for (const policy of policies) {
      const own = backend.compile([policy], engineVersion, asked);
      if ('files' in own) {
        said.push(policy);
        continue;
      }
      const close = approximate(backend, engineVersion, policy, direction, asked);
      if ('refusals' in close) return { compiled: close, said: [] };
      said.push(close.policy);
      files = close.files;
      reports.push(approximationText(policy, close, direction));
      lines.push(approximationLines(backend.target, policy, close, direction));
    }
  } catch (error) {
    if (!(error instanceof TooLarge)) throw error;
    const names = policies.map(({ name }) => name).join(', ');
    await session.report(
      beyondComparison(`what ${backend.target} could say instead of ${quoted(names)}`, error),
    );
    return undefined;
  }
  // Each can be said, and not all of them together.
  if (reports.length === 0) return undefined;
  // What is near a policy may be no other policy: of one, the files are those that were proven.
  const compiled = said.length > 1 ? backend.compile(said, engineVersion, asked) : { files };
  if ('refusals' in compiled) return { compiled, said };
  for (const line of lines) await session.say(line);
  const report = { path: 'APPROXIMATE.txt', text: reports.join('\n') };
  return { compiled: { files: [...compiled.files, report] }, said };
}

function titleOf({ backend, engineVersion }: ChosenTarget): string {
  return `${backend.title}, ${engineVersion}`;
}

function refused({ backend, engineVersion }: ChosenTarget, refusal: RefusalSaid): Diagnostic {
  const witness = witnessLine(refusal);
  return {
    code: 'refused',
    severity: 'error',
    message: `the target ${backend.target}@${engineVersion} cannot say ${refusalText(refusal)}`,
    hint: `nothing was written for it; ${witness === '' ? '' : `${witness}; `}choose another target, or \`--target all\` for those that can`,
  };
}

/** Each with a pod that shows it. The same control is refused by several targets, and asked about once. */
class Shown {
  readonly #known = new Map<string, RefusalSaid['witness']>();

  constructor(readonly policies: readonly Policy[]) {}

  of(refusal: Refusal): RefusalSaid {
    const policy = this.policies.find(({ name }) => name === refusal.policy);
    const { control } = refusal;
    if (policy === undefined || control === null) return { ...refusal, witness: undefined };
    const key = JSON.stringify([refusal.policy, control]);
    if (!this.#known.has(key)) this.#known.set(key, showing(policy, control));
    return { ...refusal, witness: this.#known.get(key) };
  }
}
