import { and, containers, isFalse, isTrue, or, pod, present, some } from '../../../dsl/rules.js';
import type { ValidityRule } from '../types.js';
import { nodeOf, specWith, withSpec } from './common.js';

export const userNamespaceOfTheHost: ValidityRule = {
  id: 'userNamespaceOfTheHost',
  rule: 'a pod with a user namespace of its own has no other namespace of the host',
  source: 'validateHostUsers; UserNamespacesHostNetworkSupport is off in 1.37',
  refused: nodeOf(
    and(
      isFalse(pod.spec.hostUsers),
      or(isTrue(pod.spec.hostNetwork), isTrue(pod.spec.hostPID), isTrue(pod.spec.hostIPC)),
    ),
  ),
  examples: {
    refused: withSpec({ hostUsers: false, hostPID: true }),
    accepted: withSpec({ hostUsers: true, hostPID: true }),
  },
};

const withDevice = (hostUsers: boolean) => ({
  spec: {
    ...specWith({ volumeDevices: [{ name: 'data', devicePath: '/dev/data' }] }),
    volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }],
    hostUsers,
  },
});

export const devicesOfUsers: ValidityRule = {
  id: 'devicesOfUsers',
  rule: 'a pod with a user namespace of its own has no devices',
  source: 'validateHostUsers',
  refused: nodeOf(
    and(
      isFalse(pod.spec.hostUsers),
      some(containers(), (c) => present(c.volumeDevices)),
    ),
  ),
  examples: { refused: withDevice(false), accepted: withDevice(true) },
};
