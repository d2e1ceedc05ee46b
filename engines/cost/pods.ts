/** Pods with a hundred of everything: what a policy admits, and what breaks its rules in every place. */
import { evaluate } from '../../src/evaluate.js';
import type { Policy } from '../../src/ir/types.js';
import type { Json, JsonObject } from '../../src/manifest/types.js';
import { admittedPod } from '../../src/verify/judged.js';

export const many = 100;

const each = <T>(make: (index: number) => T): T[] => Array.from({ length: many }, (_, index) => make(index));

interface Parts {
  readonly annotations?: JsonObject;
  readonly spec?: JsonObject;
  readonly container?: (index: number) => JsonObject;
  readonly image?: string;
  readonly volume?: JsonObject;
  readonly readOnly?: boolean;
  /** Whether the first volume is an empty directory, which each container may write to. */
  readonly scratch?: boolean;
  readonly sysctls?: readonly string[];
  readonly securityContext?: JsonObject;
}

function podOf(parts: Parts): JsonObject {
  const {
    annotations = {},
    spec = {},
    container = () => ({}),
    image = 'registry.example.com/app:1.0',
  } = parts;
  const { volume = { emptyDir: {} }, readOnly = true, scratch = false } = parts;
  const { sysctls = [], securityContext = {} } = parts;
  const shared: JsonObject[] = scratch ? [{ name: 'volume-0', mountPath: '/scratch' }] : [];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'large', annotations },
    spec: {
      ...spec,
      securityContext: { ...securityContext, sysctls: sysctls.map((name) => ({ name, value: '1' })) },
      containers: each((index) => ({
        name: `app-${index}`,
        image,
        volumeMounts: [{ name: `volume-${index}`, mountPath: '/data', readOnly }, ...shared],
        ...container(index),
      })),
      volumes: each((index) => ({
        name: `volume-${index}`,
        ...(scratch && index === 0 ? { emptyDir: {} } : volume),
      })),
    },
  };
}

const compliantContext = (added: readonly string[]): JsonObject => ({
  allowPrivilegeEscalation: false,
  capabilities: { add: [...added], drop: ['ALL'] },
  seccompProfile: { type: 'RuntimeDefault' },
});

/** What is safe at some level, or for a policy that allows more: of these a policy's pod has all that it admits. */
const sysctls = [
  'kernel.shm_rmid_forced',
  'net.core.somaxconn',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.ping_group_range',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_notsent_lowat',
  'net.ipv4.tcp_rmem',
  'net.ipv4.tcp_slow_start_after_idle',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.tcp_wmem',
];
const capabilities = ['NET_BIND_SERVICE', 'SYS_TIME', 'CHOWN'];
/** The dearest to judge first. */
const volumes: readonly JsonObject[] = [
  { hostPath: { path: '/var/log' } },
  { projected: { sources: [{ configMap: { name: 'settings' } }] } },
];

/** Judged by the policy alone: what an API server thinks of it is not asked. */
function admits(policy: Policy, pod: JsonObject): boolean {
  return evaluate(policy, admittedPod(pod)).length === 0;
}

/**
 * A pod that the policy admits. An API server takes each sysctl once and there are not a hundred safe ones, so there are two
 * forms: with a hundred, repeated, for CEL and Rego that are asked directly, and with each once.
 */
export function compliantPod(policy: Policy, distinct = false): JsonObject {
  const base: Parts = {
    scratch: true,
    securityContext: { runAsNonRoot: true },
    container: () => ({ securityContext: compliantContext([]) }),
  };
  const safe = sysctls.filter((name) => admits(policy, podOf({ ...base, sysctls: [name] })));
  const added = capabilities.filter((name) =>
    admits(policy, podOf({ ...base, container: () => ({ securityContext: compliantContext([name]) }) })),
  );
  const volume = volumes.find((source) => admits(policy, podOf({ ...base, volume: source })));
  const pod = podOf({
    ...base,
    container: () => ({ securityContext: compliantContext(added) }),
    sysctls: distinct ? safe : each((index) => safe[index % safe.length] ?? ''),
    ...(volume === undefined ? {} : { volume }),
  });
  if (!admits(policy, pod)) throw new TypeError(`${policy.name} denies the pod that it is to admit`);
  return pod;
}

const probe = (index: number): Json => ({ httpGet: { host: `host-${index}.example.com`, port: 80 } });

/**
 * A pod of which everything that a rule of podsec's policies looks at is wrong, a hundred times. An API server takes it, but
 * for what it has only `unheard` of: /proc unmasked demands a user namespace, which the host's namespaces forbid.
 */
export function violatingPod(unheard = true): JsonObject {
  const annotation = (index: number) => `container.apparmor.security.beta.kubernetes.io/app-${index}`;
  return podOf({
    annotations: Object.fromEntries(each((index) => [annotation(index), 'unconfined'])),
    spec: { hostNetwork: true, hostPID: true, hostIPC: true },
    securityContext: {
      runAsUser: 0,
      runAsNonRoot: false,
      seccompProfile: { type: 'Unconfined' },
      appArmorProfile: { type: 'Unconfined' },
      seLinuxOptions: { type: 'spc_t', user: 'root', role: 'admin' },
      windowsOptions: { hostProcess: true },
    },
    image: 'elsewhere.example.com/app:1.0',
    sysctls: each((index) => `kernel.example${index}`),
    volume: { hostPath: { path: '/etc' } },
    readOnly: false,
    container: (index) => ({
      ports: [{ containerPort: 10_000 + index, hostPort: 10_000 + index }],
      livenessProbe: probe(index),
      readinessProbe: probe(index),
      startupProbe: probe(index),
      lifecycle: { postStart: probe(index), preStop: probe(index) },
      securityContext: {
        privileged: true,
        runAsUser: 0,
        runAsNonRoot: false,
        capabilities: { add: ['SYS_ADMIN', 'NET_ADMIN', 'SYS_PTRACE'], drop: ['CHOWN'] },
        seccompProfile: { type: 'Unconfined' },
        appArmorProfile: { type: 'Unconfined' },
        seLinuxOptions: { type: 'spc_t', user: 'root', role: 'admin' },
        windowsOptions: { hostProcess: true },
        ...(unheard ? { procMount: 'Unmasked' } : {}),
      },
    }),
  });
}
