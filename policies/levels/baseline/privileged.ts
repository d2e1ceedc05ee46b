import { containers, denying, each, isTrue, named, nameOf, sequence } from '../../../src/dsl/rules.js';
import type { LevelControl } from '../../../src/levels/types.js';
import { secured } from '../common.js';

export const privileged: LevelControl = {
  id: 'privileged',
  level: 'baseline',
  title: 'Privileged containers',
  rule: `Restricted fields:
  spec.{containers,initContainers,ephemeralContainers}[*].securityContext.privileged
Allowed values: undefined, false`,
  why: 'A privileged container has every capability, sees every device of the node and is hardly confined: root in it is root on the node.',
  fix: 'Leave securityContext.privileged out. If the container needs one right of the node, add the one capability or device for it.',
  revisions: [
    {
      since: 0,
      change: 'no container may be privileged',
      body: {
        collections: {
          containers: denying(
            each(containers(), (c) => ({
              where: isTrue(c.securityContext.privileged),
              show: nameOf(c),
              at: c.securityContext.privileged,
            })),
          ),
        },
        reason: 'privileged',
        detail: sequence(
          named('containers', 'container', 'containers'),
          ' must not set securityContext.privileged=true',
        ),
      },
      denied: secured({ privileged: true }),
      allowed: secured({ privileged: false }),
    },
  ],
};
