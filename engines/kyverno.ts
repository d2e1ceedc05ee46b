/** Kyverno: its engines as a library in a program of ours, and its command line. */

import { EngineError } from '../src/verify/errors.js';
import { run } from '../src/verify/process.js';
import { buildEngine } from './build.js';
import { askLines } from './lines.js';
import type { RequestQuestion } from './shapes.js';

/** What one rule says. Where a policy does not match a request, its rule says nothing. */
export interface KyvernoResult {
  readonly policy: string;
  readonly rule: string;
  readonly status: 'pass' | 'fail' | 'skip';
  readonly message: string;
  /** The policy refuses the request. */
  readonly blocks: boolean;
  /** Whoever sent the request is told. */
  readonly warns: boolean;
}

/**
 * What the policies of the files say to each question, in order. An error of the engine, or of a rule, is thrown: it is no
 * verdict.
 */
export async function kyvernoJudge(
  files: readonly string[],
  questions: readonly RequestQuestion[],
  how: 'webhook' | 'compiled' = 'webhook',
): Promise<KyvernoResult[][]> {
  return (await kyvernoAnswers(files, questions, how)).map((answer, index) => {
    const wrong = errorIn(answer, questions[index]);
    if (wrong !== undefined) throw wrong;
    return (answer.results ?? []).filter(isVerdict);
  });
}

/** The same, with what erred as a result. */
export async function kyvernoAnswers(
  files: readonly string[],
  questions: readonly RequestQuestion[],
  how: 'webhook' | 'compiled',
): Promise<KyvernoAnswer[]> {
  const asked = questions.map(({ request, namespace }) => ({
    request,
    namespace: { metadata: { name: namespace.name, labels: namespace.labels } },
  }));
  const lines = await askLines('kyverno', await buildEngine('kyverno'), [how, ...files], asked);
  return lines.map((line): KyvernoAnswer => JSON.parse(line));
}

export interface KyvernoAnswer {
  readonly results: readonly (Omit<KyvernoResult, 'status'> & { readonly status: string })[] | null;
  readonly error?: string;
}

function errorIn(
  { results, error }: KyvernoAnswer,
  question: RequestQuestion | undefined,
): EngineError | undefined {
  const erred = results?.find(({ status }) => status !== 'pass' && status !== 'fail' && status !== 'skip');
  const what = error ?? (erred && `${erred.policy}: ${erred.status}: ${erred.message}`);
  return what === undefined
    ? undefined
    : new EngineError('kyverno', `no verdict: ${what}`, JSON.stringify(question).slice(0, 4000));
}

const isVerdict = (result: { readonly status: string }): result is KyvernoResult =>
  result.status === 'pass' || result.status === 'fail' || result.status === 'skip';

export interface SuiteCounts {
  readonly code: number;
  readonly passed: number;
  readonly failed: number;
}

/** `kyverno test .`, as a bundle's README says. */
export async function kyvernoTest(directory: string): Promise<SuiteCounts> {
  const { code, stdout } = await kyvernoCli(directory, ['test', '.', '--remove-color']);
  const [, passed, failed] = /(\d+) tests? passed and (\d+) tests? failed/.exec(stdout) ?? [];
  if (passed === undefined) throw new EngineError('kyverno', 'kyverno test gives no summary', stdout);
  return { code, passed: Number(passed), failed: Number(failed) };
}

/** The command line, in a directory. Exit codes: 0, or 1 where something failed. */
export async function kyvernoCli(directory: string, args: readonly string[]) {
  const cli = await buildEngine('kyverno-cli');
  return run('kyverno', cli, args, { cwd: directory, accept: [0, 1] });
}
