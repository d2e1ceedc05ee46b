/**
 * What policies in Kyverno do besides telling a good pod from a bad one, by the engines of its webhooks: modes, workloads,
 * updates, ephemeral containers, scope, exemptions. Each scenario holds a denial, so that each of them fails with an
 * allow-all policy in place of the real one.
 */
import { deepStrictEqual, match } from 'node:assert/strict';
import type { Backend } from '../src/backends/types.js';
import type { Policy } from '../src/ir/types.js';
import { levelPolicy } from '../src/levels/levels.js';
import { newestMinor } from '../src/levels/versions.js';
import type { JsonObject } from '../src/manifest/types.js';
import { allowAll, controlsIn, deniedBy, type Tally } from './agreement.js';
import { forms } from './agreement-kyverno.js';
import { withBundle } from './bundle.js';
import { emptied } from './empty-values.js';
import { type KyvernoQuestion, type KyvernoResult, kyvernoJudge } from './kyverno.js';
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
const badSpec: JsonObject = {
  ...goodSpec,
  hostPID: true,
  hostNetwork: true,
  containers: [
    {
      ...container,
      ports: [{ containerPort: 8080, hostPort: 8080 }],
      securityContext: { privileged: true },
    },
  ],
};
const podOf = (spec: JsonObject, metadata: JsonObject = {}): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'pod', ...metadata },
  spec,
});
const good = podOf(goodSpec);
const bad = podOf(badSpec);
const badControls = deniedBy(restricted, bad);

/** What becomes of a request. `reported`: admitted, and the violation is in the reports; `warned`: and in a warning. */
type Outcome = 'refused' | 'reported' | 'warned' | 'admitted' | 'not judged';

