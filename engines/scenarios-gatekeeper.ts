/**
 * What templates and constraints in Gatekeeper do besides telling a good pod from a bad one, by each driver: modes, workloads,
 * updates, ephemeral containers, scope, exemptions. Each scenario holds a denial, so that each of them fails with an
 * allow-all policy in place of the real one. Then gator itself, on what is emitted.
 */
import { deepStrictEqual } from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gatekeeper } from '../src/backends/gatekeeper/index.js';
import { evaluate } from '../src/evaluate.js';
import type { Policy } from '../src/ir/types.js';
import { levelPolicy } from '../src/levels/levels.js';
import { newestMinor } from '../src/levels/versions.js';
import type { JsonObject } from '../src/manifest/types.js';
import { allowAll, deniedBy, type Tally } from './agreement.js';
import { withBundle } from './bundle.js';
import { admittedPod } from './corpus.js';
import { emptied } from './empty-values.js';
import {
  type Driver,
  drivers,
  gatekeeperJudge,
  gatorTest,
  gatorVerify,
  type NamedNamespace,
  type Question,
  type Verdict,
} from './gatekeeper.js';
import { asRequest, asWorkload, type ReviewOptions, type WorkloadShape, workloadShapes } from './shapes.js';

const restricted = levelPolicy('restricted', newestMinor);
const enforced: Policy = { ...restricted, mode: 'enforce' };

const container: JsonObject = {
  name: 'app',
  image: 'example.com/app:1.0',
  securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
};
const goodSpec: JsonObject = {
  securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
  containers: [container],
};
const badContainer: JsonObject = {
  ...container,
  ports: [{ containerPort: 8080, hostPort: 8080 }],
  securityContext: { privileged: true },
};
const badSpec: JsonObject = { ...goodSpec, hostPID: true, hostNetwork: true, containers: [badContainer] };
const podOf = (spec: JsonObject, metadata: JsonObject = {}): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'pod', ...metadata },
  spec,
});
const good = podOf(goodSpec);
const bad = podOf(badSpec);

/** `out of scope`: no constraint matches. */
type Outcome = 'deny' | 'warn' | 'dryrun' | 'admitted' | 'out of scope';

interface Step {
  readonly what: string;
  readonly asked: Question;
  readonly outcome: Outcome;
  /** Where the policy is violated. Default: those of the bad pod. */
  readonly controls: readonly string[];
}

interface Scenario {
  readonly name: string;
  readonly policy: Policy;
  readonly steps: readonly Step[];
}

interface Asked extends ReviewOptions {
  readonly shape?: WorkloadShape;
  readonly labels?: Readonly<Record<string, string>>;
}

const namespaceOf = (name: string, labels: Readonly<Record<string, string>> = {}): NamedNamespace => ({
  name,
  labels: { 'kubernetes.io/metadata.name': name, ...labels },
});

function ask(object: JsonObject, { shape = 'Pod', labels, ...options }: Asked = {}): Question {
  const namespace = namespaceOf(options.namespace ?? 'default', labels);
  return { request: asRequest(object, shape, options), namespace };
}

const update = (before: JsonObject, after: JsonObject, options: Asked = {}): Question =>
  ask(after, { ...options, operation: 'UPDATE', oldObject: before });

const step = (
  what: string,
  asked: Question,
  outcome: Outcome,
  controls: readonly string[] = deniedBy(restricted, bad),
): Step => ({ what, asked, outcome, controls });

const inNamespace = (pod: JsonObject, namespace: string): JsonObject => ({
  ...pod,
  metadata: { name: 'pod', namespace },
});

const workloadKinds = workloadShapes.filter((shape) => shape !== 'Pod');
const privilegedDebug: JsonObject = { ...container, name: 'debug', securityContext: { privileged: true } };
const debugging = (debug: JsonObject) => podOf({ ...goodSpec, ephemeralContainers: [debug] });
const subresource = 'ephemeralcontainers';

