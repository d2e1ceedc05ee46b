/**
 * Random policies over what PodSecurityPolicy judges: conditions of every shape on its places. Most of them it cannot say;
 * those that podsec says it does are judged.
 */
import {
  and,
  type Cond,
  concat,
  containers,
  control,
  definePolicy,
  denying,
  effective,
  equal,
  every,
  firstPresent,
  isFalse,
  isTrue,
  items,
  itself,
  lookup,
  matches,
  nameOf,
  not,
  once,
  oneOf,
  or,
  type Path,
  pathPrefix,
  pod,
  prefix,
  present,
  some,
  value,
  within,
} from '../../src/dsl/index.js';
import type { ContainerGroup, Policy } from '../../src/ir/types.js';
import type { Container, Volume } from '../../src/schema/index.js';
import type { Random } from '../../src/testing/boundary/random.js';

const security = pod.spec.securityContext;

type Atoms = readonly (() => Cond)[];

/** A condition of these atoms, of and, or and not. */
function tree(random: Random, atoms: Atoms, depth: number): Cond {
  if (depth === 0 || random.below(3) === 0) {
    const atom = random.pick(atoms)();
    return random.below(3) === 0 ? not(atom) : atom;
  }
  const parts = Array.from({ length: 1 + random.below(3) }, () => tree(random, atoms, depth - 1));
  const joined = random.below(2) === 0 ? and(...parts) : or(...parts);
  return random.below(4) === 0 ? not(joined) : joined;
}

function groupsOf(random: Random): readonly ContainerGroup[] {
  return random.pick([
    ['init', 'regular', 'ephemeral'],
    ['init', 'regular', 'ephemeral'],
    ['init', 'regular'],
    ['regular'],
  ]);
}

/** For some container, in one of the two ways to say it. */
function ofContainer(random: Random, where: (c: Path<Container>) => Cond): Cond {
  const groups = groupsOf(random);
  return random.below(2) === 0
    ? some(containers(groups), where)
    : not(every(containers(groups), (c) => not(where(c))));
}

const texts = <T extends string>(random: Random, list: readonly T[]): readonly T[] => {
  const chosen = list.filter(() => random.below(2) === 0);
  return chosen.length > 0 ? chosen : [random.pick(list)];
};

const rangesIn = (random: Random, high: number) => {
  const min = random.below(high);
  return { min, max: Math.min(high, min + random.below(high)) };
};

const sources = [
  'hostPath',
  'nfs',
  'secret',
  'projected',
  'configMap',
  'csi',
  'flexVolume',
  'emptyDir',
] as const;

function volumeAtoms(random: Random, volume: Path<Volume>): Atoms {
  return [
    () => present(volume[random.pick(sources)]),
    () => oneOf(firstPresent(volume, sources, 'another'), texts(random, [...sources, 'another'])),
    () =>
      matches(value(volume.hostPath.path, ''), ...texts(random, ['/srv', '/var/log/', '/']).map(pathPrefix)),
    () => equal(value(volume.csi.driver, ''), random.pick(['a.csi.k8s.io', 'b.csi.k8s.io'])),
    () => oneOf(value(volume.flexVolume.driver, ''), texts(random, ['example.com/a', 'example.com/b'])),
    () =>
      some(containers(), (c) =>
        some(items(c.volumeMounts), (mount) =>
          and(equal(value(mount.name, ''), nameOf(volume)), not(isTrue(mount.readOnly))),
        ),
      ),
  ];
}

const profiles = ['RuntimeDefault', 'Unconfined', 'Localhost'] as const;
const seccompKey = 'seccomp.security.alpha.kubernetes.io/';

function seccompAtoms(random: Random, c: Path<Container>): Atoms {
  const [own, ofPod] = [c.securityContext.seccompProfile, security.seccompProfile];
  const field = () => random.pick([own, ofPod]);
  return [
    () => present(field()),
    () => oneOf(value(field().type, random.pick(['', 'RuntimeDefault'] as const)), texts(random, profiles)),
    () => equal(effective([own.type, ofPod.type], ''), random.pick(profiles)),
    () =>
      equal(lookup(pod.metadata.annotations, concat('container.', seccompKey, nameOf(c)), ''), 'localhost/'),
    () => equal(lookup(pod.metadata.annotations, `${seccompKey}pod`, ''), 'localhost/'),
  ];
}

