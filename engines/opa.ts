/** OPA as it ships: eval, test, strict check and build of its command line, and conftest. */
import { randomUUID } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { buildEngine } from './build.js';
import { EngineError } from './errors.js';
import { mapPool } from './pool.js';
import { run, trackDirectory } from './process.js';
import { readTar } from './tar.js';

export interface OpaEvalOptions {
  /** Data documents (JSON or YAML files) beside the modules. */
  readonly data?: readonly string[];
  /** Inputs that one process judges; bounds the memory. Default 2,000. */
  readonly chunk?: number;
  /** Processes at once. Default: one for each core, four at most. */
  readonly parallel?: number;
}

/**
 * The value of `query` (such as `data.podsec.restricted.deny`, or an object of several) for each input, in order.
 * The inputs go in as a data document and one comprehension judges a whole chunk. A set comes back as a sorted array.
 * An input for which the query is undefined is an engine error, as is a builtin that fails: neither may read as "allow".
 *
 * The comprehension stands in a module and binds the input to a variable: as an ad hoc query with
 * `with input as data.inputs[i]`, OPA 1.22 silently gives every input an empty set. So some inputs are judged once more
 * in the plain way, and a difference is an engine error.
 */
export async function opaEval(
  moduleFiles: readonly string[],
  query: string,
  inputs: readonly unknown[],
  options: OpaEvalOptions = {},
): Promise<unknown[]> {
  if (inputs.length === 0) throw new EngineError('opa', 'there is no input to judge');
  const opa = await buildEngine('opa');
  const size = options.chunk ?? 2_000;
  const results: unknown[] = new Array(inputs.length);
  const starts = Array.from({ length: Math.ceil(inputs.length / size) }, (_, index) => index * size);
  const parallel = options.parallel ?? Math.min(availableParallelism(), 4);
  const data = [...moduleFiles, ...(options.data ?? [])].flatMap((name) => ['--data', resolve(name)]);
  const key = `podsec_${randomUUID().replaceAll('-', '')}`;

  await inScratch(async (scratch) => {
    const harness = join(scratch, 'harness.rego');
    const rule = `results := [[i, r] | some i, x in data.${key}.inputs; r := ${query} with input as x]`;
    writeFileSync(harness, `package ${key}.harness\n\n${rule}\n`);
    await mapPool(starts, parallel, async (start) => {
      const chunk = inputs.slice(start, start + size);
      const file = join(scratch, `inputs-${start}.json`);
      writeFileSync(file, JSON.stringify({ [key]: { inputs: chunk } }));
      const args = [...data, '--data', harness, '--data', file, `data.${key}.harness.results`];
      const pairs = (await evaluate(opa, args)) as [number, unknown][];
      rmSync(file);
      for (const [index, value] of pairs) results[start + index] = value;
      if (pairs.length === chunk.length) return;
      const seen = new Set(pairs.map(([index]) => index));
      const missing = start + chunk.findIndex((_, index) => !seen.has(index));
      throw new EngineError('opa', `\`${query}\` is undefined for input ${missing}`);
    });
    await mapPool(samples(inputs.length), parallel, async (index) => {
      const plain = await evaluate(opa, [...data, '--stdin-input', query], JSON.stringify(inputs[index]));
      if (isDeepStrictEqual(plain, results[index])) return;
      const both = `${JSON.stringify(plain)}\n${JSON.stringify(results[index])}`;
      throw new EngineError('opa', `input ${index} has another result alone than among others`, both);
    });
  });
  return results;
}

/** What a rule `deny` of a bundle finds. */
export interface Denial {
  readonly control: string;
  readonly msg: string;
}

/** The answer to `data.podsec.<policy>.deny`. Throws where it is no set. */
export function denialsOf(denials: unknown): readonly Denial[] {
  if (!Array.isArray(denials)) throw new EngineError('opa', `no set of denials: ${JSON.stringify(denials)}`);
  return denials;
}

/** The denials of one of several policies, by name. */
export function denialsIn(answer: unknown, policy: string): readonly Denial[] {
  return denialsOf(typeof answer === 'object' && answer !== null ? Reflect.get(answer, policy) : undefined);
}

function samples(length: number, count = 8): number[] {
  return [...new Set(Array.from({ length: count }, (_, step) => Math.floor((step * length) / count)))];
}

async function evaluate(opa: string, args: readonly string[], input?: string): Promise<unknown> {
  const { stdout, stderr, code } = await run(
    'opa',
    opa,
    ['eval', '--format', 'json', '--strict-builtin-errors', ...args],
    { accept: [0, 1, 2], ...(input === undefined ? {} : { input }) },
  );
  const answer = parse<{
    errors?: unknown;
    result?: { expressions?: { value?: unknown }[] }[];
  }>('opa', stdout, stderr);
  const value = answer.result?.[0]?.expressions?.[0]?.value;
  if (code !== 0 || answer.errors !== undefined || value === undefined) {
    throw new EngineError('opa', 'eval failed', JSON.stringify(answer.errors ?? answer, null, 2) + stderr);
  }
  return value;
}

export interface OpaTestReport {
  readonly passed: number;
  /** Tests that failed, and those that could not be run; `error` says why. */
  readonly failed: readonly { readonly name: string; readonly file: string; readonly error?: string }[];
}

