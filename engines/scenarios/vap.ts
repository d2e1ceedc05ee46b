/**
 * What a policy does besides telling a good pod from a bad one, shown on a real API server: modes, workloads, updates,
 * ephemeral containers, subresources, scope, exemptions. Each scenario holds a denial and an admission, so that each of
 * them fails with an allow-all policy in place of the real one.
 */

import { deepStrictEqual, match, strictEqual } from 'node:assert/strict';
import type { Mode, Policy } from '../../src/ir/types.js';
import { isObject } from '../../src/manifest/json.js';
import type { JsonObject } from '../../src/manifest/types.js';
import type { ApiServer } from '../../src/verify/apiserver/server.js';
import type { Judgement } from '../../src/verify/apiserver/verdict.js';
import { controlsIn, deniedBy } from '../../src/verify/judged.js';
import { allowAll, type Tally } from '../agreement.js';
import { startApiServer } from '../apiserver.js';
import { asEmitted, type Emission, madeByGatekeeper } from '../emissions.js';
import { applyAll, judging, timeoutMs } from '../in-force.js';
import { asWorkload, workloadShapes } from '../shapes.js';
import { specOf, withSpec } from '../spec.js';
import { judgedEmptied } from './empty-values.js';
import { enforced, container as goodContainer, restricted } from './pods.js';
import { Telling } from './run.js';
import { sharedScenarios } from './shared.js';
import { rights } from './vap-rights.js';
import {
  admits,
  bad,
  badControls,
  containersOf,
  forbidden,
  good,
  heldPod,
  invalid,
  k,
  type Scenario,
  wider,
  withBadStored,
  worse,
} from './vap-world.js';
import { workload } from './workload.js';

