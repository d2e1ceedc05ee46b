import type { ControlBody } from '../../../src/dsl/rules.js';
import {
  and,
  containers,
  denying,
  each,
  ifAny,
  named,
  nameOf,
  not,
  pod,
  present,
  sequence,
} from '../../../src/dsl/rules.js';
import type { LevelControl } from '../../../src/levels/types.js';
import { badSeccompDetail, badSeccompSetters, validSeccomp } from '../baseline/seccompProfile.js';
import { isWindows, podWith, secured } from '../common.js';

const body: ControlBody = {
  collections: {
    ...badSeccompSetters,
    unset: denying(
      each(containers(), (c) => ({
        where: and(
          not(present(c.securityContext.seccompProfile)),
          not(validSeccomp(pod.spec.securityContext.seccompProfile)),
        ),
        show: nameOf(c),
        at: c.securityContext.seccompProfile,
      })),
    ),
  },
  reason: 'seccompProfile',
  detail: ifAny(
    ['pod', 'containers'],
    badSeccompDetail,
    sequence(
      'pod or ',
      named('unset', 'container', 'containers'),
      ' must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"',
    ),
  ),
};

const overrides = ['seccompProfile_baseline'];

export const seccompProfileRestricted: LevelControl = {
  id: 'seccompProfile_restricted',
  level: 'restricted',
  title: 'Seccomp profile',
  rule: `Restricted fields:
  spec.securityContext.seccompProfile.type
  spec.{containers,initContainers,ephemeralContainers}[*].securityContext.seccompProfile.type
Allowed values: RuntimeDefault, Localhost; undefined for a container where the pod has one of these
From v1.25 any on Windows.`,
  why: 'Without a profile, a container may make every system call, the ones with a history of kernel escapes included.',
  fix: 'Set spec.securityContext.seccompProfile.type: RuntimeDefault.',
  revisions: [
    {
      since: 19,
      change: 'the pod, or every container, has the seccomp profile RuntimeDefault or Localhost',
      overrides,
      body,
      denied: podWith({}),
      allowed: podWith({ securityContext: { seccompProfile: { type: 'RuntimeDefault' } } }),
    },
    {
      since: 25,
      change: 'Windows pods need not, as the API refuses the field there',
      overrides,
      body: { ...body, unless: isWindows },
      denied: secured(
        { seccompProfile: { type: 'Unconfined' } },
        { securityContext: { seccompProfile: { type: 'RuntimeDefault' } } },
      ),
      allowed: podWith({ os: { name: 'windows' } }),
    },
  ],
};
