/** Lists of which no two elements may have the same value of a field: the API server refuses the pod. */

export interface Unique {
  /** Lists of the pod's spec, by path from the pod; the values differ in all of them together. `[]` is an element on the way. */
  readonly lists: readonly string[];
  readonly field: string;
  /** As tables name the field: `Container.name`. */
  readonly names: readonly string[];
  /** The function of pkg/apis/core/validation/validation.go that demands it. */
  readonly source: string;
}

const containers = ['spec.initContainers', 'spec.containers', 'spec.ephemeralContainers'];

export const uniques: readonly Unique[] = [
  {
    lists: containers,
    field: 'name',
    names: ['Container.name', 'EphemeralContainer.name'],
    source: 'validateContainers, validateInitContainers, validateEphemeralContainers',
  },
  { lists: ['spec.volumes'], field: 'name', names: ['Volume.name'], source: 'ValidateVolumes' },
  {
    lists: ['spec.securityContext.sysctls'],
    field: 'name',
    names: ['Sysctl.name'],
    source: 'validateSysctls',
  },
  ...containers.map((list) => ({
    lists: [`${list}[].volumeMounts`],
    field: 'mountPath',
    names: ['VolumeMount.mountPath'],
    source: 'ValidateVolumeMounts',
  })),
  ...containers.map((list) => ({
    lists: [`${list}[].ports`],
    field: 'name',
    names: ['ContainerPort.name'],
    source: 'validateContainerPorts',
  })),
];

export const uniqueFields: ReadonlySet<string> = new Set(uniques.flatMap(({ names }) => names));
