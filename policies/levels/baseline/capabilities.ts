import { named, quotedList, sequence } from '../../../src/dsl/rules.js';
import type { LevelControl } from '../../../src/levels/types.js';
import { addedCapabilities, secured } from '../common.js';

/** The container runtimes' default set without NET_RAW, which lets a pod forge packets of its neighbours. */
const addable = [
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
];

export const capabilitiesBaseline: LevelControl = {
  id: 'capabilities_baseline',
  level: 'baseline',
  title: 'Added capabilities',
  rule: `Restricted fields:
  spec.{containers,initContainers,ephemeralContainers}[*].securityContext.capabilities.add
Allowed values: undefined, empty, and of the default set
  ${addable.join(', ')}`,
  why: 'Capabilities beyond the default set give rights over the node or over other pods: SYS_ADMIN is close to root, NET_RAW forges packets.',
  fix: 'Remove the capability from securityContext.capabilities.add, and write names as listed, without CAP_.',
  revisions: [
    {
      since: 0,
      change: 'containers may add capabilities of the default set only',
      body: {
        collections: addedCapabilities(addable),
        reason: 'non-default capabilities',
        detail: sequence(
          named('containers', 'container', 'containers'),
          ' must not include ',
          quotedList('capabilities'),
          ' in securityContext.capabilities.add',
        ),
      },
      denied: secured({ capabilities: { add: ['NET_RAW'] } }),
      allowed: secured({ capabilities: { add: ['NET_BIND_SERVICE'] } }),
    },
  ],
};
