/**
 * What a set of policies that somebody wrote by hand gets wrong: its verdict on the reference's fixtures and on the boundary
 * pods of a level, by the engine that it is written for, against `evaluate`.
 *
 *     npm run conformance -- --set DIR [--set DIR]... --level baseline|restricted [--name NAME] [--pods N]
 *
 * Folders or files of Kyverno's policies, of Gatekeeper's templates and constraints, or of ValidatingAdmissionPolicies. With
 * PODSEC_RECORD=1 the figures are recorded, with the commit of the folder; no file of the set is.
 */

import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { parseAllDocuments } from 'yaml';
import { admit } from '../src/admission/index.js';
import { levelPolicy } from '../src/levels/levels.js';
import { newestMinor } from '../src/levels/versions.js';
import type { JsonObject } from '../src/manifest/types.js';
import { singlePods } from '../src/testing/boundary/pods.js';
import { withNames } from '../src/testing/named.js';
import { kubeObject, sentAs } from '../src/verify/apiserver/questions.js';
import type { KubeObject } from '../src/verify/apiserver/rest.js';
import { EngineError } from '../src/verify/errors.js';
import { deniedBy } from '../src/verify/judged.js';
import { mapPool } from '../src/verify/pool.js';
import { run, trackDirectory } from '../src/verify/process.js';
import { startApiServer } from './apiserver.js';
import { pinned } from './build.js';
import { type JudgedLevel, judgedLevels } from './corpus.js';
import { gatekeeperAnswers } from './gatekeeper.js';
import { kyvernoAnswers } from './kyverno.js';
import { recordRoot } from './record.js';
import { readReference } from './reference.js';
import { asRequest } from './shapes.js';

type Verdict = 'allow' | 'deny' | 'error' | 'not judged';

/** What a set gets wrong of some pods. */
export interface Measured {
  readonly judged: number;
  /** Pods that the level denies and the set admits: breaches. */
  readonly admitted: number;
  /** Pods that the level admits and the set denies: outages. */
  readonly refused: number;
  /** Pods on which a rule of the set ends with an error. */
  readonly erred: number;
}

export interface SetRecord {
  readonly name: string;
  readonly level: JudgedLevel;
  readonly engine: string;
  readonly commit: string;
  readonly date: string;
  /** Objects with rules that were loaded. */
  readonly policies: number;
  readonly fixtures: Measured;
  readonly boundary: Measured;
}

const setEngines = ['kyverno', 'gatekeeper', 'vap'] as const;
type SetEngine = (typeof setEngines)[number];

/** The kinds of what has rules. */
const kinds: Readonly<Record<SetEngine, readonly string[]>> = {
  kyverno: ['ClusterPolicy', 'Policy', 'ValidatingPolicy'],
  gatekeeper: ['ConstraintTemplate'],
  vap: ['ValidatingAdmissionPolicy'],
};

interface LoadedObject {
  readonly object: KubeObject;
  readonly kind: string;
  readonly text: string;
}

/** The file itself, or those below the folder. */
function yamlFiles(path: string): string[] {
  if (statSync(path).isFile()) return [path];
  return (
    readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name))
      // Tests of a set hold resources to be judged, not policies.
      .filter((file) => !/[/\\]\.?(kyverno-test|chainsaw-test|tests?)[/\\]/.test(file))
      .sort()
  );
}

function objectsIn(file: string): LoadedObject[] {
  return parseAllDocuments(readFileSync(file, 'utf8')).flatMap((document) => {
    const object: unknown = document.toJS();
    if (typeof object !== 'object' || object === null) return [];
    const { kind, apiVersion }: { kind?: unknown; apiVersion?: unknown } = object;
    // Kyverno reads its earlier versions as the one that it stores.
    if (typeof apiVersion === 'string' && /^policies\.kyverno\.io\/v1(alpha|beta)1$/.test(apiVersion))
      document.set('apiVersion', 'policies.kyverno.io/v1');
    return typeof kind === 'string' && typeof apiVersion === 'string'
      ? [{ object: { ...object, kind, apiVersion }, kind, text: document.toString() }]
      : [];
  });
}

function engineOf(objects: readonly LoadedObject[]): SetEngine {
  const found = setEngines.filter((engine) => objects.some(({ kind }) => kinds[engine].includes(kind)));
  const [engine] = found;
  if (engine === undefined || found.length > 1)
    throw new EngineError('set', `has to be of one engine, and is of ${found.join(' and ') || 'none'}`);
  return engine;
}

type Ask = (pods: readonly JsonObject[]) => Promise<readonly Verdict[]>;

