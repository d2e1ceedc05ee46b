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
import { EngineError } from '../src/verify/errors.js';
import { run } from '../src/verify/process.js';
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
import { severalPods } from './several.js';

export interface Fixture {
  readonly level: 'baseline' | 'restricted';
  readonly version: string;
  readonly verdict: 'pass' | 'fail';
  readonly control: string;
  readonly name: string;
  readonly pod: JsonObject;
}

/** What is kept of the reference's verdicts on pods that are made again where they are needed. */
export interface PodsRecord {
  readonly pods: number;
  /** SHA-256 over the pods' JSON, a line each. */
  readonly podsDigest: string;
  readonly table: CheckTable;
  /** SHA-256 over ids, reasons and details of each run of `digestChunk` pods. */
  readonly wordingDigests: readonly string[];
}

export interface CorpusRecord extends PodsRecord {
  readonly plan: typeof corpusPlan;
}

export interface Verdicts<R extends PodsRecord> {
  readonly record: R;
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

/** The verdicts of the judge given: the reference, or podsec's own. */
export async function verdictsOn(
  pods: readonly JsonObject[],
  table: CheckTable,
  judge: (pods: readonly JsonObject[]) => AsyncIterable<Failures>,
): Promise<Verdicts<PodsRecord>> {
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
  const record = { pods: pods.length, podsDigest: podsDigest.hex(), table, wordingDigests };
  return { record, bits: Buffer.concat(bits) };
}

const directory = 'golden/reference';

/** The reference's fixtures, and its verdicts on the corpus and on pods of several bad containers, by their paths from the project's root. */
export async function deriveReference(): Promise<ReadonlyMap<string, string | Uint8Array>> {
  const fixtures = await referenceFixtures();
  const table = await referenceTable();
  const corpus = await verdictsOn(
    corpusPods().map(({ pod }) => pod),
    table,
    judgeByReference,
  );
  const several = await verdictsOn(severalPods(), table, judgeByReference);
  return new Map<string, string | Uint8Array>([
    [`${directory}/fixtures.json.gz`, gzipSync(JSON.stringify(fixtures))],
    [`${directory}/corpus.json`, `${JSON.stringify({ plan: corpusPlan, ...corpus.record }, null, 1)}\n`],
    [`${directory}/corpus.bits.gz`, gzipSync(corpus.bits)],
    [`${directory}/several.json`, `${JSON.stringify(several.record, null, 1)}\n`],
    [`${directory}/several.bits.gz`, gzipSync(several.bits)],
  ]);
}

/** What is committed under golden/reference. */
export async function readReference(): Promise<{
  fixtures: Fixture[];
  corpus: Verdicts<CorpusRecord>;
  several: Verdicts<PodsRecord>;
}> {
  const fixtures: Fixture[] = JSON.parse(
    gunzipSync(await readFile(join(directory, 'fixtures.json.gz'))).toString(),
  );
  const record: CorpusRecord = JSON.parse(await readFile(join(directory, 'corpus.json'), 'utf8'));
  const several: PodsRecord = JSON.parse(await readFile(join(directory, 'several.json'), 'utf8'));
  const bits = async (name: string) => gunzipSync(await readFile(join(directory, `${name}.bits.gz`)));
  return {
    fixtures,
    corpus: { record, bits: await bits('corpus') },
    several: { record: several, bits: await bits('several') },
  };
}
