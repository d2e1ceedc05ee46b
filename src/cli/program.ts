/** The commands and options. Each command is loaded when it is run. */
import { Command, CommanderError, Option } from 'commander';
import { directions } from '../approximate.js';
import { version } from '../backends/templates.js';
import { quoted } from '../manifest/problem.js';
import { modes } from './modes.js';
import { type Session, UsageError } from './session.js';

const policyHelp =
  'a level, as restricted@v1.37, a policy file, or a manifest of PodSecurityPolicies or labelled namespaces; may be repeated';
const timeoutHelp = 'how long a policy file may take to load';

/** Reads the command line and runs its command. Wrong command lines are reported. */
export async function program(session: Session, args: readonly string[]): Promise<void> {
  const root = commands(session);
  try {
    if (args.length === 0) {
      root.outputHelp({ error: true });
      session.raise(2);
      return;
    }
    await root.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (error instanceof UsageError) await session.report(error.diagnostic);
    else if (!(error instanceof CommanderError)) throw error;
    else if (error.exitCode !== 0) await session.report(usageError(error).diagnostic);
  }
}

/** Commander's message with its `(Did you mean x?)` as a hint. */
function usageError(error: CommanderError): UsageError {
  const [first = '', ...rest] = error.message.replace(/^error: /, '').split('\n');
  const meant = /Did you mean (.+?)\?/.exec(rest.join(' '))?.[1];
  const message = first.replace(/'([^']*)'/g, '`$1`').replace(/\.$/, '');
  return new UsageError(message, meant === undefined ? 'see `podsec --help`' : `did you mean \`${meant}\`?`);
}