/** Admission requests to Kyverno's engines, as its webhook has them. */
const byKyverno =
  (files: readonly string[]): Ask =>
  async (pods) => {
    const questions = pods.map((pod) => ({
      request: asRequest(pod),
      namespace: { name: 'default', labels: { 'kubernetes.io/metadata.name': 'default' } },
    }));
    return (await kyvernoAnswers(files, questions, 'webhook')).map(({ results, error }): Verdict => {
      const statuses = (results ?? []).map(({ status }) => status).filter((status) => status !== 'skip');
      if (error !== undefined || statuses.includes('error')) return 'error';
      if (statuses.length === 0) return 'not judged';
      return statuses.includes('fail') ? 'deny' : 'allow';
    });
  };

/** Manifests in Gatekeeper, by CEL where a template has it, as is its default. */
const byGatekeeper =
  (files: readonly string[]): Ask =>
  async (pods) =>
    (
      await gatekeeperAnswers(
        'cel',
        files,
        pods.map((object) => ({ object })),
      )
    ).map(({ results, evaluated, error }): Verdict => {
      if (error !== undefined || results === null) return 'error';
      if (evaluated === 0) return 'not judged';
      return results.length > 0 ? 'deny' : 'allow';
    });

const violating: KubeObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'violating' },
  ...{
    spec: {
      ...{ hostNetwork: true, hostPID: true, hostIPC: true },
      containers: [{ name: 'app', image: 'app', securityContext: { privileged: true } }],
    },
  },
};

/** Creations on an API server; what its own validation refuses is not judged. Policies that need parameters are left out. */
async function withServer<T>(objects: readonly LoadedObject[], use: (ask: Ask) => Promise<T>): Promise<T> {
  const policies = objects.filter(
    ({ kind, object }) =>
      kind === 'ValidatingAdmissionPolicy' && !JSON.stringify(object).includes('"paramKind"'),
  );
  const bindings = policies.map(({ object }): KubeObject => {
    const metadata = Object.assign({ name: '' }, object.metadata);
    return {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata: { name: metadata.name },
      ...{ spec: { policyName: metadata.name, validationActions: ['Deny'] } },
    };
  });
  const server = await startApiServer();
  try {
    const namespace = await server.namespace('judged');
    await server.apply([...policies.map(({ object }) => object), ...bindings]);
    await server.waitFor(namespace, violating, ({ verdict }) => verdict !== 'allow');
    return await use((pods) =>
      mapPool(pods, 16, async (pod) => {
        const { verdict } = await server.dryRunCreate(namespace, kubeObject(sentAs(pod, namespace)));
        return verdict === 'invalid' ? 'not judged' : verdict;
      }),
    );
  } finally {
    await server.stop();
  }
}

function measured(level: JudgedLevel, pods: readonly JsonObject[], verdicts: readonly Verdict[]): Measured {
  const policy = levelPolicy(level, newestMinor);
  const counts = { judged: 0, admitted: 0, refused: 0, erred: 0 };
  for (const [index, pod] of pods.entries()) {
    const verdict = verdicts[index] ?? 'not judged';
    if (verdict === 'not judged') continue;
    counts.judged += 1;
    const denied = deniedBy(policy, pod).length > 0;
    if (verdict === 'error') counts.erred += 1;
    else if (denied && verdict === 'allow') counts.admitted += 1;
    else if (!denied && verdict === 'deny') counts.refused += 1;
  }
  if (counts.judged === 0) throw new EngineError('set', 'judged no pod');
  return counts;
}

/** The fixtures of a level at the newest version, and of its boundary pods as many at most. */
async function podsOf(
  level: JudgedLevel,
  most: number,
): Promise<{ fixtures: JsonObject[]; boundary: JsonObject[] }> {
  const { fixtures } = await readReference();
  const own = fixtures.filter((each) => each.level === level && each.version === `1.${newestMinor}`);
  const distinct = new Map<string, JsonObject>();
  for (const control of levelPolicy(level, newestMinor).controls)
    for (const { pod } of singlePods(control))
      if (admit(pod).problems.length === 0) distinct.set(JSON.stringify(pod), pod);
  const all = [...distinct.values()];
  const stride = Math.ceil(all.length / most);
  return {
    fixtures: own.map(({ pod }) => withNames(pod)),
    boundary: all.filter((_, index) => index % stride === 0).map(withNames),
  };
}

async function commitOf(path: string): Promise<string> {
  const { stdout, code } = await run(
    'git',
    'git',
    ['-C', statSync(path).isFile() ? dirname(path) : path, 'rev-parse', 'HEAD'],
    {
      accept: [0, 128],
    },
  );
  return code === 0 ? stdout.trim() : 'no commit';
}

