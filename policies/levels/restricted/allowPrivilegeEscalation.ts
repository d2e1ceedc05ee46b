import type { ControlBody } from '../../../src/dsl/rules.js';
import { containers, denying, each, isFalse, named, nameOf, not, sequence } from '../../../src/dsl/rules.js';
import type { LevelControl } from '../../../src/levels/types.js';
import { isWindows, podWith, secured } from '../common.js';

const body: ControlBody = {
  collections: {
    containers: denying(
      each(containers(), (c) => ({
        where: not(isFalse(c.securityContext.allowPrivilegeEscalation)),
        show: nameOf(c),
        at: c.securityContext.allowPrivilegeEscalation,
      })),
    ),
  },
  reason: 'allowPrivilegeEscalation != false',
  detail: sequence(
    named('containers', 'container', 'containers'),
    ' must set securityContext.allowPrivilegeEscalation=false',
  ),
};

export const allowPrivilegeEscalation: LevelControl = {
  id: 'allowPrivilegeEscalation',
  level: 'restricted',
  title: 'Privilege escalation',
  rule: `Restricted fields:
  spec.{containers,initContainers,ephemeralContainers}[*].securityContext.allowPrivilegeEscalation
Allowed values: false; from v1.25 any on Windows`,
  why: 'A set-user-ID program inside the image makes a process root again.',
  fix: 'Set securityContext.allowPrivilegeEscalation: false on each container.',
  revisions: [
    {
      since: 8,
      change: 'every container sets allowPrivilegeEscalation to false',
      body,
      denied: podWith({}),
      allowed: secured({ allowPrivilegeEscalation: false }),
    },
    {
      since: 25,
      change: 'Windows pods need not, as the API refuses the field there',
      body: { ...body, unless: isWindows },
      denied: podWith({ os: { name: 'linux' } }),
      allowed: podWith({ os: { name: 'windows' } }),
    },
  ],
};
