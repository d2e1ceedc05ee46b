import type { ControlBody } from '../../../src/dsl/rules.js';
import {
  containers,
  denying,
  each,
  equal,
  ifAny,
  items,
  itself,
  joined,
  named,
  nameOf,
  not,
  quotedList,
  sequence,
  some,
} from '../../../src/dsl/rules.js';
import type { LevelControl } from '../../../src/levels/types.js';
import { addedCapabilities, isWindows, podWith, secured } from '../common.js';

const adding = addedCapabilities(['NET_BIND_SERVICE']);

const body: ControlBody = {
  collections: {
    missing: denying(
      each(containers(), (c) => ({
        where: not(
          some(items(c.securityContext.capabilities.drop), (dropped) => equal(itself(dropped), 'ALL')),
        ),
        show: nameOf(c),
        at: c.securityContext.capabilities.drop,
      })),
    ),
    adding: adding.containers,
    capabilities: adding.capabilities,
  },
  reason: 'unrestricted capabilities',
  detail: joined(
    '; ',
    ifAny(
      'missing',
      sequence(
        named('missing', 'container', 'containers'),
        ' must set securityContext.capabilities.drop=["ALL"]',
      ),
    ),
    ifAny(
      'adding',
      sequence(
        named('adding', 'container', 'containers'),
        ' must not include ',
        quotedList('capabilities'),
        ' in securityContext.capabilities.add',
      ),
    ),
  ),
};

const overrides = ['capabilities_baseline'];

export const capabilitiesRestricted: LevelControl = {
  id: 'capabilities_restricted',
  level: 'restricted',
  title: 'Capabilities',
  rule: `Restricted fields:
  spec.{containers,initContainers,ephemeralContainers}[*].securityContext.capabilities.drop
Allowed values: any list that includes ALL
Restricted fields:
  spec.{containers,initContainers,ephemeralContainers}[*].securityContext.capabilities.add
Allowed values: undefined, empty, NET_BIND_SERVICE
From v1.25 any on Windows.`,
  why: 'The default capabilities are more than a program that is not root has a use for, and each is one more way up.',
  fix: 'Set securityContext.capabilities to drop: ["ALL"]; add NET_BIND_SERVICE if the program listens below port 1024.',
  revisions: [
    {
      since: 22,
      change: 'every container drops ALL capabilities and adds back NET_BIND_SERVICE at most',
      overrides,
      body,
      denied: secured({ capabilities: { drop: ['NET_RAW'] } }),
      allowed: secured({ capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] } }),
    },
    {
      since: 25,
      change: 'Windows pods need not, as the API refuses the field there',
      overrides,
      body: { ...body, unless: isWindows },
      denied: secured({ capabilities: { drop: ['ALL'], add: ['CHOWN'] } }),
      allowed: podWith({ os: { name: 'windows' } }),
    },
  ],
};
