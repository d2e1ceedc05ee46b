/** The TypeScript in the documents compiles, and its policies load. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inDirectory, typecheck } from '../dsl/compile.js';
import { type Block, blocksOf, documents, placeOf, root } from './markdown.js';
import { runLines, workplace } from './shell.js';

const all = documents.flatMap(blocksOf);
const good = all.filter(({ info }) => info === 'ts');
const bad = all.filter(({ info }) => info === 'ts fails');
const nameOf = (block: Block) => `${placeOf(block).replace(/\W+/g, '-')}.ts`;

function errorsIn(blocks: readonly Block[]): Map<string, string[]> {
  return inDirectory((directory) => {
    for (const block of blocks) writeFileSync(join(directory, nameOf(block)), block.text);
    const errors = typecheck(directory, blocks.map(nameOf), {
      noUnusedLocals: false,
      noUnusedParameters: false,
      paths: {
        podsec: [join(root, 'src/index.ts')],
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

  it('loads and judges where it is a policy', async () => {
    const policies = good.filter(({ text }) => /^export default /m.test(text));
    expect(policies.length).toBeGreaterThan(2);
    const directory = workplace();
    try {
      for (const block of policies) writeFileSync(join(directory, nameOf(block)), block.text);
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
