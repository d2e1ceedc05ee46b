/** A program that answers JSON lines with JSON lines, in order. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { EngineError } from '../src/verify/errors.js';
import { track } from '../src/verify/process.js';

/** The answer to each question. A program that fails, or answers more or less than it is asked, is an engine error. */
export async function askLines(
  engine: string,
  program: string,
  args: readonly string[],
  questions: readonly unknown[],
): Promise<string[]> {
  if (questions.length === 0) throw new EngineError(engine, 'there is nothing to judge');
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  track(child);
  const stderr: Buffer[] = [];
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  // A program that ends before it has read everything says why on stderr; the broken pipe adds nothing.
  child.stdin.on('error', () => undefined);
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  const sent = send(child.stdin, questions);
  const answers: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) answers.push(line);
  const code = await ended;
  if (code !== 0)
    throw new EngineError(engine, `ended with exit code ${code}`, Buffer.concat(stderr).toString('utf8'));
  await sent;
  if (answers.length !== questions.length)
    throw new EngineError(engine, `${answers.length} answers to ${questions.length} questions`);
  return answers;
}

async function send(stdin: NodeJS.WritableStream, questions: readonly unknown[]): Promise<void> {
  for (const question of questions)
    if (!stdin.write(`${JSON.stringify(question)}\n`))
      await new Promise((resolve) => stdin.once('drain', resolve));
  stdin.end();
}
