/** Policies about containers, as people write them, that between them use the IR's primitives beyond those of the levels. */
import {
  and,
  type Cond,
  type Control,
  concat,
  containers,
  control,
  type DefinedPolicy,
  definePolicy,
  denying,
  denyingDistinct,
  each,
  effective,
  equal,
  every,
  glob,
  isTrue,
  items,
  itself,
  matches,
  named,
  nameOf,
  not,
  once,
  or,
  type Path,
  plainList,
  pod,
  prefix,
  present,
  quoted,
  quotedList,
  sequence,
  showing,
  size,
  some,
  suffix,
  value,
  within,
} from '../../src/dsl/index.js';
import type { Container } from '../../src/schema/index.js';

/** A control that denies the containers of which the condition holds. */
export function ofContainers(
  id: string,
  where: (container: Path<Container>) => Cond,
  at: (container: Path<Container>) => Path<unknown> = (container) => container.image,
  groups?: Parameters<typeof containers>[0],
): Control {
  return control({
    id,
    collections: {
      containers: denying(each(containers(groups), (c) => ({ where: where(c), show: nameOf(c), at: at(c) }))),
    },
    reason: `not allowed by ${id}`,
    detail: named('containers', 'container', 'containers'),
  });
}

const registries = definePolicy({
  name: 'registries',
  parameters: { registries: ['registry.example.com/', 'mirror.example.com:5000/'] },
  controls: ({ registries: allowed }) => [
    control({
      id: 'imageRegistry',
      collections: {
        containers: denying(
          each(containers(), (c) => ({
            where: not(matches(value(c.image, ''), ...allowed.map(prefix))),
            show: nameOf(c),
            at: c.image,
          })),
        ),
        images: showing(
          each(containers(), (c) => ({
            where: not(matches(value(c.image, ''), ...allowed.map(prefix))),
            show: quoted(value(c.image, '')),
            at: c.image,
          })),
        ),
      },
      reason: 'image from elsewhere',
      detail: sequence(named('containers', 'container', 'containers'), ' uses ', plainList('images')),
    }),
  ],
});

const tags = definePolicy({
  name: 'tags',
  controls: [
    ofContainers('latestTag', (c) =>
      matches(value(c.image, ''), suffix(':latest'), glob('*:dev-*-snapshot')),
    ),
    ofContainers('untagged', (c) => not(matches(value(c.image, ''), glob('*:*'), glob('*@sha256:*')))),
  ],
});

const hostPortRange = definePolicy({
  name: 'host-port-range',
  controls: [
    control({
      id: 'hostPortRange',
      collections: {
        ports: denyingDistinct(
          each(
            containers(),
            (c) => items(c.ports),
            (c, port) => ({
              where: and(
                present(port.hostPort),
                not(within(value(port.hostPort, 0), { min: 8000, max: 8080 }, { min: 9090, max: 9090 })),
              ),
              show: concat(nameOf(c), ' ', value(port.protocol, 'TCP')),
              at: port.hostPort,
            }),
          ),
        ),
      },
      reason: 'host port out of range',
      detail: quotedList('ports'),
    }),
  ],
});

const users = definePolicy({
  name: 'users',
  controls: [
    ofContainers(
      'userRange',
      (c) =>
        not(
          within(effective([c.securityContext.runAsUser, pod.spec.securityContext.runAsUser], 0), {
            min: 1000,
            max: 65535,
          }),
        ),
      (c) => c.securityContext.runAsUser,
    ),
    ofContainers(
      'groupRange',
      (c) =>
        within(effective([c.securityContext.runAsGroup, pod.spec.securityContext.runAsGroup], 1), {
          min: 0,
          max: 0,
        }),
      (c) => c.securityContext.runAsGroup,
    ),
  ],
});

const readOnlyRoot = definePolicy({
  name: 'read-only-root',
  controls: [
    ofContainers(
      'readOnlyRootFilesystem',
      (c) => not(isTrue(c.securityContext.readOnlyRootFilesystem)),
      (c) => c.securityContext.readOnlyRootFilesystem,
    ),
  ],
});

const environment = definePolicy({
  name: 'environment',
  controls: [
    ofContainers('preload', (c) =>
      some(items(c.env), (env) => matches(nameOf(env), prefix('LD_'), glob('GCONV_*'))),
    ),
    ofContainers('sameVariableTwice', (c) =>
      some(items(c.env), (env) =>
        and(
          equal(nameOf(env), 'HOME'),
          some(items(c.env), (other) =>
            and(equal(nameOf(other), nameOf(env)), not(equal(value(other.value, ''), value(env.value, '')))),
          ),
        ),
      ),
    ),
    ofContainers('envFromSecret', (c) => some(items(c.envFrom), (from) => present(from.secretRef))),
  ],
});

const commands = definePolicy({
  name: 'commands',
  controls: [
    ofContainers('shell', (c) =>
      some(items(c.command), (word) => matches(itself(word), suffix('/sh'), suffix('bash'))),
    ),
    ofContainers('emptyArguments', (c) =>
      and(
        present(c.args),
        every(items(c.args), (word) => equal(itself(word), '')),
      ),
    ),
  ],
});

const counts = definePolicy({
  name: 'counts',
  controls: [
    control({
      id: 'tooManyContainers',
      collections: {
        pods: denying(
          once({
            where: within(size(containers()), { min: 3, max: 1_000_000 }),
            show: 'pod',
            at: pod.spec.containers,
          }),
        ),
      },
      reason: 'too many containers',
      detail: 'three or more',
    }),
    ofContainers(
      'manyPorts',
      (c) => within(size(items(c.ports)), { min: 2, max: 1000 }),
      (c) => c.ports,
    ),
  ],
});

const debugging = definePolicy({
  name: 'debugging',
  controls: [
    ofContainers(
      'debugImage',
      (c) => not(matches(value(c.image, ''), prefix('debug.example.com/'))),
      (c) => c.image,
      ['ephemeral'],
    ),
    ofContainers(
      'interactive',
      (c) => or(isTrue(c.stdin), isTrue(c.tty)),
      (c) => c.tty,
      ['regular', 'init'],
    ),
    ofContainers(
      'sidecar',
      (c) => equal(value(c.restartPolicy, ''), 'Always'),
      (c) => c.restartPolicy,
      ['init'],
    ),
  ],
});

const probes = definePolicy({
  name: 'probes',
  controls: [
    ofContainers(
      'noReadiness',
      (c) => not(present(c.readinessProbe)),
      (c) => c.readinessProbe,
      ['regular'],
    ),
    ofContainers(
      'hurriedProbe',
      (c) => within(value(c.livenessProbe.periodSeconds, 10), { min: 1, max: 4 }),
      (c) => c.livenessProbe.periodSeconds,
    ),
    ofContainers(
      'probePort',
      (c) => equal(value(c.livenessProbe.httpGet.port, 0), 'admin'),
      (c) => c.livenessProbe,
    ),
  ],
});

const windowsOptions = definePolicy({
  name: 'windows-options',
  controls: [
    ofContainers(
      'windowsUser',
      (c) =>
        equal(
          effective(
            [
              c.securityContext.windowsOptions.runAsUserName,
              pod.spec.securityContext.windowsOptions.runAsUserName,
            ],
            'ContainerUser',
          ),
          'ContainerAdministrator',
        ),
      (c) => c.securityContext.windowsOptions,
    ),
  ],
});

export const containerPolicies: readonly DefinedPolicy[] = [
  registries,
  tags,
  hostPortRange,
  users,
  readOnlyRoot,
  environment,
  commands,
  counts,
  debugging,
  probes,
  windowsOptions,
];