const flags = (random: Random, field: Path<boolean>): Atoms => [
  () => isTrue(field),
  () => isFalse(field),
  () => present(field),
  () => equal(value(field, random.below(2) === 0), random.below(2) === 0),
];

const rules: readonly ((random: Random) => Cond)[] = [
  (random) =>
    tree(random, flags(random, pod.spec[random.pick(['hostNetwork', 'hostPID', 'hostIPC'] as const)]), 2),
  (random) => ofContainer(random, (c) => tree(random, flags(random, c.securityContext.privileged), 2)),
  (random) =>
    ofContainer(random, (c) =>
      some(items(c.ports), (port) =>
        tree(
          random,
          [
            () => within(value(port.hostPort, 0), rangesIn(random, 9000)),
            () => equal(value(port.hostPort, 0), random.pick([0, 80, 8080])),
          ],
          2,
        ),
      ),
    ),
  (random) =>
    ofContainer(random, (c) =>
      some(items(c.securityContext.capabilities.add), (added) =>
        tree(
          random,
          [
            () => oneOf(itself(added), texts(random, ['CHOWN', 'NET_RAW', 'ALL', '*'])),
            () => matches(itself(added), prefix(random.pick(['', 'NET_']))),
          ],
          2,
        ),
      ),
    ),
  (random) => some(items(pod.spec.volumes), (volume) => tree(random, volumeAtoms(random, volume), 2)),
  (random) =>
    some(items(security.sysctls), (sysctl) =>
      tree(
        random,
        [
          () =>
            oneOf(
              nameOf(sysctl),
              texts(random, ['kernel.msgmax', 'net.ipv4.tcp_syncookies', 'net.core.somaxconn']),
            ),
          () => matches(nameOf(sysctl), prefix(random.pick(['net.', 'net.core.', 'kernel.']))),
        ],
        2,
      ),
    ),
  (random) =>
    ofContainer(random, (c) =>
      tree(
        random,
        [
          () =>
            equal(
              value(c.securityContext.procMount, 'Default'),
              random.pick(['Default', 'Unmasked'] as const),
            ),
          () => present(c.securityContext.procMount),
        ],
        1,
      ),
    ),
  (random) =>
    tree(
      random,
      [
        () => oneOf(value(pod.spec.runtimeClassName, ''), texts(random, ['', 'gvisor', 'kata'])),
        () => present(pod.spec.runtimeClassName),
      ],
      2,
    ),
  (random) => ofContainer(random, (c) => tree(random, seccompAtoms(random, c), 2)),
  (random) =>
    ofContainer(random, (c) =>
      tree(
        random,
        [
          () =>
            oneOf(
              lookup(
                pod.metadata.annotations,
                concat('container.apparmor.security.beta.kubernetes.io/', nameOf(c)),
                '',
              ),
              texts(random, ['', 'runtime/default', 'unconfined', 'localhost/a']),
            ),
        ],
        1,
      ),
    ),
  (random) =>
    tree(
      random,
      [
        () => within(value(security.fsGroup, random.pick([0, 2000])), rangesIn(random, 4000)),
        () => present(security.fsGroup),
      ],
      2,
    ),
  (random) =>
    some(items(security.supplementalGroups), (group) =>
      tree(random, [() => within(value(group, 0), rangesIn(random, 100))], 1),
    ),
  (random) =>
    ofContainer(random, (c) =>
      tree(
        random,
        [
          () =>
            within(
              effective([c.securityContext.runAsGroup, security.runAsGroup], random.pick([0, 1000])),
              rangesIn(random, 2000),
            ),
          () => within(value(security.runAsGroup, 1000), rangesIn(random, 2000)),
        ],
        1,
      ),
    ),
];

/** One to three rules, each on one field, now and then with an exception on another. */
export function randomPspPolicy(random: Random, name: string): Policy {
  const controls = Array.from({ length: 1 + random.below(3) }, (_, index) =>
    control({
      id: `rule-${index}`,
      collections: { found: denying(once({ where: random.pick(rules)(random), show: 'pod', at: pod.spec })) },
      ...(random.below(20) === 0 ? { unless: random.pick(rules)(random) } : {}),
      reason: `rule ${index}`,
    }),
  );
  return definePolicy({ name, controls, mode: 'enforce' }).ir;
}
