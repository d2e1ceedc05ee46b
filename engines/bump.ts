/**
 * The next Kubernetes release: moves every pin to it, derives again, and says what changed and what is to be written.
 *
 *     npm run bump -- 1.38.0 [--dry-run]
 *
 * Exit code 0: the levels are as the reference has them. 1: they need a change, and it says which. 2: not a release to
 * go to. 3: an engine, a download or the build failed. It changes the working tree alone; `git diff` shows all of it.
 */

import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as facts from '../src/schema/index.js';
import { run } from '../src/verify/process.js';
import {
  type ControlRevisions,
  changeLines,
  controlsToWrite,
  type SchemaFacts,
  schemaChanges,
  type Verdicts,
  verdictChanges,
} from './bump/compare.js';
import {
  changedLines,
  compareReleases,
  mentions,
  modules,
  type PinEdit,
  parseRelease,
  pinEdits,
  type Release,
  releaseText,
  stagingText,
} from './bump/pins.js';

class Refused extends Error {}

/** Of the lines that change in a file, old and new ones; a go.mod has dozens of a kind. */
const shownLines = 6;

/** What the second half, which runs what was built from the new schema, has to know of before. */
interface Before {
  readonly facts: SchemaFacts;
  readonly podsDigest: string;
  readonly verdicts: { readonly table: Verdicts['table']; readonly bits: string };
  readonly build: string;
}

async function main(args: readonly string[]): Promise<number> {
  const [before] = args.filter((each) => each.startsWith('--report='));
  if (before !== undefined)
    return report(JSON.parse(await readFile(before.slice('--report='.length), 'utf8')));
  const dryRun = args.includes('--dry-run');
  const target = releaseOf(args.filter((each) => each !== '--dry-run'));
  const pinned = pinnedRelease();
  const edits = editsTo(pinned, target);
  say(`Kubernetes ${releaseText(pinned)} -> ${releaseText(target)}`);
  for (const edit of edits) {
    const lines = changedLines(edit);
    for (const line of lines.slice(0, shownLines)) say(`  ${line}`);
    if (lines.length > shownLines) say(`  ${edit.path}: and ${(lines.length - shownLines) / 2} lines more`);
  }
  if (dryRun) {
    say(
      edits.length === 0
        ? 'no pin would change'
        : `${edits.length} files would change, as listed above; then:`,
    );
    for (const step of [
      'go mod tidy in each module',
      'npm run derive',
      'npm run build',
      'the list of what changed',
    ])
      say(`  ${step}`);
    return 0;
  }
  return await bump(target, edits);
}

function editsTo(pinned: Release, target: Release): PinEdit[] {
  try {
    return pinEdits((path) => readFileSync(path, 'utf8'), pinned, target);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(
      `${why}. After a run that was cut short, \`git checkout .\` brings the pins back together`,
    );
  }
}

function releaseOf(args: readonly string[]): Release {
  const [text, ...more] = args;
  if (text === undefined || more.length > 0) throw new Refused('say one release: npm run bump -- 1.38.0');
  const target = parseRelease(text);
  if (target === undefined) throw new Refused(`\`${text}\` is no release: write it as x.y.z, 1.38.0 say`);
  const pinned = pinnedRelease();
  if (target.major !== pinned.major || target.minor < pinned.minor) {
    throw new Refused(
      `podsec is at Kubernetes ${releaseText(pinned)}, whose policy versions it would lose at ${releaseText(target)}`,
    );
  }
  return target;
}

function pinnedRelease(): Release {
  const pinned = parseRelease(facts.kubernetesVersion);
  if (pinned === undefined)
    throw new Error(`the schema was generated from Kubernetes ${facts.kubernetesVersion}`);
  return pinned;
}

