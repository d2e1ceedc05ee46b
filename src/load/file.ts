/**
 * Policy files are programs. Each is run in a process of its own, so that it cannot end ours, hang it, write into our
 * output or change what we run; what comes back is its IR, as data.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Diagnostic, DiagnosticCode, Outcome, Place } from '../diagnostics.js';
import { parsePolicy } from '../ir/parse.js';
import type { Policy } from '../ir/types.js';
import { systemReason } from '../manifest/reason.js';
import type { LoadOptions } from './policies.js';
import {
  type Answer,
  type Failure,
  failureCodes,
  type Places,
  type Sent,
  unsettledExit,
} from './protocol.js';

/** Bytes of what a policy file prints that are kept. */
const keptOutput = 64 * 1024;

export interface FilePolicy {
  readonly policy: Policy;
  readonly places: Places;
}

/** The policies that a file exports, as `policiesOf` in child.ts finds them. */
export async function loadPolicyFile(
  shown: string,
  options: LoadOptions,
): Promise<Outcome<readonly FilePolicy[]>> {
  const path = resolve(options.cwd, shown);
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat?.isFile()) {
    const message = stat === undefined ? 'there is no such policy file' : 'the policy file is not a file';
    return { diagnostics: [problem('policy-file', { file: shown }, message, 'check the path')] };
  }
  const unreadable = whyUnreadable(path);
  if (unreadable !== undefined) {
    const message = `the policy file cannot be read: ${unreadable}`;
    return { diagnostics: [problem('policy-file', { file: shown }, message, 'check that you may read it')] };
  }
  const end = await run(path, options);
  if (end.output !== '') options.onOutput(end.output);
  const located = failureOf(end)?.unlocated === true ? await runAgain(path, end, options) : end;
  return outcomeOf(located, shown, options);
}

function whyUnreadable(path: string): string | undefined {
  try {
    accessSync(path, constants.R_OK);
    return undefined;
  } catch (error) {
    return systemReason(error) ?? String(error);
  }
}

/** Once more, watched; where it ends otherwise then, the file does not do the same each time. */
async function runAgain(path: string, end: End, options: LoadOptions): Promise<End> {
  const again = await run(path, options, 'watch');
  return failureOf(again)?.message === failureOf(end)?.message ? again : end;
}

function failureOf(end: End): Failure | undefined {
  return end.kind === 'answer' && end.answer.kind === 'failure' ? end.answer.failure : undefined;
}

function outcomeOf(end: End, shown: string, options: LoadOptions): Outcome<readonly FilePolicy[]> {
  const named = (place: Place): Place => ({
    ...place,
    file: place.file === resolve(options.cwd, shown) ? shown : shortened(place.file, options.cwd),
  });
  const place = { file: shown };
  switch (end.kind) {
    case 'answer': {
      if (end.answer.kind === 'policies') return policiesFrom(end.answer.policies, place, named);
      const { code, message, hint, place: at } = end.answer.failure;
      return { diagnostics: [problem(code, named(at), message, hint)] };
    }
    case 'late': {
      const message = `the policy file did not finish loading in ${options.timeoutSeconds} seconds`;
      const hint = 'look for a loop or an await that never ends; `--load-timeout SECONDS` allows more';
      return { diagnostics: [problem('policy-hangs', place, message, hint)] };
    }
    case 'ended':
      return { diagnostics: [endedProblem(end, place)] };
  }
}

function endedProblem(
  { code, signal }: { code: number | null; signal: string | null },
  place: Place,
): Diagnostic {
  if (code === unsettledExit) {
    const message = 'the policy file never finishes loading: it awaits something that never happens';
    return problem('policy-hangs', place, message, 'look for a promise that nothing settles');
  }
  if (signal !== null || code === null || code > 128) {
    const message = `the process that loaded the policy file died (${signal ?? `exit code ${code}`})`;
    return problem('policy-file', place, message, 'it may have run out of memory');
  }
  const message = `the policy file ended its process with exit code ${code} instead of exporting a policy`;
  return problem('policy-file', place, message, 'remove the call of `process.exit`');
}

/** Checks what came from the other process as if a stranger had sent it. */
function policiesFrom(
  sent: readonly Sent[],
  place: Place,
  named: (place: Place) => Place,
): Outcome<readonly FilePolicy[]> {
  const outcomes = sent.map(({ ir, places }) => ({ places, ...parsePolicy(ir) }));
  const diagnostics = outcomes
    .flatMap((each) => each.diagnostics)
    .map((each): Diagnostic => ({ ...each, place }));
  if (diagnostics.length > 0) return { diagnostics };
  const value = outcomes.flatMap(({ value: policy, places }): FilePolicy[] =>
    policy === undefined ? [] : [{ policy, places: placesIn(places, named) }],
  );
  return { value, diagnostics };
}

