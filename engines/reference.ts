/**
 * The reference's verdicts, on its own fixtures and on the corpus: from the real engine, and as committed under
 * golden/reference, where tests without Go replay them.
 */
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { JsonObject } from '../src/manifest/types.js';
import { buildEngine } from './build.js';
import {
  bitsOf,
  type CheckTable,
  corpusPlan,
  corpusPods,
  Digest,
  digestChunk,
  type Failures,
} from './corpus.js';
import { EngineError } from './errors.js';
import { run } from './process.js';

export interface Fixture {
  readonly level: 'baseline' | 'restricted';
  readonly version: string;
  readonly verdict: 'pass' | 'fail';
  readonly control: string;
  readonly name: string;
  readonly pod: JsonObject;
}

/** What is kept of the reference's verdicts on the corpus. */
export interface CorpusRecord {
  readonly plan: typeof corpusPlan;
  readonly pods: number;
  /** SHA-256 over the pods' JSON, a line each. */
  readonly podsDigest: string;
  readonly table: CheckTable;
  /** SHA-256 over ids, reasons and details of each run of `digestChunk` pods. */
  readonly wordingDigests: readonly string[];
}

export interface CorpusVerdicts {
  readonly record: CorpusRecord;
  /** `bitsOf` each pod, one after the other. */
  readonly bits: Uint8Array;
}

const moduleDirectory = join('engines', 'psa');

/** The 4,537 fixtures of the reference, in its order. */
export async function referenceFixtures(): Promise<Fixture[]> {
  const binary = await buildEngine('psa');
  const { stdout } = await run('psa', binary, ['fixtures'], { cwd: moduleDirectory });
  return lines(stdout);
}

export async function referenceTable(): Promise<CheckTable> {
  const { stdout } = await run('psa', await buildEngine('psa'), ['judge', '--ids']);
  const [table] = lines<CheckTable>(stdout);
  if (table === undefined) throw new EngineError('psa', 'printed no table of checks');
  return table;
}

function lines<T>(text: string): T[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line): T => JSON.parse(line));
}

/** What the reference says of pods, one answer for each, in order. Throws an EngineError where one is missing. */
export async function* judgeByReference(pods: readonly JsonObject[]): AsyncGenerator<Failures> {
  const child = spawn(await buildEngine('psa'), ['judge'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  const feed = async () => {
    for (const pod of pods) {
      if (!child.stdin.write(`${JSON.stringify(pod)}\n`))
        await new Promise((resolve) => child.stdin.once('drain', resolve));
    }
    child.stdin.end();
  };
  const fed = feed();
  let answers = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    const answer: Failures | { error: string } = JSON.parse(line);
    if ('error' in answer) throw new EngineError('psa', `${answer.error}: ${JSON.stringify(pods[answers])}`);
    answers += 1;
    yield answer;
  }
  await fed;
  const code = await ended;
  if (code !== 0 || answers !== pods.length) {
    throw new EngineError('psa', `ended with ${code} after ${answers} of ${pods.length} pods`);
  }
}

/** The verdicts on the corpus, from the judge given: the reference, or podsec's own. */
export async function corpusVerdicts(
  table: CheckTable,
  judge: (pods: readonly JsonObject[]) => AsyncIterable<Failures>,
): Promise<CorpusVerdicts> {
  const pods = corpusPods().map((each) => each.pod);
  const podsDigest = new Digest();
  for (const pod of pods) podsDigest.add(pod);
  const bits: Uint8Array[] = [];
  const wordingDigests: string[] = [];
  let wording = new Digest();
  for await (const failures of judge(pods)) {
    bits.push(bitsOf(table, failures));
    wording.add([failures.baseline, failures.restricted]);
    if (bits.length % digestChunk === 0 || bits.length === pods.length) {
      wordingDigests.push(wording.hex());
      wording = new Digest();
    }
  }
  const record = { plan: corpusPlan, pods: pods.length, podsDigest: podsDigest.hex(), table, wordingDigests };
  return { record, bits: Buffer.concat(bits) };
}

const directory = 'golden/reference';

/** The reference's fixtures, and its verdicts on the corpus, by their paths from the project's root. */
export async function deriveReference(): Promise<ReadonlyMap<string, string | Uint8Array>> {
  const fixtures = await referenceFixtures();
  const corpus = await corpusVerdicts(await referenceTable(), judgeByReference);
  return new Map<string, string | Uint8Array>([
    [`${directory}/fixtures.json.gz`, gzipSync(JSON.stringify(fixtures))],
    [`${directory}/corpus.json`, `${JSON.stringify(corpus.record, null, 1)}\n`],
    [`${directory}/corpus.bits.gz`, gzipSync(corpus.bits)],
  ]);
}

/** What is committed under golden/reference. */
export async function readReference(): Promise<{ fixtures: Fixture[]; corpus: CorpusVerdicts }> {
  const fixtures: Fixture[] = JSON.parse(
    gunzipSync(await readFile(join(directory, 'fixtures.json.gz'))).toString(),
  );
  const record: CorpusRecord = JSON.parse(await readFile(join(directory, 'corpus.json'), 'utf8'));
  const bits = gunzipSync(await readFile(join(directory, 'corpus.bits.gz')));
  return { fixtures, corpus: { record, bits } };
}
