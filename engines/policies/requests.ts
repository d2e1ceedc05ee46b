/** Policies that ask what a request says besides the pod, or that are several in one. */
import {
  and,
  authorized,
  containers,
  control,
  type DefinedPolicy,
  definePolicy,
  denying,
  each,
  emptyList,
  equal,
  isTrue,
  itself,
  matches,
  nameOf,
  namespaceLabel,
  not,
  oldContainers,
  oldPod,
  or,
  plainList,
  pod,
  prefix,
  request,
  some,
  userGroups,
  value,
} from '../../src/dsl/index.js';
import type { Policy } from '../../src/ir/types.js';
import { ofPods } from './pods.js';

const who = definePolicy({
  name: 'who',
  controls: [
    ofPods(
      'hostNetworkByAdmins',
      and(
        isTrue(pod.spec.hostNetwork),
        not(some(userGroups, (group) => equal(itself(group), 'network-admins'))),
      ),
    ),
    ofPods(
      'hostPIDByUser',
      and(isTrue(pod.spec.hostPID), not(matches(request('user'), prefix('system:serviceaccount:ops:')))),
    ),
    ofPods('hostIPCInNamespace', and(isTrue(pod.spec.hostIPC), not(equal(request('namespace'), 'trusted')))),
  ],
});

const tier = definePolicy({
  name: 'tier',
  controls: [
    ofPods(
      'hostNetworkByTier',
      and(isTrue(pod.spec.hostNetwork), not(equal(namespaceLabel('tier', 'none'), 'platform'))),
    ),
  ],
});

const changes = definePolicy({
  name: 'changes',
  controls: [
    ofPods(
      'accountChanged',
      and(
        equal(request('operation'), 'UPDATE'),
        not(equal(value(pod.spec.serviceAccountName, ''), value(oldPod.spec.serviceAccountName, ''))),
      ),
    ),
    control({
      id: 'debugging',
      collections: {
        containers: denying(
          each(containers(['ephemeral']), (c) => ({
            where: or(
              not(equal(request('subresource'), 'ephemeralcontainers')),
              some(oldContainers(['regular']), (old) => equal(value(old.image, ''), value(c.image, ''))),
            ),
            show: nameOf(c),
            at: c,
          })),
        ),
      },
      reason: 'debugging',
      detail: plainList('containers'),
    }),
  ],
});

/** Who may do something is denied what others get, so that both verdicts occur where everybody may do everything. */
const rights = definePolicy({
  name: 'rights',
  controls: [
    ofPods(
      'hostPIDWithRight',
      and(isTrue(pod.spec.hostPID), authorized('use', 'example.com', 'exceptions', 'hostpid')),
    ),
    ofPods('hostIPCByRight', and(isTrue(pod.spec.hostIPC), not(authorized('get', '', 'secrets', '')))),
  ],
});

/** What no target but the evaluator can say. */
const noGroups = definePolicy({
  name: 'no-groups',
  controls: [ofPods('emptyGroups', emptyList(pod.spec.securityContext.supplementalGroups))],
});

const open = definePolicy({
  name: 'open',
  controls: [ofPods('notLabelled', not(equal(value(pod.spec.priorityClassName, ''), 'open')))],
});
const closed = definePolicy({
  name: 'closed',
  controls: [ofPods('hostNetwork', isTrue(pod.spec.hostNetwork))],
});
const either: Policy = {
  ...definePolicy({ name: 'either', controls: [ofPods('hostIPC', isTrue(pod.spec.hostIPC))] }).ir,
  alternatives: [open.ir, closed.ir],
};

export const requestPolicies: readonly (DefinedPolicy | Policy)[] = [
  who,
  tier,
  changes,
  rights,
  noGroups,
  either,
];
