/**
 * What the steps of a conformance run found, under golden/conformance/: one file a step, with its date. The tables of
 * docs/conformance.md are written of it.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { RowResult, Tally } from './agreement.js';
import { pinned } from './build.js';
import type { Shown } from './scenarios/topics.js';

/** The engines' versions, as their Go modules pin them. */
export const engineVersions = () =>
  ({
    opa: pinned('opa', 'github.com/open-policy-agent/opa'),
    conftest: pinned('conftest', 'github.com/open-policy-agent/conftest'),
    'kube-apiserver': pinned('apiserver', 'k8s.io/kubernetes'),
    etcd: pinned('etcd', 'go.etcd.io/etcd/server/v3'),
    gatekeeper: pinned('gatekeeper', 'github.com/open-policy-agent/gatekeeper/v3'),
    kyverno: pinned('kyverno', 'github.com/kyverno/kyverno'),
    PodSecurityPolicy: pinned('psp', 'k8s.io/kubernetes'),
    reference: pinned('psa', 'k8s.io/pod-security-admission'),
  }) as const;

export type EngineVersions = Readonly<Record<keyof ReturnType<typeof engineVersions>, string>>;

export interface StepRecord {
  readonly step: string;
  /** The day of the run, as `2026-11-27`. */
  readonly date: string;
  readonly engines: EngineVersions;
  readonly passed: number;
  readonly failed: number;
  readonly rows: readonly RowResult[];
  readonly shown: readonly Shown[];
}

/** The repository. */
export const recordRoot: string = import.meta.dirname.replace(/([/\\]dist)?[/\\]engines$/, '');
export const recordDirectory: string = join(recordRoot, 'golden', 'conformance');

export function recordOfStep(step: string, { passed, failures, rows = [], shown = [] }: Tally): StepRecord {
  const date = new Date().toISOString().slice(0, 10);
  return { step, date, engines: engineVersions(), passed, failed: failures.length, rows, shown };
}

/** Writes to a temporary place first: a run that is ended leaves no half of a record. */
export function writeRecord(record: StepRecord): void {
  const file = join(recordDirectory, `${record.step}.json`);
  mkdirSync(dirname(file), { recursive: true });
  const list = (items: readonly object[]) =>
    items.length === 0 ? '[]' : `[\n${items.map((each) => `  ${JSON.stringify(each)}`).join(',\n')}\n ]`;
  const { rows, shown, ...head } = record;
  const text = `${JSON.stringify(head, null, 1).slice(0, -2)},\n "rows": ${list(rows)},\n "shown": ${list(shown)}\n}\n`;
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}

/** The records that are committed, by step. */
export function committedRecords(): ReadonlyMap<string, StepRecord> {
  if (!existsSync(recordDirectory)) return new Map();
  const files = readdirSync(recordDirectory).filter((name) => name.endsWith('.json'));
  const records = files
    .sort()
    .map((name): StepRecord => JSON.parse(readFileSync(join(recordDirectory, name), 'utf8')));
  return new Map(records.map((record) => [record.step, record]));
}
