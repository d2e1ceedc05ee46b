import type { ControlBody } from '../../../src/dsl/rules.js';
import { equal, pod, podAndContainers, sequence, value } from '../../../src/dsl/rules.js';
import type { LevelControl } from '../../../src/levels/types.js';
import { badSetters, hasUserNamespace, secured } from '../common.js';

/** Stands for an absent user; any number but 0 does. */
const unset = -1;

const body: ControlBody = {
  collections: badSetters(
    { ofPod: pod.spec.securityContext.runAsUser, of: (c) => c.securityContext.runAsUser },
    (user) => equal(value(user, unset), 0),
  ),
  reason: 'runAsUser=0',
  detail: sequence(podAndContainers('pod', 'containers'), ' must not set runAsUser=0'),
};

export const runAsUser: LevelControl = {
  id: 'runAsUser',
  level: 'restricted',
  title: 'Running as a user other than 0',
  rule: `Restricted fields:
  spec.securityContext.runAsUser
  spec.{containers,initContainers,ephemeralContainers}[*].securityContext.runAsUser
Allowed values: undefined, any but 0; from v1.35 any where spec.hostUsers is false
A pod that says 0 is denied even where all its containers say otherwise.`,
  why: 'User 0 in a container is root on the node the moment it gets out.',
  fix: 'Set runAsUser to the number of a user of the image that is not root, or leave it out.',
  revisions: [
    {
      since: 23,
      change: 'neither the pod nor a container sets runAsUser to 0',
      body,
      denied: secured({ runAsUser: 0 }),
      allowed: secured({ runAsUser: 1 }),
    },
    {
      since: 35,
      change: 'pods with a user namespace of their own (hostUsers: false) may run as user 0 in it',
      body: { ...body, unless: hasUserNamespace },
      denied: secured({ runAsUser: 1000 }, { securityContext: { runAsUser: 0 } }),
      allowed: secured({ runAsUser: 0 }, { hostUsers: false }),
    },
  ],
};
