import {
  and,
  containers,
  equal,
  isTrue,
  items,
  not,
  oneOf,
  or,
  present,
  some,
  value,
} from '../../../dsl/rules.js';
import type { ValidityRule } from '../types.js';
import { container, nodeOf } from './common.js';

const spec = (privileged: boolean) => ({
  containers: [
    container({
      securityContext: { privileged },
      volumeMounts: [{ name: 'data', mountPath: '/data', mountPropagation: 'Bidirectional' }],
    }),
  ],
  volumes: [{ name: 'data', emptyDir: {} }],
});

export const mountPropagation: ValidityRule = {
  id: 'mountPropagation',
  rule: 'only a privileged container propagates mounts to the host',
  source: 'validateMountPropagation',
  refused: nodeOf(
    some(containers(), (c) =>
      and(
        not(isTrue(c.securityContext.privileged)),
        some(items(c.volumeMounts), (mount) => equal(value(mount.mountPropagation, ''), 'Bidirectional')),
      ),
    ),
  ),
  examples: { refused: { spec: spec(false) }, accepted: { spec: spec(true) } },
};

const mounting = (more: Readonly<Record<string, unknown>>) => ({
  containers: [container({ volumeMounts: [{ name: 'data', mountPath: '/data', ...more }] })],
  volumes: [{ name: 'data', emptyDir: {} }],
});

export const recursiveReadOnly: ValidityRule = {
  id: 'recursiveReadOnly',
  rule: 'a mount that is read only to its depths is read only, and propagates nothing',
  source: 'validateMountRecursiveReadOnly',
  refused: nodeOf(
    some(containers(), (c) =>
      some(items(c.volumeMounts), (mount) =>
        and(
          oneOf(value(mount.recursiveReadOnly, ''), ['Enabled', 'IfPossible']),
          or(
            not(isTrue(mount.readOnly)),
            oneOf(value(mount.mountPropagation, ''), ['Bidirectional', 'HostToContainer']),
          ),
        ),
      ),
    ),
  ),
  examples: {
    refused: { spec: mounting({ recursiveReadOnly: 'Enabled' }) },
    accepted: { spec: mounting({ recursiveReadOnly: 'Enabled', readOnly: true }) },
  },
};

export const oneSubPath: ValidityRule = {
  id: 'oneSubPath',
  rule: 'the part of a volume that is mounted is said in one way',
  source: 'ValidateVolumeMounts',
  refused: nodeOf(
    some(containers(), (c) =>
      some(items(c.volumeMounts), (mount) => and(present(mount.subPath), present(mount.subPathExpr))),
    ),
  ),
  examples: {
    refused: { spec: mounting({ subPath: 'a', subPathExpr: 'a' }) },
    accepted: { spec: mounting({ subPathExpr: 'a' }) },
  },
};