function commands(session: Session): Command {
  const root = new Command('podsec')
    .description('Pod security policies, written once, for every engine that can enforce them.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void session.stdout.write(text),
      writeErr: (text) => void session.stderr.write(text),
      outputError: () => undefined,
    })
    .addHelpText('after', after(rootExamples));

  root
    .command('check')
    .summary('judge the workloads in manifests')
    .description(
      'Judge the workloads in files, directories, globs, or standard input (-): YAML, JSON and lists.',
    )
    .argument('<path...>', 'what to read')
    .option('--policy <policy>', `${policyHelp} (default: restricted@latest)`, collect)
    .option(
      '-f, --format <format>',
      'pretty or json, to standard output or with =FILE to a file; may be repeated',
      collect,
    )
    .addOption(
      new Option('--engine <engine>', 'what judges').choices(['evaluate', 'opa-wasm']).default('evaluate'),
    )
    .addOption(loadTimeout())
    .addHelpText('after', after(checkExamples))
    .action(async (paths: string[], options: CheckFlags) => {
      const { check } = await import('./check.js');
      await check(session, {
        ...options,
        paths,
        policies: options.policy ?? [],
        formats: options.format ?? [],
      });
    });

  root
    .command('compile')
    .summary('write policies in the form of an engine')
    .description('Write policies in the form of one engine or of all that can say them, to DIR/<target>/.')
    .argument('[file]', 'a policy file, as --policy')
    .option('--policy <policy>', policyHelp, collect)
    .option(
      '--target <target>',
      'what to write for, as rego or vap@1.30; may be repeated; all: each that can',
      collect,
    )
    .option('--out <dir>', 'the directory to write to')
    .addOption(
      new Option(
        '--mode <mode>',
        'what violations lead to (default: audit, or what the policy says)',
      ).choices(modes),
    )
    .addOption(
      new Option(
        '--approximate <direction>',
        'where a target cannot say a policy: the closest that is laxer, or stricter, and what that means',
      ).choices(directions),
    )
    .option(
      '--namespace-selector <selector>',
      'only namespaces with these labels, as kubectl writes them: team=a,!legacy',
    )
    .option(
      '--generate-vap',
      'gatekeeper: have Gatekeeper make ValidatingAdmissionPolicies too, so that the API server judges as well',
    )
    .addOption(loadTimeout())
    .addHelpText('after', after(compileExamples))
    .action(async (file: string | undefined, options: CompileFlags) => {
      const { compile } = await import('./compile.js');
      const policies = [...(file === undefined ? [] : [file]), ...(options.policy ?? [])];
      await compile(session, { ...options, policies, targets: options.target ?? [] });
    });

  root
    .command('verify')
    .summary('compare policies with the engines that are installed')
    .description(
      "Give pods on the edges of a policy's rules to the engines that are installed, and compare what they say with what podsec says: the verdict, and the controls that deny.",
    )
    .argument('[file]', 'a policy file, as --policy')
    .option('--policy <policy>', policyHelp, collect)
    .option(
      '--engine <engine>',
      'opa, conftest, gator, kyverno or kube-apiserver, or with =PATH where it is; may be repeated (default: those on the PATH)',
      collect,
    )
    .addOption(
      new Option('--pods <number>', 'the most pods to give to an engine for a policy')
        .default(250)
        .argParser(podsOf),
    )
    .option(
      '-f, --format <format>',
      'pretty or json, to standard output or with =FILE to a file; may be repeated',
      collect,
    )
    .addOption(secondsOption('--engine-timeout', 'how long one run of an engine may take', 300))
    .addOption(loadTimeout())
    .addHelpText('after', after(verifyExamples))
    .action(async (file: string | undefined, options: VerifyFlags) => {
      const { verify } = await import('./verify.js');
      const policies = [...(file === undefined ? [] : [file]), ...(options.policy ?? [])];
      await verify(session, {
        ...options,
        policies,
        engines: options.engine ?? [],
        formats: options.format ?? [],
      });
    });

  root
    .command('diff')
    .summary('say what one policy denies and another admits')
    .description(
      'Compare two policies over all pods that an API server accepts: equal, stricter, laxer or neither, and for each control that makes the difference a pod that shows it.',
    )
    .argument(
      '<first>',
      'a level, as restricted@v1.34; a policy file; one of a git revision, as HEAD~1:policy.ts; a PodSecurityPolicy; or a labelled namespace',
    )
    .argument('<second>', 'what to compare it with')
    .option('--witnesses <dir>', 'a directory to write the pods to')
    .option(
      '-f, --format <format>',
      'pretty or json, to standard output or with =FILE to a file; may be repeated',
      collect,
    )
    .addOption(loadTimeout())
    .addHelpText('after', after(diffExamples))
    .action(async (first: string, second: string, options: DiffFlags) => {
      const { diff } = await import('./diff.js');
      await diff(session, { ...options, first, second, formats: options.format ?? [] });
    });

  root
    .command('lint')
    .summary('say what is odd about policies')
    .description(
      'Look for controls that deny no pod, controls that others imply, and policies that admit none: of all pods that an API server accepts.',
    )
    .argument('<policy...>', 'a policy file, a level, or a policy file of a git revision')
    .addOption(loadTimeout())
    .addHelpText('after', after(lintExamples))
    .action(async (policies: string[], options: LoadFlags) => {
      const { lint } = await import('./lint.js');
      await lint(session, { ...options, policies });
    });

  root
    .command('explain')
    .summary('say what a policy, a control or a diagnostic means')
    .description(
      'Say what a policy, one of its controls, or a diagnostic code means and what to do about it.',
    )
    .argument('<subject>', 'a policy, as restricted@v1.37; a control of the levels; or a diagnostic code')
    .argument('[control]', 'a control of the policy')
    .addOption(loadTimeout())
    .addHelpText('after', after(explainExamples))
    .action(async (subject: string, control: string | undefined, options: LoadFlags) => {
      const { explain } = await import('./explain.js');
      await explain(session, { ...options, subject, control });
    });

  root
    .command('list')
    .summary('list levels, controls, targets and diagnostic codes')
    .description(
      'List the levels with their versions, their controls, the targets, and the diagnostic codes.',
    )
    .argument('[what]', 'levels, controls, targets or diagnostics')
    .addHelpText('after', after(['podsec list', 'podsec list controls']))
    .action(async (what: string | undefined) => {
      const { list } = await import('./list.js');
      await list(session, what);
    });
  return root;
}

