/** Who may take the labels of a namespace away: the guard, judged by a real API server. */

import { deepStrictEqual } from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Policy } from '../../src/ir/types.js';
import { objectsIn } from '../../src/verify/apiserver/objects.js';
import type { KubeObject } from '../../src/verify/apiserver/rest.js';
import type { ApiServer } from '../../src/verify/apiserver/server.js';
import { type Judgement, judge } from '../../src/verify/apiserver/verdict.js';
import { EngineError } from '../../src/verify/errors.js';
import {
  admits,
  compiled,
  configured,
  denies,
  label,
  labelsOf,
  level,
  type Scenario,
  type World,
} from '../psa-world.js';

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

  finalize(labels: Labels): Promise<Judgement> {
    const metadata = { name: 'guarded', labels };
    const body = { apiVersion: 'v1', kind: 'Namespace', metadata, spec: { finalizers: ['kubernetes'] } };
    return this.#send('PUT', '/guarded/finalize', body);
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
    topics: [],
    run: async (world) => {
      const { server } = world;
      const { policy, path } = files(world);
      const objects = objectsIn(compiled(policy), path);
      if (objects.length === 0) throw new EngineError('psa', 'the bundle has no guard');
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
        denies(await tenant.relabel(laxer, '/status'), guard);
        admits(await keeper.relabel(laxer, '/status'));
        denies(await tenant.finalize(laxer), guard);
        admits(await keeper.finalize(laxer));
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

export const guards: readonly Scenario[] = [
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
    ({ as }) => ({
      policy: level(as('baseline'), 'enforce'),
      path: (path) => path === 'apiserver/guard.yaml',
    }),
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
      // PodSecurity admission says that the labels do nothing there.
      const free = await tenant.create('exempt-too', { [label('enforce')]: 'privileged' });
      deepStrictEqual([free.verdict, free.message], ['allow', '']);
      admits(await tenant.relabel({ ...removed, [label('enforce')]: 'baseline' }));
    },
  ),
];
