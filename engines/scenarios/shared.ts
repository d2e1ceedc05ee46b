/** What every engine that takes admission requests is asked: each scenario holds a violation. */
import { withExceptions } from '../../src/dsl/exceptions.js';
import { containerItems } from '../../src/dsl/index.js';
import { noExemptions } from '../../src/dsl/scope.js';
import type { Exemptions, Mode, Policy } from '../../src/ir/types.js';
import type { JsonObject } from '../../src/manifest/types.js';
import { asWorkload } from '../shapes.js';
import { judgedEmptied } from './empty-values.js';
import {
  bad,
  badContainer,
  badControls,
  badSpec,
  container,
  debugControls,
  debugging,
  enforced,
  good,
  goodSpec,
  inNamespace,
  podOf,
  privilegedDebug,
  restricted,
  workloadKinds,
} from './pods.js';
import { ask, type Outcome, type Scenario, type Step, step, update } from './scenario.js';
import { asking, type Topic } from './topics.js';

const exempting = (exemptions: Partial<Exemptions>): Policy => ({
  ...enforced,
  exemptions: { ...noExemptions, ...exemptions },
});

const workloadsIn = (mode: Mode, outcome: Outcome, topic: Topic, name: string): Scenario => ({
  name,
  topics: [topic],
  policy: { ...restricted, mode },
  steps: workloadKinds.flatMap((shape) => [
    step(`bad ${shape}`, ask(asWorkload(bad, shape), { shape }), outcome),
    step(`good ${shape}`, ask(asWorkload(good, shape), { shape }), 'admitted'),
  ]),
});

const adding = (name: string, capability: string): JsonObject => ({
  ...container,
  name,
  securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'], add: [capability] } },
});
const withContainers = (...containers: JsonObject[]) => podOf({ ...goodSpec, containers });

const subresource = 'ephemeralcontainers';

