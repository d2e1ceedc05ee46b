/**
 * Builds the real engines, each pinned by the go.sum of its own Go module, into a cache that is addressed by content:
 * `${PODSEC_CACHE:-~/.cache/podsec}/engines/<name>-<hash>/<binary>`. The hash covers the module's files, the build
 * arguments and the Go version, so a binary is never stale and a changed pin never overwrites what another branch uses.
 *
 *     node dist/engines/build.js [name...]
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { EngineError } from '../src/verify/errors.js';
import { run } from '../src/verify/process.js';
import { alone } from './alone.js';

interface Recipe {
  /** The directory of the Go module, where it is not called as the engine. */
  readonly module?: string;
  /** What `go build` is asked for: a path of the module's `tool` line, or its own main package. */
  readonly target: string;
  readonly ldflags?: readonly string[];
  readonly binary: string;
  readonly minutes: string;
}

const KUBERNETES = 'v1.37.2';
const VERSION_PACKAGE = 'k8s.io/component-base/version';
/** Without a version of its own a program claims v0.0.0, which no client can parse. */
const versioned = [
  `-X ${VERSION_PACKAGE}.gitVersion=${KUBERNETES}`,
  `-X ${VERSION_PACKAGE}.gitMajor=1`,
  `-X ${VERSION_PACKAGE}.gitMinor=37`,
];

const recipes = {
  psa: { target: '.', binary: 'psa', minutes: 'half a minute' },
  psp: { target: '.', binary: 'psp', minutes: 'two minutes' },
  etcd: { target: '.', binary: 'etcd', minutes: 'a minute' },
  apiserver: {
    target: 'k8s.io/kubernetes/cmd/kube-apiserver',
    ldflags: versioned,
    binary: 'kube-apiserver',
    minutes: 'eight minutes',
  },
  kubectl: {
    target: 'k8s.io/kubernetes/cmd/kubectl',
    ldflags: versioned,
    binary: 'kubectl',
    minutes: 'two minutes',
  },
  celcheck: { target: '.', binary: 'celcheck', minutes: 'a minute' },
  opa: { target: 'github.com/open-policy-agent/opa', binary: 'opa', minutes: 'a minute' },
  conftest: { target: 'github.com/open-policy-agent/conftest', binary: 'conftest', minutes: 'three minutes' },
  kyverno: { target: '.', binary: 'kyverno-judge', minutes: 'six minutes' },
  'kyverno-cli': {
    module: 'kyverno',
    target: 'github.com/kyverno/kyverno/cmd/cli/kubectl-kyverno',
    binary: 'kyverno',
    minutes: 'seven minutes',
  },
  gatekeeper: { target: '.', binary: 'gatekeeper-judge', minutes: 'three minutes' },
  gator: {
    module: 'gatekeeper',
    target: 'github.com/open-policy-agent/gatekeeper/v3/cmd/gator',
    binary: 'gator',
    minutes: 'three minutes',
  },
} as const satisfies Record<string, Recipe>;

export type EngineName = keyof typeof recipes;

export const engineNames = Object.keys(recipes) as EngineName[];

const built = new Map<EngineName, Promise<string>>();

/** The path of the engine's binary, built when the cache lacks it. */
export function buildEngine(name: EngineName): Promise<string> {
  const binary = built.get(name) ?? build(name);
  built.set(name, binary);
  return binary;
}

/** The directory of an engine's Go module. */
export function engineSource(name: EngineName): string {
  const { module = name }: Recipe = recipes[name];
  return join(enginesRoot(), module);
}

/** The version of a module that an engine's go.mod pins, without its `v`. */
export function pinned(name: EngineName, module: string): string {
  const text = readFileSync(join(engineSource(name), 'go.mod'), 'utf8');
  const found = text.split('\n').find((line) =>
    line
      .trim()
      .replace(/^require /, '')
      .startsWith(`${module} v`),
  );
  const version = /\sv(\S+)/.exec(found ?? '')?.[1];
  if (version === undefined) throw new EngineError(name, `its go.mod has no ${module}`);
  return version;
}

async function build(name: EngineName): Promise<string> {
  const recipe: Recipe = recipes[name];
  const source = engineSource(name);
  const key = await cacheKey(name, source, recipe);
  const cache = join(cacheRoot(), 'engines');
  const directory = join(cache, `${name}-${key}`);
  const binary = join(directory, recipe.binary);
  if (existsSync(binary)) return binary;
  mkdirSync(cache, { recursive: true });
  // Go uses every core, and two builds would both compile what they share.
  await alone(join(cache, '.building'), async () => {
    if (!existsSync(binary)) await buildInto(cache, directory, name, recipe);
  });
  return binary;
}

