/**
 * The documentation as data. What a fenced block holds is said by its info string:
 *
 * - `console`: commands after `$ `, each followed by its output. They are run. A line `...` stands for any lines.
 * - `ts`: a policy file, or a program that uses the package. It has to compile; a policy has to load.
 * - `ts fails`: a policy file that must not compile; the next block holds the compiler's words.
 * - `<language> <path>`: an excerpt of that file, of the repository or of what the commands before it wrote.
 * - `sh ci`: what CI runs. `sh`, `text` and `json`: not run here.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '..', '..');

export interface Block {
  readonly file: string;
  /** Of the opening fence, from 1. */
  readonly line: number;
  readonly info: string;
  readonly text: string;
}

/** Every document, from the root of the repository. */
export const documents: readonly string[] = [
  ...['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md'],
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .sort()
    .map((name) => `docs/${name}`),
];

export const textOf = (file: string): string => readFileSync(join(root, file), 'utf8');

const fenced = /^```([^\n`]*)\n(.*?)^```$/gms;

export function blocksOf(file: string): Block[] {
  const text = textOf(file);
  return [...text.matchAll(fenced)].map(({ 1: info = '', 2: body = '', index }) => ({
    file,
    line: text.slice(0, index).split('\n').length,
    info,
    text: body,
  }));
}

export const placeOf = ({ file, line }: Block): string => `${file}:${line}`;

/** Prose alone: what is in fences is replaced by empty lines. */
export function proseOf(file: string): string {
  return textOf(file).replace(fenced, (block) => block.replace(/[^\n]/g, ''));
}

export interface Command {
  readonly line: string;
  readonly output: string;
}

/** The commands of a console block with their outputs; a line that ends with a backslash goes on. */
export function commandsOf(text: string): Command[] {
  const commands: { line: string; output: string }[] = [];
  for (const line of text.split('\n').slice(0, -1)) {
    const last = commands.at(-1);
    if (line.startsWith('$ ')) commands.push({ line: line.slice(2), output: '' });
    else if (last?.output === '' && last.line.endsWith('\\')) last.line += `\n${line}`;
    else if (last !== undefined) last.output += `${line}\n`;
  }
  return commands;
}

const gap = /^ *\.\.\.\n/m;

/** Whether the text has the parts between the gaps, in their order; whole, or anywhere in it. */
export function agrees(expected: string, actual: string, where: 'whole' | 'within'): boolean {
  const parts = expected.split(gap);
  let from = 0;
  for (const [index, part] of parts.entries()) {
    const at = actual.indexOf(part, from);
    if (at < 0 || (where === 'whole' && index === 0 && at > 0)) return false;
    if (where === 'within' && at > 0 && actual[at - 1] !== '\n') return false;
    from = at + part.length;
  }
  const last = parts.at(-1) ?? '';
  return where === 'within' || (parts.length === 1 ? actual === expected : actual.endsWith(last));
}

/** Whether a block leaves lines out, so that it cannot be written anew from what was said. */
export const hasGap = (text: string): boolean => gap.test(text);
