/**
 * What the admission code of 1.24 says of the rows by hand, and of the corpus by PodSecurityPolicies that people wrote,
 * under golden/psp-read/: replayed by `npm test` without Go, and asked anew by each run with it.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { evaluate, mutate } from '../src/evaluate.js';
import { isObject } from '../src/manifest/json.js';
import type { DocumentPath, Json, JsonObject } from '../src/manifest/types.js';
import { EngineError } from '../src/verify/errors.js';
import { admittedPod } from '../src/verify/judged.js';
import { judgedPods, Row, type Tally, tally } from './agreement.js';
import { acceptedOf, created } from './agreement-psp.js';
import { asAdmitted, compare, type Judgement, judgedBy, readPolicy } from './agreement-psp-read.js';
import { pinned } from './build.js';
import { pspsByHand } from './policies/psp-by-hand.js';
import { pspPods } from './policies/psp-pods.js';
import { pspRows } from './policies/psp-rows.js';
import { recordRoot } from './record.js';
import { type Recorded, recordOf } from './verdicts.js';

/** What is otherwise in the stored pod than without the plugin. */
export interface Change {
  readonly path: DocumentPath;
  readonly value: Json;
}

export interface RowAnswer {
  readonly admitted: boolean;
  /** The pod without the plugin, where podsec reads the manifest otherwise: seccomp is a field and an annotation. */
  readonly plain?: JsonObject;
  /** Null where the pod is invalid by what was written into it. */
  readonly changes?: readonly Change[] | null;
}

export interface AnsweredRow {
  readonly field: string;
  readonly name: string;
  /** One for each pod of the row; null of one that an API server of 1.24 refuses by itself. */
  readonly pods: readonly (RowAnswer | null)[];
}

/** The pods that the people's policies judge. */
export async function pspCorpus(): Promise<readonly JsonObject[]> {
  return created([...(await judgedPods()), ...pspPods]);
}

export const answerFiles = {
  rows: join(recordRoot, 'golden', 'psp-read', 'rows.json'),
  corpus: join(recordRoot, 'golden', 'psp-read', 'corpus.json'),
} as const;

/** The deepest places at which the second has something else; nothing is taken away. */
function changesOf(from: Json | undefined, to: Json, path: DocumentPath = []): Change[] {
  if (isDeepStrictEqual(from, to)) return [];
  if (isObject(from) && isObject(to))
    return Object.entries(to).flatMap(([key, value]) => changesOf(from[key], value, [...path, key]));
  if (Array.isArray(from) && Array.isArray(to) && from.length === to.length && from.every(isObject))
    return to.flatMap((value: Json, index) => changesOf(from[index], value, [...path, index]));
  return [{ path, value: to }];
}

async function answeredRows(): Promise<{ readonly answers: AnsweredRow[]; readonly rows: Row[] }> {
  const verdicts = await judgedBy(pspRows);
  const rows: Row[] = [];
  const answers = pspRows.map(({ field, name, psp, pods }, index): AnsweredRow => {
    const { errors = [], judged = [] } = verdicts[index] ?? {};
    const policy = readPolicy(psp);
    if (policy === undefined || errors.length > 0)
      throw new EngineError('psp', `${field}, ${name}: ${errors.join('; ')}`);
    const row = new Row('psp-read', 'rows by hand');
    for (const each of judged) compare(row, psp, policy, each);
    rows.push(row);
    const answerOf = (raw: JsonObject) => judged.find((each) => each.raw === raw);
    return {
      field,
      name,
      pods: pods.map((raw) => {
        const each = answerOf(raw);
        return each === undefined ? null : rowAnswer(raw, each);
      }),
    };
  });
  return { answers, rows };
}

function rowAnswer(
  raw: JsonObject,
  {
    judged,
    plain,
    admitted,
    stored,
  }: Judgement & { readonly judged: JsonObject; readonly plain: JsonObject },
): RowAnswer {
  const same = isDeepStrictEqual(judged, admittedPod(raw));
  const changes = !admitted ? [] : stored === undefined ? null : changesOf(judged, asAdmitted(raw, stored));
  return {
    admitted,
    ...(same ? {} : { plain }),
    ...(changes === null || changes.length > 0 ? { changes } : {}),
  };
}

