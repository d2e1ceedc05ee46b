/**
 * Policies that use everything the IR can say, as far as a target can say it, and policies that use the rest. Tables
 * over the node kinds: a new kind breaks the build until it is used here.
 */
import type { Capabilities, Support } from '../../src/backends/types.js';
import * as dsl from '../../src/index.js';
import type { Cond, Pattern, Policy, Source, Term, Text } from '../../src/ir/types.js';

const { containers, entries, equal, isTrue, items, itself, matches, nameOf, pod, present, value } = dsl;

const annotations = pod.metadata.annotations;
const podUser = pod.spec.securityContext.runAsUser;
const podLevel = pod.spec.securityContext.seLinuxOptions.level;

const conds: Readonly<Record<Cond['kind'], dsl.Cond>> = {
  constant: dsl.never,
  and: dsl.and(isTrue(pod.spec.hostNetwork), isTrue(pod.spec.hostPID)),
  or: dsl.or(isTrue(pod.spec.hostIPC), dsl.isFalse(pod.spec.hostUsers)),
  not: dsl.not(equal(value(pod.spec.os.name, 'linux'), 'linux')),
  present: present(pod.spec.securityContext.runAsGroup),
  emptyList: dsl.emptyList(pod.spec.securityContext.supplementalGroups),
  hasKey: dsl.hasKey(annotations, 'example.com/debug'),
  equal: equal(value(pod.spec.serviceAccountName, ''), 'admin'),
  oneOf: dsl.oneOf(value(pod.spec.priority, 0), [1, 2, 3]),
  matches: matches(value(pod.spec.nodeName, ''), dsl.prefix('control-')),
  within: dsl.within(value(podUser, 1000), { min: 0, max: 999 }, { min: 65534, max: 65535 }),
  sameParts: dsl.sameParts(value(podLevel, ''), 's0:c1,c2', ','),
  some: dsl.some(containers(), (c) => dsl.some(items(c.env), (env) => equal(nameOf(env), 'LD_PRELOAD'))),
  every: dsl.every(containers(['regular', 'init']), (c) => isTrue(c.stdin)),
  authorized: dsl.authorized('use', 'policy', 'podsecuritypolicies', 'open'),
};

const terms: Readonly<Record<Term['kind'], dsl.Cond>> = {
  literal: equal(value(pod.spec.schedulerName, 'default-scheduler'), 'a "quoted"\n\\ ünïcode 🙂 scheduler'),
  value: equal(value(pod.spec.hostname, ''), 'host'),
  effective: dsl.some(containers(), (c) =>
    equal(dsl.effective([c.securityContext.runAsUser, podUser], 1000), 0),
  ),
  lookup: equal(dsl.lookup(annotations, dsl.concat('example.com/', 'mode'), 'safe'), 'unsafe'),
  firstPresent: dsl.some(items(pod.spec.volumes), (volume) =>
    equal(dsl.firstPresent(volume, ['secret', 'configMap', 'nfs'], 'other'), 'nfs'),
  ),
  size: dsl.within(dsl.size(containers(['ephemeral'])), { min: 2, max: 1_000_000 }),
  concat: equal(dsl.concat(value(pod.spec.hostname, ''), '.', value(pod.spec.subdomain, '')), 'db.prod'),
  // Not every target can compare it; all can show it, as `wording` does.
  quoted: present(pod.spec.hostname),
  request: dsl.or(
    equal(dsl.request('operation'), 'UPDATE'),
    equal(dsl.request('subresource'), 'ephemeralcontainers'),
    equal(dsl.request('user'), 'system:anonymous'),
    equal(dsl.request('namespace'), 'production'),
    equal(value(dsl.oldPod.spec.serviceAccountName, ''), 'admin'),
  ),
  namespaceLabel: equal(dsl.namespaceLabel('example.com/tier', 'none'), 'production'),
};

const sources: Readonly<Record<Source['kind'], dsl.Cond>> = {
  containers: dsl.or(
    dsl.some(containers(), (c) => isTrue(c.tty)),
    dsl.some(dsl.oldContainers(['ephemeral']), (c) => isTrue(c.tty)),
  ),
  items: dsl.some(items(pod.spec.tolerations), (each) => equal(value(each.operator, ''), 'Exists')),
  entries: dsl.some(entries(annotations, 'example.com/allow-'), (entry) =>
    equal(value(entry.suffix, ''), value(entry.value, '')),
  ),
  userGroups: dsl.some(dsl.userGroups, (group) => equal(itself(group), 'system:masters')),
};

