/**
 * What the `yaml` package makes of documents that kubectl's parser reads otherwise: why podsec has a parser of its own.
 * podsec's reading stands for kubectl's, which `npm run conformance yaml` shows.
 */
import { expect, it } from 'vitest';
import { parseDocument } from 'yaml';
import { readAsPodsec } from '../../engines/yaml/agreement.js';
import { mutated } from '../../engines/yaml/mutate.js';
import { textOf } from './markdown.js';

function readByPackage(text: string): { readonly value: unknown } | undefined {
  try {
    const document = parseDocument(text, { version: '1.1', merge: true, logLevel: 'silent' });
    if (document.errors.length > 0) return undefined;
    return { value: JSON.parse(JSON.stringify(document.toJS({ maxAliasCount: 1_000_000 })) ?? 'null') };
  } catch {
    return undefined;
  }
}

/** As JSON with sorted keys. */
function canonical(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(canonical);
  return Object.entries(value)
    .map(([key, each]) => [key, canonical(each)])
    .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
}

it('docs/check.md says how often the yaml package reads another value', () => {
  const counts = { both: 0, values: 0, package: 0, kubectl: 0 };
  for (const text of mutated(2026, 10_000)) {
    const ours = readAsPodsec(text);
    // Of what podsec alone refuses, nothing is said here.
    if (ours.code === 'duplicate-key') continue;
    const theirs = readByPackage(text);
    if (ours.code !== undefined) counts.package += theirs === undefined ? 0 : 1;
    else if (theirs === undefined) counts.kubectl += 1;
    else {
      counts.both += 1;
      const same = JSON.stringify(canonical(ours.value)) === JSON.stringify(canonical(theirs.value));
      counts.values += same ? 0 : 1;
    }
  }
  const n = (count: number) => count.toLocaleString('en-US');
  const [said] =
    /of 10,000 documents, .*? by the package alone/.exec(textOf('docs/check.md').replace(/\s+/g, ' ')) ?? [];
  expect(said).toBe(
    `of 10,000 documents, ${n(counts.both)} are accepted by kubectl's parser and by the \`yaml\` package (2.9.1, told to ` +
      `read YAML 1.1 with merge keys); for ${n(counts.values)} of them the values differ. ${n(counts.kubectl)} more are ` +
      `accepted by kubectl's parser alone, ${n(counts.package)} by the package alone`,
  );
});
