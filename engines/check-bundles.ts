/**
 * The tests that bundles carry, run as their READMEs say, on the real engines: they pass, and without any one control of the
 * policy they fail.
 */
import { chmodSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { gatekeeper } from '../src/backends/gatekeeper/index.js';
import { kyverno, kyvernoVpol } from '../src/backends/kyverno/index.js';
import { psa } from '../src/backends/psa/index.js';
import { rego } from '../src/backends/rego/index.js';
import type { Backend, BundleFile } from '../src/backends/types.js';
import { vap } from '../src/backends/vap/index.js';
import { asksUser, asksWho, policyCases, type TestCase } from '../src/cases/index.js';
import { type RequestCase, requestCases } from '../src/cases/requests.js';
import type { Control, Policy } from '../src/ir/types.js';
import { levelPolicy } from '../src/levels/levels.js';
import { newestMinor } from '../src/levels/versions.js';
import type { ApiServer } from '../src/verify/apiserver/server.js';
import { mapPool } from '../src/verify/pool.js';
import { run } from '../src/verify/process.js';
import { inScratch, writeFiles } from '../src/verify/scratch.js';
import { type Tally, without } from './agreement.js';
import { startApiServer } from './apiserver.js';
import { buildEngine } from './build.js';
import { judgedLevels } from './corpus.js';
import { gatorVerify } from './gatekeeper.js';
import { kyvernoTest } from './kyverno.js';
import { opaTest } from './opa.js';
import { handWritten } from './policies/index.js';

interface Outcome {
  readonly passes: boolean;
  /** What the engine says. */
  readonly said: string;
}

interface Runner {
  readonly backend: Backend;
  /** Runs the tests of the bundle in the directory. */
  readonly test: (directory: string) => Promise<Outcome>;
}

const offline: readonly Runner[] = [
  {
    backend: rego,
    test: async (directory) => {
      const { passed, failed } = await opaTest(directory);
      const names = failed.map(({ name }) => name).join(', ');
      return { passes: failed.length === 0, said: `${passed} tests pass; ${names}` };
    },
  },
  ...(['cel', 'rego'] as const).map(
    (driver): Runner => ({
      backend: gatekeeper,
      test: async (directory) => {
        const { ok, text } = await gatorVerify(driver, join(directory, 'tests'));
        return { passes: ok, said: text };
      },
    }),
  ),
  ...[kyverno, kyvernoVpol].map(
    (backend): Runner => ({
      backend,
      test: async (directory) => {
        const { code, passed, failed } = await kyvernoTest(directory);
        return { passes: code === 0 && failed === 0 && passed > 0, said: `${passed} pass, ${failed} fail` };
      },
    }),
  ),
];

interface Kubectl {
  readonly program: string;
  readonly env: Readonly<Record<string, string>>;
}

/** A kubectl that knows this API server. */
async function kubectlFor(server: ApiServer, scratch: string): Promise<Kubectl> {
  const program = await buildEngine('kubectl');
  const config = join(scratch, 'kubeconfig');
  writeFileSync(
    config,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'it', cluster: { server: server.url, 'insecure-skip-tls-verify': true } }],
      users: [{ name: 'it', user: { token: server.token } }],
      contexts: [{ name: 'it', context: { cluster: 'it', user: 'it' } }],
      'current-context': 'it',
    }),
  );
  chmodSync(config, 0o600);
  return { program, env: { KUBECTL: program, KUBECONFIG: config } };
}

/** As a user's shell runs the script. */
function onApiServer({ program, env }: Kubectl): Runner {
  return {
    backend: vap,
    test: async (directory) => {
      await run('kubectl', program, ['apply', '-f', directory], { env });
      const { code, stdout, stderr } = await run('dry-run.sh', 'sh', [join(directory, 'tests/dry-run.sh')], {
        env,
        accept: [0, 1],
      });
      await run('kubectl', program, ['delete', '--wait=false', '-f', directory], { env });
      return { passes: code === 0, said: `${stdout}${stderr}` };
    },
  };
}

/** PodSecurity admission: a namespace that is patched as the README says, and each file of pods sent to it. */
async function psaFailures({ program, env }: Kubectl, level: Policy): Promise<readonly string[] | undefined> {
  const policy: Policy = { ...level, mode: 'enforce' };
  const compiled = psa.compile([policy], psa.engineVersions.at(-1) ?? '');
  if ('refusals' in compiled) return undefined;
  const namespace = `psa-${policy.name}`;
  const kubectl = (...args: readonly string[]) => run('kubectl', program, args, { env, accept: [0, 1] });
  return inScratch('psa', async (directory) => {
    writeFiles(directory, compiled.files);
    await kubectl('create', 'namespace', namespace);
    const patch = join(directory, 'labels/labels.yaml');
    const patched = await kubectl('patch', 'namespace', namespace, '--patch-file', patch);
    const failures = patched.code === 0 ? [] : [`labels.yaml: ${patched.stderr}`];
    for (const { path, text } of compiled.files.filter((file) => /^tests\/.*\.yaml$/.test(file.path))) {
      const pods = text.split('kind: Pod\n').length - 1;
      const sent = ['create', '--dry-run=server', '--namespace', namespace, '-f', join(directory, path)];
      const { stdout, stderr } = await kubectl(...sent);
      const created = stdout.split(' created ').length - 1;
      const refused = stderr.split('violates PodSecurity').length - 1;
      const expected = path.endsWith('denied.yaml') ? [0, pods] : [pods, 0];
      if (pods === 0 || created !== expected[0] || refused !== expected[1])
        failures.push(`${path}: ${created} created and ${refused} refused of ${pods}: ${stderr}`);
    }
    return failures;
  });
}