/** `opa test DIR`. A directory without a test is an error: it has shown nothing. */
export async function opaTest(directory: string): Promise<OpaTestReport> {
  const opa = await buildEngine('opa');
  const { stdout, stderr } = await run('opa', opa, ['test', '--format', 'json', '.'], {
    cwd: directory,
    accept: [0, 1, 2],
  });
  interface Test {
    location: { file: string };
    package: string;
    name: string;
    fail?: boolean;
    skip?: boolean;
    error?: { message?: string };
  }
  const tests =
    stdout.trim() === '' && stderr.trim() === '' ? [] : parse<Test[] | null>('opa', stdout, stderr);
  if (!Array.isArray(tests) || tests.length === 0)
    throw new EngineError('opa', `no test in ${directory}`, stderr);
  const failed = tests.filter((test) => test.fail || test.skip || test.error !== undefined);
  return {
    passed: tests.length - failed.length,
    failed: failed.map((test) => ({
      name: `${test.package}.${test.name}`,
      file: test.location.file,
      ...(test.error === undefined ? {} : { error: test.error.message ?? JSON.stringify(test.error) }),
    })),
  };
}

export interface OpaProblem {
  readonly code: string;
  readonly message: string;
  readonly file?: string;
  readonly row?: number;
}

/** `opa check --strict`: what is wrong with the modules; nothing, where they are fine. */
export async function opaCheckStrict(files: readonly string[]): Promise<OpaProblem[]> {
  if (files.length === 0) throw new EngineError('opa', 'there is no module to check');
  const opa = await buildEngine('opa');
  const args = ['check', '--strict', '--format', 'json', ...files.map((file) => resolve(file))];
  const { stdout, stderr, code } = await run('opa', opa, args, { accept: [0, 1, 2] });
  if (code === 0) return [];
  const answer = parse<{
    errors?: { code?: string; message: string; location?: { file: string; row: number } }[];
  }>('opa', stdout.trim() === '' ? stderr : stdout, stderr);
  if (answer.errors === undefined) throw new EngineError('opa', 'check failed', stdout + stderr);
  return answer.errors.map((error) => ({
    code: error.code ?? '',
    message: error.message,
    ...(error.location === undefined ? {} : { file: error.location.file, row: error.location.row }),
  }));
}

export interface WasmBuild {
  /** Modules, and data documents named `data.json` or `data.yaml`. Only the base name of each enters the output. */
  readonly files: readonly string[];
  /** Such as `podsec/restricted/deny`. */
  readonly entrypoints: readonly string[];
  readonly optimize?: 0 | 1 | 2;
}

export interface WasmPolicy {
  readonly wasm: Uint8Array;
  /** The bundle's data document, which whoever runs the Wasm has to set. */
  readonly data: unknown;
}

/** `opa build -t wasm`, reduced to what is the same for the same input: the module and the data without the archive. */
export async function opaBuildWasm(build: WasmBuild): Promise<WasmPolicy> {
  const opa = await buildEngine('opa');
  return inScratch(async (scratch) => {
    // The compiler writes the names of files into the module: give it names without a directory.
    const sources = join(scratch, 'policy');
    mkdirSync(sources);
    const names = build.files.map((file) => basename(file));
    if (new Set(names).size !== names.length)
      throw new EngineError('opa', 'two files of one name', names.join('\n'));
    for (const file of build.files) copyFileSync(file, join(sources, basename(file)));
    const bundle = join(scratch, 'bundle.tar.gz');
    const entrypoints = build.entrypoints.flatMap((name) => ['--entrypoint', name]);
    const args = ['build', '--target', 'wasm', `--optimize=${build.optimize ?? 0}`, '--output', bundle];
    await run('opa', opa, [...args, ...entrypoints, ...names.toSorted()], { cwd: sources });
    const files = readTar(gunzipSync(readFileSync(bundle)));
    const wasm = files.get('policy.wasm');
    if (wasm === undefined)
      throw new EngineError('opa', 'the bundle has no policy.wasm', [...files.keys()].join('\n'));
    const data = files.get('data.json');
    return { wasm, data: data === undefined ? {} : JSON.parse(Buffer.from(data).toString('utf8')) };
  });
}

export interface ConftestMessage {
  readonly msg: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

export interface ConftestResult {
  readonly filename: string;
  readonly namespace: string;
  readonly successes: number;
  readonly failures?: readonly ConftestMessage[];
  readonly warnings?: readonly ConftestMessage[];
  readonly exceptions?: readonly ConftestMessage[];
}

/** `conftest test` of the files with the policies of a directory: one result for each file. */
export async function conftestTest(
  directory: string,
  files: readonly string[],
  namespace: string,
): Promise<ConftestResult[]> {
  if (files.length === 0) throw new EngineError('conftest', 'there is no file to judge');
  const conftest = await buildEngine('conftest');
  const args = [
    'test',
    '--no-color',
    '--output',
    'json',
    '--policy',
    resolve(directory),
    '--namespace',
    namespace,
  ];
  // Exit code 1 stands for a finding and for an error alike; only a finding comes with results.
  const { stdout, stderr } = await run('conftest', conftest, [...args, ...files], { accept: [0, 1] });
  const results = parse<ConftestResult[]>('conftest', stdout, stderr);
  const judged = results.some((result) => result.successes > 0 || (result.failures?.length ?? 0) > 0);
  if (!judged) throw new EngineError('conftest', `no rule of ${namespace} judged anything`, stdout);
  return results;
}

function parse<T>(engine: string, stdout: string, stderr: string): T {
  try {
    const answer: T = JSON.parse(stdout);
    return answer;
  } catch {
    throw new EngineError(engine, 'its answer is not JSON', `${stdout}\n${stderr}`);
  }
}

async function inScratch<T>(use: (directory: string) => Promise<T>): Promise<T> {
  const scratch = mkdtempSync(join(tmpdir(), 'podsec-opa-'));
  const remove = trackDirectory(scratch);
  try {
    return await use(scratch);
  } finally {
    remove();
  }
}
