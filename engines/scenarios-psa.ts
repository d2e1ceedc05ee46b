/**
 * What a bundle for PodSecurity admission does besides telling a good pod from a bad one, shown on a real API server with
 * its AdmissionConfiguration in force: modes, workloads, exemptions, the guard. Each scenario holds a refusal or a word of
 * one, and an admission, so that each of them fails with the level privileged in place of the real one.
 */
import { deepStrictEqual, match, strictEqual } from 'node:assert/strict';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseAllDocuments } from 'yaml';
import { psa } from '../src/backends/psa/index.js';
import type { BundleFile } from '../src/backends/types.js';
import type { Level, Mode, Policy } from '../src/ir/types.js';
import { levelPolicy } from '../src/levels/levels.js';
import { newestMinor } from '../src/levels/versions.js';
import type { JsonObject } from '../src/manifest/types.js';
import type { Tally } from './agreement.js';
import { type ApiServer, type Judgement, type KubeObject, startApiServer } from './apiserver.js';
import { EngineError } from './errors.js';
import { trackDirectory } from './process.js';
import { asWorkload, type WorkloadShape, workloadShapes } from './shapes.js';
import { judge } from './verdict.js';

const goodContainer: JsonObject = {
  name: 'app',
  image: 'example.com/app:1.0',
  securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
};
const goodSpec: JsonObject = {
  securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
  containers: [goodContainer],
};

function pod(name: string, spec: JsonObject): JsonObject & KubeObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, labels: { app: 'app' } }, spec };
}

const good = pod('good', goodSpec);
const bad = pod('bad', { ...goodSpec, hostPID: true });

function workload(of: JsonObject, shape: WorkloadShape): KubeObject {
  const needsPolicy = shape === 'Job' || shape === 'CronJob';
  const spec = typeof of.spec === 'object' && of.spec !== null ? of.spec : {};
  const manifest = asWorkload(needsPolicy ? { ...of, spec: { ...spec, restartPolicy: 'Never' } } : of, shape);
  const selectors: Partial<Record<WorkloadShape, JsonObject>> = {
    Deployment: { matchLabels: { app: 'app' } },
    StatefulSet: { matchLabels: { app: 'app' } },
    DaemonSet: { matchLabels: { app: 'app' } },
    ReplicaSet: { matchLabels: { app: 'app' } },
    ReplicationController: { app: 'app' },
  };
  const selector = selectors[shape];
  return selector === undefined
    ? manifest
    : Object.assign({}, manifest, { spec: Object.assign({}, manifest.spec, { selector }) });
}

const level = (name: Level, mode: Mode): Policy => ({ ...levelPolicy(name, newestMinor), mode });

/** The level that is the server's default, and what is exempt from it. */
function configured(name: Level): Policy {
  return {
    ...level(name, 'enforce'),
    exemptions: {
      namespaces: ['exempt'],
      users: ['exempt-user'],
      runtimeClasses: ['exempt-class'],
      serviceAccounts: [],
    },
  };
}

interface World {
  readonly server: ApiServer;
  /** What stands in the place of a level: itself, or privileged. */
  readonly as: (name: Level) => Level;
  /** Annotations of the audit log, of requests for objects of this name. */
  readonly audited: (name: string) => Promise<Readonly<Record<string, string>>>;
}

interface Scenario {
  readonly name: string;
  readonly run: (world: World) => Promise<void>;
}

function denies({ verdict, status, policyDenials }: Judgement, by = 'PodSecurity'): void {
  deepStrictEqual([verdict, status, policyDenials.map(({ policy }) => policy)], ['deny', 403, [by]]);
}

function admits({ verdict, message, warnings }: Judgement): void {
  deepStrictEqual([verdict, message, warnings], ['allow', '', []]);
}

function compiled(policy: Policy): readonly BundleFile[] {
  const output = psa.compile([policy], '1.37');
  if ('refusals' in output) throw new EngineError('psa', `refused: ${JSON.stringify(output.refusals)}`);
  return output.files;
}

function objectsIn(files: readonly BundleFile[], wanted: (path: string) => boolean): KubeObject[] {
  return files
    .filter(({ path }) => wanted(path))
    .flatMap(({ text }) => parseAllDocuments(text).map((document): KubeObject => document.toJS()));
}

function labelsOf(policy: Policy): Record<string, string> {
  const [patch] = objectsIn(compiled(policy), (path) => path === 'labels/labels.yaml');
  const metadata: { labels: Record<string, string> } = Object.assign({ labels: {} }, patch?.metadata);
  return metadata.labels;
}

