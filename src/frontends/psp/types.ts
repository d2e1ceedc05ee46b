/** PodSecurityPolicy as policy/v1beta1 of Kubernetes 1.24 defines it: k8s.io/api/policy/v1beta1/types.go. */
import type { Field, FieldType, TypeTable } from '../../schema/index.js';

const flag: Field = { kind: 'bool', pointer: false };
const optionalFlag: Field = { kind: 'bool', pointer: true };
const text: Field = { kind: 'string', pointer: false };
const texts: Field = { kind: 'list', of: { kind: 'string' }, pointer: false };
const number = (bits: 32 | 64): Field => ({ kind: 'int', bits, pointer: false });
const struct = (type: string, pointer = false): Field => ({ kind: 'struct', type, pointer });
const listOf = (type: string): Field => {
  const of: FieldType = { kind: 'struct', type };
  return { kind: 'list', of, pointer: false };
};
const ranges = { rule: text, ranges: listOf('IDRange') };

/** ObjectMeta and SELinuxOptions are those of the pod's schema. */
export const pspTypes: TypeTable = {
  PodSecurityPolicy: {
    fields: {
      apiVersion: text,
      kind: text,
      metadata: struct('ObjectMeta'),
      spec: struct('PodSecurityPolicySpec'),
    },
  },
  PodSecurityPolicySpec: {
    fields: {
      privileged: flag,
      defaultAddCapabilities: texts,
      requiredDropCapabilities: texts,
      allowedCapabilities: texts,
      volumes: texts,
      hostNetwork: flag,
      hostPorts: listOf('HostPortRange'),
      hostPID: flag,
      hostIPC: flag,
      seLinux: struct('SELinuxStrategyOptions'),
      runAsUser: struct('IDStrategyOptions'),
      runAsGroup: struct('IDStrategyOptions', true),
      supplementalGroups: struct('IDStrategyOptions'),
      fsGroup: struct('IDStrategyOptions'),
      readOnlyRootFilesystem: flag,
      defaultAllowPrivilegeEscalation: optionalFlag,
      allowPrivilegeEscalation: optionalFlag,
      allowedHostPaths: listOf('AllowedHostPath'),
      allowedFlexVolumes: listOf('AllowedFlexVolume'),
      allowedCSIDrivers: listOf('AllowedCSIDriver'),
      allowedUnsafeSysctls: texts,
      forbiddenSysctls: texts,
      allowedProcMountTypes: texts,
      runtimeClass: struct('RuntimeClassStrategyOptions', true),
    },
  },
  HostPortRange: { fields: { min: number(32), max: number(32) } },
  IDRange: { fields: { min: number(64), max: number(64) } },
  IDStrategyOptions: { fields: ranges },
  SELinuxStrategyOptions: { fields: { rule: text, seLinuxOptions: struct('SELinuxOptions', true) } },
  AllowedHostPath: { fields: { pathPrefix: text, readOnly: flag } },
  AllowedFlexVolume: { fields: { driver: text } },
  AllowedCSIDriver: { fields: { name: text } },
  RuntimeClassStrategyOptions: {
    fields: {
      allowedRuntimeClassNames: texts,
      defaultRuntimeClassName: { kind: 'string', pointer: true },
    },
  },
};
