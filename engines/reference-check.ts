/**
 * Derives the reference's verdicts anew and demands that they are those committed.
 *
 *     node dist/engines/reference-check.js [--record]
 */

import { pathToFileURL } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import {
  corpusVerdicts,
  judgeByReference,
  readReference,
  referenceFixtures,
  referenceTable,
  writeReference,
} from './reference.js';

export interface Tally {
  readonly passed: number;
  readonly failures: readonly string[];
}

export async function checkReference(record: boolean): Promise<Tally> {
  const [fixtures, table] = [await referenceFixtures(), await referenceTable()];
  const corpus = await corpusVerdicts(table, judgeByReference);
  if (record) await writeReference(fixtures, corpus);
  const committed = await readReference();
  const checks: readonly (readonly [string, boolean])[] = [
    [`${fixtures.length} fixtures are those committed`, isDeepStrictEqual(fixtures, committed.fixtures)],
    [
      'the corpus and its wording are those committed',
      isDeepStrictEqual(corpus.record, committed.corpus.record),
    ],
    [
      `verdicts on ${corpus.record.pods} pods are those committed`,
      Buffer.compare(corpus.bits, committed.corpus.bits) === 0,
    ],
  ];
  for (const [what, holds] of checks)
    process.stderr.write(`reference: ${holds ? 'ok' : 'DIFFERS'}: ${what}\n`);
  return {
    passed: checks.filter(([, holds]) => holds).length,
    failures: checks.filter(([, holds]) => !holds).map(([what]) => `reference: ${what}`),
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { failures } = await checkReference(process.argv.includes('--record'));
  process.exitCode = failures.length > 0 ? 1 : 0;
}
