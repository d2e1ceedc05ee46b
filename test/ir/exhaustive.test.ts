/** A node kind, or a field, that is new in types.ts breaks the build in each file that has to know it. */
import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inDirectory, typecheck } from '../dsl/compile.js';

const root = join(import.meta.dirname, '../..');
const parts = ['src/ir', 'src/schema', 'src/manifest', 'src/diagnostics.ts', 'src/evaluate.ts'];

/** The files that no longer compile where types.ts is changed. */
function broken(change: (types: string) => string): string[] {
  return inDirectory((directory) => {
    for (const part of parts) cpSync(join(root, part), join(directory, part), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'));
    const path = join(directory, 'src/ir/types.ts');
    const types = readFileSync(path, 'utf8');
    const changed = change(types);
    writeFileSync(path, changed);
    const files = [
      'src/evaluate.ts',
      ...['canonical', 'parse', 'print', 'visit'].map((name) => `src/ir/${name}.ts`),
    ];
    return [...new Set(typecheck(directory, files).map(({ file }) => file))].sort();
  });
}

function withKind(union: string): string[] {
  return broken((types) =>
    types.replace(`export type ${union} =`, `$& | { readonly kind: 'new'; readonly a: string }`),
  );
}

describe('types.ts', () => {
  it('compiles as it is', () => {
    expect(broken((types) => types)).toEqual([]);
  });

  it.each([
    ['Cond', ['evaluate', 'ir/check-terms', 'ir/print', 'ir/schema', 'ir/visit']],
    ['Term', ['evaluate', 'ir/check-terms', 'ir/print', 'ir/schema', 'ir/visit']],
    ['Source', ['evaluate', 'ir/canonical', 'ir/print', 'ir/schema', 'ir/typing', 'ir/visit']],
    ['Pattern', ['evaluate', 'ir/print', 'ir/schema']],
    ['Write', ['evaluate', 'ir/print', 'ir/schema', 'ir/visit']],
    ['Text', ['evaluate', 'ir/check', 'ir/print', 'ir/schema']],
  ])('with another kind of %s breaks each file that has to know it', (union, files) => {
    expect(withKind(union)).toEqual(expect.arrayContaining(files.map((file) => `src/${file}.ts`)));
  });

  it.each([
    ['interface Policy {', 'readonly a: string;'],
    ['interface Mutation {', 'readonly a: string;'],
    ['interface Control {', 'readonly a: boolean;'],
    ["readonly kind: 'entries';", 'readonly a: string;'],
    ["readonly kind: 'sameParts';", 'readonly a: string;'],
    ['export type Mode =', "'dryrun' |"],
    ['export type RequestField =', "'verb' |"],
  ])('with more at `%s` breaks the schema', (after, more) => {
    expect(broken((types) => types.replace(after, `$& ${more}`))).toContain('src/ir/schema.ts');
  });
});
