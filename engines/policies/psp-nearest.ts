/** Policies that PodSecurityPolicy cannot say, and comes near to: what it would write, what it judges in part, what it does not see. */
import {
  and,
  type Cond,
  type Control,
  containers,
  control,
  definePolicy,
  denying,
  each,
  effective,
  equal,
  type Gathered,
  isTrue,
  items,
  itself,
  matches,
  nameOf,
  not,
  once,
  oneOf,
  or,
  type Path,
  pathPrefix,
  pod,
  present,
  some,
  suffix,
  value,
  within,
} from '../../src/dsl/index.js';
import type { Policy } from '../../src/ir/types.js';
import type { Container, Volume } from '../../src/schema/index.js';
import { namelessSeccomp, runtimeDefault } from './psp.js';

const policyOf = (name: string, controls: readonly Control[]): Policy =>
  definePolicy({ name, controls, mode: 'enforce' }).ir;

const rule = (id: string, ...violations: readonly Gathered[]): Control =>
  control({ id, collections: { found: denying(...violations) }, reason: id });

const containerRule = (id: string, where: (container: Path<Container>) => Cond): Control =>
  rule(
    id,
    each(containers(), (c) => ({ where: where(c), show: nameOf(c), at: c.securityContext })),
  );

const volumeRule = (id: string, where: (volume: Path<Volume>) => Cond): Control =>
  rule(
    id,
    each(items(pod.spec.volumes), (volume) => ({
      where: where(volume),
      show: nameOf(volume),
      at: volume.hostPath,
    })),
  );

const security = pod.spec.securityContext;
const ids = { min: 1000, max: 2000 };

const readOnlyRoot = containerRule('read-only-root', (c) =>
  not(isTrue(c.securityContext.readOnlyRootFilesystem)),
);
const noEscalation = containerRule('no-escalation', (c) =>
  not(equal(value(c.securityContext.allowPrivilegeEscalation, true), false)),
);
const userOf = (c: Path<Container>) => effective([c.securityContext.runAsUser, security.runAsUser], 0);
const users = containerRule('users', (c) => not(within(userOf(c), ids)));
const oneUser = containerRule('one-user', (c) => not(equal(userOf(c), 1000)));
const noSystemUsers = containerRule('no-system-users', (c) => within(userOf(c), { min: 0, max: 999 }));
const fsGroup = rule(
  'fs-group',
  once({ where: not(within(value(security.fsGroup, 0), ids)), show: 'fsGroup', at: security.fsGroup }),
);
const drops = containerRule('drops', (c) =>
  or(
    some(items(c.securityContext.capabilities.add), (added) => not(oneOf(itself(added), ['CHOWN', 'KILL']))),
    not(some(items(c.securityContext.capabilities.drop), (dropped) => equal(itself(dropped), 'NET_RAW'))),
  ),
);
const hostPath = (where: (path: Path<Volume>['hostPath']['path']) => Cond) =>
  volumeRule('host-path', ({ hostPath: source }) => and(present(source), where(source.path)));
const sockets = hostPath((path) => matches(value(path, ''), suffix('.sock')));
const logs = hostPath((path) =>
  or(not(matches(value(path, ''), pathPrefix('/var/log'))), matches(value(path, ''), suffix('.gz'))),
);
const groupBesideHostPath = rule(
  'group-beside-host-path',
  each(items(pod.spec.volumes), (volume) => ({
    where: and(present(security.fsGroup), present(volume.hostPath)),
    show: nameOf(volume),
    at: volume.hostPath,
  })),
);
const writableRootOrScratch = [
  containerRule('writable-root', (c) => equal(value(c.securityContext.readOnlyRootFilesystem, true), false)),
  rule(
    'scratch',
    each(containers(), (c) => ({
      where: and(
        isTrue(c.securityContext.readOnlyRootFilesystem),
        not(some(items(pod.spec.volumes), (volume) => present(volume.emptyDir))),
      ),
      show: nameOf(c),
      at: c.securityContext,
    })),
  ),
];
const portsOfLinux = rule(
  'ports-of-linux',
  each(
    containers(),
    (c) => items(c.ports),
    (_c, port) => ({
      where: and(
        not(equal(value(pod.spec.os.name, ''), 'windows')),
        not(within(value(port.hostPort, 0), { min: 0, max: 0 }, { min: 8000, max: 9000 })),
      ),
      show: value(port.hostPort, 0),
      at: port.hostPort,
    }),
  ),
);

/** Of what is demanded and can be written: whoever lacks it is denied, so that what is written spoils no pod that is admitted. */
export const repairedPolicies: readonly Policy[] = [
  policyOf('read-only-root', [readOnlyRoot]),
  policyOf('users', [users]),
  policyOf('one-user', [oneUser]),
  policyOf('no-system-users', [noSystemUsers]),
  policyOf('fs-group', [fsGroup]),
  policyOf('drops', [drops]),
  policyOf('no-escalation', [noEscalation]),
];

export const nearPolicies: readonly Policy[] = [
  policyOf('sockets', [sockets]),
  policyOf('logs', [logs]),
  policyOf('ports-of-linux', [portsOfLinux]),
  policyOf('profile-beside-sockets', [runtimeDefault, namelessSeccomp, sockets]),
  policyOf('group-beside-host-path', [groupBesideHostPath]),
  // What would be written for the one control the other denies.
  policyOf('root-or-scratch', writableRootOrScratch),
  // The name of a variable is no capability to drop, though it looks like one.
  policyOf('drops-beside-names', [
    drops,
    containerRule('names', (c) => some(items(c.env), (each) => equal(nameOf(each), 'LD_PRELOAD'))),
  ]),
  // It would be written into privileged containers, and pods for Windows, which an API server does not take then.
  policyOf('explicit-escalation', [
    containerRule('explicit-escalation', (c) => isTrue(c.securityContext.allowPrivilegeEscalation)),
  ]),
];
