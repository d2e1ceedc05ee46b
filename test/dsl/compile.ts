/** Runs the TypeScript compiler: on snippets, each a file of a policy author, or on sources that a test has changed. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

export interface CompileError {
  /** The file, from the directory. */
  readonly file: string;
  readonly line: number;
  /** Such as `TS2339`. */
  readonly code: string;
  readonly message: string;
}

/** Calls `use` with a new directory, which is gone afterwards. */
export function inDirectory<T>(use: (directory: string) => T): T {
  const directory = mkdtempSync(join(tmpdir(), 'podsec-types-'));
  try {
    return use(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** The errors that the project's compiler options find in files of a directory. */
export function typecheck(
  directory: string,
  files: readonly string[],
  options: Readonly<Record<string, unknown>> = {},
): CompileError[] {
  const config = {
    extends: join(root, 'tsconfig.json'),
    compilerOptions: { rootDir: '/', typeRoots: [join(root, 'node_modules/@types')], ...options },
    files,
    include: [],
  };
  writeFileSync(join(directory, 'package.json'), JSON.stringify({ type: 'module' }));
  writeFileSync(join(directory, 'tsconfig.json'), JSON.stringify(config));
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const run = spawnSync(process.execPath, [tsc, '--pretty', 'false', '-p', directory], {
    encoding: 'utf8',
    cwd: directory,
  });
  const errors = [...run.stdout.matchAll(/^(\S+)\((\d+),\d+\): error (TS\d+): (.*(?:\n {2}.*)*)/gm)];
  if (run.error !== undefined || (run.status !== 0 && errors.length === 0)) {
    throw new Error(`tsc failed: ${run.stdout}${run.stderr}`, { cause: run.error });
  }
  return errors.map(([, file = '', line, code = '', message = '']) => ({
    file,
    line: Number(line),
    code,
    message,
  }));
}

/** The errors in each snippet, in their order, from one run of the compiler. What it imports is `podsec`. */
export function compile(snippets: readonly string[]): CompileError[][] {
  return inDirectory((directory) => {
    const files = snippets.map((_, index) => `snippet${index}.ts`);
    for (const [index, snippet] of snippets.entries())
      writeFileSync(join(directory, `snippet${index}.ts`), snippet);
    const errors = typecheck(directory, files, {
      noUnusedLocals: false,
      noUnusedParameters: false,
      paths: { podsec: [join(root, 'src/dsl/index.ts')] },
    });
    return files.map((file) => errors.filter((error) => error.file === file));
  });
}
