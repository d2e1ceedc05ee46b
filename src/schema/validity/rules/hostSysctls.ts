import { and, isTrue, items, matches, oneOf, or, pod, prefix, some, value } from '../../../dsl/rules.js';
import type { ValidityRule } from '../types.js';
import { nodeOf, specWith } from './common.js';

/** Both spellings of a name; the API server reads the first separator, and takes the others for that one's. */
const both = (name: string) => [name, name.replaceAll('.', '/')];

const ipc = [
  ...[
    'kernel.sem',
    'kernel.shmall',
    'kernel.shmmax',
    'kernel.shmmni',
    'kernel.shm_rmid_forced',
    'kernel.shm',
  ],
  ...['kernel.msgmax', 'kernel.msgmnb', 'kernel.msgmni', 'kernel.msg'],
].flatMap(both);

const spec = (more: Readonly<Record<string, unknown>>) => ({
  ...specWith({}),
  securityContext: { sysctls: [{ name: 'kernel.msgmax', value: '65536' }] },
  ...more,
});

export const hostSysctls: ValidityRule = {
  id: 'hostSysctls',
  rule: 'a pod does not set a sysctl of a namespace that it shares with the host',
  source: 'ValidateHostSysctl; node/util/sysctl/namespace.go of k8s.io/component-helpers',
  refused: nodeOf(
    some(items(pod.spec.securityContext.sysctls), ({ name }) =>
      or(
        and(isTrue(pod.spec.hostNetwork), matches(value(name, ''), prefix('net.'), prefix('net/'))),
        and(
          isTrue(pod.spec.hostIPC),
          or(oneOf(value(name, ''), ipc), matches(value(name, ''), ...both('fs.mqueue.').map(prefix))),
        ),
      ),
    ),
  ),
  examples: { refused: { spec: spec({ hostIPC: true }) }, accepted: { spec: spec({ hostPID: true }) } },
};
