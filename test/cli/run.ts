/** Runs the packed command in a folder of its own, and demands that it never shows a stack trace. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterEach, expect } from 'vitest';
import { packed } from './packed.js';

export interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | undefined;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  /** Rights of files hold, also where root runs the tests. */
  readonly rightsHold?: boolean;
}

/** Root without the capabilities to read and write what it may not. */
const underRights =
  process.getuid?.() === 0 ? ['dac_override', 'dac_read_search'].map((name) => `-${name}`).join() : undefined;

/** Without what would make the output depend on where the tests run. */
const environment = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) => !/^(NO_COLOR|FORCE_COLOR|NODE_.*|PODSEC_.*|VITEST.*)$/.test(name),
  ),
);

export async function podsec(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const { bin } = await packed();
  const [command, ...rest] =
    options.rightsHold === true && underRights !== undefined
      ? ['setpriv', `--bounding-set=${underRights}`, `--inh-caps=${underRights}`, bin, ...args]
      : [bin, ...args];
  const { stdout, stderr, exitCode } = await execa(command, rest, {
    cwd: options.cwd ?? tmpdir(),
    env: { ...environment, ...options.env },
    extendEnv: false,
    ...(options.input === undefined ? { stdin: 'ignore' } : { input: options.input }),
    reject: false,
    stripFinalNewline: false,
    maxBuffer: 500_000_000,
  });
  expect(stderr).not.toMatch(stackTrace);
  expect(stdout).not.toMatch(stackTrace);
  demandHints(stderr);
  return { stdout, stderr, exitCode };
}

/** Every diagnostic that any test meets says what to do. */
function demandHints(stderr: string): void {
  const lines = stderr.split('\n');
  for (const [index, line] of lines.entries()) {
    if (/: (error|warning): .* \[[a-z-]+\]$/.test(line))
      expect(lines[index + 1], `what to do about ${line}`).toMatch(/^ {2}\S/);
  }
}

export const stackTrace =
  /^\s+at (\S+ \()?(file:|node:|\/).*:\d+:\d+\)?$|^(Type|Reference|Range|Syntax)Error:/m;

const made: string[] = [];

afterEach(() => {
  for (const directory of made.splice(0)) rmSync(directory, { recursive: true, force: true });
});

/** A folder with these files and nothing else, until the test ends. */
export function folder(files: Readonly<Record<string, string | Uint8Array>> = {}): string {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'podsec-test-')));
  made.push(directory);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), content);
  }
  return directory;
}

/** A pod that restricted allows. */
export const goodPod = `apiVersion: v1
kind: Pod
metadata:
  name: good
spec:
  securityContext:
    runAsNonRoot: true
    seccompProfile:
      type: RuntimeDefault
  containers:
    - name: app
      image: example.com/app:1
      securityContext:
        allowPrivilegeEscalation: false
        capabilities:
          drop: [ALL]
`;

/** A pod that baseline denies. */
export const badPod = `apiVersion: v1
kind: Pod
metadata:
  name: bad
  namespace: web
spec:
  hostNetwork: true
  containers:
    - name: app
      image: example.com/app:1
`;
