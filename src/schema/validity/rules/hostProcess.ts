import {
  and,
  containers,
  effective,
  equal,
  every,
  isFalse,
  isTrue,
  not,
  or,
  pod,
  some,
} from '../../../dsl/rules.js';
import type { ValidityRule } from '../types.js';
import { container, nodeOf } from './common.js';

const ofPod = pod.spec.securityContext.windowsOptions.hostProcess;

const spec = (hostNetwork: boolean) => ({
  hostNetwork,
  securityContext: { windowsOptions: { hostProcess: true, runAsUserName: 'system' } },
  containers: [container()],
});

export const hostProcess: ValidityRule = {
  id: 'hostProcess',
  rule: 'where one container is a host process all are, with hostNetwork, and no container says the opposite of the pod',
  source: 'validateWindowsHostProcessPod',
  refused: nodeOf(
    or(
      some(containers(), ({ securityContext: { windowsOptions } }) =>
        or(
          and(isTrue(ofPod), isFalse(windowsOptions.hostProcess)),
          and(isFalse(ofPod), isTrue(windowsOptions.hostProcess)),
        ),
      ),
      and(
        some(containers(), (c) => isHostProcess(c.securityContext.windowsOptions.hostProcess)),
        or(
          not(isTrue(pod.spec.hostNetwork)),
          not(every(containers(), (c) => isHostProcess(c.securityContext.windowsOptions.hostProcess))),
        ),
      ),
    ),
  ),
  examples: { refused: { spec: spec(false) }, accepted: { spec: spec(true) } },
};

function isHostProcess(own: typeof ofPod) {
  return equal(effective([own, ofPod], false), true);
}
