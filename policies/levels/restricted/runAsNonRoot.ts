import type { ControlBody } from '../../../src/dsl/rules.js';
import {
  and,
  containers,
  denying,
  each,
  ifAny,
  isFalse,
  isTrue,
  named,
  nameOf,
  not,
  pod,
  podAndContainers,
  present,
  sequence,
} from '../../../src/dsl/rules.js';
import type { LevelControl } from '../../../src/levels/types.js';
import { badSetters, hasUserNamespace, podWith, secured } from '../common.js';

const podField = pod.spec.securityContext.runAsNonRoot;

const body: ControlBody = {
  collections: {
    ...badSetters({ ofPod: podField, of: (c) => c.securityContext.runAsNonRoot }, isFalse),
    unset: denying(
      each(containers(), (c) => ({
        where: and(not(present(c.securityContext.runAsNonRoot)), not(isTrue(podField))),
        show: nameOf(c),
        at: c.securityContext.runAsNonRoot,
      })),
    ),
  },
  reason: 'runAsNonRoot != true',
  detail: ifAny(
    ['pod', 'containers'],
    sequence(podAndContainers('pod', 'containers'), ' must not set securityContext.runAsNonRoot=false'),
    sequence(
      'pod or ',
      named('unset', 'container', 'containers'),
      ' must set securityContext.runAsNonRoot=true',
    ),
  ),
};

export const runAsNonRoot: LevelControl = {
  id: 'runAsNonRoot',
  level: 'restricted',
  title: 'Running as non-root',
  rule: `Restricted fields:
  spec.securityContext.runAsNonRoot
  spec.{containers,initContainers,ephemeralContainers}[*].securityContext.runAsNonRoot
Allowed values: true; undefined for a container where the pod says true; from v1.35 any where spec.hostUsers is false
A pod that says false is denied even where all its containers say true.`,
  why: 'A process that is root in a container is root on the node the moment it gets out.',
  fix: 'Set spec.securityContext.runAsNonRoot: true, and build the image with a numeric user.',
  revisions: [
    {
      since: 0,
      change: 'the pod, or every container, sets runAsNonRoot to true',
      body,
      denied: secured({ runAsUser: 1 }),
      allowed: secured({}, { securityContext: { runAsNonRoot: true } }),
    },
    {
      since: 35,
      change: 'pods with a user namespace of their own (hostUsers: false) may run as root in it',
      body: { ...body, unless: hasUserNamespace },
      denied: secured({ runAsNonRoot: true }, { securityContext: { runAsNonRoot: false } }),
      allowed: podWith({ hostUsers: false }),
    },
  ],
};