async function answeredCorpus(): Promise<{ readonly recorded: Recorded; readonly rows: Row[] }> {
  const pods = await pspCorpus();
  const accepted = (await acceptedOf(pods, { procMountType: true })).filter(({ here }) => here !== undefined);
  const raws = accepted.map(({ raw }) => raw);
  const verdicts = await judgedBy(pspsByHand.map((psp) => ({ psp, pods: raws })));
  const rows: Row[] = [];
  const answers = new Map<string, (pod: JsonObject) => readonly string[] | undefined>();
  for (const [index, psp] of pspsByHand.entries()) {
    const { errors = [], judged = [] } = verdicts[index] ?? {};
    const policy = readPolicy(psp);
    if (policy === undefined || errors.length > 0)
      throw new EngineError('psp', `by hand: ${errors.join('; ')}`);
    const row = new Row('psp-read', `the corpus by ${policy.name}`);
    const byPod = new Map(judged.map((each) => [each.raw, each]));
    for (const each of judged) compare(row, psp, policy, each);
    rows.push(row);
    const isChanged = ({ raw, judged: before, stored }: (typeof judged)[number]) =>
      stored !== undefined && changesOf(before, asAdmitted(raw, stored)).length > 0;
    answers.set(policy.name, (pod) => {
      const each = byPod.get(pod);
      return each && (each.admitted ? [] : ['denied']);
    });
    answers.set(`${policy.name}, changed`, (pod) => {
      const each = byPod.get(pod);
      return each?.stored && (isChanged(each) ? ['changed'] : []);
    });
  }
  const version = pinned('psp', 'k8s.io/kubernetes');
  return { recorded: recordOf({ engine: 'psp-read', version, verdictOnly: true }, pods, answers), rows };
}

/** What podsec says of the same, in the form in which it is recorded. */
export function replayedCorpus(
  recorded: Recorded,
  pods: readonly JsonObject[],
  isJudged: (name: string, index: number) => boolean,
): Recorded {
  const answers = new Map<string, (pod: JsonObject) => readonly string[] | undefined>();
  const indices = new Map(pods.map((pod, index) => [pod, index]));
  for (const psp of pspsByHand) {
    const policy = readPolicy(psp);
    if (policy === undefined) throw new TypeError('a policy by hand is refused');
    const answer = (name: string, of: (pod: JsonObject) => readonly string[]) =>
      answers.set(name, (raw) => (isJudged(name, indices.get(raw) ?? -1) ? of(admittedPod(raw)) : undefined));
    answer(policy.name, (pod) => (evaluate(policy, pod).length > 0 ? ['denied'] : []));
    answer(`${policy.name}, changed`, (pod) => (mutate(policy, pod).writings.length > 0 ? ['changed'] : []));
  }
  return recordOf({ engine: recorded.engine, version: recorded.version, verdictOnly: true }, pods, answers);
}

/** One pod a line: a change of an answer is a line of the difference. */
const textOfRows = (rows: readonly AnsweredRow[]): string =>
  `[\n${rows.map(({ field, name, pods }) => ` ${JSON.stringify({ field, name }).slice(0, -1)}, "pods": [\n${pods.map((each) => `  ${JSON.stringify(each)}`).join(',\n')}\n ]}`).join(',\n')}\n]\n`;

/** Demands that the committed answers are those of today; with PODSEC_RECORD=1, commits those. */
export async function checkPspAnswers(): Promise<Tally> {
  const { answers, rows } = await answeredRows();
  const corpus = await answeredCorpus();
  const texts = {
    rows: textOfRows(answers),
    corpus: `${JSON.stringify(corpus.recorded, null, 1)}\n`,
  };
  const failures = (['rows', 'corpus'] as const).flatMap((name) => {
    const file = answerFiles[name];
    if (process.env.PODSEC_RECORD === '1') {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, texts[name]);
    }
    const same = existsSync(file) && readFileSync(file, 'utf8') === texts[name];
    return same ? [] : [`${file} is not what the engine says; if that is meant: PODSEC_RECORD=1`];
  });
  const wrong = rows.flatMap((row) => row.wrong);
  const found = tally(corpus.rows);
  return {
    ...found,
    passed: found.passed + 2 - failures.length,
    failures: [...found.failures, ...failures, ...wrong],
  };
}
