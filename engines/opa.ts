/** OPA as it ships: eval, test, strict check and build of its command line, and conftest. */
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { EngineError } from '../src/verify/errors.js';
import {
  type ConftestResult,
  conftestEach,
  isJudged,
  type OpaEvalOptions,
  opaEvalEach,
  parseAnswer,
} from '../src/verify/opa.js';
import { run } from '../src/verify/process.js';
import { inScratch } from '../src/verify/scratch.js';
import { buildEngine } from './build.js';
import { readTar } from './tar.js';

/** `opaEvalEach` with the pinned OPA. */
export async function opaEval(
  moduleFiles: readonly string[],
  query: string,
  inputs: readonly unknown[],
  options: OpaEvalOptions = {},
): Promise<unknown[]> {
  return opaEvalEach(await buildEngine('opa'), moduleFiles, query, inputs, options);
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
    stdout.trim() === '' && stderr.trim() === '' ? [] : parseAnswer<Test[] | null>('opa', stdout, stderr);
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
  const answer = parseAnswer<{
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
  return inScratch('opa', async (scratch) => {
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

/** `conftest test` of the files with the policies of a directory: one result for each file. */
export async function conftestTest(
  directory: string,
  files: readonly string[],
  namespace: string,
): Promise<readonly ConftestResult[]> {
  const results = await conftestEach(await buildEngine('conftest'), directory, files, namespace);
  if (!results.some(isJudged))
    throw new EngineError('conftest', `no rule of ${namespace} judged anything`, JSON.stringify(results));
  return results;
}
