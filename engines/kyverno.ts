/** Kyverno: its engines as a library in a program of ours, and its command line. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { JsonObject } from '../src/manifest/types.js';
import { buildEngine } from './build.js';
import { EngineError } from './errors.js';
import { run, track } from './process.js';

/** What an admission webhook is asked, and the namespace as the cluster has it. */
export interface KyvernoQuestion {
  readonly request: JsonObject;
  readonly namespace?: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
}

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
  questions: readonly KyvernoQuestion[],
  how: 'webhook' | 'compiled' = 'webhook',
): Promise<KyvernoResult[][]> {
  if (questions.length === 0) throw new EngineError('kyverno', 'there is nothing to judge');
  const program = await buildEngine('kyverno');
  const answers: KyvernoResult[][] = [];
  const child = spawn(program, [how, ...files], { stdio: ['pipe', 'pipe', 'pipe'] });
  track(child);
  const stderr: Buffer[] = [];
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  child.stdin.on('error', () => undefined);
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  void send(child.stdin, questions);
  let wrong: EngineError | undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    const question = questions[answers.length];
    answers.push(resultsIn(line));
    wrong ??= errorIn(line, question);
  }
  const code = await ended;
  if (code !== 0)
    throw new EngineError('kyverno', `ended with exit code ${code}`, Buffer.concat(stderr).toString('utf8'));
  if (wrong !== undefined) throw wrong;
  if (answers.length !== questions.length)
    throw new EngineError('kyverno', `${answers.length} answers to ${questions.length} questions`);
  return answers;
}

async function send(stdin: NodeJS.WritableStream, questions: readonly KyvernoQuestion[]): Promise<void> {
  for (const { request, namespace } of questions) {
    const asked = {
      request,
      ...(namespace && { namespace: { metadata: { name: namespace.name, labels: namespace.labels } } }),
    };
    if (!stdin.write(`${JSON.stringify(asked)}\n`))
      await new Promise((resolve) => stdin.once('drain', resolve));
  }
  stdin.end();
}

interface Answer {
  readonly results: readonly (Omit<KyvernoResult, 'status'> & { readonly status: string })[] | null;
  readonly error?: string;
}

function errorIn(line: string, question: KyvernoQuestion | undefined): EngineError | undefined {
  const { results, error }: Answer = JSON.parse(line);
  const erred = results?.find(({ status }) => status !== 'pass' && status !== 'fail' && status !== 'skip');
  const what = error ?? (erred && `${erred.policy}: ${erred.status}: ${erred.message}`);
  return what === undefined
    ? undefined
    : new EngineError('kyverno', `no verdict: ${what}`, JSON.stringify(question).slice(0, 4000));
}

const isVerdict = (result: { readonly status: string }): result is KyvernoResult =>
  result.status === 'pass' || result.status === 'fail' || result.status === 'skip';

function resultsIn(line: string): KyvernoResult[] {
  const { results }: Answer = JSON.parse(line);
  return (results ?? []).filter(isVerdict);
}

/** The command line, in a directory. Exit codes: 0, or 1 where something failed. */
export async function kyvernoCli(directory: string, args: readonly string[]) {
  const cli = await buildEngine('kyverno-cli');
  return run('kyverno', cli, args, { cwd: directory, accept: [0, 1] });
}
