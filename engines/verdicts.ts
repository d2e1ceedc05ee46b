/**
 * What the engines said of the rule sets of the levels, pod by pod, under golden/engines/: replayed by `npm test` without
 * them, and derived again by each run with them, which demands that there is no difference.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { JsonObject } from '../src/manifest/types.js';
import type { Row, Tally } from './agreement.js';

export interface RecordedPolicy {
  /** Which of the pods were judged, a bit each, as base64: an API server refuses some of them itself. */
  readonly judged: string;
  /** Which of the judged pods it denies, a bit each, as base64. */
  readonly denied: string;
  /** A hash of the failed controls of each judged pod; null of an engine that does not name controls. */
  readonly controls: string | null;
}

export interface Recorded {
  readonly engine: string;
  readonly version: string;
  /** The engine was given each pod with names, as it takes none without. */
  readonly named?: true;
  /** A hash of all pods that are compared, so that bits are not read of others. */
  readonly pods: string;
  readonly policies: Readonly<Record<string, RecordedPolicy>>;
}

/** What an engine answers of each judged pod: the failed controls, or with `verdictOnly` anything where it denies. */
export interface Answers {
  readonly engine: string;
  readonly version: string;
  readonly named?: true;
  readonly verdictOnly?: boolean;
  readonly rows: readonly Row[];
}

/** The engines whose verdicts are committed; the file of each has to be there. */
export const committed: readonly string[] = [
  'gatekeeper-cel',
  'gatekeeper-rego',
  'gatekeeper-vap',
  'kyverno',
  'kyverno-vpol',
  'opa',
  'psa',
  'vap',
];

/** Of these the newest rule set of each level alone is committed, as no other is judged in CI. */
export const committedOfNewest: readonly string[] = ['gatekeeper-vap'];

function hashOf(texts: Iterable<string>): string {
  const hash = createHash('sha256');
  for (const text of texts) hash.update(text).update('\n');
  return hash.digest('hex').slice(0, 32);
}

/** @param answers of each of the pods by a policy, undefined where it was not judged. */
export function recordOf(
  { engine, version, named, verdictOnly = false }: Omit<Answers, 'rows'>,
  pods: readonly JsonObject[],
  policies: ReadonlyMap<string, (pod: JsonObject) => readonly string[] | undefined>,
): Recorded {
  return {
    engine,
    version,
    ...(named && { named }),
    pods: hashOf(pods.map((pod) => JSON.stringify(pod))),
    policies: Object.fromEntries(
      [...policies].map(([name, answer]) => {
        const answers = pods.map((pod) => answer(pod)?.toSorted());
        const known = answers.filter((ids) => ids !== undefined);
        const recorded: RecordedPolicy = {
          judged: toBase64(answers.map((ids) => ids !== undefined)),
          denied: toBase64(known.map((ids) => ids.length > 0)),
          controls: verdictOnly ? null : hashOf(known.map((ids) => ids.join(' '))),
        };
        return [name, recorded];
      }),
    ),
  };
}

function toBase64(bits: readonly boolean[]): string {
  const bytes = new Uint8Array(Math.ceil(bits.length / 8));
  for (const [at, bit] of bits.entries())
    if (bit) bytes[at >> 3] = (bytes[at >> 3] ?? 0) | (0x80 >> (at & 7));
  return Buffer.from(bytes).toString('base64');
}

/** Which pods were judged, of `count`. */
export function judgedIn({ judged }: RecordedPolicy, count: number): boolean[] {
  const bytes = Buffer.from(judged, 'base64');
  return Array.from({ length: count }, (_, at) => ((bytes[at >> 3] ?? 0) & (0x80 >> (at & 7))) !== 0);
}

const root = import.meta.dirname.replace(/([/\\]dist)?[/\\]engines$/, '');
const directory = join(root, 'golden', 'engines');

export function allRecorded(): Recorded[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name): Recorded => JSON.parse(readFileSync(join(directory, name), 'utf8')));
}

/**
 * Demands that the engine answers as is committed, where it is one whose verdicts are; with PODSEC_RECORD=1, commits what it
 * answers.
 */
export function demandRecorded(answers: Answers, pods: readonly JsonObject[]): Tally {
  const { engine, version, rows } = answers;
  const record = process.env.PODSEC_RECORD === '1';
  if (!record && !committed.includes(engine)) return { passed: 0, failures: [] };
  const policies = new Map(rows.map((row) => [row.policy, (pod: JsonObject) => row.answers.get(pod)]));
  const text = `${JSON.stringify(recordOf(answers, pods, policies), null, 1)}\n`;
  const file = join(directory, `${engine}-${version}.json`);
  if (record) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  const same = existsSync(file) && readFileSync(file, 'utf8') === text;
  process.stderr.write(`${same ? 'ok  ' : 'FAIL'} ${engine} ${version}: the committed verdicts\n`);
  return same
    ? { passed: 1, failures: [] }
    : {
        passed: 0,
        failures: [
          `golden/engines/${engine}-${version}.json is not what the engine says; if that is meant: PODSEC_RECORD=1`,
        ],
      };
}
