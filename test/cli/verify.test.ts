/** `podsec verify` with programs that stand for engines, on a small policy that they know. */
import { readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { packed } from './packed.js';
import { folder, podsec, stackTrace } from './run.js';

const hosts = `import { control, definePolicy, denying, isTrue, once, pod } from 'podsec';

const no = (id, field) =>
  control({
    id,
    collections: { pods: denying(once({ where: isTrue(field), show: 'pod', at: field })) },
    reason: \`no \${id}\`,
    detail: '',
  });
export default definePolicy({
  name: 'hosts',
  controls: [no('hostNetwork', pod.spec.hostNetwork), no('hostPID', pod.spec.hostPID)],
});
`;

const engines = ['opa', 'conftest', 'gator', 'kyverno'] as const;
const fake = join(import.meta.dirname, 'fakes', 'engine.mjs');

/** A folder with the policy, in which \`bin/\` has these engines. */
function place(programs: readonly string[] = engines): string {
  const cwd = folder({ 'hosts.ts': hosts, 'bin/.keep': '', 'tmp/.keep': '' });
  for (const program of programs) symlinkSync(fake, join(cwd, 'bin', program));
  symlinkSync(process.execPath, join(cwd, 'bin', 'node'));
  return cwd;
}

const environment = (cwd: string, how: string) => ({
  PATH: join(cwd, 'bin'),
  TMPDIR: join(cwd, 'tmp'),
  FAKE_ENGINE: how,
});

/** Also demands that nothing is left behind. */
async function verify(cwd: string, how: string, ...args: string[]) {
  const ran = await podsec(['verify', 'hosts.ts', ...args], { cwd, env: environment(cwd, how) });
  expect(readdirSync(join(cwd, 'tmp'))).toEqual(['.keep']);
  return ran;
}

interface Row {
  readonly engine: string;
  readonly target: string | null;
  readonly state: string;
  readonly reason: string | null;
  readonly differences: number;
  readonly difference: {
    readonly pod: unknown;
    readonly evaluate: string[];
    readonly engine: string[];
  } | null;
}
/** Of the engines that are there. */
const rowsOf = (stdout: string): Row[] =>
  JSON.parse(stdout).results.filter(({ state }: Row) => state !== 'not-installed');

test('engines that say the same: a table, and nothing on standard error', async () => {
  const ran = await verify(place(), 'honest');
  expect(ran.stderr).toBe('');
  expect(ran.exitCode).toBe(0);
  const [, all, denied] =
    /^hosts: (\d+) pods on the edges of its rules, (\d+) of them denied\n/.exec(ran.stdout) ?? [];
  expect(Number(denied)).toBeGreaterThan(5);
  expect(ran.stdout.split('\n').slice(2)).toEqual([
    `  opa 1.22.2       rego             agrees on ${all} pods`,
    `  conftest 0.71.1  rego             agrees on ${all} pods`,
    `  gator 3.23.1     gatekeeper CEL   agrees on ${all} pods`,
    `  gator 3.23.1     gatekeeper Rego  agrees on ${all} pods`,
    `  kyverno 1.19.1   kyverno          agrees on ${all} pods`,
    `  kyverno 1.19.1   kyverno-vpol     agrees on ${all} pods`,
    '  kube-apiserver                    not installed',
    '',
  ]);
});

test('the same as data, in a file', async () => {
  const cwd = place();
  const ran = await verify(cwd, 'honest', '--pods', '20', '-f', 'json=out.json', '-f', 'pretty');
  expect(ran.exitCode).toBe(0);
  expect(ran.stdout).toMatch(/^hosts: 20 of \d+ pods/);
  const data = JSON.parse(readFileSync(join(cwd, 'out.json'), 'utf8'));
  expect(data.policies).toEqual([
    { policy: 'hosts', pods: 20, boundaryPods: expect.any(Number), denied: expect.any(Number) },
  ]);
  expect(data.results).toHaveLength(7);
  expect(data.results[3]).toEqual({
    policy: 'hosts',
    engine: 'gator',
    version: '3.23.1',
    testedVersion: '3.23.1',
    target: 'gatekeeper',
    driver: 'Rego',
    compiledFor: '3.23',
    state: 'agrees',
    judged: 20,
    denied: data.policies[0].denied,
    invalid: 0,
    differences: 0,
    reason: null,
    difference: null,
  });
  expect(data.summary).toMatchObject({ agrees: 6, differs: 0, error: 0, 'not-installed': 1 });
  expect(data.diagnostics).toEqual([]);
});

test('engines that allow everything, in the place of real ones, all differ', async () => {
  const ran = await verify(place(), 'blind', '-f', 'json');
  expect(ran.exitCode).toBe(1);
  const rows = rowsOf(ran.stdout);
  expect(rows.map(({ state }) => state)).toEqual(Array.from({ length: 6 }, () => 'differs'));
  for (const { difference } of rows) expect(difference?.engine).toEqual([]);
});

test('a difference comes with a small pod', async () => {
  const ran = await verify(place(['opa', 'kyverno']), 'half');
  expect(ran.exitCode).toBe(1);
  expect(ran.stderr).toBe('');
  const pod = `apiVersion: v1
kind: Pod
metadata:
  name: pod
spec:
  containers:
  - name: app
    image: example.com/app:1.0
  hostPID: true
`;
  for (const [who, form] of [
    ['opa (rego)', 'rego'],
    ['kyverno', 'kyverno'],
    ['kyverno (kyverno-vpol)', 'kyverno-vpol'],
  ] as const) {
    expect(ran.stdout).toMatch(new RegExp(`  ${form} +differs on \\d+ of \\d+ pods\n`));
    const width = Math.max(8, who.length);
    expect(ran.stdout).toContain(
      `The smallest pod found on which ${who} and evaluate differ:\n\n  ${'evaluate'.padEnd(width)}  denies it: hostPID\n  ${who.padEnd(width)}  allows it\n\n${pod}`,
    );
  }
  expect(ran.stdout).toMatch(/^ {2}conftest +not installed$/m);
});

test.each([
  ['fails', /panic: no·\[31m luck/],
  ['garbage', /its answer is not JSON/],
  ['silent', /undefined for input|no rule has judged|judged no pod|not judged once/],
  ['skips', /undefined for input|no rule has judged|has judged \d+ of|not judged once/],
] as const)('an engine that %s is no agreement', async (how, says) => {
  const ran = await verify(place(), how, '--pods', '30', '-f', 'json');
  expect(ran.exitCode).toBe(3);
  const rows = rowsOf(ran.stdout);
  expect(rows.map(({ state }) => state)).toEqual(Array.from({ length: 6 }, () => 'error'));
  const errors = ran.stderr.match(/^podsec: error: .*\[engine-error\]$/gm) ?? [];
  expect(errors).toHaveLength(6);
  for (const error of errors) expect(error).toMatch(says);
});

test('an engine that never ends is ended', async () => {
  const ran = await verify(place(['gator']), 'hangs', '--engine-timeout', '1');
  expect(ran.exitCode).toBe(3);
  expect(ran.stdout).toMatch(/gator 3\.23\.1 +gatekeeper CEL +failed/);
  expect(ran.stderr).toMatch(
    /had not finished after 1 s, and was ended \[engine-error\]\n {2}see whether it runs/,
  );
});

test('an API server needs etcd, and both have to start', async () => {
  const alone = await verify(place(['kube-apiserver']), 'hangs', '--engine', 'kube-apiserver');
  expect(alone).toMatchObject({ exitCode: 2, stdout: '' });
  expect(alone.stderr).toMatch(/the engine `etcd` is not on the PATH \[engine-missing\]/);
  const cwd = place(['kube-apiserver', 'etcd']);
  const hanging = await verify(cwd, 'hangs', '--engine-timeout', '2');
  expect(hanging.exitCode).toBe(3);
  expect(hanging.stderr).toMatch(/kube-apiserver gave no verdict .*: not ready after 2 s \(no answer\)/);
  const failing = await verify(cwd, 'fails', '--engine', 'kube-apiserver=bin/kube-apiserver');
  expect(failing.exitCode).toBe(3);
  expect(failing.stderr).toMatch(
    /kube-apiserver gave no verdict .*: ended \(exit code 1\) at start: panic: no/,
  );
});

test('an engine may print much that is no answer', async () => {
  expect(await verify(place(['conftest']), 'noisy')).toMatchObject({ exitCode: 0, stderr: '' });
});

test('one engine fails, another one differs: the worse of the two is the exit code, and both are told', async () => {
  const cwd = place(['gator']);
  writeFileSync(join(cwd, 'bin', 'opa'), `#!${process.execPath}\nconsole.log('Version: 0.70.0');\n`, {
    mode: 0o755,
  });
  const ran = await verify(cwd, 'half');
  expect(ran.exitCode).toBe(3);
  expect(ran.stdout).toMatch(/opa 0\.70\.0 +rego +failed, tested with 1\.22\.2\n/);
  expect(ran.stdout).toContain('The smallest pod found on which gator (CEL) and evaluate differ:');
});

test('what is no engine at all', async () => {
  const cwd = place([]);
  writeFileSync(join(cwd, 'text'), 'words\n', { mode: 0o755 });
  writeFileSync(join(cwd, 'plain'), '', { mode: 0o644 });
  const other = await verify(cwd, 'honest', '--engine', 'opa=/bin/true');
  expect(other.exitCode).toBe(3);
  expect(other.stderr).toMatch(
    /\/bin\/true does not answer `version` as opa does; is it opa\? \[engine-error\]/,
  );
  const text = await verify(cwd, 'honest', '--engine', 'gator=text');
  expect(text.exitCode).toBe(3);
  expect(text.stderr).toMatch(/gator gave no verdict to rely on for `hosts`: .* \[engine-error\]/);
  for (const path of ['plain', 'gone', 'bin']) {
    const ran = await verify(cwd, 'honest', '--engine', `kyverno=./${path}`);
    expect(ran).toMatchObject({ exitCode: 2, stdout: '' });
    expect(ran.stderr).toMatch(/`kyverno` is not at `.*`, or it cannot be run \[engine-missing\]/);
  }
});

test('no engine anywhere, or none of those that are asked for', async () => {
  const none = await verify(place([]), 'honest');
  expect(none).toMatchObject({ exitCode: 2, stdout: '' });
  expect(none.stderr).toMatch(
    /no engine is on the PATH.*\[engine-missing\]\n {2}install one of opa 1\.22\.2,/,
  );
  const other = await verify(place(['opa']), 'honest', '--engine', 'gator');
  expect(other).toMatchObject({ exitCode: 2, stdout: '' });
  expect(other.stderr).toMatch(/the engine `gator` is not on the PATH \[engine-missing\]/);
});

test('engines that are named are the only ones, also by another name', async () => {
  const ran = await verify(place(['opa', 'kubectl-kyverno']), 'honest', '--engine', 'kyverno', '-f', 'json');
  expect(ran.exitCode).toBe(0);
  expect(rowsOf(ran.stdout).map(({ engine, state }) => `${engine} ${state}`)).toEqual([
    'kyverno agrees',
    'kyverno agrees',
  ]);
});

test('a policy with one verdict shows nothing', async () => {
  const cwd = place(['opa']);
  writeFileSync(join(cwd, 'hosts.ts'), hosts.replace(/controls: \[.*\]/, 'controls: []'));
  const ran = await verify(cwd, 'blind');
  expect(ran.exitCode).toBe(2);
  expect(ran.stdout).toMatch(/opa 1\.22\.2 +rego +shows nothing: all 250 pods allowed\n/);
  expect(ran.stderr).toMatch(
    /nothing is shown of `hosts`: every pod that was compared has the same verdict \[shows-nothing\]/,
  );
});

test('an engine that denies what a policy without controls allows differs', async () => {
  const cwd = place(['opa']);
  writeFileSync(join(cwd, 'hosts.ts'), hosts.replace(/controls: \[.*\]/, 'controls: []'));
  const denying = await verify(cwd, 'honest');
  expect(denying.exitCode).toBe(1);
  expect(denying.stdout).toMatch(/ {2}evaluate {4}allows it\n {2}opa \(rego\) {2}denies it: hostPID\n/);
});

test('a policy that asks for the request is not compared by manifests', async () => {
  const cwd = place(['opa', 'gator']);
  writeFileSync(
    join(cwd, 'hosts.ts'),
    hosts
      .replace('pod }', 'pod, and, equal, request }')
      .replace('isTrue(field)', "and(isTrue(field), equal(request('user'), 'x'))"),
  );
  const ran = await verify(cwd, 'honest');
  expect(ran.exitCode).toBe(2);
  expect(ran.stdout).toMatch(/opa 1\.22\.2 +rego +not compared\n/);
  expect(ran.stdout).toMatch(/^ {2}opa \(rego\) is not compared: it asks for the request/m);
  expect(ran.stderr).toMatch(
    /nothing is shown of `hosts`: no engine that is there can be compared on it \[shows-nothing\]/,
  );
});

test('an interrupt ends the engine and removes what was written', async () => {
  const cwd = place(['opa']);
  const { bin } = await packed();
  const running = execa(bin, ['verify', 'hosts.ts'], {
    cwd,
    env: environment(cwd, 'hangs'),
    reject: false,
    stdin: 'ignore',
  });
  const written = () => readdirSync(join(cwd, 'tmp'), { recursive: true }).map(String);
  while (!written().some((name) => name.endsWith('.json'))) await sleep(50);
  while (pidsOf(join(cwd, 'bin', 'opa')).length === 0) await sleep(50);
  running.kill('SIGINT');
  const ran = await running;
  expect(ran.exitCode).toBe(130);
  expect(ran.stderr).not.toMatch(stackTrace);
  expect(written()).toEqual(['.keep']);
  while (pidsOf(join(cwd, 'bin', 'opa')).length > 0) await sleep(50);
});

/** Processes that were started from the file. */
function pidsOf(file: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(file);
    } catch {
      return false;
    }
  });
}
