/** What engines are compared on, and how a comparison is told: rows that fail when an engine erred, judged nothing or differs. */

import { isDeepStrictEqual } from 'node:util';
import type { Finding } from '../src/evaluate.js';
import type { Policy } from '../src/ir/types.js';
import { allRevisions, levelPolicy, versionsWithChanges } from '../src/levels/levels.js';
import type { JsonObject } from '../src/manifest/types.js';
import { singlePods } from '../src/testing/boundary/pods.js';
import { judgedLevels } from './corpus.js';
import { type KnownDifference, knownDifferences } from './known-differences.js';
import { readReference } from './reference.js';
import type { Shown } from './scenarios/topics.js';

/** A level at a version, under a name of its own, so that many can be in force at once. */
export interface RuleSet {
  readonly policy: Policy;
  /** The versions that have these very rules, oldest first. */
  readonly versions: readonly string[];
}

/** The distinct rule sets of all levels over all versions, each judged once. */
export function ruleSets(): RuleSet[] {
  const sets: { policy: Policy; versions: string[] }[] = [];
  for (const level of judgedLevels) {
    for (const minor of versionsWithChanges()) {
      const policy = levelPolicy(level, minor);
      const known = sets.find(
        (set) => set.policy.name.startsWith(level) && isDeepStrictEqual(set.policy.controls, policy.controls),
      );
      if (known !== undefined) known.versions.push(`v1.${minor}`);
      else sets.push({ policy: { ...policy, name: `${level}-v1-${minor}` }, versions: [`v1.${minor}`] });
    }
  }
  return sets;
}

/** By version, those of the newest last, one a level. */
export const ruleSetsByVersion = (): RuleSet[] => ruleSets().sort((a, b) => newestOf(a) - newestOf(b));

export const newestRuleSets = (): RuleSet[] => ruleSetsByVersion().slice(-judgedLevels.length);

/** The minor of the newest version that has these rules. */
function newestOf({ versions }: RuleSet): number {
  return Number(versions.at(-1)?.split('.')[1]);
}

/**
 * One in so many of the cases, or all of them where these have one verdict.
 *
 * @param oneIn an odd number where two forms of a pod follow each other, so that both are met.
 */
export function shareOf<T>(cases: readonly T[], oneIn: number, denies: (of: T) => boolean): readonly T[] {
  const share = cases.filter((_, index) => index % oneIn === 0);
  const denied = share.map(denies);
  return denied.includes(true) && denied.includes(false) ? share : cases;
}

/** The distinct contents of the reference's fixtures and every boundary pod with one value changed. */
export async function judgedPods(): Promise<JsonObject[]> {
  const { fixtures } = await readReference();
  const pods = new Map<string, JsonObject>();
  const keep = (pod: JsonObject) =>
    pods.set(JSON.stringify({ ...pod, metadata: withoutName(pod.metadata) }), pod);
  for (const { pod } of fixtures) keep(pod);
  for (const { control } of allRevisions()) for (const { pod } of singlePods(control)) keep(pod);
  return [...pods.values()];
}

function withoutName(metadata: unknown): unknown {
  return typeof metadata === 'object' && metadata !== null ? { ...metadata, name: undefined } : metadata;
}

/** What a message says after the ids. */
export function detailsIn(message: string): string {
  return message.replace(/^podsec [^:]+: [^:]+:\s?/, '');
}

/** What a finding is told as: the message of an engine has these words. */
export const toldAs = ({ reason, detail }: Finding): string =>
  detail === '' ? reason : `${reason} (${detail})`;

/**
 * Whether two messages say the same. Their words are compared, without their order and number, as not every engine can
 * sort a list or drop repeats; names, fields and values are words.
 */
export function sameWords(expected: string, actual: string): boolean {
  const words = (text: string) => [...new Set(text.split(/[\s,;:()]+/).filter((word) => word !== ''))].sort();
  return isDeepStrictEqual(words(expected), words(actual));
}

/** What stands in the place of such details. */
export const unprintable = 'the details have characters that do not print';

/** One line of the result: an engine on one policy. */
export class Row {
  judged = 0;
  denied = 0;
  /** How many messages were compared. */
  told = 0;
  readonly wrong: string[] = [];
  /** The failed controls of each pod; what forms of a pod are answered differently is wrong anyway. */
  readonly answers = new Map<JsonObject, readonly string[]>();
  /** Known differences that were not met yet, by what the engine is given. */
  readonly #awaited: Map<string, KnownDifference>;
  #known = 0;

  constructor(
    readonly engine: string,
    readonly policy: string,
    known: readonly KnownDifference[] = knownDifferences,
  ) {
    const own = known.filter((each) => each.engine === engine && each.policy === policy);
    this.#awaited = new Map(own.map((each) => [each.subject, each]));
  }

  /** How many known differences were met. */
  get known(): number {
    return this.#known;
  }