/** A pod on which a rule with a cost that grows with it costs most. */
const huge = podOf({
  ...badSpec,
  securityContext: {
    sysctls: Array.from({ length: 100 }, (_, index) => ({ name: `kernel.a${index}`, value: '1' })),
  },
  volumes: Array.from({ length: 100 }, (_, index) => ({
    name: `v${index}`,
    hostPath: { path: `/v${index}` },
  })),
  containers: Array.from({ length: 100 }, (_, index) => ({ ...badContainer, name: `c${index}` })),
});

const scenarios: readonly Scenario[] = [
  {
    name: 'enforce: a bad pod is denied with every control in one message, a good one runs',
    policy: enforced,
    steps: [
      step('a bad pod', ask(bad), 'deny'),
      step('a good pod', ask(good), 'admitted'),
      step('a bad manifest', { object: bad }, 'deny'),
      step('a good manifest', { object: good }, 'admitted'),
    ],
  },
  {
    name: 'audit: a bad pod is for audit to tell',
    policy: { ...restricted, mode: 'audit' },
    steps: [step('a bad pod', ask(bad), 'dryrun'), step('a good pod', ask(good), 'admitted')],
  },
  {
    name: 'warn: a bad pod is admitted with a warning, a good one without',
    policy: { ...restricted, mode: 'warn' },
    steps: [step('a bad pod', ask(bad), 'warn'), step('a good pod', ask(good), 'admitted')],
  },
  {
    name: 'enforce: workloads of each kind with a bad pod are warned of, not denied',
    policy: enforced,
    steps: workloadKinds.flatMap((shape) => [
      step(`bad ${shape}`, ask(asWorkload(bad, shape), { shape }), 'warn'),
      step(`good ${shape}`, ask(asWorkload(good, shape), { shape }), 'admitted'),
      step(`bad manifest of a ${shape}`, { object: asWorkload(bad, shape) }, 'warn'),
    ]),
  },
  {
    name: 'enforce-workloads: those with a bad pod are denied, an update that leaves the template is not',
    policy: { ...restricted, mode: 'enforce-workloads' },
    steps: workloadKinds.flatMap((shape) => {
      const [goodOne, badOne] = [asWorkload(good, shape), asWorkload(bad, shape)];
      const relabelled = { ...badOne, metadata: { name: 'pod', labels: { a: 'b' } } };
      return [
        step(`bad ${shape}`, ask(badOne, { shape }), 'deny'),
        step(`good ${shape}`, ask(goodOne, { shape }), 'admitted'),
        step(`relabelled ${shape}`, update(badOne, relabelled, { shape }), 'admitted'),
        step(`changed ${shape}`, update(goodOne, badOne, { shape }), 'deny'),
        step(`scale of a ${shape}`, update(goodOne, badOne, { shape, subresource: 'scale' }), 'admitted'),
      ];
    }),
  },
  {
    name: 'manifests of a group that is gone are judged, other kinds and groups are not',
    policy: { ...restricted, mode: 'enforce-workloads' },
    steps: [
      step(
        'extensions/v1beta1',
        { object: { ...asWorkload(bad, 'Deployment'), apiVersion: 'extensions/v1beta1' } },
        'deny',
      ),
      step(
        'another group',
        { object: { ...asWorkload(bad, 'Job'), apiVersion: 'batch.volcano.sh/v1alpha1' } },
        'out of scope',
      ),
      step(
        'a ConfigMap',
        { object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, spec: badSpec } },
        'out of scope',
      ),
      step(
        'no template',
        { object: { apiVersion: 'v1', kind: 'ReplicationController', metadata: { name: 'a' }, spec: {} } },
        'admitted',
      ),
    ],
  },
  {
    name: 'update: a bad pod may change its metadata and lose its finalizer, not its image or its containers',
    policy: enforced,
    steps: [
      step('labels', update(bad, podOf(badSpec, { labels: { app: 'other' } })), 'admitted'),
      step('finalizer', update(podOf(badSpec, { finalizers: ['a.b/c'] }), bad), 'admitted'),
      step('nothing', update(bad, bad), 'admitted'),
      step(
        'image',
        update(bad, podOf({ ...badSpec, containers: [{ ...badContainer, image: 'example.com/app:2.0' }] })),
        'deny',
      ),
      step(
        'an init container more',
        update(bad, podOf({ ...badSpec, initContainers: [{ ...container, name: 'init' }] })),
        'deny',
      ),
      step(
        'a good pod',
        update(good, podOf({ ...goodSpec, containers: [container, { ...container, name: 'b' }] })),
        'admitted',
      ),
    ],
  },
  {
    name: 'ephemeral containers: a privileged one is denied, a restricted one is admitted, one that was there is left alone',
    policy: enforced,
    steps: [
      step('privileged', update(good, debugging(privilegedDebug), { subresource }), 'deny', [
        'allowPrivilegeEscalation',
        'capabilities_restricted',
        'privileged',
      ]),
      step(
        'restricted',
        update(good, debugging({ ...container, name: 'debug' }), { subresource }),
        'admitted',
      ),
      step(
        'there before',
        update(debugging(privilegedDebug), debugging(privilegedDebug), { subresource }),
        'admitted',
      ),
    ],
  },
  {
    name: 'a deletion, and subresources that cannot change a spec, are not judged',
    policy: enforced,
    steps: [
      step('a bad pod', ask(bad), 'deny'),
      step('status', update(good, bad, { subresource: 'status' }), 'admitted'),
      step(
        'DELETE',
        {
          request: { ...asRequest(bad), operation: 'DELETE', object: null, oldObject: bad },
          namespace: namespaceOf('default'),
        },
        'admitted',
      ),
    ],
  },
  {
    name: 'scope: the namespaces of the control plane are left alone',
    policy: enforced,
    steps: [
      step('elsewhere', ask(bad), 'deny'),
      ...['kube-system', 'kube-public', 'kube-node-lease'].flatMap((namespace) => [
        step(namespace, ask(inNamespace(bad, namespace), { namespace }), 'out of scope'),
        step(`a manifest in ${namespace}`, { object: inNamespace(bad, namespace) }, 'out of scope'),
      ]),
    ],
  },
  {
    name: 'scope: with a namespace selector, the namespaces that it selects alone',
    policy: {
      ...enforced,
      scope: { ...enforced.scope, namespaceSelector: [{ key: 'podsec', operator: 'In', values: ['on'] }] },
    },
    steps: [
      step('with the label', ask(bad, { labels: { podsec: 'on' } }), 'deny'),
      step('with another', ask(bad, { labels: { podsec: 'off' } }), 'out of scope'),
      step('without', ask(bad), 'out of scope'),
      step(
        'a manifest with its Namespace',
        { object: inNamespace(bad, 'team'), namespace: namespaceOf('team', { podsec: 'on' }) },
        'deny',
      ),
      step('a manifest without a namespace', { object: bad }, 'deny'),
    ],
  },
  {
    name: 'exemptions: of a namespace, a user, a runtime class and a service account',
    policy: {
      ...enforced,
      exemptions: {
        namespaces: ['exempt'],
        users: ['exempt-user'],
        runtimeClasses: ['exempt-class'],
        serviceAccounts: [{ namespace: 'team', name: 'robot' }],
      },
    },
    steps: [
      step('nothing exempt', ask(bad), 'deny'),
      step('namespace', ask(inNamespace(bad, 'exempt'), { namespace: 'exempt' }), 'out of scope'),
      step('user', ask(bad, { user: 'exempt-user' }), 'admitted'),
      step('another user', ask(bad, { user: 'exempt-user-2' }), 'deny'),
      step('no user', { object: bad }, 'deny'),
      step('runtime class', ask(podOf({ ...badSpec, runtimeClassName: 'exempt-class' })), 'admitted'),
      step('no runtime class', ask(podOf({ ...badSpec, runtimeClassName: null })), 'deny'),
      ...['serviceAccountName', 'serviceAccount'].map((field) =>
        step(
          field,
          ask(inNamespace(podOf({ ...badSpec, [field]: 'robot' }), 'team'), { namespace: 'team' }),
          'admitted',
        ),
      ),
      step(
        'the same service account elsewhere',
        ask(podOf({ ...badSpec, serviceAccountName: 'robot' })),
        'deny',
      ),
    ],
  },
  {
    name: 'manifests: null and empty values where a field is absent by default change no verdict',
    policy: enforced,
    steps: [...emptied(good), ...emptied(bad)].flatMap((manifest): Step[] => {
      const controls = controlsOf(manifest);
      const what = JSON.stringify(manifest);
      return controls === undefined
        ? []
        : [step(what, { object: manifest }, controls.length > 0 ? 'deny' : 'admitted', controls)];
    }),
  },
  {
    name: 'a pod with 100 containers, 100 volumes and 100 sysctls stays within the limits',
    policy: enforced,
    steps: [step('a huge pod', ask(huge), 'deny', deniedBy(restricted, huge))],
  },
];

