import { and, containers, equal, isTrue, items, not, some, value } from '../../../dsl/rules.js';
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