async function bump(target: Release, edits: readonly PinEdit[]): Promise<number> {
  await demandPublished(target);
  // Derived files are read before anything is overwritten.
  const { readReference } = await import('./reference.js');
  const { corpus } = await readReference();
  for (const { path, after } of edits) await writeFile(path, after);
  if (edits.length > 0) await followModules(target);

  const { derive } = await import('./derive.js');
  await derive(false, ['schema']);
  const build = await rebuild();
  const scratch = await mkdtemp(join(tmpdir(), 'podsec-bump-'));
  try {
    const before: Before = {
      facts: snapshot(),
      podsDigest: corpus.record.podsDigest,
      verdicts: { table: corpus.record.table, bits: Buffer.from(corpus.bits).toString('base64') },
      build,
    };
    const file = join(scratch, 'before.json');
    await writeFile(file, JSON.stringify(before));
    // What is derived next depends on the schema that was just derived, so programs built from it have to do it.
    await node(['dist/engines/derive.js']);
    return await node([join('dist', 'engines', 'bump.js'), `--report=${file}`], [0, 1]);
  } finally {
    await rm(scratch, { recursive: true });
  }
}

async function demandPublished(target: Release): Promise<void> {
  const module = `k8s.io/kubernetes@v${releaseText(target)}`;
  try {
    // Outside of any module, so that nothing is resolved or written but what is asked for.
    await run('go', 'go', ['list', '-m', module], { cwd: tmpdir() });
  } catch (error) {
    throw new Refused(`Go finds no ${module}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Kubernetes replaces its staging modules by directories, so whoever requires it has to name their versions. */
async function followModules(target: Release): Promise<void> {
  const release = `k8s.io/kubernetes@v${releaseText(target)}`;
  const { stdout } = await run('go', 'go', ['mod', 'download', '-json', release], { cwd: tmpdir() });
  const file = textAt(JSON.parse(stdout), 'GoMod');
  const staging = [...(await readFile(file, 'utf8')).matchAll(/^\s*(k8s\.io\/\S+) => \.\/staging\//gm)].map(
    ([, name = '']) => name,
  );
  if (staging.length === 0) throw new Error(`${file} replaces no staging modules`);
  for (const module of modules) {
    const directory = join('engines', module);
    const replaced = [
      ...(await readFile(join(directory, 'go.mod'), 'utf8')).matchAll(/^\s*(k8s\.io\/\S+) => /gm),
    ].map(([, name = '']) => name);
    // A module that does not require Kubernetes as a whole has nothing to replace.
    if (replaced.length > 0) {
      const gone = replaced.filter((name) => !staging.includes(name));
      const edits = [
        ...staging.map((name) => `-replace=${name}=${name}@${stagingText(target)}`),
        ...gone.map((name) => `-dropreplace=${name}`),
      ];
      await run('go', 'go', ['mod', 'edit', ...edits], { cwd: directory });
    }
    progress(`go mod tidy: engines/${module}`);
    await run('go', 'go', ['mod', 'tidy'], { cwd: directory });
  }
}

function textAt(value: unknown, key: string): string {
  const found: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
  if (typeof found !== 'string') throw new TypeError(`no ${key} in ${JSON.stringify(value)}`);
  return found;
}

/** What the compiler says; it writes its output all the same. */
async function rebuild(): Promise<string> {
  const tsc = join('node_modules', 'typescript', 'bin', 'tsc');
  const { stdout } = await run('tsc', process.execPath, [tsc, '-p', 'tsconfig.build.json'], {
    accept: [0, 1, 2],
  });
  return stdout;
}

async function node(args: readonly string[], accept: readonly number[] = [0]): Promise<number> {
  const { code, stdout, stderr } = await run('node', process.execPath, args, { accept });
  process.stderr.write(stderr);
  process.stdout.write(stdout);
  return code;
}

function snapshot(): SchemaFacts {
  const { kubernetesVersion, types, workloadTypes, computedDefaultRules } = facts;
  return { kubernetesVersion, types, workloadTypes, computedDefaultRules };
}

/** The second half: compares what is derived now with what was, and the reference with podsec's own levels. */
async function report(before: Before): Promise<number> {
  const release = pinnedRelease();
  const old = parseRelease(before.facts.kubernetesVersion) ?? release;
  const newMinor = old.minor !== release.minor;
  const toWrite = [...compilerErrors(before.build)];
  let changed = section('schema', schemaChanges(before.facts, snapshot()));
  if (newMinor) changed += section('policy versions', [`v1.${release.minor} is new`]);

  const { psa } = await import('./psa/binary.js');
  const reference: ControlRevisions[] = JSON.parse(await psa(['controls']));
  const { levelControls } = await import('../src/levels/levels.js');
  const own = levelControls.map(({ id, level, revisions }): ControlRevisions => {
    const versions = revisions.map(({ since, overrides = [] }) => ({ minimum: `1.${since}`, overrides }));
    return { id, level, versions };
  });
  toWrite.push(...controlsToWrite(reference, own));
  const verdicts = await compareVerdicts(before);
  changed += section('verdicts of the reference that are not what they were', verdicts.ofReference);
  toWrite.push(...verdicts.toWrite);

  const looked = compareReleases(old, release) === 0 ? [] : await mentionsOf(old, newMinor);
  changed += section('texts that name the release before; look at each', looked);
  section(
    'the levels need a change',
    toWrite.map((each, index) => `${index + 1}. ${each}`),
  );
  if (changed + toWrite.length === 0) say('nothing changed');
  else if (toWrite.length === 0) say('the levels are as the reference has them');
  if (changed + toWrite.length > 0)
    say('then: npm run derive, PODSEC_RECORD=1 npx vitest run test/golden, npm test, npm run conformance');
  return toWrite.length > 0 ? 1 : 0;
}

function compilerErrors(output: string): string[] {
  const errors = output.split('\n').filter((line) => /error TS\d+/.test(line));
  return errors.map((line) => `let the sources compile against the new schema: ${line}`);
}

async function compareVerdicts(before: Before): Promise<{ ofReference: string[]; toWrite: string[] }> {
  const { bitsOf, corpusPods, evaluator, minorsOf, ownCheckTable } = await import('./corpus.js');
  const { admittedPod } = await import('../src/verify/judged.js');
  const { readReference } = await import('./reference.js');
  const { evaluate } = await import('../src/evaluate.js');
  const { levelPolicy } = await import('../src/levels/levels.js');
  const { parseVersion } = await import('../src/levels/versions.js');
  const { corpus, fixtures } = await readReference();
  const pods = corpusPods().map(({ pod }) => pod);
  const now: Verdicts = { table: corpus.record.table, bits: corpus.bits };
  const then: Verdicts = { table: before.verdicts.table, bits: Buffer.from(before.verdicts.bits, 'base64') };
  const samePods = corpus.record.podsDigest === before.podsDigest;
  const ofReference = samePods
    ? changeLines(verdictChanges(then, now, pods.length), (at) => pods[at])
    : ['the corpus has other pods than before, since rules or the schema changed: verdicts are not compared'];

  const minors = minorsOf(now.table);
  const judge = evaluator(minors);
  const table = ownCheckTable(minors);
  const ours: Verdicts = { table, bits: Buffer.concat(pods.map((pod) => bitsOf(table, judge(pod)))) };
  const differing = changeLines(verdictChanges(now, ours, pods.length), (at) => pods[at]).map(
    (line) => `correct the rule: the reference judges otherwise by ${line}`,
  );
  const wrong = fixtures.filter(({ level, version, verdict, pod }) => {
    const minor = parseVersion(version);
    if (minor === undefined) return true;
    return evaluate(levelPolicy(level, minor), admittedPod(pod)).length > 0 !== (verdict === 'fail');
  });
  const controls = [...new Set(wrong.map(({ control }) => control))];
  const fixtureLines = controls.map((control) => {
    const all = wrong.filter((each) => each.control === control);
    const versions = [...new Set(all.map(({ version }) => version))].join(', ');
    return `judge the reference's fixtures of ${control} as it does: ${all.length} differ, at ${versions}`;
  });
  return { ofReference, toWrite: [...differing, ...fixtureLines] };
}

async function mentionsOf(old: Release, newMinor: boolean): Promise<string[]> {
  const { stdout } = await run('git', 'git', ['ls-files', '--', '*.ts', '*.md', '*.go', '*.json', '*.hbs']);
  const paths = stdout.split('\n').filter((path) => path !== '' && !/^golden\/|generated\//.test(path));
  const found: string[] = [];
  for (const path of paths) found.push(...mentions(path, await readFile(path, 'utf8'), old, newMinor));
  return found;
}

/** Prints a list under its heading, unless it is empty. Returns its length. */
function section(heading: string, lines: readonly string[]): number {
  if (lines.length > 0) say(`${heading}:`);
  for (const line of lines) say(`  ${line}`);
  return lines.length;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function progress(line: string): void {
  process.stderr.write(`${line}\n`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    progress(`bump: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = error instanceof Refused ? 2 : 3;
  }
}