type End = { readonly output: string } & (
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'late' }
  | { readonly kind: 'ended'; readonly code: number | null; readonly signal: string | null }
);

async function run(path: string, { cwd, timeoutSeconds }: LoadOptions, ...mode: 'watch'[]): Promise<End> {
  const args = [path, String(timeoutSeconds), ...mode];
  const child = fork(fileURLToPath(new URL('./child.js', import.meta.url)), args, {
    cwd,
    execArgv: [],
    env: { ...process.env, NODE_NO_WARNINGS: '1' },
    serialization: 'json',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const output = outputOf(child);
  let answer: Answer | undefined;
  child.on('message', (message) => {
    if (isAnswer(message)) answer ??= message;
  });
  const arrived = everythingArrived(child);
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    child.kill('SIGKILL');
  }, timeoutSeconds * 1000);
  const { code, signal } = await exitOf(child);
  clearTimeout(timer);
  // A program that the policy file left behind may hold the pipes open for ever.
  await Promise.race([arrived, sleep(500, undefined, { ref: false })]);
  child.stdout?.destroy();
  child.stderr?.destroy();
  if (answer !== undefined) return { kind: 'answer', answer, output: output() };
  if (late) return { kind: 'late', output: output() };
  // What a dying runtime prints is a dump that helps nobody.
  return { kind: 'ended', code, signal, output: signal === null ? output() : '' };
}

function exitOf(child: ChildProcess): Promise<{ code: number | null; signal: string | null }> {
  return new Promise((settle, fail) => {
    child.on('error', fail);
    child.on('exit', (code, signal) => settle({ code, signal }));
  });
}

/** What a process sent and printed before its end may arrive after the news of its end. */
async function everythingArrived(child: ChildProcess): Promise<void> {
  const ends = [child.stdout, child.stderr].map(
    (stream) => new Promise<void>((settle) => stream?.once('close', settle)),
  );
  const disconnected = new Promise<void>((settle) => child.once('disconnect', settle));
  await Promise.all([...ends, disconnected]);
}

/** Collects what the process prints; returns a function that gives it. */
function outputOf(child: ChildProcess): () => string {
  const chunks: Buffer[] = [];
  let size = 0;
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      if (size < keptOutput) chunks.push(chunk.subarray(0, keptOutput - size));
      size += chunk.length;
    });
  }
  return () => Buffer.concat(chunks).toString();
}

function placesIn(places: unknown, named: (place: Place) => Place): Places {
  if (typeof places !== 'object' || places === null) return { controls: {} };
  const policy: unknown = Reflect.get(places, 'policy');
  const controls: unknown = Reflect.get(places, 'controls');
  const known = Object.entries(typeof controls === 'object' && controls !== null ? controls : {}).flatMap(
    ([id, place]): [string, Place][] => (isPlace(place) ? [[id, named(place)]] : []),
  );
  return { ...(isPlace(policy) && { policy: named(policy) }), controls: Object.fromEntries(known) };
}

function isPlace(value: unknown): value is Place {
  if (typeof value !== 'object' || value === null) return false;
  const [line, column]: unknown[] = ['line', 'column'].map((field) => Reflect.get(value, field));
  return (
    typeof Reflect.get(value, 'file') === 'string' && typeof line === 'number' && typeof column === 'number'
  );
}

function isAnswer(message: unknown): message is Answer {
  if (typeof message !== 'object' || message === null || !('kind' in message)) return false;
  return message.kind === 'policies'
    ? 'policies' in message && Array.isArray(message.policies) && message.policies.every(isSent)
    : message.kind === 'failure' && 'failure' in message && isFailure(message.failure);
}

function isSent(value: unknown): value is Sent {
  return typeof value === 'object' && value !== null && 'ir' in value;
}

function isFailure(value: unknown): value is Failure {
  if (typeof value !== 'object' || value === null) return false;
  const field = (name: string): unknown => Reflect.get(value, name);
  const place = field('place');
  return (
    failureCodes.some((code) => code === field('code')) &&
    typeof field('message') === 'string' &&
    typeof field('hint') === 'string' &&
    typeof place === 'object' &&
    place !== null &&
    typeof Reflect.get(place, 'file') === 'string'
  );
}

/** As short as it can be named from where the user is. */
function shortened(path: string, cwd: string): string {
  const below = relative(cwd, path);
  return below.startsWith(`..${sep}`) || below === '' ? path : below;
}

function problem(code: DiagnosticCode, place: Place, message: string, hint: string): Diagnostic {
  return { code, severity: 'error', place, message, hint };
}