const hostPath = (pattern: Pattern): dsl.Cond =>
  dsl.some(items(pod.spec.volumes), (volume) => matches(value(volume.hostPath.path, ''), pattern));

const patterns: Readonly<Record<Pattern['kind'], dsl.Cond>> = {
  prefix: hostPath(dsl.prefix('/etc')),
  suffix: hostPath(dsl.suffix('.sock')),
  glob: hostPath(dsl.glob('/var/*/containers/*.log')),
  pathPrefix: hostPath(dsl.pathPrefix('/var/lib/')),
};

const texts: Readonly<Record<Text['kind'], Text>> = {
  text: { kind: 'text', text: 'a text with "quotes", a \\ and a %' },
  list: { kind: 'list', of: 'shown', quote: true, separator: ' | ' },
  plural: { kind: 'plural', of: ['found', 'shown'], one: 'one', many: 'many' },
  sequence: dsl.sequence('found: ', dsl.plainList('found')),
  joined: dsl.joined(' and ', dsl.named('found', 'container', 'containers'), dsl.ifAny('shown', 'others')),
  ifAny: dsl.ifAny(['found', 'shown'], dsl.quotedList('found'), 'nothing'),
};

/** Which nodes of the IR a policy uses, as `category.kind`. */
const nodes = [
  ...rows('cond', conds),
  ...rows('term', terms),
  ...rows('source', sources),
  ...rows('pattern', patterns),
];

function rows<K extends string>(
  category: Exclude<keyof Capabilities, 'policy'>,
  table: Readonly<Record<K, dsl.Cond>>,
) {
  return Object.entries<dsl.Cond>(table).map(([kind, where]) => ({ category, kind, where }));
}

function supportOf(
  capabilities: Capabilities,
  category: Exclude<keyof Capabilities, 'policy'>,
  kind: string,
): Support {
  const found = Object.entries<Support>(capabilities[category]).find(([name]) => name === kind);
  if (found === undefined) throw new TypeError(`the capabilities say nothing of ${category} ${kind}`);
  return found[1];
}

const says = (support: Support): boolean => support === 'yes' || 'since' in support;

const controlOf = (id: string, where: dsl.Cond): dsl.Control =>
  dsl.control({
    id,
    collections: { found: dsl.denying(dsl.once({ where, show: 'pod', at: pod.spec })) },
    reason: id,
    detail: dsl.plainList('found'),
  });

/** Pairs of elements, several collections, a relaxation, and wording of every kind. */
const wording: readonly dsl.Control[] = Object.entries(texts).map(([kind, detail]) =>
  dsl.control({
    id: `text-${kind}`,
    unless: equal(value(pod.spec.os.name, ''), 'windows'),
    collections: {
      found: dsl.denyingDistinct(
        dsl.each(
          containers(),
          (c) => items(c.ports),
          (c, port) => ({
            where: present(port.hostPort),
            show: nameOf(c),
            at: port.hostPort,
          }),
        ),
        dsl.once({
          where: present(pod.spec.hostname),
          show: dsl.concat('host ', dsl.quoted(value(pod.spec.hostname, ''))),
          at: pod.spec.hostname,
        }),
      ),
      shown: dsl.showing(
        dsl.each(
          containers(),
          (c) => items(c.ports),
          (_c, port) => ({
            where: present(port.hostPort),
            show: value(port.hostPort, 0),
            at: port.hostPort,
          }),
        ),
      ),
    },
    reason: dsl.plural('found', 'a host port', 'host ports'),
    detail,
  }),
);

const exemptions: Policy['exemptions'] = {
  namespaces: ['monitoring', 'kube-system'],
  users: ['system:serviceaccount:kube-system:replicaset-controller', 'a "user"'],
  runtimeClasses: ['gvisor', 'kata'],
  serviceAccounts: [
    { namespace: 'ci', name: 'builder' },
    { namespace: 'ci', name: 'runner' },
  ],
};

const namespaceSelector: Policy['scope']['namespaceSelector'] = [
  { key: 'example.com/tier', operator: 'In', values: ['production', 'staging'] },
  { key: 'example.com/legacy', operator: 'NotIn', values: ['yes'] },
  { key: 'example.com/checked', operator: 'Exists', values: [] },
  { key: 'example.com/waived', operator: 'DoesNotExist', values: [] },
];