const scenarios: readonly Scenario[] = [
  {
    name: 'enforce: a bad pod is refused with every control in the message, a good one runs',
    topics: ['a bad pod is refused, a good one runs'],
    policy: enforced,
    run: async ({ server, namespace, denied }) => {
      const judgement = await server.dryRunCreate(namespace, k(bad));
      denied(judgement, badControls);
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
        name: `enforce: a ${shape} with a bad pod is admitted with a warning, its pods are refused`,
        topics: ['workloads, warned of'],
        policy: enforced,
        run: async ({ server, namespace, denied, audits }) => {
          const judgement = await server.dryRunCreate(namespace, workload(bad, shape));
          deepStrictEqual([judgement.verdict, judgement.message], ['allow', '']);
          const expected = deniedBy(restricted, asWorkload(bad, shape));
          deepStrictEqual(
            judgement.policyWarnings.map(({ message }) => controlsIn(message).sort()),
            [expected],
          );
          deepStrictEqual(
            judgement.policyAudits.map(({ message }) => controlsIn(message).sort()),
            audits ? [expected] : [],
          );
          denied(await server.dryRunCreate(namespace, k(bad)), badControls);
          const fine = await server.dryRunCreate(namespace, workload(good, shape));
          deepStrictEqual([fine.verdict, fine.policyWarnings, fine.policyAudits], ['allow', [], []]);
        },
      }),
    ),
  {
    name: 'enforce-workloads: a Deployment with a bad pod is refused, scaling one that is there is not',
    topics: ['workloads, refused', 'update of the number of containers'],
    policy: { ...restricted, mode: 'enforce-workloads' },
    run: async ({ server, namespace, denied }) => {
      denied(await server.dryRunCreate(namespace, workload(bad, 'Deployment')), badControls);
      denied(await server.dryRunCreate(namespace, k(bad)), badControls);
      admits(await server.dryRunCreate(namespace, workload(good, 'Deployment')));
      await withBadStored(server, namespace, workload(bad, 'Deployment'), async (stored) => {
        admits(await server.dryRunUpdate(namespace, withSpec(stored, { replicas: 3 })));
        denied(
          await server.dryRunUpdate(namespace, withSpec(stored, specOf(workload(worse, 'Deployment')))),
          badControls,
        );
        // Of a pod an API server lets nobody change the number; of a template it does.
        denied(
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
    run: async ({ server, namespace, denied }) => {
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
        denied(await server.dryRunUpdate(namespace, changed), badControls);
      });
    },
  },
  {
    name: 'ephemeral containers: a privileged one is refused, a restricted one is admitted',
    topics: ['added ephemeral containers'],
    policy: enforced,
    run: async ({ server, namespace, denied }) => {
      await server.withStored(namespace, k(good), async (stored) => {
        const add = (container: JsonObject) =>
          server.dryRunUpdate(
            namespace,
            withSpec(stored, { ephemeralContainers: [{ ...container, name: 'debug' }] }),
            { subresource: 'ephemeralcontainers' },
          );
        const privileged = { ...goodContainer, securityContext: { privileged: true } };
        denied(await add(privileged), ['allowPrivilegeEscalation', 'capabilities_restricted', 'privileged']);
        admits(await add(goodContainer));
      });
    },
  },
  {
    name: 'subresources that cannot change a spec are not judged: the status of a bad pod may be written',
    topics: ['subresources that cannot change a spec'],
    policy: enforced,
    run: async ({ server, namespace, denied }) => {
      denied(await server.dryRunCreate(namespace, k(bad)), badControls);
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
    run: async ({ server, namespace, denied, leftAlone }) => {
      denied(await server.dryRunCreate(namespace, k(bad)), badControls);
      for (const system of ['kube-system', 'kube-public', 'kube-node-lease'])
        admits(await server.dryRunCreate(system, k(bad)));
      for (const [name, labels] of Object.entries(leftAlone)) {
        await server.namespace(name, labels);
        admits(await server.dryRunCreate(name, k(bad)));
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
    run: async ({ server, namespace, denied }) => {
      denied(await server.dryRunCreate(namespace, k(bad)), badControls);
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
    run: async ({ server, namespace, denied }) => {
      denied(await server.dryRunCreate(namespace, k(bad)), badControls);
      await server.namespace('exempt');
      admits(await server.dryRunCreate('exempt', k(bad)));
      const groups = ['system:masters'];
      admits(await server.dryRunCreate(namespace, k(bad), { user: { name: 'exempt-user', groups } }));
      denied(
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
    run: async ({ server, namespace, denied }) => {
      await server.namespace('team');
      for (const field of ['serviceAccountName', 'serviceAccount']) {
        const robot = { ...k(bad), ...{ spec: { ...specOf(k(bad)), [field]: 'robot' } } };
        denied(await server.dryRunCreate(namespace, robot), badControls);
        admits(await server.dryRunCreate('team', robot));
      }
      denied(await server.dryRunCreate('team', k(bad)), badControls);
    },
  },
  ...sharedScenarios
    .filter(({ topics }) => topics.includes('exceptions'))
    .map(
      ({ name, topics, policy, steps }): Scenario => ({
        name,
        topics,
        policy,
        run: async ({ server, namespace, denied }) => {
          for (const { asked, controls } of steps) {
            const { object } = asked.request;
            if (!isObject(object)) throw new TypeError('a request without an object');
            const judgement = await server.dryRunCreate(namespace, k(object));
            if (controls.length > 0) denied(judgement, controls);
            else admits(judgement);
          }
        },
      }),
    ),
  {
    name: 'manifests: null and empty values where a field is absent by default change no verdict',
    topics: ['null and empty values in a manifest'],
    policy: enforced,
    run: async ({ server, namespace, denied }) => {
      const seen = { accepted: 0, denied: 0 };
      for (const { manifest, controls } of [good, bad].flatMap((each) => judgedEmptied(enforced, each))) {
        const judgement = await server.dryRunCreate(namespace, k(manifest));
        // Some of what it decodes its own validation refuses.
        if (judgement.verdict === 'invalid') continue;
        seen.accepted += 1;
        if (controls.length > 0) seen.denied += 1;
        if (controls.length > 0) denied(judgement, controls);
        else admits(judgement);
      }
      strictEqual(seen.denied > 30 && seen.accepted - seen.denied > 30, true, JSON.stringify(seen));
    },
  },
];

/** Bindings leave a paused namespace alone, so that a pod which the policy denies can be stored. */
function pausable(policy: Policy): Policy {
  const { scope } = policy;
  const paused = { key: 'podsec-paused', operator: 'DoesNotExist', values: [] } as const;
  return { ...policy, scope: { ...scope, namespaceSelector: [...scope.namespaceSelector, paused] } };
}

async function runOne(
  server: ApiServer,
  emission: Emission,
  { policy, run }: Scenario,
  index: number,
  real: boolean,
): Promise<string | undefined> {
  const namespace = await server.namespace(`scenario-${index}-${real ? 'real' : 'blind'}`, { podsec: 'on' });
  const used = { ...pausable(real ? policy : allowAll(policy)), name: 'restricted' };
  const objects = await emission.objectsOf([used]);
  await applyAll(server, namespace, objects);
  const asMeant = (judgement: Judgement): boolean =>
    judgement.verdict !== 'error' && told(judgement) === real;
  try {
    await server.waitFor(namespace, k(bad), asMeant, { timeoutMs });
    for (const shape of ['Deployment', 'CronJob', 'PodTemplate'] as const)
      await server.waitFor(namespace, workload(bad, shape), asMeant, { timeoutMs });
    await run({
      server,
      namespace,
      denied: emission.reasons ? forbidden : invalid,
      audits: emission.audits,
      leftAlone: emission.leftAlone,
    });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    await server.remove(judging(objects));
    await server.waitFor(namespace, k(bad), (judgement) => !told(judgement), { timeoutMs: 10_000 });
  }
}

function told({ policyDenials, policyWarnings, policyAudits }: Judgement): boolean {
  return policyDenials.length + policyWarnings.length + policyAudits.length > 0;
}

export const checkVapScenarios = (): Promise<Tally> => checkScenarios(asEmitted, [...scenarios, rights]);
export const checkGatekeeperVapScenarios = (): Promise<Tally> => checkScenarios(madeByGatekeeper, scenarios);

async function checkScenarios(emission: Emission, scenarios: readonly Scenario[]): Promise<Tally> {
  const server = await startApiServer({ audit: true, flags: ['--authorization-mode=RBAC'] });
  const telling = new Telling(emission.engine);
  try {
    const silent: string[] = [];
    for (const [index, scenario] of scenarios.entries()) {
      telling.tell(scenario.name, await runOne(server, emission, scenario, index, true), scenario.topics);
      if ((await runOne(server, emission, scenario, index, false)) === undefined) silent.push(scenario.name);
    }
    telling.tell(
      `with an allow-all policy every one of ${scenarios.length} scenarios fails`,
      silent.length === 0 ? undefined : `these do not: ${silent.join('; ')}`,
    );
    return telling.matrix(emission.backend, restricted);
  } finally {
    await server.stop();
  }
}
