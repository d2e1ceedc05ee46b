import {
  containers,
  denying,
  each,
  equal,
  ifAny,
  joined,
  named,
  nameOf,
  not,
  once,
  oneOf,
  or,
  type Path,
  pod,
  podAndContainers,
  sequence,
  showing,
  value,
} from '../../../src/dsl/rules.js';
import type { LevelControl, Revision } from '../../../src/levels/types.js';
import type { SELinuxOptions } from '../../../src/schema/index.js';
import { secured } from '../common.js';

const types = ['container_t', 'container_init_t', 'container_kvm_t'];

function revision(
  since: number,
  change: string,
  allowedTypes: readonly string[],
  allowedType: string,
): Revision {
  const badType = (options: Path<SELinuxOptions>) =>
    not(oneOf(value(options.type, ''), ['', ...allowedTypes]));
  const setUser = (options: Path<SELinuxOptions>) => not(equal(value(options.user, ''), ''));
  const setRole = (options: Path<SELinuxOptions>) => not(equal(value(options.role, ''), ''));
  const bad = (options: Path<SELinuxOptions>) => or(badType(options), setUser(options), setRole(options));
  const podOptions = pod.spec.securityContext.seLinuxOptions;
  return {
    since,
    change,
    body: {
      collections: {
        pod: denying(once({ where: bad(podOptions), show: 'pod', at: podOptions })),
        containers: denying(
          each(containers(), (c) => ({
            where: bad(c.securityContext.seLinuxOptions),
            show: nameOf(c),
            at: c.securityContext.seLinuxOptions,
          })),
        ),
        types: showing(
          once({ where: badType(podOptions), show: value(podOptions.type, ''), at: podOptions.type }),
          each(containers(), (c) => ({
            where: badType(c.securityContext.seLinuxOptions),
            show: value(c.securityContext.seLinuxOptions.type, ''),
            at: c.securityContext.seLinuxOptions.type,
          })),
        ),
        user: showing(
          once({ where: setUser(podOptions), show: 'user may not be set', at: podOptions.user }),
          each(containers(), (c) => ({
            where: setUser(c.securityContext.seLinuxOptions),
            show: 'user may not be set',
            at: c.securityContext.seLinuxOptions.user,
          })),
        ),
        role: showing(
          once({ where: setRole(podOptions), show: 'role may not be set', at: podOptions.role }),
          each(containers(), (c) => ({
            where: setRole(c.securityContext.seLinuxOptions),
            show: 'role may not be set',
            at: c.securityContext.seLinuxOptions.role,
          })),
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