/** Nothing of a manifest that an API server would not take. */
function controlsOf(manifest: JsonObject): readonly string[] | undefined {
  try {
    return evaluate(restricted, admittedPod(manifest)).map(({ control }) => control);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

function outcomeOf({ violations, evaluated }: Verdict) {
  const controls = violations.flatMap((each) => each.controls).toSorted();
  const actions = violations.map(({ action }) => action);
  return { outcome: actions.join() || (evaluated > 0 ? 'admitted' : 'out of scope'), controls };
}

async function runOne(driver: Driver, { policy, steps }: Scenario): Promise<string | undefined> {
  const questions = steps.map(({ asked }) => asked);
  const verdicts = await withBundle(gatekeeper, [policy], ({ files }) =>
    gatekeeperJudge(driver, files, questions),
  );
  try {
    for (const [index, { what, outcome, controls }] of steps.entries()) {
      const failed = outcome === 'admitted' || outcome === 'out of scope' ? [] : controls.toSorted();
      const verdict = verdicts[index] ?? { violations: [], evaluated: 0 };
      deepStrictEqual(outcomeOf(verdict), { outcome, controls: failed }, what);
    }
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** `gator test` on a bundle and manifests, and `gator verify` on its suite, which has to notice a control that is gone. */
async function runGator(driver: Driver): Promise<string | undefined> {
  return withBundle(gatekeeper, [enforced], async ({ directory, files }) => {
    const manifest = (name: string, object: JsonObject): string => {
      writeFileSync(join(directory, name), JSON.stringify(object));
      return join(directory, name);
    };
    const tested = await gatorTest(driver, [
      ...files,
      manifest('bad.json', bad),
      manifest('deployment.json', asWorkload(bad, 'Deployment')),
      manifest('good.json', good),
    ]);
    const found = tested.results.map(({ enforcementAction }) => enforcementAction).toSorted();
    if (tested.code !== 1 || found.join() !== 'deny,warn')
      return `gator test: exit code ${tested.code}, ${found.join()}`;
    const verified = await gatorVerify(driver, join(directory, 'tests'));
    if (!verified.ok) return `gator verify: ${verified.text}`;
    const [template = ''] = files.filter((file) => file.endsWith('-template.yaml'));
    const without = { ...enforced, controls: enforced.controls.slice(1) };
    await withBundle(gatekeeper, [without], async (weaker) => {
      const [other = ''] = weaker.files.filter((file) => file.endsWith('-template.yaml'));
      writeFileSync(template, readFileSync(other));
    });
    return (await gatorVerify(driver, join(directory, 'tests'))).ok
      ? 'gator verify passes without a control'
      : undefined;
  });
}

export async function checkGatekeeperScenarios(): Promise<Tally> {
  const failures: string[] = [];
  let passed = 0;
  const tell = (name: string, why: string | undefined) => {
    if (why === undefined) passed += 1;
    else failures.push(`${name}: ${why}`);
    process.stderr.write(
      `${why === undefined ? 'ok  ' : 'FAIL'} ${name}${why === undefined ? '' : `: ${why}`}\n`,
    );
  };
  for (const driver of drivers) {
    for (const scenario of scenarios) {
      const failure = await runOne(driver, scenario);
      const blind = await runOne(driver, { ...scenario, policy: allowAll(scenario.policy) });
      tell(
        `gatekeeper (${driver}): ${scenario.name}`,
        failure ?? (blind === undefined ? 'passes with an allow-all policy in its place' : undefined),
      );
    }
    tell(`gator (${driver}): test and verify on what is emitted`, await runGator(driver));
  }
  return { passed, failures };
}
