import { denying, isTrue, once, plainList, pod } from '../../../src/dsl/rules.js';
import type { LevelControl } from '../../../src/levels/types.js';
import { podWith } from '../common.js';

const namespaceFields = ['hostNetwork', 'hostPID', 'hostIPC'] as const;

export const hostNamespaces: LevelControl = {
  id: 'hostNamespaces',
  level: 'baseline',
  title: 'Host namespaces',
  rule: `Restricted fields:
  spec.hostNetwork
  spec.hostPID
  spec.hostIPC
Allowed values: undefined, false`,
  why: 'In the namespaces of the host, a pod sees the traffic, the processes and the shared memory of everything else on the node.',
  fix: 'Leave hostNetwork, hostPID and hostIPC out. To be reached from outside, use a Service.',
  revisions: [
    {
      since: 0,
      change: 'the network, PID and IPC namespaces of the host are out of reach',
      body: {
        collections: {
          namespaces: denying(
            ...namespaceFields.map((field) =>
              once({ where: isTrue(pod.spec[field]), show: `${field}=true`, at: pod.spec[field] }),
            ),
          ),
        },
        reason: 'host namespaces',
        detail: plainList('namespaces'),
      },
      denied: podWith({ hostPID: true }),
      allowed: podWith({ hostPID: false, shareProcessNamespace: true }),
    },
  ],
};