  /**
   * Compares sets of failed controls.
   *
   * @param subject what the engine was given, as JSON.
   * @param pod where the answer is to be committed: what the engine was given may be another form of it.
   */
  compare(
    expected: readonly string[],
    actual: readonly string[],
    subject: () => string,
    pod?: JsonObject,
  ): void {
    this.judged += 1;
    if (pod !== undefined) this.answers.set(pod, actual);
    if (expected.length > 0) this.denied += 1;
    const answer = [...actual].sort();
    const same = isDeepStrictEqual([...expected].sort(), answer);
    const listed = this.#awaited.size === 0 ? undefined : this.#awaited.get(subject());
    if (!same && listed !== undefined && isDeepStrictEqual(listed.answer, answer)) {
      this.#awaited.delete(listed.subject);
      this.#known += 1;
    } else if (!same) {
      this.wrong.push(
        `evaluate [${expected.join(', ')}], ${this.engine} [${actual.join(', ')}]: ${subject()}`,
      );
    }
  }

  /**
   * Compares what is said of a pod that is denied.
   *
   * @param by where CEL says it, there are no details with characters for which an API server would drop a warning.
   */
  compareMessage(
    expected: readonly Finding[],
    actual: string,
    subject: () => string,
    by: 'cel' | 'rego' = 'rego',
  ): void {
    this.told += 1;
    const details = expected.map(toldAs).join('; ');
    const told = by === 'cel' && /\p{Cc}/u.test(details) ? unprintable : details;
    if (!sameWords(told, actual))
      this.wrong.push(`evaluate says ${told}, ${this.engine} ${actual}: ${subject()}`);
  }

  /** What is wrong with the run itself: an engine that judged nothing, or only pods with one verdict, shows nothing. */
  get failure(): string | undefined {
    if (this.judged === 0) return 'judged no pod';
    if (this.denied === 0 || this.denied === this.judged)
      return `all ${this.judged} pods have the same verdict`;
    if (this.wrong.length > 0)
      return `${this.wrong.length} of ${this.judged} pods differ, such as ${this.wrong[0]}`;
    const [unmet] = this.#awaited.values();
    return unmet === undefined
      ? undefined
      : `a known difference is none: ${unmet.subject} (${unmet.reason}); take it off the list`;
  }
}

export interface Tally {
  readonly passed: number;
  readonly failures: readonly string[];
  /** The comparisons that were made, for the record of a run. */
  readonly rows?: readonly RowResult[];
  /** The cells of the matrix of engines and scenarios that hold. */
  readonly shown?: readonly Shown[];
}

/** A comparison as it is recorded. */
export interface RowResult {
  readonly engine: string;
  readonly policy: string;
  /** How many pods were judged, of them denied, messages compared, and known differences met. */
  readonly judged: number;
  readonly denied: number;
  readonly told: number;
  readonly known: number;
}

export function sum(...tallies: readonly Tally[]): Tally {
  return {
    passed: tallies.reduce((passed, each) => passed + each.passed, 0),
    failures: tallies.flatMap(({ failures }) => failures),
    rows: tallies.flatMap(({ rows = [] }) => rows),
    shown: tallies.flatMap(({ shown = [] }) => shown),
  };
}

/** Prints a line for each row, and counts. */
export function tally(rows: readonly Row[]): Tally {
  const failures: string[] = [];
  for (const row of rows) {
    const name = `${row.engine} ${row.policy}`;
    if (row.failure !== undefined) failures.push(`${name}: ${row.failure}`);
    process.stderr.write(
      `${row.failure === undefined ? 'ok  ' : 'FAIL'} ${name}: ${row.failure ?? `${row.judged} pods, ${row.denied} denied${row.told > 0 ? `, ${row.told} messages` : ''}`}\n`,
    );
  }
  return {
    passed: rows.length - failures.length,
    failures,
    rows: rows.map(({ engine, policy, judged, denied, told, known }) => ({
      engine,
      policy,
      judged,
      denied,
      told,
      known,
    })),
  };
}

/** With a policy that admits everything in place of the real one, every row must fail: else the harness is blind. */
export function demandBlindRowsFail(rows: readonly Row[]): Tally {
  const silent = rows
    .filter((row) => row.failure === undefined)
    .map((row) => `${row.engine} ${row.policy} passes with an allow-all policy in its place`);
  const engine = rows[0]?.engine ?? 'no engine';
  const line = `${engine}: with an allow-all policy ${rows.length - silent.length} of ${rows.length} rows fail`;
  process.stderr.write(`${silent.length === 0 ? 'ok  ' : 'FAIL'} ${line}\n`);
  return {
    passed: silent.length === 0 && rows.length > 0 ? 1 : 0,
    failures: rows.length === 0 ? [line] : silent,
  };
}

/** The same policy with a control less. */
export const without = (policy: Policy, id: string): Policy => ({
  ...policy,
  controls: policy.controls.filter((control) => control.id !== id),
});

/** The same policy, in which no control and no alternative denies anything. */
export function allowAll(policy: Policy): Policy {
  return {
    ...policy,
    alternatives: [],
    controls: policy.controls.map((control) => ({ ...control, unless: { kind: 'constant', value: true } })),
  };
}
