/** Hand-made raw pods that decoding, defaulting and preparing could get wrong. */
import type { Json, JsonObject } from '../../src/manifest/types.js';

const appArmor = 'container.apparmor.security.beta.kubernetes.io/';

export interface PodCase {
  readonly name: string;
  readonly pod: JsonObject;
}

export function pod(spec: Json, metadata: Json = {}): JsonObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec };
}

const container = (more: JsonObject = {}): JsonObject => ({ name: 'c', image: 'nginx:1', ...more });
const one = (more: JsonObject, spec: JsonObject = {}): JsonObject =>
  pod({ ...spec, containers: [container(more)] });
const annotated = (value: string, spec: JsonObject = {}, more: JsonObject = {}): JsonObject =>
  pod({ containers: [container(more)], ...spec }, { annotations: { [`${appArmor}c`]: value } });

const ports = {
  ports: [
    { containerPort: 80 },
    { containerPort: 81, hostPort: 8081 },
    { containerPort: 82, hostPort: 0 },
    {},
  ],
};
const amounts = { limits: { cpu: '1', memory: '1Gi', 'hugepages-2Mi': '4Mi', 'example.com/gpu': 2 } };

export const podCases: readonly PodCase[] = [
  { name: 'bare', pod: { apiVersion: 'v1', kind: 'Pod' } },
  { name: 'no apiVersion and kind', pod: { spec: { containers: [] } } },
  { name: 'spec null', pod: pod(null, null) },
  { name: 'spec a list', pod: pod([]) },
  { name: 'wrong kind', pod: { apiVersion: 'v1', kind: 'Node' } },
  { name: 'containers null', pod: pod({ containers: null }) },
  { name: 'a null container', pod: pod({ containers: [null, container()] }) },
  { name: 'containers an object', pod: pod({ containers: {} }) },
  {
    name: 'empty objects',
    pod: one(
      { securityContext: {}, resources: {}, lifecycle: {}, livenessProbe: {} },
      { securityContext: {} },
    ),
  },
  {
    name: 'null objects',
    pod: one(
      { securityContext: null, resources: null, ports: null },
      { securityContext: null, volumes: null },
    ),
  },
  {
    name: 'false and zero',
    pod: one(
      { securityContext: { privileged: false, runAsUser: 0, runAsNonRoot: false } },
      { hostPID: false, hostNetwork: false, hostIPC: false },
    ),
  },
  {
    name: 'null leaves',
    pod: one(
      { securityContext: { privileged: null, runAsUser: null, capabilities: { add: null, drop: [] } } },
      { hostPID: null, hostUsers: null },
    ),
  },
  {
    name: 'empty strings',
    pod: one(
      {
        imagePullPolicy: '',
        terminationMessagePath: '',
        securityContext: { procMount: '', seccompProfile: { type: '' } },
      },
      { dnsPolicy: '', restartPolicy: '', schedulerName: '' },
    ),
  },
  { name: 'labels with null', pod: pod({}, { labels: { a: null, b: '' }, annotations: null }) },
  { name: 'command with null', pod: one({ command: [null, ''], args: [] }) },
  { name: 'label not a string', pod: pod({}, { labels: { a: 1 } }) },
  { name: 'bool as string', pod: one({ securityContext: { privileged: 'true' } }) },
  { name: 'int as string', pod: one({ securityContext: { runAsUser: '0' } }) },
  { name: 'fraction', pod: one({ securityContext: { runAsUser: 1.5 } }) },
  { name: 'int32 overflow', pod: one({ ports: [{ containerPort: 2 ** 31 }] }) },
  { name: 'int32 lowest', pod: one({ ports: [{ containerPort: -(2 ** 31) }] }) },
  { name: 'int64 large', pod: one({ securityContext: { runAsUser: 2 ** 53 - 1 } }) },
  { name: 'image a number', pod: one({ image: 1 }) },
  { name: 'image null', pod: one({ image: null }) },
  { name: 'port named', pod: one({ livenessProbe: { httpGet: { port: 'http', host: '' } } }) },
  { name: 'port empty name', pod: one({ livenessProbe: { tcpSocket: { port: '' } } }) },
  { name: 'port a bool', pod: one({ livenessProbe: { tcpSocket: { port: true } } }) },
  {
    name: 'unknown fields',
    pod: one({ privileged: true, securityContext: { Privileged: true } }, { hostpid: true, x: { y: [] } }),
  },
  { name: 'case of a known field', pod: { apiVersion: 'v1', kind: 'Pod', Spec: { hostPID: true } } },
  {
    name: 'proto',
    pod: JSON.parse(
      '{"metadata":{"labels":{"__proto__":"x","constructor":"y"}},"__proto__":{"spec":{"hostPID":true}}}',
    ),
  },
  {
    name: 'status is replaced',
    pod: { apiVersion: 'v1', kind: 'Pod', status: { phase: 'Running', podIP: '10.0.0.1' } },
  },
  { name: 'status of a wrong type', pod: { apiVersion: 'v1', kind: 'Pod', status: [] } },

  {
    name: 'host network ports',
    pod: pod({
      hostNetwork: true,
      containers: [container(ports)],
      initContainers: [container(ports)],
      ephemeralContainers: [container(ports)],
    }),
  },
  { name: 'no host network, same ports', pod: one(ports) },
  { name: 'host network null', pod: one(ports, { hostNetwork: null }) },

  {
    name: 'volume without source',
    pod: pod({ volumes: [{ name: 'v' }, { name: 'w', emptyDir: null }, { name: 'x', emptyDir: {} }, {}] }),
  },
  { name: 'volume with unknown source', pod: pod({ volumes: [{ name: 'v', hostpath: { path: '/' } }] }) },
  { name: 'volume with null source', pod: pod({ volumes: [{ name: 'v', hostPath: null }] }) },
  {
    name: 'volume with empty source',
    pod: pod({
      volumes: [
        { name: 'v', hostPath: {} },
        { name: 's', secret: {} },
        { name: 'p', projected: {} },
        { name: 'i', image: {} },
      ],
    }),
  },
  {
    name: 'projected sources',
    pod: pod({
      volumes: [
        {
          projected: {
            sources: [
              { serviceAccountToken: { path: 't' } },
              { downwardAPI: { items: [{ fieldRef: { fieldPath: 'x' } }] } },
              {},
              null,
            ],
          },
        },
      ],
    }),
  },
  {
    name: 'many sources with defaults',
    pod: pod({
      volumes: [
        { azureDisk: {} },
        { rbd: {} },
        { iscsi: {} },
        { scaleIO: {} },
        { configMap: {} },
        { downwardAPI: { items: [{ fieldRef: {} }] } },
        { ephemeral: { volumeClaimTemplate: {} } },
      ],
    }),
  },
  {
    name: 'dropped fields',
    pod: pod({
      volumes: [{ emptyDir: { mode: 1 } }],
      evictionResponders: [{ name: 'x' }],
      schedulingGroup: {},
      containers: [
        container({
          lifecycle: { stopSignal: 'SIGTERM' },
          livenessProbe: { httpGet: { port: 1, protocol: 'HTTP2' }, grpc: { port: 1, mode: 'TLS' } },
          volumeMounts: [{ bindMountOptions: ['x'] }],
        }),
      ],
    }),
  },
  {
    name: 'user namespaces',
    pod: one({ securityContext: { procMount: 'Unmasked', runAsUser: 0 } }, { hostUsers: false }),
  },
  {
    name: 'legacy init container annotations',
    pod: pod({}, { annotations: { 'pod.beta.kubernetes.io/init-containers': '[]' } }),
  },

  { name: 'apparmor runtime/default', pod: annotated('runtime/default') },
  { name: 'apparmor unconfined', pod: annotated('unconfined') },
  { name: 'apparmor localhost', pod: annotated('localhost/my-profile') },
  { name: 'apparmor localhost empty', pod: annotated('localhost/') },
  { name: 'apparmor localhost padded', pod: annotated('localhost/ p') },
  { name: 'apparmor localhost too long', pod: annotated(`localhost/${'é'.repeat(2048)}`) },
  { name: 'apparmor localhost long', pod: annotated(`localhost/${'e'.repeat(4095)}`) },
  { name: 'apparmor padded with NEL', pod: annotated('localhost/p\u0085') },
  { name: 'apparmor with BOM', pod: annotated('localhost/p\ufeff') },
  { name: 'apparmor bogus', pod: annotated('Unconfined') },
  { name: 'apparmor empty', pod: annotated('') },
  { name: 'apparmor windows', pod: annotated('unconfined', { os: { name: 'windows' } }) },
  { name: 'apparmor linux', pod: annotated('unconfined', { os: { name: 'linux' } }) },
  {
    name: 'apparmor pod profile equal',
    pod: annotated('runtime/default', { securityContext: { appArmorProfile: { type: 'RuntimeDefault' } } }),
  },
  {
    name: 'apparmor pod profile equal localhost',
    pod: annotated('localhost/p', {
      securityContext: { appArmorProfile: { type: 'Localhost', localhostProfile: 'p' } },
    }),
  },
  {
    name: 'apparmor pod profile other',
    pod: annotated('localhost/p', {
      securityContext: { appArmorProfile: { type: 'Localhost', localhostProfile: 'q' } },
    }),
  },
  {
    name: 'apparmor field wins',
    pod: annotated('unconfined', {}, { securityContext: { appArmorProfile: { type: 'RuntimeDefault' } } }),
  },
  {
    name: 'apparmor empty field wins',
    pod: annotated('unconfined', {}, { securityContext: { appArmorProfile: {} } }),
  },
  {
    name: 'apparmor null field',
    pod: annotated('unconfined', {}, { securityContext: { appArmorProfile: null } }),
  },
  {
    name: 'apparmor security context kept',
    pod: annotated('unconfined', {}, { securityContext: { privileged: true } }),
  },
  {
    name: 'apparmor init and ephemeral',
    pod: annotated('unconfined', {
      initContainers: [container()],
      ephemeralContainers: [container(), { name: 'd' }],
    }),
  },
  {
    name: 'apparmor absent container',
    pod: pod({ containers: [{ name: 'd' }] }, { annotations: { [`${appArmor}c`]: 'unconfined' } }),
  },
  {
    name: 'apparmor unnamed container',
    pod: pod({ containers: [{}] }, { annotations: { [appArmor]: 'unconfined' } }),
  },
  {
    name: 'seccomp annotations stay',
    pod: pod(
      { containers: [container()] },
      { annotations: { 'seccomp.security.alpha.kubernetes.io/pod': 'unconfined' } },
    ),
  },

  {
    name: 'requests from limits',
    pod: pod({
      containers: [container({ resources: amounts })],
      initContainers: [container({ resources: { ...amounts, requests: { cpu: '100m' } } })],
      ephemeralContainers: [container({ resources: amounts })],
    }),
  },
  { name: 'empty requests', pod: one({ resources: { ...amounts, requests: {} } }) },
  {
    name: 'small amounts',
    pod: one({ resources: { limits: { cpu: '0.0001', memory: '1.5' } } }, { overhead: { cpu: '1n' } }),
  },
  {
    name: 'pod resources from containers',
    pod: pod({
      resources: { limits: { memory: '4Gi' } },
      containers: [container({ resources: amounts }), container({ resources: { requests: { cpu: '0.5' } } })],
      initContainers: [
        container({ restartPolicy: 'Always', resources: { requests: { cpu: '3' } } }),
        container({ resources: { requests: { cpu: '9' } } }),
      ],
    }),
  },
  {
    name: 'pod limits from all containers',
    pod: pod({
      resources: { requests: { cpu: '5' } },
      containers: [container({ resources: amounts }), container({ resources: amounts })],
    }),
  },
  {
    name: 'pod limits, one container without',
    pod: pod({
      resources: { requests: { cpu: '5' } },
      containers: [container({ resources: amounts }), container()],
    }),
  },
  {
    name: 'pod resources empty',
    pod: pod({ resources: {}, containers: [container({ resources: amounts })] }),
  },

  { name: 'service account old name', pod: pod({ serviceAccount: 'a' }) },
  { name: 'service account both names', pod: pod({ serviceAccount: 'a', serviceAccountName: 'b' }) },
  { name: 'negative grace period', pod: pod({ terminationGracePeriodSeconds: -5 }) },
  { name: 'zero grace period', pod: pod({ terminationGracePeriodSeconds: 0 }) },
  {
    name: 'match label keys',
    pod: pod(
      {
        topologySpreadConstraints: [
          { labelSelector: {}, matchLabelKeys: ['app', 'absent'] },
          { matchLabelKeys: ['app'] },
        ],
        affinity: {
          podAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: [
              {
                labelSelector: { matchExpressions: [{ key: 'k' }] },
                matchLabelKeys: ['app'],
                mismatchLabelKeys: ['app'],
              },
            ],
          },
          podAntiAffinity: {
            preferredDuringSchedulingIgnoredDuringExecution: [
              { podAffinityTerm: { labelSelector: {}, mismatchLabelKeys: ['app'] } },
            ],
          },
        },
      },
      { labels: { app: 'x' } },
    ),
  },
  {
    name: 'times',
    pod: pod({}, { creationTimestamp: '2020-02-29T23:59:59.5+02:00', deletionTimestamp: null }),
  },
  { name: 'no such day', pod: pod({}, { creationTimestamp: '2021-02-29T00:00:00Z' }) },
  { name: 'generation', pod: pod({}, { generation: 7 }) },
  {
    name: 'windows',
    pod: one(
      { securityContext: { windowsOptions: { hostProcess: true, runAsUserName: '' } } },
      { os: { name: 'windows' }, hostNetwork: true },
    ),
  },
  {
    name: 'env',
    pod: one({
      env: [
        { name: 'A', valueFrom: { fieldRef: { fieldPath: 'x' } } },
        { valueFrom: { fileKeyRef: {} } },
        { valueFrom: { resourceFieldRef: { divisor: 0 } } },
        { value: null },
      ],
    }),
  },
  {
    name: 'lifecycle hosts',
    pod: one({
      lifecycle: {
        postStart: { httpGet: { host: 'h', port: 1 } },
        preStop: { tcpSocket: { host: 'h', port: 'p' } },
      },
    }),
  },
];