async function buildInto(cache: string, directory: string, name: EngineName, recipe: Recipe): Promise<void> {
  progress(`engines: building ${name} (cold: about ${recipe.minutes})`);
  const start = performance.now();
  const scratch = mkdtempSync(join(cache, `.${name}-`));
  try {
    const ldflags = ['-s', '-w', ...(recipe.ldflags ?? [])].join(' ');
    const output = join(scratch, recipe.binary);
    await run(name, 'go', ['build', ...buildFlags, '-ldflags', ldflags, '-o', output, recipe.target], {
      cwd: engineSource(name),
      env: buildEnvironment,
    });
    publish(scratch, directory, join(directory, recipe.binary));
  } catch (error) {
    progress(`engines: building ${name} failed after ${seconds(start)}`);
    throw error;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  progress(`engines: built ${name} in ${seconds(start)}`);
}

/** Nobody debugs an engine: without DWARF a build takes a tenth less. */
const buildFlags = ['-buildvcs=false', '-mod=readonly', '-gcflags=all=-dwarf=false'];

/** A compiler lives for a second, and collects garbage only where it would need much memory; no engine needs C. */
const buildEnvironment = { CGO_ENABLED: '0', GOGC: 'off', GOMEMLIMIT: '2GiB' };

/** A rename is the only way in, so a reader never sees half a binary; whoever comes second keeps the first one's. */
function publish(scratch: string, directory: string, binary: string): void {
  try {
    renameSync(scratch, directory);
  } catch (error) {
    if (!existsSync(binary)) throw error;
  }
}

async function cacheKey(name: EngineName, source: string, recipe: Recipe): Promise<string> {
  if (!existsSync(join(source, 'go.mod'))) throw new EngineError(name, `no Go module at ${source}`);
  const version = await goVersion(name, source);
  const hash = createHash('sha256');
  hash.update(JSON.stringify([version, buildFlags, recipe.target, recipe.ldflags ?? []]));
  // What is built of a dependency does not change with our own program beside it.
  const own = recipe.target === '.';
  for (const file of sourceFiles(source).filter((each) => own || !each.endsWith('.go'))) {
    hash.update(`\0${relative(source, file)}\0`).update(readFileSync(file));
  }
  return hash.digest('hex').slice(0, 16);
}

async function goVersion(name: EngineName, source: string): Promise<string> {
  try {
    return (await run(name, 'go', ['version'], { cwd: source })).stdout.trim();
  } catch (error) {
    throw new EngineError(
      name,
      `needs Go to be built: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

function sourceFiles(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /^(go\.(mod|sum)|.*\.go)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** `engines/` of the working tree: next to the compiled program's `dist`, or in or above the current directory. */
function enginesRoot(): string {
  for (const start of [import.meta.dirname, process.cwd()]) {
    for (let at = start; ; at = dirname(at)) {
      const candidate = join(at, 'engines');
      if (existsSync(join(candidate, 'apiserver', 'go.mod'))) return candidate;
      if (at === dirname(at)) break;
    }
  }
  throw new EngineError(
    'engines',
    'the Go modules are not here: conformance runs in a clone of the repository',
  );
}

function cacheRoot(): string {
  return resolve(process.env.PODSEC_CACHE || join(homedir(), '.cache', 'podsec'));
}

function progress(line: string): void {
  process.stderr.write(`${line}\n`);
}

function seconds(start: number): string {
  return `${((performance.now() - start) / 1000).toFixed(1)} s`;
}

async function main(args: readonly string[]): Promise<number> {
  const unknown = args.filter((arg) => !(engineNames as string[]).includes(arg));
  if (unknown.length > 0) {
    progress(`no such engine: ${unknown.join(', ')} (known: ${engineNames.join(', ')})`);
    return 2;
  }
  try {
    for (const name of args.length > 0 ? (args as readonly EngineName[]) : engineNames) {
      process.stdout.write(`${name}\t${await buildEngine(name)}\n`);
    }
    return 0;
  } catch (error) {
    progress(error instanceof Error ? error.message : String(error));
    return 3;
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.exitCode = await main(process.argv.slice(2));
}