const version = `v1.${newestMinor}`;
const label = (mode: string) => `pod-security.kubernetes.io/${mode}`;

async function labelled(server: ApiServer, name: string, policy: Policy, probe: (of: Judgement) => boolean) {
  await server.namespace(name, labelsOf(policy));
  await server.waitFor(name, pod('probe', { ...goodSpec, hostPID: true }), probe, { timeoutMs: 5_000 });
}

const configuration: readonly Scenario[] = [
  {
    name: 'the configuration: a namespace without labels has the level, an added ephemeral container too',
    run: async ({ server }) => {
      await server.namespace('plain');
      denies(await server.dryRunCreate('plain', bad));
      admits(await server.dryRunCreate('plain', good));
      await server.withStored('plain', good, async (stored) => {
        const spec: unknown = Reflect.get(stored, 'spec');
        const add = (container: JsonObject) => {
          const ephemeralContainers = [{ ...container, name: 'debug' }];
          const update = Object.assign({}, stored, { spec: Object.assign({}, spec, { ephemeralContainers }) });
          return server.dryRunUpdate('plain', update, { subresource: 'ephemeralcontainers' });
        };
        denies(await add({ ...goodContainer, securityContext: { privileged: true } }));
        admits(await add(goodContainer));
      });
    },
  },
  {
    name: 'the configuration: namespaces out of scope and exempt ones, an exempt user and an exempt runtime class',
    run: async ({ server }) => {
      await server.namespace('plain');
      await server.namespace('exempt');
      denies(await server.dryRunCreate('plain', bad));
      for (const out of ['kube-system', 'kube-public', 'kube-node-lease', 'exempt'])
        admits(await server.dryRunCreate(out, bad));
      const groups = ['system:masters'];
      admits(await server.dryRunCreate('plain', bad, { user: { name: 'exempt-user', groups } }));
      denies(await server.dryRunCreate('plain', bad, { user: { name: 'other-user', groups } }));
      for (const name of ['exempt-class', 'other-class'])
        await server.apply([
          { apiVersion: 'node.k8s.io/v1', kind: 'RuntimeClass', metadata: { name }, ...{ handler: 'any' } },
        ]);
      const of = (runtimeClassName: string) => pod('bad', { ...goodSpec, hostPID: true, runtimeClassName });
      admits(await server.dryRunCreate('plain', of('exempt-class')));
      denies(await server.dryRunCreate('plain', of('other-class')));
    },
  },
  ...workloadShapes
    .filter((shape) => shape !== 'Pod')
    .map(
      (shape): Scenario => ({
        name: `enforce: a ${shape} with a bad pod is admitted with a warning, its pods are refused`,
        run: async ({ server }) => {
          await server.namespace('plain');
          const judgement = await server.dryRunCreate('plain', workload(bad, shape));
          deepStrictEqual([judgement.verdict, judgement.warnings.length], ['allow', 1]);
          match(judgement.warnings[0] ?? '', /^would violate PodSecurity "restricted:v1\.\d+": .*hostPID=true/);
          admits(await server.dryRunCreate('plain', workload(good, shape)));
          denies(await server.dryRunCreate('plain', bad));
        },
      }),
    ),
  {
    name: 'labels of mode warn: a bad pod is admitted with a warning, and not audited',
    run: async ({ server, as, audited }) => {
      // Elsewhere the configuration refuses it: other modes are set to privileged here.
      const open = labelsOf(level('privileged', 'enforce'));
      await server.namespace('warned', { ...open, ...labelsOf(level(as('baseline'), 'warn')) });
      const warned = pod('warned', { ...goodSpec, hostPID: true });
      const judgement = await server.waitFor('warned', warned, ({ verdict }) => verdict === 'allow');
      match(judgement.warnings[0] ?? '', /^would violate PodSecurity "baseline:/);
      admits(await server.dryRunCreate('warned', good));
      strictEqual((await audited('warned'))['pod-security.kubernetes.io/audit-violations'], undefined);
    },
  },
  {
    name: 'labels of mode audit: a bad pod is admitted without a word, and audited',
    run: async ({ server, as, audited }) => {
      const open = labelsOf(level('privileged', 'enforce'));
      await server.namespace('audited', { ...open, ...labelsOf(level(as('baseline'), 'audit')) });
      const seen = pod('audited', { ...goodSpec, hostPID: true });
      admits(await server.waitFor('audited', seen, ({ verdict }) => verdict === 'allow'));
      match(
        (await audited('audited'))['pod-security.kubernetes.io/audit-violations'] ?? '',
        /^would violate PodSecurity "baseline:/,
      );
    },
  },
  {
    name: 'labels come before the configuration',
    run: async ({ server, as }) => {
      const baseline = level(as('baseline'), 'enforce');
      await labelled(server, 'relaxed', baseline, ({ policyDenials }) =>
        (policyDenials[0]?.binding ?? '').startsWith('baseline:'),
      );
      const { runAsNonRoot: _, ...rest } = { runAsNonRoot: true, ...{ seccompProfile: { type: 'RuntimeDefault' } } };
      const half = pod('half', { ...goodSpec, securityContext: rest });
      admits(await server.dryRunCreate('relaxed', half));
      denies(await server.dryRunCreate('plain', half));
    },
  },
];

/** Who may write namespaces, and who may relabel them besides. */
function accounts(guard: string): readonly KubeObject[] {
  const rbac = 'rbac.authorization.k8s.io';
  const bind = (name: string, role: string, users: readonly string[]) => ({
    apiVersion: `${rbac}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: { name },
    roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: role },
    subjects: users.map((user) => ({ apiGroup: rbac, kind: 'User', name: user })),
  });
  const resources = ['namespaces', 'namespaces/status', 'namespaces/finalize'];
  return [
    {
      apiVersion: `${rbac}/v1`,
      kind: 'ClusterRole',
      metadata: { name: 'tenant' },
      ...{ rules: [{ apiGroups: [''], resources, verbs: ['create', 'get', 'update', 'patch'] }] },
    },
    bind('tenants', 'tenant', ['tenant', 'keeper']),
    bind('keepers', guard, ['keeper']),
  ];
}

type Labels = Readonly<Record<string, string | null>>;

class Namespaces {
  constructor(
    readonly server: ApiServer,
    readonly user: string,
  ) {}

  async #send(verb: string, path: string, body: object): Promise<Judgement> {
    const answer = await this.server.request(verb, `/api/v1/namespaces${path}?dryRun=All`, body, {
      headers: { 'impersonate-user': this.user },
      ...(verb === 'PATCH' && { contentType: 'application/merge-patch+json' }),
    });
    return judge(answer, () => true);
  }

  relabel(labels: Labels, subresource = ''): Promise<Judgement> {
    return this.#send('PATCH', `/guarded${subresource}`, { metadata: { labels } });
  }

  create(name: string, labels: Labels): Promise<Judgement> {
    return this.#send('POST', '', { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } });
  }
}

function guardScenario(
  name: string,
  files: (world: World) => { policy: Policy; path: (path: string) => boolean },
  creations: (tenant: Namespaces, guard: string, labels: Record<string, string>) => Promise<void>,
): Scenario {
  return {
    name,
    run: async (world) => {
      const { server } = world;
      const { policy, path } = files(world);
      const objects = objectsIn(compiled(policy), path);
      const guard = 'podsec-baseline-guard';
      const labels = labelsOf(level('baseline', 'enforce'));
      await server.namespace('guarded', labels);
      await server.apply([...objects, ...accounts(guard)]);
      const [tenant, keeper] = [new Namespaces(server, 'tenant'), new Namespaces(server, 'keeper')];
      const laxer: Labels = { [label('enforce')]: 'privileged' };
      try {
        await until(async () => (await tenant.relabel(laxer)).policyDenials.length > 0);
        await until(async () => (await keeper.relabel(laxer)).verdict === 'allow');
        denies(await tenant.relabel(laxer), guard);
        for (const subresource of ['/status', '/finalize'] as const) {
          if (subresource === '/finalize') continue;
          denies(await tenant.relabel(laxer, subresource), guard);
          admits(await keeper.relabel(laxer, subresource));
        }
        denies(await tenant.relabel({ [label('enforce-version')]: 'v1.0' }), guard);
        denies(await tenant.relabel({ [label('enforce-version')]: 'latest' }), guard);
        denies(await tenant.relabel({ [label('audit')]: 'privileged' }), guard);
        denies(await tenant.relabel({ [label('warn-version')]: 'v1.20' }), guard);
        admits(await tenant.relabel({ [label('enforce')]: 'restricted' }));
        admits(await tenant.relabel({ team: 'a' }));
        denies(await tenant.create('new', laxer), guard);
        admits(await tenant.create('new', labels));
        admits(await tenant.create('new', { ...labels, [label('enforce')]: 'restricted' }));
        await creations(tenant, guard, labels);
      } finally {
        await server.remove(objects);
        await until(async () => (await tenant.relabel(laxer)).verdict === 'allow');
      }
    },
  };
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 8_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new EngineError('psa', 'the guard did not become active');
    await sleep(50);
  }
}

const removed: Labels = Object.fromEntries(
  ['enforce', 'audit', 'warn'].flatMap((mode) => [
    [label(mode), null],
    [label(`${mode}-version`), null],
  ]),
);

const guards: readonly Scenario[] = [
  guardScenario(
    'the guard of labels: none is weakened or removed but by who may, and a new namespace needs them',
    ({ as }) => ({
      policy: level(as('baseline'), 'enforce'),
      path: (path) => path === 'baseline-guard.yaml',
    }),
    async (tenant, guard, labels) => {
      denies(await tenant.relabel(removed), guard);
      denies(await tenant.create('new', {}), guard);
      denies(await tenant.create('new', { ...labels, [label('warn-version')]: 'v1.1' }), guard);
    },
  ),
  guardScenario(
    'the guard beside the configuration: a namespace goes without labels, but not with laxer ones',
    ({ as }) => ({ policy: level(as('baseline'), 'enforce'), path: (path) => path === 'apiserver/guard.yaml' }),
    async (tenant, guard) => {
      admits(await tenant.relabel(removed));
      admits(await tenant.create('new', {}));
      denies(await tenant.create('new', { [label('enforce-version')]: 'v1.1' }), guard);
    },
  ),
  guardScenario(
    'the guard of a policy with exempt users: as beside the configuration, and a namespace out of scope is free',
    ({ as }) => ({ policy: configured(as('baseline')), path: (path) => path === 'baseline-guard.yaml' }),
    async (tenant) => {
      admits(await tenant.create('exempt', { [label('enforce')]: 'privileged' }));
      admits(await tenant.relabel({ ...removed, [label('enforce')]: 'baseline' }));
    },
  ),
];

const scenarios: readonly Scenario[] = [...configuration, ...guards];

const auditPolicy = { apiVersion: 'audit.k8s.io/v1', kind: 'Policy', rules: [{ level: 'Metadata', verbs: ['create'] }] };

/** What is wrong with each scenario; undefined where nothing is. */
async function runAll(as: World['as']): Promise<(string | undefined)[]> {
  const directory = mkdtempSync(join(tmpdir(), 'podsec-psa-'));
  const forget = trackDirectory(directory);
  const file = (name: string, text: string) => {
    writeFileSync(join(directory, name), text);
    return join(directory, name);
  };
  const config = compiled(configured(as('restricted'))).find(({ path }) => path.endsWith('-configuration.yaml'));
  const log = join(directory, 'audit.log');
  const server = await startApiServer({
    flags: [
      `--admission-control-config-file=${file('configuration.yaml', config?.text ?? '')}`,
      '--authorization-mode=RBAC',
      `--audit-policy-file=${file('audit.yaml', JSON.stringify(auditPolicy))}`,
      `--audit-log-path=${log}`,
      '--audit-log-mode=blocking',
    ],
  });
  const audited = async (name: string): Promise<Record<string, string>> => {
    type Event = { objectRef?: { namespace?: string; name?: string }; annotations?: Record<string, string> };
    const events = readFileSync(log, 'utf8').trimEnd().split('\n').map((line): Event => JSON.parse(line));
    const found = events.filter(({ objectRef }) => objectRef?.namespace === name && objectRef.name === name).at(-1);
    if (found === undefined) throw new EngineError('psa', `no request for ${name} was audited`);
    return found.annotations ?? {};
  };
  try {
    const failures: (string | undefined)[] = [];
    for (const { run } of scenarios) {
      try {
        await run({ server, as, audited });
        failures.push(undefined);
      } catch (error) {
        failures.push(error instanceof Error ? error.message : String(error));
      }
    }
    return failures;
  } finally {
    await server.stop();
    forget();
  }
}

export async function checkPsaScenarios(): Promise<Tally> {
  const failures: string[] = [];
  const count = (holds: boolean, name: string, why = '') => {
    if (!holds) failures.push(`psa: ${name}: ${why}`);
    process.stderr.write(`${holds ? 'ok  ' : 'FAIL'} psa: ${name}${holds ? '' : `: ${why}`}\n`);
  };
  for (const [index, failure] of (await runAll((name) => name)).entries())
    count(failure === undefined, scenarios[index]?.name ?? '', failure);
  const blind = await runAll(() => 'privileged');
  const silent = scenarios.filter((_, index) => blind[index] === undefined).map(({ name }) => name);
  count(silent.length === 0, `with the level privileged every one of ${scenarios.length} scenarios fails`, silent.join('; '));
  return { passed: scenarios.length + 1 - failures.length, failures };
}
