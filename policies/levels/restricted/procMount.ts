import type { LevelControl } from '../../../src/levels/types.js';
import { unmasked } from '../baseline/procMount.js';
import { secured } from '../common.js';

export const procMountRestricted: LevelControl = {
  id: 'procMount_restricted',
  level: 'restricted',
  title: '/proc mount',
  rule: `Restricted fields:
  spec.{containers,initContainers,ephemeralContainers}[*].securityContext.procMount
Allowed values: undefined, Default`,
  why: 'The masks on /proc hide what a container could use against the kernel and the node.',
  fix: 'Leave procMount out.',
  revisions: [
    {
      since: 35,
      change: '/proc stays masked, also where the baseline level now permits otherwise',
      overrides: ['procMount'],
      body: unmasked,
      denied: secured({ procMount: 'Unmasked' }, { hostUsers: false }),
      allowed: secured({ procMount: 'Default' }, { hostUsers: false }),
    },
  ],
};
