/** Facts of PodSecurityPolicy in Kubernetes 1.24, which reading one and writing one share. */

/** SafeSysctlAllowlist of pkg/security/podsecuritypolicy/sysctl. */
export const safeSysctls: readonly string[] = [
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.ping_group_range',
  'net.ipv4.ip_unprivileged_port_start',
];
