import { type ChildProcess, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { EngineError } from './errors.js';

export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string | Uint8Array;
  /** Exit codes that are an answer; any other throws. Default: 0 alone. */
  readonly accept?: readonly number[];
}

/** Runs a program to its end. A signal, a failed start or an exit code that is no answer throws `EngineError`. */
export function run(
  engine: string,
  file: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
    track(child);
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk));
    // A program that ends before it has read everything says why on stderr; the broken pipe adds nothing.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(options.input);
    child.on('error', (error) => reject(new EngineError(engine, `cannot start ${file}: ${error.message}`)));
    child.on('close', (code, signal) => {
      const finished = {
        code: code ?? -1,
        stdout: Buffer.concat(stdout).toString('utf8'),
        stderr: Buffer.concat(stderr).toString('utf8'),
      };
      if (code !== null && (options.accept ?? [0]).includes(code)) {
        resolve(finished);
        return;
      }
      const how = code === null ? `was ended by ${signal}` : `ended with exit code ${code}`;
      reject(
        new EngineError(
          engine,
          `\`${args.slice(0, 3).join(' ')}\` ${how}`,
          finished.stderr || finished.stdout,
        ),
      );
    });
  });
}

const children = new Set<ChildProcess>();
const directories = new Set<string>();
let watching = false;

/** Ends the child when this process ends, however it ends (but for SIGKILL). */
export function track(child: ChildProcess): void {
  watch();
  children.add(child);
  child.once('close', () => children.delete(child));
  child.once('error', () => children.delete(child));
}

/** Removes the directory when this process ends, unless the returned function did so before. */
export function trackDirectory(directory: string): () => void {
  watch();
  directories.add(directory);
  return () => {
    directories.delete(directory);
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  };
}

function watch(): void {
  if (watching) return;
  watching = true;
  process.once('exit', () => {
    for (const child of children) child.kill('SIGKILL');
    for (const directory of directories) rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  });
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    process.once(signal, () => process.exit(code));
  }
}
