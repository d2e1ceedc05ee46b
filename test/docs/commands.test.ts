/** What the documents show is what podsec does. PODSEC_RECORD=1 writes the output of commands anew, and docs/diagnostics.md. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  agrees,
  type Block,
  blocksOf,
  commandsOf,
  documents,
  hasGap,
  placeOf,
  root,
  textOf,
} from './markdown.js';
import { runLines, workplace } from './shell.js';

const recording = process.env.PODSEC_RECORD === '1';
/** An excerpt is of a file: `rego out/rego/payments.rego`. */
const excerpt = /^(?!ts fails)\S+ (\S*[./]\S*)$/;
const allowed = /^(console|ts|ts fails|sh|sh ci|text|json|)$/;

const made: string[] = [];
afterAll(() => {
  for (const directory of made) rmSync(directory, { recursive: true, force: true });
});

function written(block: Block, said: readonly string[]): string {
  return commandsOf(block.text)
    .map(({ line }, index) => `$ ${line}\n${said[index] ?? ''}`)
    .join('');
}

describe.concurrent.each(documents)('%s', (file) => {
  const blocks = blocksOf(file);
  const consoles = blocks.filter(({ info }) => info === 'console');
  const excerpts = blocks.filter(({ info }) => excerpt.test(info));

  it('has fenced blocks of known kinds alone', () => {
    const unknown = blocks.filter(({ info }) => !allowed.test(info) && !excerpt.test(info));
    expect(unknown.map((block) => `${placeOf(block)}: ${block.info}`)).toEqual([]);
    expect(textOf(file).match(/^```/gm) ?? []).toHaveLength(blocks.length * 2);
  });

  if (consoles.length + excerpts.length === 0) return;
  it('shows what its commands say and write', async ({ expect }) => {
    const directory = workplace();
    made.push(directory);
    const lines = consoles.flatMap(({ text }) => commandsOf(text).map(({ line }) => line));
    const said = await runLines(directory, lines);
    expect(said).toHaveLength(lines.length);
    const wrong: string[] = [];
    let text = textOf(file);
    let next = 0;
    for (const block of consoles) {
      const commands = commandsOf(block.text);
      const outputs = said.slice(next, next + commands.length);
      next += commands.length;
      const holds = commands.every(({ output }, index) => agrees(output, outputs[index] ?? '', 'whole'));
      if (holds) continue;
      const actual = written(block, outputs);
      if (recording && !hasGap(block.text)) {
        text = text.replace(`\`\`\`console\n${block.text}\`\`\``, () => `\`\`\`console\n${actual}\`\`\``);
      } else wrong.push(`${placeOf(block)}\n${actual}`);
    }
    if (recording && text !== textOf(file)) writeFileSync(join(root, file), text);
    for (const block of excerpts) {
      const [, path = ''] = excerpt.exec(block.info) ?? [];
      const source = [directory, root].map((base) => join(base, path)).find((each) => existsSync(each));
      const holds = source !== undefined && agrees(block.text, readFileSync(source, 'utf8'), 'within');
      if (!holds) wrong.push(`${placeOf(block)}: ${path} has no such lines`);
    }
    expect(wrong.join('\n')).toBe('');
  });
});
