/** The sources import no more than docs/architecture.md lets them. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { root, textOf } from './markdown.js';

/** The part that a file belongs to: a folder of src, a backend, a file directly in src. */
function partOf(path: string): string {
  const [top = '', second = '', third = '', ...rest] = path.split('/');
  if (top !== 'src') return `${top}/${second}`;
  // The rules about several fields are written in the DSL, which is written for the rest of the schema.
  if (second === 'schema' && third === 'validity') return 'schema/validity';
  return second === 'backends' && rest.length > 0 ? `${second}/${third}` : second.replace(/\.[jt]s$/, '');
}

const imported = /\b(?:from|import|import\()\s*'(\.[^']+)'/g;

function imports(): Set<string> {
  const files = ['src', 'policies/levels'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => `${folder}/${file.replaceAll('\\', '/')}`),
  );
  const edges = files.flatMap((file) =>
    [...readFileSync(join(root, file), 'utf8').matchAll(imported)].map(
      ([, target = '']) => [partOf(file), partOf(join(dirname(file), target).replaceAll('\\', '/'))] as const,
    ),
  );
  return new Set(edges.filter(([from, to]) => from !== to).map(([from, to]) => `${from} -> ${to}`));
}

it('no part imports what the table does not say', () => {
  const [, table = ''] = /<!-- layers -->\n(.*?)<!-- end -->/s.exec(textOf('docs/architecture.md')) ?? [];
  const allowed = new Map(
    [...table.matchAll(/^\| `([^`]+)` \|(.*)\|$/gm)].map(([, part = '', may = '']) => [
      part,
      may.includes('all of them') ? undefined : [...may.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
    ]),
  );
  expect(allowed.size).toBeGreaterThan(15);
  const edges = [...imports()].sort();
  expect(edges.length).toBeGreaterThan(50);
  const wrong = edges.filter((edge) => {
    const [from = '', to = ''] = edge.split(' -> ');
    const part = allowed.has(from) ? from : from.replace(/^backends\/.*/, 'backends/<target>');
    const may = allowed.get(part);
    if (to === 'cli' || !allowed.has(part)) return true;
    return may !== undefined && !may.includes(to);
  });
  expect(wrong).toEqual([]);
});
