import { and, containers, emptyList, equal, or, pod, present, some, value } from '../../../dsl/rules.js';
import type { ValidityRule } from '../types.js';
import { container, nodeOf, presentIn } from './common.js';

const ofPod = [
  'appArmorProfile',
  'seLinuxOptions',
  'seccompProfile',
  'fsGroup',
  'fsGroupChangePolicy',
  'sysctls',
  'runAsUser',
  'runAsGroup',
  'supplementalGroups',
  'supplementalGroupsPolicy',
  'seLinuxChangePolicy',
];
const ofContainer = [
  'appArmorProfile',
  'seLinuxOptions',
  'seccompProfile',
  'capabilities',
  'readOnlyRootFilesystem',
  'privileged',
  'allowPrivilegeEscalation',
  'procMount',
  'runAsUser',
  'runAsGroup',
];
const ofSpec = ['hostUsers', 'hostPID', 'hostIPC', 'shareProcessNamespace', 'resources'];

const windows = (securityContext: Readonly<Record<string, unknown>>) => ({
  os: { name: 'windows' },
  containers: [container({ securityContext })],
});

export const windowsFields: ValidityRule = {
  id: 'windowsFields',
  rule: 'a Windows pod has none of the fields that mean something on Linux alone',
  source: 'validateWindows',
  refused: nodeOf(
    and(
      equal(value(pod.spec.os.name, ''), 'windows'),
      or(
        ...presentIn(pod.spec.securityContext, ofPod),
        emptyList(pod.spec.securityContext.supplementalGroups),
        ...presentIn(pod.spec, ofSpec),
        some(containers(), (c) => or(...presentIn(c.securityContext, ofContainer))),
      ),
    ),
  ),
  examples: {
    refused: { spec: windows({ capabilities: {} }) },
    accepted: { spec: windows({ runAsNonRoot: true }) },
  },
};

export const linuxFields: ValidityRule = {
  id: 'linuxFields',
  rule: 'a Linux pod has no options for Windows',
  source: 'validateLinux',
  refused: nodeOf(
    and(
      equal(value(pod.spec.os.name, ''), 'linux'),
      or(
        present(pod.spec.securityContext.windowsOptions),
        some(containers(), (c) => present(c.securityContext.windowsOptions)),
      ),
    ),
  ),
  examples: {
    refused: {
      spec: { os: { name: 'linux' }, containers: [container({ securityContext: { windowsOptions: {} } })] },
    },
    accepted: { spec: { containers: [container({ securityContext: { windowsOptions: {} } })] } },
  },
};
