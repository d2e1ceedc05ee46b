/** The spec of a PodSecurityPolicy that refuses nothing and writes nothing but for seccomp, which is an annotation. */
import type { JsonObject } from '../../src/manifest/types.js';

const anyone = { rule: 'RunAsAny' };

export const openSpec: JsonObject = {
  privileged: true,
  hostNetwork: true,
  hostPID: true,
  hostIPC: true,
  hostPorts: [{ min: 0, max: 65535 }],
  allowedCapabilities: ['*'],
  volumes: ['*'],
  allowedProcMountTypes: ['Default', 'Unmasked'],
  allowedUnsafeSysctls: ['*'],
  seLinux: anyone,
  runAsUser: anyone,
  supplementalGroups: anyone,
  fsGroup: anyone,
};