const mutations: Policy['mutations'] = [
  {
    id: 'hostIPC',
    over: [],
    where: { kind: 'constant', value: true },
    writes: [
      {
        kind: 'set',
        at: { from: 'pod', path: ['spec', 'hostIPC'] },
        value: true,
      },
    ],
  },
];

const alternatives: readonly Policy[] = [
  dsl.definePolicy({
    name: 'open',
    controls: [
      controlOf('notPermitted', dsl.not(conds.hasKey)),
      controlOf('hostIPC', isTrue(pod.spec.hostIPC)),
    ],
  }).ir,
  dsl.definePolicy({ name: 'closed', controls: [controlOf('hostNetwork', isTrue(pod.spec.hostNetwork))] }).ir,
];

/** With what a target asks an authorizer for, all messages change: it gets a policy of its own. */
const alone = 'authorized';

/** Every node that the target can say, its policy-level features, and the modes that the levels' bundles do not have. */
export function everyNode(capabilities: Capabilities): Policy[] {
  const sayable = nodes.filter(({ category, kind }) => says(supportOf(capabilities, category, kind)));
  const controls = (of: typeof nodes) =>
    of.map(({ category, kind, where }) => controlOf(`${category}-${kind}`, where));
  const { policy: can } = capabilities;
  const only = <T>(support: Support, list: readonly T[]): readonly T[] => (says(support) ? list : []);
  const full = dsl.definePolicy({
    name: 'every-node',
    controls: [...controls(sayable.filter(({ kind }) => kind !== alone)), ...wording],
    exemptions: {
      namespaces: only(can.excludedNamespaces, exemptions.namespaces),
      users: only(can.exemptUsers, exemptions.users),
      runtimeClasses: only(can.exemptRuntimeClasses, exemptions.runtimeClasses),
      serviceAccounts: only(can.exemptServiceAccounts, exemptions.serviceAccounts),
    },
    mode: 'warn',
  });
  const other = dsl.definePolicy({
    name: 'every-other',
    controls: [...controls(sayable.filter(({ kind }) => kind === alone)), controlOf('hostPID', conds.and)],
    scope: {
      excludedNamespaces: only(can.excludedNamespaces, ['default']),
      namespaceSelector: only(can.namespaceSelector, namespaceSelector),
    },
    mode: 'enforce',
  });
  return [
    { ...full.ir, mutations: only(can.mutations, mutations) },
    { ...other.ir, alternatives: only(can.alternatives, alternatives) },
  ];
}

/** Every node and policy-level feature that the target cannot say, a control each. */
export function unsayable(capabilities: Capabilities): Policy {
  const refused = nodes.filter(({ category, kind }) => !says(supportOf(capabilities, category, kind)));
  const { policy: can } = capabilities;
  const only = <T>(support: Support, list: readonly T[]): readonly T[] => (says(support) ? [] : list);
  const { ir } = dsl.definePolicy({
    name: 'unsayable',
    controls: [
      ...refused.map(({ category, kind, where }) => controlOf(`${category}-${kind}`, where)),
      controlOf('sayable', conds.or),
    ],
    exemptions: {
      namespaces: only(can.excludedNamespaces, exemptions.namespaces),
      users: only(can.exemptUsers, exemptions.users),
      runtimeClasses: only(can.exemptRuntimeClasses, exemptions.runtimeClasses),
      serviceAccounts: only(can.exemptServiceAccounts, exemptions.serviceAccounts),
    },
    scope: {
      excludedNamespaces: only(can.excludedNamespaces, ['default']),
      namespaceSelector: only(can.namespaceSelector, namespaceSelector),
    },
  });
  return {
    ...ir,
    mutations: only(can.mutations, mutations),
    alternatives: only(can.alternatives, alternatives),
  };
}

/** What a target may find only when it writes the rule: reads that no, or not every, engine can make exactly. */
export const hardReads: readonly Policy[] = Object.entries({
  'quoted-condition': equal(dsl.quoted(value(pod.spec.hostname, '')), '"host"'),
  'written-by-the-server': present(pod.metadata.uid),
  'default-of-the-server': equal(value(pod.spec.enableServiceLinks, true), true),
  'image-pull-policy': dsl.some(containers(), (c) => equal(value(c.imagePullPolicy, ''), 'Always')),
  'service-account': equal(value(pod.spec.serviceAccountName, ''), ''),
  quantity: dsl.some(containers(), (c) => present(c.resources.limits)),
}).map(([name, where]) => dsl.definePolicy({ name, controls: [controlOf(name, where)] }).ir);
