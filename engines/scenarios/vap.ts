/**
 * What a policy does besides telling a good pod from a bad one, shown on a real API server: modes, workloads, updates,
 * ephemeral containers, subresources, scope, exemptions. Each scenario holds a denial and an admission, so that each of
 * them fails with an allow-all policy in place of the real one.
 */
import { deepStrictEqual, match, strictEqual } from 'node:assert/strict';
import { vap } from '../../src/backends/vap/index.js';
import { and, authorized, definePolicy, isTrue, not, pod as podPath } from '../../src/dsl/index.js';
import type { Mode, Policy } from '../../src/ir/types.js';
import { levelPolicy } from '../../src/levels/levels.js';
import { newestMinor } from '../../src/levels/versions.js';
import type { Json, JsonObject } from '../../src/manifest/types.js';
import { allowAll, controlsIn, deniedBy, type Tally } from '../agreement.js';
import { objectsOf } from '../agreement-vap.js';
import { type ApiServer, type Judgement, type KubeObject, startApiServer, type User } from '../apiserver.js';
import { ofPods } from '../policies/pods.js';
import { asWorkload, type WorkloadShape, workloadShapes } from '../shapes.js';
import { judgedEmptied } from './empty-values.js';
import { Telling } from './run.js';
import { sharedScenarios } from './shared.js';
import type { Topic } from './topics.js';

const restricted = levelPolicy('restricted', newestMinor);

function pod(spec: JsonObject, metadata: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'pod', labels: { app: 'app' }, ...metadata },
    spec,
  };
}

const goodContainer: JsonObject = {
  name: 'app',
  image: 'example.com/app:1.0',
  securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
};
const goodContext: JsonObject = { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } };
const good = pod({ securityContext: goodContext, containers: [goodContainer] });
const badSpecContainers: readonly JsonObject[] = [
  { ...goodContainer, ports: [{ containerPort: 8080 }], securityContext: { privileged: true } },
];
const badSpec: JsonObject = {
  securityContext: goodContext,
  hostPID: true,
  hostNetwork: true,
  containers: badSpecContainers,
};
const bad = pod(badSpec);

/** A workload that the API server accepts, with this pod. */
function workload(of: JsonObject, shape: WorkloadShape): KubeObject {
  const manifest = asWorkload(shape === 'Job' || shape === 'CronJob' ? withRestartPolicy(of) : of, shape);
  const spec = manifest.spec;
  const selecting: readonly WorkloadShape[] = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'];
  if (typeof spec !== 'object' || spec === null || Array.isArray(spec)) return named(manifest, 'v1', shape);
  const selector = selecting.includes(shape)
    ? { selector: { matchLabels: { app: 'app' } } }
    : shape === 'ReplicationController'
      ? { selector: { app: 'app' } }
      : {};
  return named({ ...manifest, spec: { ...spec, ...selector } }, manifest.apiVersion, shape);
}

function named(manifest: JsonObject, apiVersion: unknown, kind: string): KubeObject {
  return { ...manifest, apiVersion, kind };
}

function withRestartPolicy(of: JsonObject): JsonObject {
  const { spec } = of;
  return typeof spec === 'object' && spec !== null
    ? { ...of, spec: { ...spec, restartPolicy: 'Never' } }
    : of;
}

interface World {
  readonly server: ApiServer;
  /** A namespace in scope. */
  readonly namespace: string;
}

interface Scenario {
  readonly name: string;
  readonly topics: readonly Topic[];
  readonly policy: Policy;
  readonly run: (world: World) => Promise<void>;
}

const enforced: Policy = { ...restricted, mode: 'enforce' };
const k = (object: JsonObject): KubeObject => ({ ...object, apiVersion: 'v1', kind: 'Pod' });

function denies(judgement: Judgement, expected: readonly string[]): void {
  deepStrictEqual([judgement.verdict, judgement.status, judgement.reason], ['deny', 403, 'Forbidden']);
  const [denial] = judgement.policyDenials;
  deepStrictEqual(controlsIn(denial?.message ?? '').sort(), [...expected].sort());
}

function admits({ verdict, message, policyWarnings }: Judgement): void {
  deepStrictEqual([verdict, message, policyWarnings], ['allow', '', []]);
}

const badControls = deniedBy(restricted, bad);

/** Another pod that the same controls deny. */
const worse = pod({ ...badSpec, hostIPC: true });

const byRight = definePolicy({
  name: 'by-right',
  controls: [
    ofPods(
      'hostPIDByRight',
      and(isTrue(podPath.spec.hostPID), not(authorized('use', 'example.com', 'exceptions', 'hostpid'))),
    ),
  ],
});