interface LoadFlags {
  readonly loadTimeout: number;
}

interface CheckFlags extends LoadFlags {
  readonly policy?: readonly string[];
  readonly format?: readonly string[];
  readonly engine: string;
}

interface CompileFlags extends LoadFlags {
  readonly policy?: readonly string[];
  readonly target?: readonly string[];
  readonly out?: string;
  readonly mode?: string;
  readonly namespaceSelector?: string;
  readonly generateVap?: boolean;
  readonly approximate?: string;
}

interface DiffFlags extends LoadFlags {
  readonly format?: readonly string[];
  readonly witnesses?: string;
}

interface VerifyFlags extends LoadFlags {
  readonly policy?: readonly string[];
  readonly engine?: readonly string[];
  readonly format?: readonly string[];
  readonly pods: number;
  readonly engineTimeout: number;
}

function collect(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}

function loadTimeout(): Option {
  return secondsOption('--load-timeout', timeoutHelp, 30);
}

function secondsOption(flag: string, help: string, seconds: number): Option {
  return new Option(`${flag} <seconds>`, help).default(seconds).argParser((text) => {
    const given = Number(text);
    if (Number.isFinite(given) && given > 0 && given <= 86_400) return given;
    throw new UsageError(
      `\`${flag}\` takes a number of seconds, not ${quoted(text)}`,
      'give a number above 0 and up to 86400, which is a day',
    );
  });
}

function podsOf(text: string): number {
  const pods = Number(text);
  if (Number.isInteger(pods) && pods >= 2 && pods <= 100_000) return pods;
  throw new UsageError(
    `\`--pods\` takes a number of pods, not ${quoted(text)}`,
    'give a whole number from 2 to 100000',
  );
}

function after(examples: readonly string[]): string {
  return `\nExamples:\n${examples.map((each) => `  ${each}\n`).join('')}`;
}

const rootExamples = [
  'podsec check ./manifests',
  'podsec compile --policy restricted --target all --out dist/restricted',
  'podsec verify --policy restricted',
  'podsec diff restricted@v1.34 restricted@v1.35',
  'podsec explain restricted seccompProfile_restricted',
];

const checkExamples = [
  'podsec check deploy.yaml',
  "podsec check --policy baseline@v1.30 './charts/**/*.yaml'",
  'kubectl get deploy -A -o json | podsec check -',
  'podsec check ./manifests -f pretty -f json=report.json',
  'podsec check --policy psp.yaml ./manifests',
  '',
  'Exit codes: 0 all allowed, 1 findings, 2 wrong input or configuration, 3 an engine failed.',
];

const compileExamples = [
  'podsec compile --policy restricted --target all --out dist/restricted',
  'podsec compile policy.ts --target vap@1.30 --mode enforce --out dist',
  "podsec compile --policy baseline --target vap --namespace-selector 'tier in (web,db)' --out dist",
  'podsec compile --policy baseline --target psp --approximate laxer --out dist',
];

const diffExamples = [
  'podsec diff restricted@v1.34 restricted@v1.35',
  'podsec diff policy.ts baseline',
  'podsec diff main:policies/app.ts ./policies/app.ts --witnesses pods',
  '',
  'Exit codes: 0 equal, 1 a difference, 2 wrong input, or policies beyond what is decided.',
];

const lintExamples = [
  'podsec lint policy.ts',
  '',
  'Exit codes: 0 nothing odd, 1 findings, 2 wrong input, or a policy beyond what is decided.',
];

const verifyExamples = [
  'podsec verify policy.ts',
  'podsec verify --policy restricted@v1.37 --engine opa --engine gator',
  'podsec verify policy.ts --engine kyverno=./bin/kyverno --pods 1000 -f json=verify.json',
  '',
  'Exit codes: 0 agreement was shown for each policy, 1 a difference, 2 wrong input or nothing to compare with,',
  '3 an engine failed.',
];

const explainExamples = [
  'podsec explain restricted@v1.37',
  'podsec explain restricted runAsNonRoot',
  'podsec explain ./policy.ts',
  'podsec explain unknown-field',
];
