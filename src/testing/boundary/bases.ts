/** The pods that tweaks are made to, and harmless variety for them. */
import type { ContainerGroup } from '../../ir/types.js';
import type { JsonObject } from '../../manifest/types.js';
import type { Random } from './random.js';

export type BaseKind = 'bare' | 'compliant' | 'windows' | 'userNamespace';
export const baseKinds: readonly BaseKind[] = ['compliant', 'bare', 'windows', 'userNamespace'];

export const groupFields: Readonly<Record<ContainerGroup, string>> = {
  init: 'initContainers',
  regular: 'containers',
  ephemeral: 'ephemeralContainers',
};

const linuxContext: JsonObject = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } };

const containerContexts: Readonly<Record<BaseKind, JsonObject | undefined>> = {
  bare: undefined,
  compliant: linuxContext,
  windows: undefined,
  userNamespace: linuxContext,
};

const podFields: Readonly<Record<BaseKind, JsonObject>> = {
  bare: {},
  compliant: { securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } } },
  windows: { os: { name: 'windows' }, securityContext: { runAsNonRoot: true } },
  userNamespace: { hostUsers: false, securityContext: { seccompProfile: { type: 'RuntimeDefault' } } },
};

/** A container as a pod of this kind has them. */
export function baseContainer(kind: BaseKind, name: string): JsonObject {
  const securityContext = containerContexts[kind];
  return {
    name,
    image: 'example.com/app:1.0',
    ...(securityContext === undefined ? {} : { securityContext }),
  };
}

/** The plain pod of a kind, with containers of these names. */
export function basePod(
  kind: BaseKind,
  names: Readonly<Record<ContainerGroup, readonly string[]>>,
): JsonObject {
  const groups = Object.fromEntries(
    (['init', 'regular', 'ephemeral'] as const)
      .filter((group) => names[group].length > 0)
      .map((group) => [groupFields[group], names[group].map((name) => baseContainer(kind, name))]),
  );
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'pod' },
    spec: { ...podFields[kind], ...groups },
  };
}

/** Fields that no rule of a level looks at: they make pods differ without changing a verdict. */
const harmless: readonly ((spec: Record<string, unknown>, random: Random) => void)[] = [
  (spec, random) => {
    spec.restartPolicy = random.pick(['Always', 'OnFailure', 'Never']);
  },
  (spec, random) => {
    spec.terminationGracePeriodSeconds = random.below(90);
  },
  (spec, random) => {
    spec.nodeSelector = { zone: `z${random.below(9)}` };
  },
  (spec) => {
    spec.automountServiceAccountToken = false;
  },
  (spec, random) => {
    spec.volumes = [{ name: 'tmp', emptyDir: { sizeLimit: `${1 + random.below(9)}Mi` } }];
  },
  (spec) => {
    spec.dnsPolicy = 'ClusterFirst';
  },
];

/** A pod of a kind with some harmless fields, some further containers, and labels. */
export function variedPod(kind: BaseKind, random: Random, tweaked: ContainerGroup, name: string): JsonObject {
  const others = (group: ContainerGroup) =>
    Array.from({ length: random.pick([0, 0, 1, 2]) }, (_, index) => `${group}-${index}`);
  const names = { init: others('init'), regular: others('regular'), ephemeral: others('ephemeral') };
  const at = random.below(names[tweaked].length + 1);
  names[tweaked].splice(at, 0, name);
  if (names.regular.length === 0) names.regular.push('main');
  const pod = basePod(kind, names);
  const spec: Record<string, unknown> = {};
  for (const change of harmless) if (random.chance(30)) change(spec, random);
  const labels = { app: `app-${random.below(1000)}` };
  return structuredClone({ ...pod, metadata: { name: 'pod', labels }, spec: merge(spec, pod.spec) });
}

function merge(spec: Record<string, unknown>, base: unknown): JsonObject {
  return JSON.parse(JSON.stringify({ ...spec, ...(typeof base === 'object' ? base : {}) }));
}
