import { isTrue, pod, podAndContainers, sequence } from '../../../src/dsl/rules.js';
import type { LevelControl } from '../../../src/levels/types.js';
import { badSetters, secured } from '../common.js';

export const windowsHostProcess: LevelControl = {
  id: 'windowsHostProcess',
  level: 'baseline',
  title: 'Windows HostProcess',
  rule: `Restricted fields:
  spec.securityContext.windowsOptions.hostProcess
  spec.{containers,initContainers,ephemeralContainers}[*].securityContext.windowsOptions.hostProcess
Allowed values: undefined, false`,
  why: 'A HostProcess container is a process of the Windows node with access to all of it.',
  fix: 'Leave windowsOptions.hostProcess out.',
  revisions: [
    {
      since: 0,
      change: 'no pod and no container may be a HostProcess',
      body: {
        collections: badSetters(
          {
            ofPod: pod.spec.securityContext.windowsOptions.hostProcess,
            of: (c) => c.securityContext.windowsOptions.hostProcess,
          },
          isTrue,
        ),
        reason: 'hostProcess',
        detail: sequence(
          podAndContainers('pod', 'containers'),
          ' must not set securityContext.windowsOptions.hostProcess=true',
        ),
      },
      denied: secured({ windowsOptions: { hostProcess: true } }, { hostNetwork: true }),
      allowed: secured({ windowsOptions: { hostProcess: false } }),
    },
  ],
};
