/** What a command runs in: its streams, and what it comes to. */
import { createReadStream, fstatSync } from 'node:fs';
import { type Diagnostic, type DiagnosticCode, diagnosticCodes } from '../diagnostics.js';
import { diagnosticText } from '../report/diagnostics.js';
import { Output } from './output.js';

/** Clean, findings, wrong input or a refusal, a defect or a failed engine. */
export type ExitCode = 0 | 1 | 2 | 3;

const failures: ReadonlySet<DiagnosticCode> = new Set(['engine-error', 'internal']);

export function isDiagnosticCode(text: string): text is DiagnosticCode {
  return Object.hasOwn(diagnosticCodes, text);
}

export function exitCodeOf({ code, severity }: Pick<Diagnostic, 'code' | 'severity'>): ExitCode {
  if (severity === 'warning') return 0;
  return failures.has(code) ? 3 : 2;
}

export class Session {
  readonly cwd: string;
  readonly stdin: AsyncIterable<Uint8Array | string>;
  readonly stdout: Output;
  readonly stderr: Output;
  #exitCode: ExitCode = 0;

  constructor(host: NodeJS.Process) {
    this.cwd = host.cwd();
    this.stdin = standardInput(host);
    this.stdout = new Output(host.stdout, host.env);
    this.stderr = new Output(host.stderr, host.env);
  }

  /** The highest that applied so far. */
  get exitCode(): ExitCode {
    return this.#exitCode;
  }

  raise(code: ExitCode): void {
    if (code > this.#exitCode) this.#exitCode = code;
  }

  async report(...diagnostics: readonly Diagnostic[]): Promise<void> {
    for (const diagnostic of diagnostics) {
      this.raise(exitCodeOf(diagnostic));
      await this.stderr.write(diagnosticText(diagnostic, this.stderr.style));
    }
  }

  /** Something to know that is neither data nor a problem. */
  async say(text: string): Promise<void> {
    await this.stderr.write(text);
  }
}

/** The command line is wrong. */
export class UsageError extends Error {
  constructor(
    message: string,
    readonly hint: string,
  ) {
    super(message);
  }

  get diagnostic(): Diagnostic {
    return { code: 'usage', severity: 'error', message: this.message, hint: this.hint };
  }
}

/** What was thrown and nobody expected, without its stack: that is for who asks for it with PODSEC_DEBUG. */
export function defect(error: unknown): Diagnostic {
  const message = error instanceof Error ? error.message : String(error);
  return {
    code: 'internal',
    severity: 'error',
    message: `podsec has failed: ${message === '' ? 'no reason given' : message}`,
    hint: 'this is a defect of podsec; please report it with the command and its input (PODSEC_DEBUG=1 shows more)',
  };
}

/**
 * Node takes a directory for a stream that is empty, so it is read as the file that it is not. With numbers instead of
 * bigints, Node 20.20 resolves no links of modules any more once a pipe was asked about: test/package has such links.
 */
function standardInput(host: NodeJS.Process): AsyncIterable<Uint8Array | string> {
  try {
    if (fstatSync(0, { bigint: true }).isDirectory()) return createReadStream('', { fd: 0 });
  } catch {
    // It is closed: what Node then reads is empty.
  }
  return host.stdin;
}