const clusterRole = (name: string, rule: Readonly<Record<string, readonly string[]>>): KubeObject => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRole',
  metadata: { name },
  ...{ rules: [rule] },
});
const bindingOf = (role: string, subject: Readonly<Record<string, string>>): KubeObject => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRoleBinding',
  metadata: { name: role },
  ...{
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
    subjects: [subject],
  },
});

/** The bad pod with a container more. */
const wider = pod({ ...badSpec, containers: [...badSpecContainers, { ...goodContainer, name: 'side' }] });

/** With a finalizer to lose. */
const heldPod: KubeObject = { ...k(bad), metadata: { name: 'pod', finalizers: ['example.com/hold'] } };

const scenarios: readonly Scenario[] = [
  {
    name: 'enforce: a bad pod is refused with every control in the message, a good one runs',
    topics: ['a bad pod is refused, a good one runs'],
    policy: enforced,
    run: async ({ server, namespace }) => {
      const judgement = await server.dryRunCreate(namespace, k(bad));
      denies(judgement, badControls);
      const text = judgement.policyDenials[0]?.message ?? '';
      match(text, /^podsec restricted@v1\.\d+: /);
      match(text, /container "app" must not set securityContext\.privileged=true/);
      match(text, /hostNetwork=true, hostPID=true/);
      admits(await server.dryRunCreate(namespace, k(good)));
    },
  },
  ...(['warn', 'audit'] satisfies Mode[]).map(
    (mode): Scenario => ({
      name: `${mode}: a bad pod is admitted, and told of`,
      topics: [mode === 'warn' ? 'mode warn' : 'mode audit'],
      policy: { ...restricted, mode },
      run: async ({ server, namespace }) => {
        const judgement = await server.dryRunCreate(namespace, k(bad));
        strictEqual(judgement.verdict, 'allow');
        const told = mode === 'warn' ? judgement.policyWarnings : judgement.policyAudits;
        const other = mode === 'warn' ? judgement.policyAudits : judgement.policyWarnings;
        deepStrictEqual(
          told.map(({ message }) => controlsIn(message).sort()),
          [badControls],
        );
        deepStrictEqual(other, []);
        const fine = await server.dryRunCreate(namespace, k(good));
        deepStrictEqual([fine.verdict, fine.policyWarnings, fine.policyAudits], ['allow', [], []]);
      },
    }),
  ),
  ...workloadShapes
    .filter((shape) => shape !== 'Pod')
    .map(
      (shape): Scenario => ({
        name: `enforce: a ${shape} with a bad pod is admitted with a warning and an audit entry, its pods are refused`,
        topics: ['workloads, warned of'],
        policy: enforced,
        run: async ({ server, namespace }) => {
          const judgement = await server.dryRunCreate(namespace, workload(bad, shape));
          deepStrictEqual([judgement.verdict, judgement.message], ['allow', '']);
          const expected = deniedBy(restricted, asWorkload(bad, shape));
          deepStrictEqual(
            judgement.policyWarnings.map(({ message }) => controlsIn(message).sort()),
            [expected],
          );
          deepStrictEqual(
            judgement.policyAudits.map(({ message }) => controlsIn(message).sort()),
            [expected],
          );
          denies(await server.dryRunCreate(namespace, k(bad)), badControls);
          const fine = await server.dryRunCreate(namespace, workload(good, shape));
          deepStrictEqual([fine.verdict, fine.policyWarnings, fine.policyAudits], ['allow', [], []]);
        },
      }),
    ),
  {
    name: 'enforce-workloads: a Deployment with a bad pod is refused, scaling one that is there is not',
    topics: ['workloads, refused', 'update of the number of containers'],
    policy: { ...restricted, mode: 'enforce-workloads' },
    run: async ({ server, namespace }) => {
      denies(await server.dryRunCreate(namespace, workload(bad, 'Deployment')), badControls);
      denies(await server.dryRunCreate(namespace, k(bad)), badControls);
      admits(await server.dryRunCreate(namespace, workload(good, 'Deployment')));
      await withBadStored(server, namespace, workload(bad, 'Deployment'), async (stored) => {
        admits(await server.dryRunUpdate(namespace, withSpec(stored, { replicas: 3 })));
        denies(
          await server.dryRunUpdate(namespace, withSpec(stored, specOf(workload(worse, 'Deployment')))),
          badControls,
        );
        // Of a pod an API server lets nobody change the number; of a template it does.
        denies(
          await server.dryRunUpdate(namespace, withSpec(stored, specOf(workload(wider, 'Deployment')))),
          badControls,
        );
      });
    },
  },
  ...(['warn', 'audit'] satisfies Mode[]).map(
    (mode): Scenario => ({
      name: `${mode}: a Deployment, a CronJob and a PodTemplate with a bad pod are admitted, and told of`,
      topics: [mode === 'warn' ? 'workloads, warned of' : 'workloads, reported'],
      policy: { ...restricted, mode },
      run: async ({ server, namespace }) => {
        for (const shape of ['Deployment', 'CronJob', 'PodTemplate'] as const) {
          const judgement = await server.dryRunCreate(namespace, workload(bad, shape));
          strictEqual(judgement.verdict, 'allow');
          const [told, other] =
            mode === 'warn'
              ? [judgement.policyWarnings, judgement.policyAudits]
              : [judgement.policyAudits, judgement.policyWarnings];
          deepStrictEqual(
            told.map(({ message }) => controlsIn(message).sort()),
            [badControls],
          );
          deepStrictEqual(other, []);
          const fine = await server.dryRunCreate(namespace, workload(good, shape));
          deepStrictEqual([fine.verdict, fine.policyWarnings, fine.policyAudits], ['allow', [], []]);
        }
      },
    }),
  ),
  {
    name: 'update: a bad pod may change its metadata and lose its finalizer, not its image',
    topics: ['update of metadata alone', 'update of an image'],
    policy: enforced,
    run: async ({ server, namespace }) => {
      await withBadStored(server, namespace, heldPod, async (stored) => {
        const metadata: unknown = Reflect.get(stored, 'metadata');
        if (typeof metadata !== 'object' || metadata === null)
          throw new TypeError('a stored pod has no metadata');
        admits(
          await server.dryRunUpdate(namespace, {
            ...stored,
            metadata: { ...metadata, labels: { app: 'other' } },
          }),
        );
        admits(
          await server.dryRunUpdate(namespace, { ...stored, metadata: { ...metadata, finalizers: [] } }),
        );
        const spec = specOf(stored);
        const [first] = containersOf(spec);
        const changed = {
          ...stored,
          spec: { ...spec, containers: [{ ...first, image: 'example.com/app:2.0' }] },
        };
        denies(await server.dryRunUpdate(namespace, changed), badControls);
      });
    },
  },
  {
    name: 'ephemeral containers: a privileged one is refused, a restricted one is admitted',
    topics: ['added ephemeral containers'],
    policy: enforced,
    run: async ({ server, namespace }) => {
      await server.withStored(namespace, k(good), async (stored) => {
        const add = (container: JsonObject) =>
          server.dryRunUpdate(
            namespace,
            withSpec(stored, { ephemeralContainers: [{ ...container, name: 'debug' }] }),
            { subresource: 'ephemeralcontainers' },
          );
        const privileged = { ...goodContainer, securityContext: { privileged: true } };
        denies(await add(privileged), ['allowPrivilegeEscalation', 'capabilities_restricted', 'privileged']);
        admits(await add(goodContainer));
      });
    },
  },
  {
    name: 'subresources that cannot change a spec are not judged: the status of a bad pod may be written',
    topics: ['subresources that cannot change a spec'],
    policy: enforced,
    run: async ({ server, namespace }) => {
      denies(await server.dryRunCreate(namespace, k(bad)), badControls);
      await withBadStored(server, namespace, heldPod, async (stored) => {
        const status = { ...stored, status: { phase: 'Running' } };
        admits(await server.dryRunUpdate(namespace, status, { subresource: 'status' }));
      });
    },
  },
  {
    name: 'scope: the namespaces of the control plane are left alone',
    topics: ['a namespace out of scope'],
    policy: enforced,
    run: async ({ server, namespace }) => {
      denies(await server.dryRunCreate(namespace, k(bad)), badControls);
      for (const system of ['kube-system', 'kube-public', 'kube-node-lease']) {
        admits(await server.dryRunCreate(system, k(bad)));
      }
    },
  },
  {
    name: 'scope: with a namespace selector, the namespaces that it selects alone',
    topics: ['a namespace selector'],
    policy: {
      ...enforced,
      scope: { ...enforced.scope, namespaceSelector: [{ key: 'podsec', operator: 'In', values: ['on'] }] },
    },
    run: async ({ server, namespace }) => {
      denies(await server.dryRunCreate(namespace, k(bad)), badControls);
      await server.namespace('without-label');
      admits(await server.dryRunCreate('without-label', k(bad)));
    },
  },
  {
    name: 'exemptions: of a namespace, a user and a runtime class',
    topics: ['an exempt namespace', 'an exempt user', 'an exempt runtime class'],
    policy: {
      ...enforced,
      exemptions: {
        namespaces: ['exempt'],
        users: ['exempt-user'],
        runtimeClasses: ['exempt-class'],
        serviceAccounts: [],
      },
    },
    run: async ({ server, namespace }) => {
      denies(await server.dryRunCreate(namespace, k(bad)), badControls);
      await server.namespace('exempt');
      admits(await server.dryRunCreate('exempt', k(bad)));
      const groups = ['system:masters'];
      admits(await server.dryRunCreate(namespace, k(bad), { user: { name: 'exempt-user', groups } }));
      denies(
        await server.dryRunCreate(namespace, k(bad), { user: { name: 'other-user', groups } }),
        badControls,
      );
      await server.apply([
        {
          apiVersion: 'node.k8s.io/v1',
          kind: 'RuntimeClass',
          metadata: { name: 'exempt-class' },
          ...{ handler: 'any' },
        },
      ]);
      const spec = specOf(k(bad));
      admits(
        await server.dryRunCreate(namespace, {
          ...k(bad),
          ...{ spec: { ...spec, runtimeClassName: 'exempt-class' } },
        }),
      );
    },
  },
  {
    name: 'exemptions: of a service account, in its own namespace',
    topics: ['an exempt service account'],
    policy: {
      ...enforced,
      exemptions: {
        namespaces: [],
        users: [],
        runtimeClasses: [],
        serviceAccounts: [{ namespace: 'team', name: 'robot' }],
      },
    },
    run: async ({ server, namespace }) => {
      await server.namespace('team');
      for (const field of ['serviceAccountName', 'serviceAccount']) {
        const robot = { ...k(bad), ...{ spec: { ...specOf(k(bad)), [field]: 'robot' } } };
        denies(await server.dryRunCreate(namespace, robot), badControls);
        admits(await server.dryRunCreate('team', robot));
      }
      denies(await server.dryRunCreate('team', k(bad)), badControls);
    },
  },
  ...sharedScenarios
    .filter(({ topics }) => topics.includes('exceptions'))
    .map(
      ({ name, topics, policy, steps }): Scenario => ({
        name,
        topics,
        policy,
        run: async ({ server, namespace }) => {
          for (const { asked, controls } of steps) {
            const { object } = asked.request;
            if (!isObject(object)) throw new TypeError('a request without an object');
            const judgement = await server.dryRunCreate(namespace, k(object));
            if (controls.length > 0) denies(judgement, controls);
            else admits(judgement);
          }
        },
      }),
    ),
  {
    name: 'rights: what the one who asks may do, or the service account of the pod, by RBAC',
    topics: [],
    policy: { ...restricted, mode: 'audit', controls: [...enforced.controls, ...byRight.ir.controls] },
    run: async ({ server, namespace }) => {
      const denied = [...badControls, 'hostPIDByRight'];
      const plain = { name: 'plain', groups: ['system:authenticated'] };
      const create = (spec: Record<string, unknown>, user?: User) =>
        server.dryRunCreate(
          namespace,
          { ...k(bad), ...{ spec: { ...specOf(k(bad)), ...spec } } },
          user === undefined ? {} : { user },
        );
      await server.apply([
        clusterRole('creates-pods', { apiGroups: [''], resources: ['pods'], verbs: ['create'] }),
        bindingOf('creates-pods', { kind: 'User', name: 'plain', apiGroup: 'rbac.authorization.k8s.io' }),
        clusterRole('sees-processes', {
          apiGroups: ['example.com'],
          resources: ['exceptions'],
          resourceNames: ['hostpid'],
          verbs: ['use'],
        }),
        bindingOf('sees-processes', { kind: 'ServiceAccount', name: 'trusted', namespace }),
      ]);
      // RBAC takes a moment too.
      const judged = ({ policyAudits }: Judgement) => policyAudits.length > 0;
      await server.waitFor(namespace, k(bad), judged, { user: plain, timeoutMs: 10_000 });
      const reports = ({ verdict, policyAudits }: Judgement, controls: readonly string[]) =>
        deepStrictEqual(
          [verdict, policyAudits.flatMap(({ message }) => controlsIn(message)).sort()],
          ['allow', [...controls].sort()],
        );
      // Of the group system:masters everything is allowed.
      reports(await create({}), badControls);
      reports(await create({}, plain), denied);
      reports(await create({ serviceAccountName: 'other' }, plain), denied);
      reports(await create({ serviceAccountName: 'trusted' }, plain), badControls);
    },
  },
  {
    name: 'manifests: null and empty values where a field is absent by default change no verdict',
    topics: ['null and empty values in a manifest'],
    policy: enforced,
    run: async ({ server, namespace }) => {
      const seen = { accepted: 0, denied: 0 };
      for (const { manifest, controls } of [good, bad].flatMap((each) => judgedEmptied(enforced, each))) {
        const judgement = await server.dryRunCreate(namespace, k(manifest));
        // Some of what it decodes its own validation refuses.
        if (judgement.verdict === 'invalid') continue;
        seen.accepted += 1;
        if (controls.length > 0) seen.denied += 1;
        if (controls.length > 0) denies(judgement, controls);
        else admits(judgement);
      }
      strictEqual(seen.denied > 30 && seen.accepted - seen.denied > 30, true, JSON.stringify(seen));
    },
  },
];

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function withSpec(object: KubeObject, fields: Record<string, unknown>): KubeObject {
  return Object.assign({}, object, { spec: { ...specOf(object), ...fields } });
}