const isTest = ({ path }: BundleFile): boolean => /^\.?tests\//.test(path);

/** The rules of one policy with the tests of the other; nothing where the target cannot say it. */
function bundleOf(backend: Backend, rules: Policy, tests: Policy): readonly BundleFile[] | undefined {
  const version = backend.engineVersions.at(-1) ?? '';
  const [ruled, tested] = [rules, tests].map((policy) => backend.compile([policy], version));
  if (ruled === undefined || tested === undefined || 'refusals' in ruled || 'refusals' in tested)
    return undefined;
  return [...ruled.files.filter((file) => !isTest(file)), ...tested.files.filter(isTest)];
}

/** Names of their own, as what is in force on an API server stays so for a moment. */
let named = 0;

async function outcomeOf(
  { backend, test }: Runner,
  rules: Policy,
  tests: Policy,
): Promise<Outcome | undefined> {
  named += 1;
  const name = `${tests.name}-${named}`;
  const files = bundleOf(backend, { ...rules, name }, { ...tests, name });
  if (files === undefined) return undefined;
  return inScratch('bundle', (directory) => {
    writeFiles(directory, files);
    return test(directory);
  });
}

/** Their own tests take requests. */
const takeRequests: readonly Backend[] = [rego, gatekeeper];
/** In theirs nobody in particular asks. */
const knowNobody: readonly Backend[] = [kyverno, kyvernoVpol];

/** Whether the engine's own tests can ask what the case asks. */
function canAsk(backend: Backend, control: Control, { created }: RequestCase): boolean {
  if (takeRequests.includes(backend)) return true;
  if (created === undefined) return false;
  // On a cluster whoever runs the tests asks.
  return knowNobody.includes(backend) || (backend === vap && !asksUser(control));
}

/** Whether a test can show the control: not where its verdict is of who asks, or where a cluster takes no pod that it denies. */
function isShown({ backend }: Runner, policy: Policy, control: Control): boolean {
  const shows = ({ denied }: TestCase): boolean => denied.includes(control.id);
  if (requestCases(policy).some((each) => shows(each) && canAsk(backend, control, each))) return true;
  const shown =
    !asksWho(control) &&
    policyCases(policy).some((each) => shows(each) && (each.accepted || backend !== vap));
  if (!shown) process.stderr.write(`${backend.target}: nothing shows ${control.id} of ${policy.name}\n`);
  return shown;
}

async function failuresOf(runner: Runner, policy: Policy): Promise<readonly string[] | undefined> {
  const whole = await outcomeOf(runner, policy, policy);
  if (whole === undefined) return undefined;
  const failures = whole.passes ? [] : [`the tests fail: ${whole.said.slice(-2000)}`];
  for (const control of policy.controls.filter((each) => isShown(runner, policy, each))) {
    const cut = await outcomeOf(runner, without(policy, control.id), policy);
    if (cut?.passes !== false)
      failures.push(`without ${control.id} the tests pass: ${cut?.said.slice(-500)}`);
  }
  return failures;
}

async function checked(policies: readonly Policy[]): Promise<Tally> {
  const server = await startApiServer();
  let passed = 0;
  const failures: string[] = [];
  try {
    await inScratch('kubectl', async (scratch) => {
      const kubectl = await kubectlFor(server, scratch);
      for (const policy of policies) {
        const found = await psaFailures(kubectl, policy);
        if (found === undefined) continue;
        process.stderr.write(`${found.length === 0 ? 'ok  ' : 'FAIL'} psa: the bundle of ${policy.name}\n`);
        if (found.length === 0) passed += 1;
        failures.push(...found.map((each) => `psa: the bundle of ${policy.name}: ${each}`));
      }
      const bundle = async (runner: Runner, policy: Policy): Promise<void> => {
        const found = await failuresOf(runner, policy);
        if (found === undefined) return;
        const what = `${runner.backend.target}: the bundle of ${policy.name}`;
        process.stderr.write(
          `${found.length === 0 ? 'ok  ' : 'FAIL'} ${what}: ${policy.controls.length} controls\n`,
        );
        if (found.length === 0) passed += 1;
        failures.push(...found.map((each) => `${what}: ${each}`));
      };
      // Those that take the longest come first: none is left at the end beside nothing.
      const apart = policies
        .toSorted((a, b) => b.controls.length - a.controls.length)
        .flatMap((policy) => offline.map((runner) => ({ runner, policy })));
      const offlineDone = mapPool(apart, availableParallelism(), (each) => bundle(each.runner, each.policy));
      // On the API server all that is applied is in force: one after the other.
      const runner = onApiServer(kubectl);
      const onServerDone = mapPool(policies, 1, (policy) => bundle(runner, policy));
      await Promise.all([offlineDone, onServerDone]);
    });
  } finally {
    await server.stop();
  }
  return { passed, failures };
}

export const checkBundles = (): Promise<Tally> =>
  checked(judgedLevels.map((level) => levelPolicy(level, newestMinor)));

/** Of users' policies. */
export const checkBundlesCustom = (): Promise<Tally> => checked(handWritten);
