/** docs/conformance.md has the tables of what is recorded, and every step of a run is. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { newestRuleSets, ruleSets } from '../../engines/agreement.js';
import { corpusChecks } from '../../engines/agreement-corpus.js';
import { committedSets } from '../../engines/measure-set.js';
import { committedRecords, engineVersions } from '../../engines/record.js';
import { matrixEngines, topics } from '../../engines/scenarios/topics.js';
import { checks } from '../../engines/steps.js';
import { conformanceTables } from '../../engines/tables.js';
import { root } from './markdown.js';

const records = committedRecords();
const steps = Object.keys(checks);

/** Steps that no run was recorded of yet: docs/conformance.md says so. */
const notRecorded: readonly string[] = [
  'opa-whole',
  'gatekeeper-whole',
  'kyverno-whole',
  'bundles',
  'bundles-custom',
  'pairs',
  'pairs-whole',
  ...Object.keys(corpusChecks),
].filter((step) => !records.has(step));

describe('golden/conformance', () => {
  it('has each step of a run, and no other', () => {
    expect([...records.keys(), ...notRecorded].sort()).toEqual([...steps].sort());
  });

  it('is of the engines that are pinned, and without a failure', () => {
    const wrong = [...records.values()].filter(
      ({ failed, passed, engines }) =>
        failed > 0 || passed === 0 || JSON.stringify(engines) !== JSON.stringify(engineVersions()),
    );
    expect(wrong.map(({ step }) => step)).toEqual([]);
  });

  it('has each rule set of the levels in each engine, and each cell of the matrix', () => {
    const names = ruleSets().map(({ policy }) => policy.name);
    const rows = [...records.values()]
      .filter(({ step }) => !step.endsWith('-whole'))
      .flatMap((record) => record.rows);
    for (const engine of [
      'opa',
      'vap',
      'psa',
      'gatekeeper (cel)',
      'gatekeeper (rego)',
      'kyverno',
      'kyverno-vpol',
    ]) {
      const own = rows.filter((row) => row.engine === engine && names.includes(row.policy));
      expect(own.map(({ policy }) => policy).sort(), engine).toEqual([...names].sort());
    }
    const generated = rows.filter((row) => row.engine === 'gatekeeper (vap)').map(({ policy }) => policy);
    expect(generated).toEqual(expect.arrayContaining(newestRuleSets().map(({ policy }) => policy.name)));
    const cells = [...records.values()].flatMap((record) => record.shown);
    expect(cells.map(({ engine, topic }) => `${engine}: ${topic}`).sort()).toEqual(
      matrixEngines.flatMap((engine) => topics.map((topic) => `${engine}: ${topic}`)).sort(),
    );
  });
});

it('docs/conformance.md has its tables', () => {
  const file = join(root, 'docs/conformance.md');
  const [before = '', after = ''] = readFileSync(file, 'utf8').split(
    /(?<=<!-- recorded -->\n).*(?=<!-- end -->)/s,
  );
  const text = `${before}\n${conformanceTables(records, steps, committedSets())}\n\n${after}`;
  if (process.env.PODSEC_RECORD === '1') writeFileSync(file, text);
  expect(readFileSync(file, 'utf8')).toBe(text);
});
