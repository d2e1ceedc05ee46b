/** `opa eval` and `conftest test` as programs on disk. */
import { randomUUID } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { EngineError } from './errors.js';
import { mapPool } from './pool.js';
import { run } from './process.js';
import { inScratch } from './scratch.js';

export interface OpaEvalOptions {
  /** Data documents (JSON or YAML files) beside the modules. */
  readonly data?: readonly string[];
  /** Inputs that one process judges; bounds the memory. Default 2,000. */
  readonly chunk?: number;
  /** Processes at once. Default: one for each core, four at most. */
  readonly parallel?: number;
  /** Inputs that are judged once more alone. Default 8. */
  readonly samples?: number;
  /** How long one process may take. */
  readonly seconds?: number | undefined;
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
export async function opaEvalEach(
  opa: string,
  moduleFiles: readonly string[],
  query: string,
  inputs: readonly unknown[],
  options: OpaEvalOptions = {},
): Promise<unknown[]> {
  if (inputs.length === 0) throw new EngineError('opa', 'there is no input to judge');
  const size = options.chunk ?? 2_000;
  const results: unknown[] = new Array(inputs.length);
  const starts = Array.from({ length: Math.ceil(inputs.length / size) }, (_, index) => index * size);
  const parallel = options.parallel ?? Math.min(availableParallelism(), 4);
  const data = [...moduleFiles, ...(options.data ?? [])].flatMap((name) => ['--data', resolve(name)]);
  const key = `podsec_${randomUUID().replaceAll('-', '')}`;
  const { seconds } = options;

  await inScratch('opa', async (scratch) => {
    const harness = join(scratch, 'harness.rego');
    const rule = `results := [[i, r] | some i, x in data.${key}.inputs; r := ${query} with input as x]`;
    writeFileSync(harness, `package ${key}.harness\n\n${rule}\n`);
    await mapPool(starts, parallel, async (start) => {
      const chunk = inputs.slice(start, start + size);
      const file = join(scratch, `inputs-${start}.json`);
      writeFileSync(file, JSON.stringify({ [key]: { inputs: chunk } }));
      const args = [...data, '--data', harness, '--data', file, `data.${key}.harness.results`];
      const pairs = pairsIn(await evaluate(opa, args, { seconds }));
      rmSync(file);
      for (const [index, value] of pairs) results[start + index] = value;
      const seen = new Set(pairs.map(([index]) => index));
      const missing = chunk.findIndex((_, index) => !seen.has(index));
      if (missing >= 0)
        throw new EngineError('opa', `\`${query}\` is undefined for input ${start + missing}`);
    });
    await mapPool(samples(inputs.length, options.samples), parallel, async (index) => {
      const input = JSON.stringify(inputs[index]);
      const plain = await evaluate(opa, [...data, '--stdin-input', query], { seconds, input });
      if (isDeepStrictEqual(plain, results[index])) return;
      const both = `${JSON.stringify(plain)}\n${JSON.stringify(results[index])}`;
      throw new EngineError('opa', `input ${index} has another result alone than among others`, both);
    });
  });
  return results;
}

function pairsIn(answer: unknown): (readonly [number, unknown])[] {
  if (!Array.isArray(answer))
    throw new EngineError('opa', 'eval gives no list of results', JSON.stringify(answer));
  return answer.map((pair: unknown): readonly [number, unknown] => {
    const [index, value]: unknown[] = Array.isArray(pair) ? pair : [];
    if (typeof index !== 'number') throw new EngineError('opa', 'a result without its input');
    return [index, value];
  });
}

function samples(length: number, count = 8): number[] {
  return [...new Set(Array.from({ length: count }, (_, step) => Math.floor((step * length) / count)))];
}

async function evaluate(
  opa: string,
  args: readonly string[],
  options: { readonly input?: string; readonly seconds: number | undefined },
): Promise<unknown> {
  const { stdout, stderr, code } = await run(
    'opa',
    opa,
    ['eval', '--format', 'json', '--strict-builtin-errors', ...args],
    { accept: [0, 1, 2], ...options },
  );
  const answer = parseAnswer<{
    errors?: unknown;
    result?: { expressions?: { value?: unknown }[] }[];
  } | null>('opa', stdout, stderr);
  const value = answer?.result?.[0]?.expressions?.[0]?.value;
  if (code !== 0 || answer?.errors !== undefined || value === undefined)
    throw new EngineError('opa', 'eval failed', JSON.stringify(answer?.errors ?? answer, null, 2) + stderr);
  return value;
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

/** `conftest test` of files, or the files in directories, with the policies of a directory: one result for each file. */
export async function conftestEach(
  conftest: string,
  directory: string,
  files: readonly string[],
  namespace: string,
  seconds?: number,
): Promise<readonly ConftestResult[]> {
  if (files.length === 0) throw new EngineError('conftest', 'there is no file to judge');
  const policy = ['--policy', resolve(directory), '--namespace', namespace];
  // Exit code 1 stands for a finding and for an error alike; only a finding comes with results.
  const { stdout, stderr } = await run(
    'conftest',
    conftest,
    ['test', '--no-color', '--output', 'json', ...policy, ...files],
    { accept: [0, 1], seconds },
  );
  const results = parseAnswer<readonly ConftestResult[] | null>('conftest', stdout, stderr);
  if (!Array.isArray(results)) throw new EngineError('conftest', 'it gives no list of results', stdout);
  return results;
}

/** Whether a rule has judged the file. */
export const isJudged = ({ successes, failures }: ConftestResult): boolean =>
  successes > 0 || (failures?.length ?? 0) > 0;

/** What an engine printed, as JSON. What is in it is the caller's to look at. */
export function parseAnswer<T>(engine: string, stdout: string, stderr: string): T {
  try {
    const answer: T = JSON.parse(stdout);
    return answer;
  } catch {
    throw new EngineError(engine, 'its answer is not JSON', `${stdout}\n${stderr}`);
  }
}