function specOf(object: KubeObject): Record<string, unknown> {
  const spec: unknown = Reflect.get(object, 'spec');
  if (typeof spec !== 'object' || spec === null) throw new TypeError('the object has no spec');
  return { ...spec };
}

function containersOf(spec: Record<string, unknown>): Record<string, unknown>[] {
  const { containers } = spec;
  return Array.isArray(containers) ? containers : [];
}

/** Stores a bad pod while the namespace is paused, then puts the policy back in force. */
async function withBadStored(
  server: ApiServer,
  namespace: string,
  object: KubeObject,
  use: (stored: KubeObject) => Promise<void>,
): Promise<void> {
  await server.namespace(namespace, { 'podsec-paused': 'yes' });
  await server.waitFor(namespace, k(bad), ({ verdict }) => verdict === 'allow');
  try {
    await server.withStored(namespace, object, async (stored) => {
      await server.namespace(namespace, { podsec: 'on' });
      const probe = { ...k(bad), metadata: { name: 'probe' } };
      await server.waitFor(namespace, probe, ({ verdict }) => verdict === 'deny', { timeoutMs: 5_000 });
      await use(stored);
      if (stored.kind !== 'Pod') return;
      await server.request(
        'PATCH',
        `/api/v1/namespaces/${namespace}/pods/pod`,
        { metadata: { finalizers: null } },
        { contentType: 'application/merge-patch+json' },
      );
    });
  } finally {
    await server.namespace(namespace, { podsec: 'on' });
  }
}

