/** A PodSecurityPolicy; and the widest one, which admits every pod and writes nothing. */
import type { Range } from '../../ir/types.js';

export interface HostPathEntry {
  readonly pathPrefix: string;
  readonly readOnly?: true;
}

/** RunAsAny; or MayRunAs where there are ranges, which writes nothing either, or MustRunAs where `mustRunAs` says so. */
export type Groups = readonly Range[] | 'any';

export type GroupField = 'runAsGroup' | 'supplementalGroups' | 'fsGroup';

export interface SELinuxContext {
  readonly user: string;
  readonly role: string;
  readonly type: string;
  readonly level: string;
}

/** What it demands, and writes into pods that do not say it. */
interface PspWrites {
  readonly allowPrivilegeEscalation: boolean;
  readonly requiredDropCapabilities: readonly string[];
  readonly runAsUser: readonly Range[] | 'nonRoot' | 'any';
  /** Of these groups the least id of the first range is written where none is set. */
  readonly mustRunAs: readonly GroupField[];
  readonly seLinux: SELinuxContext | 'any';
  readonly readOnlyRootFilesystem: boolean;
  /** Empty: none is written. */
  readonly seccompDefault: string;
}

/** Every field is written, also where it says what an absent one would: an absent one mostly forbids. */
export interface Psp extends PspWrites {
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
  allowPrivilegeEscalation: true,
  requiredDropCapabilities: [],
  runAsUser: 'any',
  mustRunAs: [],
  seLinux: 'any',
  readOnlyRootFilesystem: false,
  seccompDefault: '',
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
