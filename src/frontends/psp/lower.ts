/** A PodSecurityPolicy that the API server takes, as a policy: what it writes, and what it then demands. */
import { irVersion, type Policy } from '../../ir/types.js';
import type { PspField } from './build.js';
import { appArmor } from './fields/apparmor.js';
import { capabilities } from './fields/capabilities.js';
import { hostNamespaces, privileged, privilegeEscalation, readOnlyRootFilesystem } from './fields/flags.js';
import { fsGroup, runAsGroup, runAsUser, supplementalGroups } from './fields/ids.js';
import { hostPorts } from './fields/ports.js';
import { procMount, runtimeClass } from './fields/runtime.js';
import { seccomp } from './fields/seccomp.js';
import { seLinux } from './fields/selinux.js';
import { sysctls } from './fields/sysctls.js';
import { volumes } from './fields/volumes.js';
import type { PspSpec } from './spec.js';

/** Which fields of a PodSecurityPolicy each of them reads; one that nothing reads does not compile. */
const fields: Readonly<Record<keyof PspSpec, PspField>> = {
  privileged,
  defaultAddCapabilities: capabilities,
  requiredDropCapabilities: capabilities,
  allowedCapabilities: capabilities,
  volumes,
  hostNetwork: hostNamespaces,
  hostPorts,
  hostPID: hostNamespaces,
  hostIPC: hostNamespaces,
  seLinux,
  runAsUser,
  runAsGroup,
  supplementalGroups,
  fsGroup,
  readOnlyRootFilesystem,
  defaultAllowPrivilegeEscalation: privilegeEscalation,
  allowPrivilegeEscalation: privilegeEscalation,
  allowedHostPaths: volumes,
  allowedFlexVolumes: volumes,
  allowedCSIDrivers: volumes,
  allowedUnsafeSysctls: sysctls,
  forbiddenSysctls: sysctls,
  allowedProcMountTypes: procMount,
  runtimeClass,
  seccomp,
  appArmor,
};

/** All namespaces are in scope, and nobody is exempt: who may use it is for RBAC to say. */
export function lower(name: string, spec: PspSpec): Policy {
  const each = [...new Set(Object.values(fields))];
  return {
    ir: irVersion,
    name,
    version: null,
    mutations: each.flatMap(({ writes }) => writes(spec)),
    controls: each.flatMap(({ demands }) => demands(spec)),
    alternatives: [],
    exceptions: [],
    exemptions: { namespaces: [], users: [], runtimeClasses: [], serviceAccounts: [] },
    scope: { excludedNamespaces: [], namespaceSelector: [] },
    mode: 'enforce',
  };
}
