import { denying, each, items, nameOf, not, oneOf, plainList, pod } from '../../../src/dsl/rules.js';
import type { LevelControl, Revision } from '../../../src/levels/types.js';
import { podWith } from '../common.js';

/** Each list adds to the one before. */
const safeSince: readonly { readonly since: number; readonly added: readonly string[] }[] = [
  {
    since: 0,
    added: [
      'kernel.shm_rmid_forced',
      'net.ipv4.ip_local_port_range',
      'net.ipv4.tcp_syncookies',
      'net.ipv4.ping_group_range',
      'net.ipv4.ip_unprivileged_port_start',
    ],
  },
  { since: 27, added: ['net.ipv4.ip_local_reserved_ports'] },
  {
    since: 29,
    added: [
      'net.ipv4.tcp_keepalive_time',
      'net.ipv4.tcp_fin_timeout',
      'net.ipv4.tcp_keepalive_intvl',
      'net.ipv4.tcp_keepalive_probes',
    ],
  },
  { since: 32, added: ['net.ipv4.tcp_rmem', 'net.ipv4.tcp_wmem'] },
  { since: 37, added: ['net.ipv4.tcp_slow_start_after_idle', 'net.ipv4.tcp_notsent_lowat'] },
];

const revisions = safeSince.map(({ since, added }): Revision => {
  const safe = safeSince.filter((each) => each.since <= since).flatMap((each) => each.added);
  const sysctlsOf = (...names: readonly string[]) =>
    podWith({ securityContext: { sysctls: names.map((name) => ({ name, value: '1' })) } });
  return {
    since,
    change:
      since === 0 ? `only safe sysctls may be set: ${added.join(', ')}` : `also safe: ${added.join(', ')}`,
    body: {
      collections: {
        sysctls: denying(
          each(items(pod.spec.securityContext.sysctls), (sysctl) => ({
            where: not(oneOf(nameOf(sysctl), safe)),
            show: nameOf(sysctl),
            at: sysctl.name,
          })),
        ),
      },
      reason: 'forbidden sysctls',
      detail: plainList('sysctls'),
    },
    denied: sysctlsOf('kernel.msgmax'),
    allowed: sysctlsOf(...added),
  };
});

export const sysctls: LevelControl = {
  id: 'sysctls',
  level: 'baseline',
  title: 'Sysctls',
  rule: `Restricted fields:
  spec.securityContext.sysctls[*].name
Allowed values: undefined, and the safe ones by version
${safeSince.map(({ since, added }) => `  from v1.${since}: ${added.join(', ')}`).join('\n')}`,
  why: 'Other sysctls change kernel parameters that the whole node shares, or switch protections off.',
  fix: 'Remove the sysctl, or set it on the nodes that need it.',
  revisions,
};
