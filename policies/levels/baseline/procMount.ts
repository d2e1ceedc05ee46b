import type { ControlBody } from '../../../src/dsl/rules.js';
import {
  containers,
  denying,
  each,
  named,
  nameOf,
  not,
  oneOf,
  quotedList,
  sequence,
  showing,
  value,
} from '../../../src/dsl/rules.js';
import type { LevelControl } from '../../../src/levels/types.js';
import { hasUserNamespace, secured } from '../common.js';

/** Also the whole rule of the restricted level's control. */
export const unmasked: ControlBody = {
  collections: {
    containers: denying(
      each(containers(), (c) => ({
        where: not(oneOf(value(c.securityContext.procMount, 'Default'), ['Default'])),
        show: nameOf(c),
        at: c.securityContext.procMount,
      })),
    ),
    types: showing(
      each(containers(), (c) => ({
        where: not(oneOf(value(c.securityContext.procMount, 'Default'), ['Default'])),
        show: value(c.securityContext.procMount, 'Default'),
        at: c.securityContext.procMount,
      })),
    ),
  },
  reason: 'procMount',
  detail: sequence(
    named('containers', 'container', 'containers'),
    ' must not set securityContext.procMount to ',
    quotedList('types'),
  ),
};

export const procMountBaseline: LevelControl = {
  id: 'procMount',
  level: 'baseline',
  title: '/proc mount',
  rule: `Restricted fields:
  spec.{containers,initContainers,ephemeralContainers}[*].securityContext.procMount
Allowed values: undefined, Default; from v1.35 any value where spec.hostUsers is false`,
  why: 'The masks on /proc hide what a container could use against the kernel and the node.',
  fix: 'Leave procMount out.',
  revisions: [
    {
      since: 0,
      change: '/proc is masked as by default',
      body: unmasked,
      denied: secured({ procMount: 'Unmasked' }, { hostUsers: false }),
      allowed: secured({ procMount: 'Default' }),
    },
    {
      since: 35,
      change: 'pods with a user namespace of their own (hostUsers: false) may unmask /proc',
      body: { ...unmasked, unless: hasUserNamespace },
      denied: secured({ procMount: 'Unmasked' }),
      allowed: secured({ procMount: 'Unmasked' }, { hostUsers: false }),
    },
  ],
};