const versions: Readonly<Record<SetEngine, () => string>> = {
  kyverno: () => `Kyverno ${pinned('kyverno', 'github.com/kyverno/kyverno')}`,
  gatekeeper: () => `Gatekeeper ${pinned('gatekeeper', 'github.com/open-policy-agent/gatekeeper/v3')}`,
  vap: () => `kube-apiserver ${pinned('apiserver', 'k8s.io/kubernetes')}`,
};

interface Wanted {
  /** Files and folders. */
  readonly paths: readonly string[];
  readonly level: JudgedLevel;
  readonly name: string;
  readonly pods: number;
}

async function measure({ paths, level, name, pods }: Wanted): Promise<SetRecord> {
  const objects = paths.flatMap(yamlFiles).flatMap(objectsIn);
  const engine = engineOf(objects);
  const constraints = (kind: string, object: KubeObject) =>
    engine === 'gatekeeper' &&
    String(object.apiVersion).startsWith('constraints.gatekeeper.sh/') &&
    kind !== '';
  const used = objects.filter(
    ({ kind, object }) => kinds[engine].includes(kind) || constraints(kind, object),
  );
  const { fixtures, boundary } = await podsOf(level, pods);
  const all = [...fixtures, ...boundary];
  process.stderr.write(
    `set: ${used.length} objects for ${engine}, ${fixtures.length} fixtures, ${boundary.length} boundary pods\n`,
  );
  const scratch = mkdtempSync(join(tmpdir(), 'podsec-set-'));
  const remove = trackDirectory(scratch);
  try {
    const files = used.map(({ text }, index) => {
      const file = join(scratch, `${String(index).padStart(4, '0')}.yaml`);
      writeFileSync(file, text);
      return file;
    });
    const asks: Readonly<Record<SetEngine, () => Promise<readonly Verdict[]>>> = {
      kyverno: () => byKyverno(files)(all),
      gatekeeper: () => byGatekeeper(files)(all),
      vap: () => withServer(used, (ask) => ask(all)),
    };
    const verdicts = await asks[engine]();
    return {
      name,
      level,
      engine: versions[engine](),
      commit: await commitOf(paths[0] ?? '.'),
      date: new Date().toISOString().slice(0, 10),
      policies: used.length,
      fixtures: measured(level, fixtures, verdicts.slice(0, fixtures.length)),
      boundary: measured(level, boundary, verdicts.slice(fixtures.length)),
    };
  } finally {
    remove();
  }
}

const setsFile = join(recordRoot, 'golden', 'sets.json');

/** The sets that were measured, by name and level. */
export function committedSets(): readonly SetRecord[] {
  return existsSync(setsFile) ? JSON.parse(readFileSync(setsFile, 'utf8')) : [];
}

function record(set: SetRecord): void {
  const others = committedSets().filter((each) => each.name !== set.name || each.level !== set.level);
  const all = [...others, set].sort((a, b) =>
    `${a.name} ${a.level}`.localeCompare(`${b.name} ${b.level}`, 'en'),
  );
  mkdirSync(join(recordRoot, 'golden'), { recursive: true });
  writeFileSync(`${setsFile}.new`, `${JSON.stringify(all, null, 1)}\n`);
  renameSync(`${setsFile}.new`, setsFile);
}

const told = ({ judged, admitted, refused, erred }: Measured): string =>
  `${judged} judged, ${admitted} wrongly admitted, ${refused} wrongly refused, ${erred} with an error`;

/** @returns the exit code: 0 where it was measured, 2 for a wrong command line, 3 where the engine failed. */
export async function measureSet(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      set: { type: 'string', multiple: true, default: [] },
      level: { type: 'string' },
      name: { type: 'string' },
      pods: { type: 'string', default: '3000' },
    },
  });
  const level = judgedLevels.find((each) => each === values.level);
  const missing = values.set.filter((each) => !existsSync(each));
  const pods = Number(values.pods);
  if (level === undefined || missing.length > 0 || values.set.length === 0 || !(pods >= 1)) {
    const what = missing.length > 0 ? `no file or folder ${missing.join(', ')}; ` : '';
    process.stderr.write(
      `${what}--set DIR [--set DIR]... --level ${judgedLevels.join('|')} [--name NAME] [--pods N]\n`,
    );
    return 2;
  }
  const paths = values.set.map((each) => resolve(each));
  const name = values.name ?? basename(paths[0] ?? '');
  let set: SetRecord;
  try {
    set = await measure({ paths, level, name, pods });
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 3;
  }
  process.stdout.write(
    `${set.name}, ${set.level}, ${set.engine}, commit ${set.commit}\n  fixtures: ${told(set.fixtures)}\n  boundary pods: ${told(set.boundary)}\n`,
  );
  if (process.env.PODSEC_RECORD === '1') record(set);
  return 0;
}
