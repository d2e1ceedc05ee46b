/** Programs that are run to their end, and what is theirs while they run: it goes when this process does. */
import { type ChildProcess, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { EngineError } from './errors.js';

export interface Finished {
  readonly code: number;
  readonly stdout: string;
  /** Its end, where it is long. */
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string | Uint8Array;
  /** Exit codes that are an answer; any other throws. Default: 0 alone. */
  readonly accept?: readonly number[];
  /** A program that runs longer is ended, and that is an error. Default: none. */
  readonly seconds?: number | undefined;
}

/** What Node can make one string of, and no answer comes near. */
const mostOutput = 256 * 1024 * 1024;
const mostErrors = 256 * 1024;

/**
 * Runs a program to its end. A signal, a failed start, an exit code that is no answer, more time or more output than it is
 * given throws `EngineError`.
 */
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
      detached: ownGroup,
    });
    track(child);
    const stdout = new Kept();
    const stderr = new Kept();
    let ended: string | undefined;
    const end = (why: string): void => {
      ended ??= why;
      kill(child);
    };
    const { seconds } = options;
    const timer =
      seconds === undefined
        ? undefined
        : setTimeout(() => end(`had not finished after ${seconds} s, and was ended`), seconds * 1000);
    child.stdout?.on('data', (chunk: Buffer) => {
      stdout.add(chunk);
      if (stdout.bytes > mostOutput) end(`printed more than ${mostOutput / 1024 / 1024} MiB, and was ended`);
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      stderr.add(chunk);
      stderr.keepLast(mostErrors);
    });
    // A program that ends before it has read everything says why on stderr; the broken pipe adds nothing.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(options.input);
    child.on('error', (error) => {
      clearTimeout(timer);
      reject(new EngineError(engine, `cannot start ${file}: ${error.message}`));
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      const said = stderr.text();
      const asked = `\`${args.slice(0, 3).join(' ')}\``;
      if (ended !== undefined) {
        reject(new EngineError(engine, `${asked} ${ended}`, said));
        return;
      }
      const finished = { code: code ?? -1, stdout: stdout.text(), stderr: said };
      if (code !== null && (options.accept ?? [0]).includes(code)) {
        resolve(finished);
        return;
      }
      const how = code === null ? `was ended by ${signal}` : `ended with exit code ${code}`;
      reject(new EngineError(engine, `${asked} ${how}`, said || finished.stdout));
    });
  });
}

class Kept {
  #chunks: Buffer[] = [];
  bytes = 0;

  add(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.bytes += chunk.length;
  }

  /** At least so many of the last bytes stay. */
  keepLast(bytes: number): void {
    while (this.bytes - (this.#chunks[0]?.length ?? 0) >= bytes)
      this.bytes -= this.#chunks.shift()?.length ?? 0;
  }

  text(): string {
    return Buffer.concat(this.#chunks).toString('utf8');
  }
}

/** A program may be a script that starts the real one: both end together, as they are a group of processes. */
const ownGroup = process.platform !== 'win32';

function kill(child: ChildProcess): void {
  try {
    if (ownGroup && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    else child.kill('SIGKILL');
  } catch {
    // It has ended by itself, or leads no group.
    child.kill('SIGKILL');
  }
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
    for (const child of children) kill(child);
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