export const sharedScenarios: readonly Scenario[] = [
  {
    name: 'enforce: a bad pod is refused with every control in one message, a good one runs',
    topics: ['a bad pod is refused, a good one runs'],
    policy: enforced,
    steps: [step('a bad pod', ask(bad), 'refused'), step('a good pod', ask(good), 'admitted')],
  },
  {
    name: 'audit: a bad pod is admitted and reported',
    topics: ['mode audit'],
    policy: { ...restricted, mode: 'audit' },
    steps: [step('a bad pod', ask(bad), 'reported'), step('a good pod', ask(good), 'admitted')],
  },
  {
    name: 'warn: a bad pod is admitted with a warning, a good one without',
    topics: ['mode warn'],
    policy: { ...restricted, mode: 'warn' },
    steps: [step('a bad pod', ask(bad), 'warned'), step('a good pod', ask(good), 'admitted')],
  },
  workloadsIn(
    'enforce',
    'warned',
    'workloads, warned of',
    'enforce: workloads of each kind with a bad pod are warned of, not refused',
  ),
  workloadsIn(
    'warn',
    'warned',
    'workloads, warned of',
    'warn: workloads of each kind with a bad pod are warned of',
  ),
  workloadsIn(
    'audit',
    'reported',
    'workloads, reported',
    'audit: workloads of each kind with a bad pod are reported',
  ),
  {
    name: 'enforce-workloads: those with a bad pod are refused, an update that leaves the template is not',
    topics: ['workloads, refused'],
    policy: { ...restricted, mode: 'enforce-workloads' },
    steps: workloadKinds.flatMap((shape) => {
      const [goodOne, badOne] = [asWorkload(good, shape), asWorkload(bad, shape)];
      const relabelled = { ...badOne, metadata: { name: 'pod', labels: { a: 'b' } } };
      return [
        step(`bad ${shape}`, ask(badOne, { shape }), 'refused'),
        step(`good ${shape}`, ask(goodOne, { shape }), 'admitted'),
        step(`relabelled ${shape}`, update(badOne, relabelled, { shape }), 'left alone'),
        step(`changed ${shape}`, update(goodOne, badOne, { shape }), 'refused'),
        step(`scale of a ${shape}`, update(goodOne, badOne, { shape, subresource: 'scale' }), 'left alone'),
      ];
    }),
  },
  {
    name: 'workloads without a template are left to validation',
    topics: [],
    policy: { ...restricted, mode: 'enforce-workloads' },
    steps: [
      step(
        'bad',
        ask(asWorkload(bad, 'ReplicationController'), { shape: 'ReplicationController' }),
        'refused',
      ),
      ...[{}, { template: null }].map((spec) =>
        step(
          JSON.stringify(spec),
          ask(
            { apiVersion: 'v1', kind: 'ReplicationController', metadata: { name: 'a' }, spec },
            { shape: 'ReplicationController' },
          ),
          'left alone',
        ),
      ),
    ],
  },
  {
    name: 'update: a bad pod may change its metadata and lose its finalizer, not its image or its containers',
    topics: ['update of metadata alone', 'update of an image', 'update of the number of containers'],
    policy: enforced,
    steps: [
      step('labels', update(bad, podOf(badSpec, { labels: { app: 'other' } })), 'left alone'),
      step('finalizer', update(podOf(badSpec, { finalizers: ['a.b/c'] }), bad), 'left alone'),
      step('nothing', update(bad, bad), 'left alone'),
      step(
        'image',
        update(bad, podOf({ ...badSpec, containers: [{ ...badContainer, image: 'example.com/app:2.0' }] })),
        'refused',
      ),
      step(
        'an init container more',
        update(bad, podOf({ ...badSpec, initContainers: [{ ...container, name: 'init' }] })),
        'refused',
      ),
      step(
        'a good pod with a container more',
        update(good, withContainers(container, { ...container, name: 'b' })),
        'admitted',
      ),
    ],
  },
  {
    name: 'ephemeral containers: a privileged one is refused, a restricted one is admitted, one that was there is left alone',
    topics: ['added ephemeral containers'],
    policy: enforced,
    steps: [
      step('privileged', update(good, debugging(privilegedDebug), { subresource }), 'refused', debugControls),
      step(
        'restricted',
        update(good, debugging({ ...container, name: 'debug' }), { subresource }),
        'admitted',
      ),
      step(
        'there before',
        update(debugging(privilegedDebug), debugging(privilegedDebug), { subresource }),
        'left alone',
      ),
    ],
  },
  {
    name: 'subresources that cannot change a spec are not judged',
    topics: ['subresources that cannot change a spec'],
    policy: enforced,
    steps: [
      step('a bad pod', ask(bad), 'refused'),
      step('status', update(good, bad, { subresource: 'status' }), 'left alone'),
    ],
  },
  {
    name: 'scope: the namespaces of the control plane are left alone',
    topics: ['a namespace out of scope'],
    policy: enforced,
    steps: [
      step('elsewhere', ask(bad), 'refused'),
      ...['kube-system', 'kube-public', 'kube-node-lease'].map((namespace) =>
        step(namespace, ask(inNamespace(bad, namespace), { namespace }), 'left alone'),
      ),
    ],
  },
  {
    name: 'scope: with a namespace selector, the namespaces that it selects alone',
    topics: ['a namespace selector'],
    policy: asking['a namespace selector']?.(enforced) ?? enforced,
    steps: [
      step('with the label', ask(bad, { labels: { podsec: 'on' } }), 'refused'),
      step('with another', ask(bad, { labels: { podsec: 'off' } }), 'left alone'),
      step('without', ask(bad), 'left alone'),
    ],
  },
  {
    name: 'exemptions: of a namespace, a user and a runtime class',
    topics: ['an exempt namespace', 'an exempt user', 'an exempt runtime class'],
    policy: exempting({
      namespaces: ['exempt'],
      users: ['exempt-user'],
      runtimeClasses: ['exempt-class'],
    }),
    steps: [
      step('nothing exempt', ask(bad), 'refused'),
      step('namespace', ask(inNamespace(bad, 'exempt'), { namespace: 'exempt' }), 'left alone'),
      step('user', ask(bad, { user: 'exempt-user' }), 'left alone'),
      step('another user', ask(bad, { user: 'exempt-user-2' }), 'refused'),
      step('runtime class', ask(podOf({ ...badSpec, runtimeClassName: 'exempt-class' })), 'left alone'),
      step('no runtime class', ask(podOf({ ...badSpec, runtimeClassName: null })), 'refused'),
    ],
  },
  {
    name: 'exemptions: of a service account',
    topics: ['an exempt service account'],
    policy: exempting({ serviceAccounts: [{ namespace: 'team', name: 'robot' }] }),
    steps: [
      step('nothing exempt', ask(bad), 'refused'),
      ...(['serviceAccountName', 'serviceAccount'] as const).map((field) =>
        step(
          field,
          ask(inNamespace(podOf({ ...badSpec, [field]: 'robot' }), 'team'), { namespace: 'team' }),
          'left alone',
        ),
      ),
      step(
        'the same service account elsewhere',
        ask(podOf({ ...badSpec, serviceAccountName: 'robot' })),
        'refused',
      ),
    ],
  },
  {
    name: 'exceptions: of a value in a container, and of labelled pods from a control, and no wider',
    topics: ['exceptions'],
    policy: {
      ...enforced,
      ...withExceptions(enforced.controls, [
        {
          control: 'capabilities_restricted',
          containers: ['app'],
          values: containerItems(
            (c) => c.securityContext.capabilities.add,
            (added) => added,
            ['NET_RAW'],
          ),
          reason: 'sends pings',
        },
        { control: 'hostNamespaces', labels: { app: 'agent' }, reason: 'sees processes' },
      ]),
    },
    steps: [
      step('a bad pod', ask(bad), 'refused'),
      step('the value', ask(withContainers(adding('app', 'NET_RAW'))), 'admitted'),
      step('another value', ask(withContainers(adding('app', 'SYS_TIME'))), 'refused', [
        'capabilities_restricted',
      ]),
      step(
        'another container',
        ask(withContainers(adding('app', 'NET_RAW'), adding('side', 'NET_RAW'))),
        'refused',
        ['capabilities_restricted'],
      ),
      step(
        'the labels',
        ask(podOf({ ...goodSpec, hostPID: true }, { labels: { app: 'agent' } })),
        'admitted',
      ),
      step(
        'other labels',
        ask(podOf({ ...goodSpec, hostPID: true }, { labels: { app: 'agent2' } })),
        'refused',
        ['hostNamespaces'],
      ),
      step(
        'the labels, and another control',
        ask(podOf(badSpec, { labels: { app: 'agent' } })),
        'refused',
        badControls.filter((id) => id !== 'hostNamespaces'),
      ),
    ],
  },
  {
    name: 'manifests: null and empty values where a field is absent by default change no verdict',
    topics: ['null and empty values in a manifest'],
    policy: enforced,
    steps: [good, bad].flatMap((pod) =>
      judgedEmptied(enforced, pod).map(
        ({ manifest, controls }): Step =>
          step(
            JSON.stringify(manifest),
            ask(manifest),
            controls.length > 0 ? 'refused' : 'admitted',
            controls,
          ),
      ),
    ),
  },
];