interface Step {
  readonly what: string;
  readonly asked: KyvernoQuestion;
  readonly outcome: Outcome;
  /** Where the policy is violated. Default: those of the bad pod. */
  readonly controls?: readonly string[];
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

function ask(object: JsonObject, { shape = 'Pod', labels = {}, ...options }: Asked = {}): KyvernoQuestion {
  const name = options.namespace ?? 'default';
  return {
    request: asRequest(object, shape, options),
    namespace: { name, labels: { 'kubernetes.io/metadata.name': name, ...labels } },
  };
}

const refused = (what: string, asked: KyvernoQuestion, controls?: readonly string[]): Step => ({
  what,
  asked,
  outcome: 'refused',
  ...(controls && { controls }),
});
const step = (what: string, asked: KyvernoQuestion, outcome: Outcome): Step => ({ what, asked, outcome });

const update = (before: JsonObject, after: JsonObject, options: Asked = {}) =>
  ask(after, { ...options, operation: 'UPDATE', oldObject: before });

const withImage = (image: string) => ({ ...badSpec, containers: [{ ...first(badSpec), image }] });
const debugging = (debug: JsonObject) => podOf({ ...goodSpec, ephemeralContainers: [debug] });
const privilegedDebug: JsonObject = { ...container, name: 'debug', securityContext: { privileged: true } };

const workload = (spec: JsonObject, shape: WorkloadShape): JsonObject => asWorkload(podOf(spec), shape);
const workloadKinds = workloadShapes.filter((shape) => shape !== 'Pod');

const scenarios: readonly Scenario[] = [
  {
    name: 'enforce: a bad pod is refused with every control in one message, a good one runs',
    policy: enforced,
    steps: [refused('a bad pod', ask(bad)), step('a good pod', ask(good), 'admitted')],
  },
  {
    name: 'audit: a bad pod is admitted and reported',
    policy: { ...restricted, mode: 'audit' },
    steps: [step('a bad pod', ask(bad), 'reported'), step('a good pod', ask(good), 'admitted')],
  },
  {
    name: 'warn: a bad pod is admitted with a warning, a good one without',
    policy: { ...restricted, mode: 'warn' },
    steps: [step('a bad pod', ask(bad), 'warned'), step('a good pod', ask(good), 'admitted')],
  },
  {
    name: 'enforce: workloads of each kind with a bad pod are warned of, not refused',
    policy: enforced,
    steps: workloadKinds.flatMap((shape) => [
      step(`bad ${shape}`, ask(workload(badSpec, shape), { shape }), 'warned'),
      step(`good ${shape}`, ask(workload(goodSpec, shape), { shape }), 'admitted'),
    ]),
  },
  {
    name: 'enforce-workloads: those with a bad pod are refused, an update that leaves the template is not',
    policy: { ...restricted, mode: 'enforce-workloads' },
    steps: workloadKinds.flatMap((shape) => {
      const [goodOne, badOne] = [workload(goodSpec, shape), workload(badSpec, shape)];
      const relabelled = { ...badOne, metadata: { name: 'pod', labels: { a: 'b' } } };
      return [
        refused(`bad ${shape}`, ask(badOne, { shape })),
        step(`good ${shape}`, ask(goodOne, { shape }), 'admitted'),
        step(`relabelled ${shape}`, update(badOne, relabelled, { shape }), 'not judged'),
        refused(`changed ${shape}`, update(goodOne, badOne, { shape })),
      ];
    }),
  },
  {
    name: 'workloads without a template are left to validation',
    policy: { ...restricted, mode: 'enforce-workloads' },
    steps: [
      refused('bad', ask(workload(badSpec, 'ReplicationController'), { shape: 'ReplicationController' })),
      ...[{}, { template: null }].map((spec) =>
        step(
          JSON.stringify(spec),
          ask(
            { apiVersion: 'v1', kind: 'ReplicationController', metadata: { name: 'a' }, spec },
            { shape: 'ReplicationController' },
          ),
          'not judged',
        ),
      ),
    ],
  },
  {
    name: 'update: a bad pod may change its metadata and lose its finalizer, not its image or its containers',
    policy: enforced,
    steps: [
      step('labels', update(bad, podOf(badSpec, { labels: { app: 'other' } })), 'not judged'),
      step('finalizer', update(podOf(badSpec, { finalizers: ['a.b/c'] }), bad), 'not judged'),
      step('nothing', update(bad, bad), 'not judged'),
      refused('image', update(bad, podOf(withImage('example.com/app:2.0')))),
      refused(
        'an init container more',
        update(bad, podOf({ ...badSpec, initContainers: [{ ...container, name: 'init' }] })),
      ),
      step(
        'a good pod',
        update(good, podOf({ ...goodSpec, containers: [container, { ...container, name: 'b' }] })),
        'admitted',
      ),
    ],
  },
  {
    name: 'ephemeral containers: a privileged one is refused, a restricted one is admitted, one that was there is left alone',
    policy: enforced,
    steps: [
      refused(
        'privileged',
        update(good, debugging(privilegedDebug), { subresource: 'ephemeralcontainers' }),
        ['allowPrivilegeEscalation', 'capabilities_restricted', 'privileged'],
      ),
      step(
        'restricted',
        update(good, debugging({ ...container, name: 'debug' }), { subresource: 'ephemeralcontainers' }),
        'admitted',
      ),
      step(
        'there before',
        update(debugging(privilegedDebug), debugging(privilegedDebug), {
          subresource: 'ephemeralcontainers',
        }),
        'not judged',
      ),
    ],
  },
  {
    name: 'subresources that cannot change a spec are not judged',
    policy: enforced,
    steps: [
      refused('a bad pod', ask(bad)),
      step('status', update(good, bad, { subresource: 'status' }), 'not judged'),
    ],
  },
  {
    name: 'scope: the namespaces of the control plane are left alone',
    policy: enforced,
    steps: [
      refused('elsewhere', ask(bad)),
      ...['kube-system', 'kube-public', 'kube-node-lease'].map((namespace) =>
        step(namespace, ask(inNamespace(bad, namespace), { namespace }), 'not judged'),
      ),
    ],
  },
  {
    name: 'scope: with a namespace selector, the namespaces that it selects alone',
    policy: {
      ...enforced,
      scope: { ...enforced.scope, namespaceSelector: [{ key: 'podsec', operator: 'In', values: ['on'] }] },
    },
    steps: [
      refused('with the label', ask(bad, { labels: { podsec: 'on' } })),
      step('with another', ask(bad, { labels: { podsec: 'off' } }), 'not judged'),
      step('without', ask(bad), 'not judged'),
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
      refused('nothing exempt', ask(bad)),
      step('namespace', ask(inNamespace(bad, 'exempt'), { namespace: 'exempt' }), 'not judged'),
      step('user', ask(bad, { user: 'exempt-user' }), 'not judged'),
      refused('another user', ask(bad, { user: 'exempt-user-2' })),
      step('runtime class', ask(podOf({ ...badSpec, runtimeClassName: 'exempt-class' })), 'not judged'),
      refused('no runtime class', ask(podOf({ ...badSpec, runtimeClassName: null }))),
      ...(['serviceAccountName', 'serviceAccount'] as const).map((field) =>
        step(
          field,
          ask(inNamespace(podOf({ ...badSpec, [field]: 'robot' }), 'team'), { namespace: 'team' }),
          'not judged',
        ),
      ),
      refused('the same service account elsewhere', ask(podOf({ ...badSpec, serviceAccountName: 'robot' }))),
    ],
  },
  {
    name: 'manifests: null and empty values where a field is absent by default change no verdict',
    policy: enforced,
    steps: [...emptyValues(good), ...emptyValues(bad)],
  },
];

/** What is left of them that an API server would take. */
function emptyValues(pod: JsonObject): Step[] {
  return emptied(pod).flatMap((manifest): Step[] => {
    const controls = controlsOf(manifest);
    if (controls === undefined) return [];
    const what = JSON.stringify(manifest);
    return [
      controls.length > 0 ? refused(what, ask(manifest), controls) : step(what, ask(manifest), 'admitted'),
    ];
  });
}

/** Nothing of a manifest that an API server would not take. */
function controlsOf(manifest: JsonObject): readonly string[] | undefined {
  try {
    return deniedBy(restricted, manifest);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

function first(spec: JsonObject): JsonObject {
  const [found] = Array.isArray(spec.containers) ? spec.containers : [];
  return isObject(found) ? found : {};
}

function inNamespace(pod: JsonObject, namespace: string): JsonObject {
  return { ...pod, metadata: { ...(isObject(pod.metadata) ? pod.metadata : {}), namespace } };
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function check({ what, outcome, controls = badControls }: Step, results: readonly KyvernoResult[]) {
  const judged = results.filter(({ status }) => status !== 'skip');
  const seen = judged.map(({ status, blocks, warns, message }) => ({
    status,
    blocks,
    warns,
    controls: status === 'fail' ? controlsIn(message).sort() : [],
  }));
  const violation = { status: 'fail', controls: [...controls].sort() };
  const wanted: Readonly<Record<Outcome, readonly unknown[]>> = {
    refused: [{ ...violation, blocks: true, warns: false }],
    reported: [{ ...violation, blocks: false, warns: false }],
    warned: [{ ...violation, blocks: false, warns: true }],
    admitted: [{ status: 'pass', blocks: false, warns: false, controls: [] }],
    'not judged': [],
  };
  deepStrictEqual(seen, wanted[outcome], what);
  for (const { status, message } of judged)
    if (status === 'fail') match(message, /^podsec restricted@v1\.\d+: /);
}

/** With a policy that allows everything, and asked for a violation alone. */
function blinded({ policy, steps, ...scenario }: Scenario): Scenario {
  const violation = steps.filter(({ outcome }) => outcome !== 'admitted' && outcome !== 'not judged');
  return { ...scenario, policy: allowAll(policy), steps: violation.slice(0, 1) };
}

async function runOne(backend: Backend, { policy, steps }: Scenario): Promise<string | undefined> {
  const answers = await withBundle(backend, [policy], ({ files }) =>
    kyvernoJudge(
      files,
      steps.map(({ asked }) => asked),
    ),
  );
  try {
    for (const [index, each] of steps.entries()) check(each, answers[index] ?? []);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

export async function checkKyvernoScenarios(): Promise<Tally> {
  const failures: string[] = [];
  let passed = 0;
  for (const backend of forms) {
    const before = failures.length;
    for (const scenario of scenarios) {
      const name = `${backend.target}: ${scenario.name}`;
      const failure = await runOne(backend, scenario);
      const blind = await runOne(backend, blinded(scenario));
      const why =
        failure ?? (blind === undefined ? 'passes with an allow-all policy in its place' : undefined);
      if (why === undefined) passed += 1;
      else failures.push(`${name}: ${why}`);
      process.stderr.write(
        `${why === undefined ? 'ok  ' : 'FAIL'} ${name}${why === undefined ? '' : `: ${why}`}\n`,
      );
    }
    if (failures.length === before)
      process.stderr.write(
        `ok   ${backend.target}: all ${scenarios.length} scenarios fail with an allow-all policy\n`,
      );
  }
  return { passed, failures };
}
