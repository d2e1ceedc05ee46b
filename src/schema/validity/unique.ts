/** Lists of which no two elements may have the same value of a field: the API server refuses the pod. */

export interface Unique {
  /** By path from the pod. `[]` is an element on the way. */
  readonly lists: readonly string[];
  /** Whether the values differ in all of these lists together, or in each by itself. */
  readonly together: boolean;
  /** The values of which differ: all of them are not the same. Where the first one is absent, the element does not count. */
  readonly fields: readonly [string, ...string[]];
  /** As tables name the field: `Container.name`. */
  readonly names: readonly string[];
  /** The function of pkg/apis/core/validation/validation.go that demands it. */
  readonly source: string;
}

const containers = ['spec.initContainers', 'spec.containers', 'spec.ephemeralContainers'];

export const uniques: readonly Unique[] = [
  {
    lists: containers,
    together: true,
    fields: ['name'],
    names: ['Container.name', 'EphemeralContainer.name'],
    source: 'validateContainers, validateInitContainers, validateEphemeralContainers',
  },
  {
    lists: ['spec.volumes'],
    together: true,
    fields: ['name'],
    names: ['Volume.name'],
    source: 'ValidateVolumes',
  },
  {
    lists: ['spec.securityContext.sysctls'],
    together: true,
    fields: ['name'],
    names: ['Sysctl.name'],
    source: 'validateSysctls',
  },
  {
    lists: containers.map((list) => `${list}[].volumeMounts`),
    together: false,
    fields: ['mountPath'],
    names: ['VolumeMount.mountPath'],
    source: 'ValidateVolumeMounts',
  },
  ...(['name', 'devicePath'] as const).map(
    (field): Unique => ({
      lists: containers.map((list) => `${list}[].volumeDevices`),
      together: false,
      fields: [field],
      names: [`VolumeDevice.${field}`],
      source: 'ValidateVolumeDevices',
    }),
  ),
  {
    lists: containers.map((list) => `${list}[].ports`),
    together: false,
    fields: ['name'],
    names: ['ContainerPort.name'],
    source: 'validateContainerPorts',
  },
  {
    lists: ['spec.containers[].ports'],
    together: true,
    fields: ['hostPort', 'protocol', 'hostIP'],
    names: ['ContainerPort.hostPort'],
    source: 'checkHostPortConflicts',
  },
  {
    lists: ['spec.initContainers[].ports'],
    together: false,
    fields: ['hostPort', 'protocol', 'hostIP'],
    names: ['ContainerPort.hostPort'],
    source: 'checkHostPortConflicts, for each init container by itself',
  },
  {
    lists: ['spec.schedulingGates'],
    together: true,
    fields: ['name'],
    names: ['PodSchedulingGate.name'],
    source: 'validateSchedulingGates',
  },
  {
    lists: ['spec.initContainers[].resizePolicy', 'spec.containers[].resizePolicy'],
    together: false,
    fields: ['resourceName'],
    names: ['ContainerResizePolicy.resourceName'],
    source: 'validateResizePolicy',
  },
  {
    lists: ['spec.initContainers[].resources.claims', 'spec.containers[].resources.claims'],
    together: false,
    fields: ['name', 'request'],
    names: ['ResourceClaim.name'],
    source: 'validateResourceClaimNames',
  },
  {
    lists: [
      'spec.volumes[].projected.sources[].secret.items',
      'spec.volumes[].projected.sources[].configMap.items',
      'spec.volumes[].projected.sources[].downwardAPI.items',
    ],
    together: false,
    fields: ['path'],
    names: ['KeyToPath.path', 'DownwardAPIVolumeFile.path'],
    source: 'validateProjectionSources',
  },
  {
    lists: ['spec.resourceClaims'],
    together: true,
    fields: ['name'],
    names: ['PodResourceClaim.name'],
    source: 'validatePodResourceClaim',
  },
  {
    lists: ['spec.topologySpreadConstraints'],
    together: true,
    fields: ['topologyKey', 'whenUnsatisfiable'],
    names: ['TopologySpreadConstraint.topologyKey'],
    source: 'ValidateSpreadConstraintNotRepeat',
  },
];

export const uniqueFields: ReadonlySet<string> = new Set(uniques.flatMap(({ names }) => names));
