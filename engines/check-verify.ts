/**
 * `podsec verify` as its users run it, with the pinned engines: it shows agreement, and it sees an engine that runs another
 * policy. For that a program stands before the engine, which puts the bundle of the other policy in the place of the real
 * one and then becomes the engine.
 */
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Policy } from '../src/ir/types.js';
import { levelPolicy } from '../src/levels/levels.js';
import { newestMinor } from '../src/levels/versions.js';
import type { AgreementRow } from '../src/report/agreement.js';
import { EngineError } from '../src/verify/errors.js';
import { run } from '../src/verify/process.js';
import { inScratch } from '../src/verify/scratch.js';
import { allowAll, type Tally } from './agreement.js';
import { buildEngine, type EngineName } from './build.js';

/** What reads bundles from files, by the name that `--engine` takes, with how many forms of policies it runs. */
const engines: Readonly<Record<string, { readonly build: EngineName; readonly forms: number }>> = {
  opa: { build: 'opa', forms: 1 },
  conftest: { build: 'conftest', forms: 1 },
  gator: { build: 'gator', forms: 2 },
  kyverno: { build: 'kyverno-cli', forms: 2 },
};

/** The API server has two: ValidatingAdmissionPolicy, and PodSecurity admission, which can only say levels. */
const forms = Object.values(engines).reduce((sum, each) => sum + each.forms, 2);
const compared: Readonly<Record<string, number>> = {
  restricted: forms,
  [join('policies', 'examples', 'payments.ts')]: forms - 1,
};

const restricted = levelPolicy('restricted', newestMinor);
const dropped = 'hostPorts';
const others: Readonly<Record<string, Policy>> = {
  'without a control': {
    ...restricted,
    controls: restricted.controls.filter(({ id }) => id !== dropped),
  },
  'that allows everything': allowAll(restricted),
};

interface Verified {
  readonly code: number;
  readonly rows: readonly AgreementRow[];
}

const main = join(import.meta.dirname, '..', 'src', 'cli', 'main.js');

async function verify(
  policy: string,
  programs: Readonly<Record<string, string>>,
  pods: number,
): Promise<Verified> {
  const named = Object.entries(programs).flatMap(([name, path]) => ['--engine', `${name}=${path}`]);
  const args = [main, 'verify', policy, '--pods', String(pods), '-f', 'json', ...named];
  const { code, stdout, stderr } = await run('verify', process.execPath, args, { accept: [0, 1, 2, 3] });
  if (code > 1) throw new EngineError('verify', `ended with exit code ${code}`, stderr);
  const { results }: { readonly results: readonly AgreementRow[] } = JSON.parse(stdout);
  return { code, rows: results };
}

/**
 * A program that writes the files of the other policy over those that the engine is about to read. Several of it share a directory,
 * and where one writes another reads: never half a file.
 */
function standIn(directory: string, name: string, engine: string, policy: Policy): string {
  const file = join(directory, `${name}.mjs`);
  const compiler = join(import.meta.dirname, '..', 'src', 'compile.js');
  writeFileSync(
    file,
    `#!${process.execPath}
import { spawnSync } from 'node:child_process';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compile } from ${JSON.stringify(compiler)};
const args = process.argv.slice(2);
for (const arg of args) {
  const [directory, target] = /^.*\\/podsec-(rego|gatekeeper|kyverno|kyverno-vpol)-[^-/]{6}(?=\\/|$)/.exec(arg) ?? [];
  if (directory === undefined) continue;
  for (const { path, text } of compile([${JSON.stringify(policy)}], target).files) {
    const file = join(directory, path);
    writeFileSync(file + process.pid, text);
    renameSync(file + process.pid, file);
  }
}
process.exitCode = spawnSync(${JSON.stringify(engine)}, args, { stdio: 'inherit' }).status ?? 99;
`,
  );
  chmodSync(file, 0o755);
  return file;
}

function withoutPolicies(directory: string, apiserver: string): string {
  const file = join(directory, 'kube-apiserver.sh');
  const plugins = '--disable-admission-plugins=ValidatingAdmissionPolicy,PodSecurity';
  writeFileSync(
    file,
    `#!/bin/sh\n[ "$1" = --version ] || set -- "$@" ${plugins}\nexec '${apiserver}' "$@"\n`,
  );
  chmodSync(file, 0o755);
  return file;
}

export async function checkVerify(): Promise<Tally> {
  const failures: string[] = [];
  let passed = 0;
  const say = (what: string, holds: boolean, found: string) => {
    process.stderr.write(`${holds ? 'ok  ' : 'FAIL'} verify: ${what}: ${found}\n`);
    if (holds) passed += 1;
    else failures.push(`verify: ${what}: ${found}`);
  };
  const built: Record<string, string> = {};
  for (const [name, { build }] of Object.entries(engines)) built[name] = await buildEngine(build);
  const cluster = { 'kube-apiserver': await buildEngine('apiserver'), etcd: await buildEngine('etcd') };
  for (const [policy, wanted] of Object.entries(compared)) {
    const { code, rows } = await verify(policy, { ...built, ...cluster }, 250);
    const agreeing = rows.filter(
      ({ state, judged, invalid }) => state === 'agrees' && judged + invalid === 250,
    );
    const states = new Set(rows.map(({ state }) => state));
    states.delete('refused');
    const holds = code === 0 && agreeing.length === wanted && rows.length === forms && states.size === 1;
    say(policy, holds, `${agreeing.length} of ${wanted} forms agree`);
  }
  await inScratch('verify', async (directory) => {
    for (const [name, engine] of Object.entries(built)) {
      for (const [what, policy] of Object.entries(others)) {
        const { code, rows } = await verify(
          'restricted',
          { [name]: standIn(directory, name, engine, policy) },
          100,
        );
        const seen = rows.filter((row) => sees(row, what)).length;
        const wanted = engines[name]?.forms;
        say(`${name} with a policy ${what}`, code === 1 && seen === wanted, `${seen} of ${wanted} differ`);
      }
    }
    const lax = { ...cluster, 'kube-apiserver': withoutPolicies(directory, cluster['kube-apiserver']) };
    const { code, rows } = await verify('restricted', lax, 100);
    const seen = rows.filter((row) => sees(row, '')).length;
    say('an API server that enforces no policy', code === 1 && seen === 2, `${seen} of 2 differ`);
  });
  return { passed, failures };
}

/** Whether it is told with a pod that shows it. */
function sees({ state, difference }: AgreementRow, what: string): boolean {
  if (state !== 'differs' || difference?.engine?.length !== 0) return false;
  return what !== 'without a control' || difference.evaluate.join() === dropped;
}
