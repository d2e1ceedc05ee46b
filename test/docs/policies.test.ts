/** The TypeScript in the documents compiles, and its policies load. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createJiti } from 'jiti';
import { describe, expect, it, vi } from 'vitest';
import { inDirectory, typecheck } from '../dsl/compile.js';
import { type Block, blocksOf, documents, placeOf, root } from './markdown.js';
import { runLines, workplace } from './shell.js';

const all = documents.flatMap(blocksOf);
const good = all.filter(({ info }) => info === 'ts' || /^ts \S+\.ts$/.test(info));
const bad = all.filter(({ info }) => info === 'ts fails');
/** A block that is a file of the repository keeps its place, as it may import its neighbours. */
const nameOf = (block: Block) =>
  /^ts (\S+\.ts)$/.exec(block.info)?.[1] ?? `${placeOf(block).replace(/\W+/g, '-')}.ts`;

function write(directory: string, blocks: readonly Block[]): void {
  for (const block of blocks) {
    mkdirSync(join(directory, dirname(nameOf(block))), { recursive: true });
    writeFileSync(join(directory, nameOf(block)), block.text);
  }
}

function errorsIn(blocks: readonly Block[]): Map<string, string[]> {
  return inDirectory((directory) => {
    write(directory, blocks);
    const errors = typecheck(directory, blocks.map(nameOf), {
      noUnusedLocals: false,
      noUnusedParameters: false,
      paths: {
        podsec: [join(root, 'src/index.ts')],
        'podsec/testing': [join(root, 'src/testing/index.ts')],
        'podsec/schema': [join(root, 'src/schema/index.ts')],
      },
    });
    return new Map(
      blocks.map((block) => {
        const own = errors.filter(({ file }) => file === nameOf(block));
        return [placeOf(block), own.map(({ line, code, message }) => `${line}: ${code} ${message}`)];
      }),
    );
  });
}

describe('TypeScript in the documents', () => {
  const errors = errorsIn([...good, ...bad]);

  it('is there', () => {
    expect(good.length).toBeGreaterThan(3);
    expect(bad.length).toBeGreaterThan(0);
  });

  it('compiles', () => {
    expect(
      good.flatMap((block) => (errors.get(placeOf(block)) ?? []).map((each) => `${placeOf(block)}: ${each}`)),
    ).toEqual([]);
  });

  it('is refused by the compiler where it should be, in the words that are shown', () => {
    for (const block of bad) {
      const shown = all[all.indexOf(block) + 1];
      const said = (errors.get(placeOf(block)) ?? []).map((each) => each.replace(/^\d+: /, ''));
      expect(shown?.info, placeOf(block)).toBe('text');
      expect(`${said.join('\n')}\n`, placeOf(block)).toBe(shown?.text);
    }
  });

  it('runs where it is a program', async () => {
    const programs = good.filter(({ text }) => !/^export /m.test(text));
    expect(programs.length).toBeGreaterThan(0);
    const directory = workplace();
    const podsec = (file: string) => join(root, 'src', file);
    const alias = {
      'podsec/testing': podsec('testing/index.ts'),
      'podsec/schema': podsec('schema/index.ts'),
      podsec: podsec('index.ts'),
    };
    const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    try {
      write(directory, programs);
      for (const block of programs) {
        const file = join(directory, nameOf(block));
        await createJiti(file, { alias, fsCache: false }).import(file);
      }
    } finally {
      log.mockRestore();
      rmSync(directory, { recursive: true, force: true });
    }
  });

  it('loads and judges where it is a policy', async () => {
    const policies = good.filter(({ text }) => /^export default /m.test(text));
    expect(policies.length).toBeGreaterThan(2);
    const directory = workplace();
    try {
      write(directory, policies);
      const flags = policies.map((block) => `--policy ./${nameOf(block)}`).join(' ');
      const [said = '', status] = await runLines(directory, [
        `podsec check docs/examples/web.yaml ${flags} -f json`,
        'echo $?',
      ]);
      expect(status, said).toMatch(/^[01]\n$/);
      const { results }: { results: readonly { verdict: string }[] } = JSON.parse(said);
      expect(results.filter(({ verdict }) => verdict === 'error')).toEqual([]);
      expect(results.length).toBeGreaterThanOrEqual(policies.length);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });
});
