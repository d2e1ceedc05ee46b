/**
 * PodSecurityPolicies as people wrote them: those of Kubernetes' documentation for the three levels, in fields and not in
 * words, one of the kind that is found on the web, and one that uses what these do not.
 */
import type { Json, JsonObject } from '../../src/manifest/types.js';

const anyone = { rule: 'RunAsAny' };
const groups = { rule: 'MustRunAs', ranges: [{ min: 1, max: 65535 }] };
const seccomp = 'seccomp.security.alpha.kubernetes.io';
const appArmor = 'apparmor.security.beta.kubernetes.io';

function psp(name: string, annotations: JsonObject, spec: JsonObject): JsonObject {
  return {
    apiVersion: 'policy/v1beta1',
    kind: 'PodSecurityPolicy',
    metadata: { name, annotations },
    spec: { seLinux: anyone, runAsUser: anyone, supplementalGroups: anyone, fsGroup: anyone, ...spec },
  };
}

const runtimeAppArmor = {
  [`${appArmor}/allowedProfileNames`]: 'runtime/default',
  [`${appArmor}/defaultProfileName`]: 'runtime/default',
};

const harmless: readonly Json[] = [
  'configMap',
  'emptyDir',
  'projected',
  'secret',
  'downwardAPI',
  'csi',
  'persistentVolumeClaim',
  'ephemeral',
];

const baselineCapabilities: readonly Json[] = [
  'CHOWN',
  'DAC_OVERRIDE',
  'FSETID',
  'FOWNER',
  'MKNOD',
  'SETGID',
  'SETUID',
  'SETFCAP',
  'SETPCAP',
  'NET_BIND_SERVICE',
  'SYS_CHROOT',
  'KILL',
  'AUDIT_WRITE',
];

export const pspsByHand: readonly JsonObject[] = [
  psp(
    'privileged',
    { [`${seccomp}/allowedProfileNames`]: '*' },
    {
      privileged: true,
      allowPrivilegeEscalation: true,
      allowedCapabilities: ['*'],
      volumes: ['*'],
      hostNetwork: true,
      hostPorts: [{ min: 0, max: 65535 }],
      hostIPC: true,
      hostPID: true,
    },
  ),
  psp(
    'baseline',
    { ...runtimeAppArmor, [`${seccomp}/allowedProfileNames`]: '*' },
    {
      privileged: false,
      allowedCapabilities: baselineCapabilities,
      volumes: [
        ...harmless,
        'awsElasticBlockStore',
        'azureDisk',
        'azureFile',
        'cephFS',
        'cinder',
        'fc',
        'flexVolume',
        'flocker',
        'gcePersistentDisk',
        'gitRepo',
        'glusterfs',
        'iscsi',
        'nfs',
        'photonPersistentDisk',
        'portworxVolume',
        'quobyte',
        'rbd',
        'scaleIO',
        'storageos',
        'vsphereVolume',
      ],
      readOnlyRootFilesystem: false,
    },
  ),
  psp(
    'restricted',
    { ...runtimeAppArmor, [`${seccomp}/allowedProfileNames`]: 'docker/default,runtime/default' },
    {
      privileged: false,
      allowPrivilegeEscalation: false,
      requiredDropCapabilities: ['ALL'],
      volumes: harmless,
      runAsUser: { rule: 'MustRunAsNonRoot' },
      supplementalGroups: groups,
      fsGroup: groups,
    },
  ),
  psp(
    'of-the-web',
    {},
    {
      privileged: false,
      allowedCapabilities: ['NET_BIND_SERVICE'],
      volumes: harmless.slice(0, 5),
      hostPorts: [{ min: 0, max: 65535 }],
      runAsUser: { rule: 'MustRunAsNonRoot' },
      supplementalGroups: groups,
      fsGroup: groups,
    },
  ),
  psp(
    'ranges',
    {
      [`${seccomp}/allowedProfileNames`]: 'runtime/default,unconfined,localhost/profiles/audit.json',
      [`${seccomp}/defaultProfileName`]: 'runtime/default',
      [`${appArmor}/defaultProfileName`]: 'localhost/k8s',
    },
    {
      hostNetwork: true,
      hostPorts: [{ min: 8000, max: 9000 }],
      defaultAddCapabilities: ['CHOWN'],
      requiredDropCapabilities: ['NET_RAW', 'MKNOD'],
      allowedCapabilities: ['NET_BIND_SERVICE', 'SYS_TIME'],
      volumes: ['hostPath', 'emptyDir', 'secret', 'csi', 'flexVolume'],
      allowedHostPaths: [{ pathPrefix: '/var/log', readOnly: true }, { pathPrefix: '/srv' }],
      allowedCSIDrivers: [{ name: 'secrets-store.csi.k8s.io' }],
      allowedFlexVolumes: [{ driver: 'example.com/nfs' }],
      seLinux: { rule: 'MustRunAs', seLinuxOptions: { type: 'container_t', level: 's0:c1,c2' } },
      runAsUser: {
        rule: 'MustRunAs',
        ranges: [
          { min: 0, max: 1 },
          { min: 1000, max: 2000 },
        ],
      },
      runAsGroup: { rule: 'MayRunAs', ranges: [{ min: 1000, max: 2000 }] },
      supplementalGroups: { rule: 'MayRunAs', ranges: [{ min: 1, max: 5 }] },
      fsGroup: { rule: 'MayRunAs', ranges: [{ min: 1, max: 5 }] },
      readOnlyRootFilesystem: true,
      defaultAllowPrivilegeEscalation: false,
      allowedUnsafeSysctls: ['net.core.*'],
      forbiddenSysctls: ['net.ipv4.ping_group_range'],
      allowedProcMountTypes: ['Default', 'Unmasked'],
      runtimeClass: { allowedRuntimeClassNames: ['gvisor'], defaultRuntimeClassName: 'gvisor' },
    },
  ),
];
