/** Runs the TypeScript compiler on snippets, each a file of a policy author, and says what it makes of them. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

export interface CompileError {
  readonly line: number;
  /** Such as `TS2339`. */
  readonly code: string;
  readonly message: string;
}

/** The errors in each snippet, in their order, from one run of the compiler. What it imports is `podsec`. */
export function compile(snippets: readonly string[], imported = 'src/dsl/index.ts'): CompileError[][] {
  const directory = mkdtempSync(join(tmpdir(), 'podsec-types-'));
  try {
    const files = snippets.map((_, index) => `snippet${index}.ts`);
    for (const [index, snippet] of snippets.entries()) {
      writeFileSync(join(directory, `snippet${index}.ts`), snippet);
    }
    const config = {
      extends: join(root, 'tsconfig.json'),
      compilerOptions: {
        rootDir: '/',
        types: [],
        noUnusedLocals: false,
        noUnusedParameters: false,
        paths: { podsec: [join(root, imported)] },
      },
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
    const errors = [
      ...run.stdout.matchAll(/^snippet(\d+)\.ts\((\d+),\d+\): error (TS\d+): (.*(?:\n {2}.*)*)/gm),
    ];
    if (run.status !== 0 && errors.length === 0) {
      throw new Error(`tsc failed: ${run.stdout}${run.stderr}`, { cause: run.error });
    }
    return snippets.map((_, index) =>
      errors
        .filter(([, file]) => Number(file) === index)
        .map(([, , line, code = '', message = '']) => ({ line: Number(line), code, message })),
    );
  } finally {
    rmSync(directory, { recursive: true });
  }
}