/** Bindings leave a paused namespace alone, so that a pod which the policy denies can be stored. */
function pausable(policy: Policy): Policy {
  const { scope } = policy;
  const paused = { key: 'podsec-paused', operator: 'DoesNotExist', values: [] } as const;
  return { ...policy, scope: { ...scope, namespaceSelector: [...scope.namespaceSelector, paused] } };
}

async function runOne(
  server: ApiServer,
  { policy, run }: Scenario,
  index: number,
  real: boolean,
): Promise<string | undefined> {
  const namespace = await server.namespace(`scenario-${index}-${real ? 'real' : 'blind'}`, { podsec: 'on' });
  const used = { ...pausable(real ? policy : allowAll(policy)), name: 'restricted' };
  const objects = objectsOf([used]);
  await server.apply(objects);
  try {
    await server.waitFor(namespace, k(bad), (judgement) => told(judgement) === real, { timeoutMs: 10_000 });
    for (const shape of ['Deployment', 'CronJob', 'PodTemplate'] as const) {
      await server.waitFor(namespace, workload(bad, shape), (judgement) => told(judgement) === real, {
        timeoutMs: 10_000,
      });
    }
    await run({ server, namespace });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    await server.remove(objects);
    await server.waitFor(namespace, k(bad), (judgement) => !told(judgement), { timeoutMs: 10_000 });
  }
}

function told({ policyDenials, policyWarnings, policyAudits }: Judgement): boolean {
  return policyDenials.length + policyWarnings.length + policyAudits.length > 0;
}

export async function checkVapScenarios(): Promise<Tally> {
  const server = await startApiServer({ audit: true, flags: ['--authorization-mode=RBAC'] });
  const telling = new Telling('vap');
  try {
    const silent: string[] = [];
    for (const [index, scenario] of scenarios.entries()) {
      telling.tell(scenario.name, await runOne(server, scenario, index, true), scenario.topics);
      if ((await runOne(server, scenario, index, false)) === undefined) silent.push(scenario.name);
    }
    telling.tell(
      `with an allow-all policy every one of ${scenarios.length} scenarios fails`,
      silent.length === 0 ? undefined : `these do not: ${silent.join('; ')}`,
    );
    return telling.matrix(vap, restricted);
  } finally {
    await server.stop();
  }
}
