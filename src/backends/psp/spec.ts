/** A PodSecurityPolicy, as far as it changes no pod; and the widest one, which admits every pod. */
import type { Range } from '../../ir/types.js';

export interface HostPathEntry {
  readonly pathPrefix: string;
  readonly readOnly?: true;
}

/** RunAsAny, or MayRunAs where there are ranges: both write nothing. */
export type Groups = readonly Range[] | 'any';

/** Every field is written, also where it says what an absent one would: an absent one mostly forbids. */
export interface Psp {
  readonly privileged: boolean;
  readonly hostNetwork: boolean;
  readonly hostPID: boolean;
  readonly hostIPC: boolean;
  readonly hostPorts: readonly Range[];
  readonly allowedCapabilities: readonly string[];
  readonly volumes: readonly string[];
  /** None: any, where the volume's type is allowed. */
  readonly allowedHostPaths: readonly HostPathEntry[];
  readonly allowedFlexVolumes: readonly string[];
  readonly allowedCSIDrivers: readonly string[];
  readonly allowedUnsafeSysctls: readonly string[];
  readonly forbiddenSysctls: readonly string[];
  readonly allowedProcMountTypes: readonly string[];
  readonly runtimeClasses: readonly string[] | 'any';
  readonly runAsGroup: Groups;
  readonly supplementalGroups: Groups;
  readonly fsGroup: Groups;
  /** The names that are allowed; none: no profile may be set. */
  readonly seccomp: readonly string[] | 'any';
  readonly appArmor: readonly string[] | 'any';
}

export const widest: Psp = {
  privileged: true,
  hostNetwork: true,
  hostPID: true,
  hostIPC: true,
  hostPorts: [{ min: 0, max: 65535 }],
  allowedCapabilities: ['*'],
  volumes: ['*'],
  allowedHostPaths: [],
  allowedFlexVolumes: [],
  allowedCSIDrivers: [],
  allowedUnsafeSysctls: ['*'],
  forbiddenSysctls: [],
  allowedProcMountTypes: ['Default', 'Unmasked'],
  runtimeClasses: 'any',
  runAsGroup: 'any',
  supplementalGroups: 'any',
  fsGroup: 'any',
  seccomp: 'any',
  appArmor: 'any',
};
