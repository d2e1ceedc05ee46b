import {
  equal,
  ifAny,
  joined,
  named,
  not,
  oneOf,
  or,
  type Path,
  pod,
  podAndContainers,
  sequence,
  value,
} from '../../../src/dsl/rules.js';
import type { LevelControl, Revision } from '../../../src/levels/types.js';
import type { SELinuxOptions } from '../../../src/schema/index.js';
import { badSetters, badSettings, secured, type TwoLevels } from '../common.js';

const options: TwoLevels<SELinuxOptions> = {
  ofPod: pod.spec.securityContext.seLinuxOptions,
  of: (c) => c.securityContext.seLinuxOptions,
};

const types = ['container_t', 'container_init_t', 'container_kvm_t'];

function revision(
  since: number,
  change: string,
  allowedTypes: readonly string[],
  allowedType: string,
): Revision {
  const badType = (set: Path<SELinuxOptions>) => not(oneOf(value(set.type, ''), ['', ...allowedTypes]));
  const setUser = (set: Path<SELinuxOptions>) => not(equal(value(set.user, ''), ''));
  const setRole = (set: Path<SELinuxOptions>) => not(equal(value(set.role, ''), ''));
  const bad = (set: Path<SELinuxOptions>) => or(badType(set), setUser(set), setRole(set));
  return {
    since,
    change,
    body: {
      collections: {
        ...badSetters(options, bad),
        types: badSettings(options, badType, ({ type }) => type),
        user: badSettings(
          options,
          setUser,
          ({ user }) => user,
          () => 'user may not be set',
        ),
        role: badSettings(
          options,
          setRole,
          ({ role }) => role,
          () => 'role may not be set',
        ),
      },
      reason: 'seLinuxOptions',
      detail: sequence(
        podAndContainers('pod', 'containers'),
        ' set forbidden securityContext.seLinuxOptions: ',
        joined(
          '; ',
          named('types', 'type', 'types'),
          ifAny('user', 'user may not be set'),
          ifAny('role', 'role may not be set'),
        ),
      ),
    },
    denied: secured({ seLinuxOptions: { type: 'spc_t' } }),
    allowed: secured({ seLinuxOptions: { type: allowedType, level: 's0:c1,c2' } }),
  };
}

export const seLinuxOptions: LevelControl = {
  id: 'seLinuxOptions',
  level: 'baseline',
  title: 'SELinux options',
  rule: `Restricted fields:
  spec.securityContext.seLinuxOptions.type
  spec.{containers,initContainers,ephemeralContainers}[*].securityContext.seLinuxOptions.type
Allowed values: undefined, "", ${types.join(', ')}; from v1.31 also container_engine_t
Restricted fields:
  spec.securityContext.seLinuxOptions.{user,role}
  spec.{containers,initContainers,ephemeralContainers}[*].securityContext.seLinuxOptions.{user,role}
Allowed values: undefined, ""`,
  why: 'Another SELinux type, user or role takes the pod out of the confinement that keeps it off the node.',
  fix: 'Leave type, user and role out; the level may be set.',
  revisions: [
    revision(0, 'the SELinux type is one of a list, user and role are not set', types, 'container_t'),
    revision(
      31,
      'the type container_engine_t is allowed',
      [...types, 'container_engine_t'],
      'container_engine_t',
    ),
  ],
};
