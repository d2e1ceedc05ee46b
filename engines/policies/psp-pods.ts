/**
 * Pods by hand, where the edges of the rules alone do not lead: two values that belong together, deprecated annotations,
 * defaults, paths of the host in odd spellings.
 */
import type { Json, JsonObject } from '../../src/manifest/types.js';

const app: JsonObject = { name: 'app', image: 'example.com/app:1.0' };
const init: JsonObject = { name: 'init', image: 'example.com/app:1.0' };

function pod(spec: JsonObject, annotations: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'by-hand', annotations },
    spec: { containers: [app], ...spec },
  };
}

const local = (localhostProfile: string): JsonObject => ({ type: 'Localhost', localhostProfile });
const ofPod = (seccompProfile: Json): JsonObject => ({ securityContext: { seccompProfile } });
const both = (ofAll: Json, own: Json, group: 'containers' | 'initContainers'): JsonObject => ({
  ...ofPod(ofAll),
  [group]: [{ ...app, name: group === 'containers' ? 'app' : 'init', ...ofPod(own) }],
});

const seccompPod = 'seccomp.security.alpha.kubernetes.io/pod';
const seccompApp = 'container.seccomp.security.alpha.kubernetes.io/app';

const seccomp: readonly JsonObject[] = [
  ...['profiles/audit.json', 'profiles/strict.json', 'profiles/other.json'].flatMap((path) => [
    pod(ofPod(local(path))),
    pod(both(local('profiles/audit.json'), local(path), 'containers')),
    pod(both(local('profiles/audit.json'), local(path), 'initContainers')),
    pod({}, { [seccompPod]: `localhost/${path}` }),
    pod(ofPod(local('profiles/strict.json')), { [seccompApp]: `localhost/${path}` }),
  ]),
  pod(both(local('profiles/audit.json'), { type: 'RuntimeDefault' }, 'containers')),
  pod(both({ type: 'RuntimeDefault' }, local('profiles/audit.json'), 'initContainers')),
  ...['docker/default', 'runtime/default', 'unconfined', 'localhost/'].flatMap((name) => [
    pod({}, { [seccompPod]: name }),
    pod({}, { [seccompApp]: name }),
    pod(ofPod({ type: 'RuntimeDefault' }), { [seccompApp]: name }),
    pod(ofPod({ type: 'RuntimeDefault' }), { [seccompPod]: name }),
  ]),
];

const appArmorOf = (name: string) => `container.apparmor.security.beta.kubernetes.io/${name}`;

const appArmor: readonly JsonObject[] = [
  'runtime/default',
  'localhost/strict',
  'localhost/other',
  'unconfined',
  '',
].flatMap((profile) => [
  pod({}, { [appArmorOf('app')]: profile }),
  pod({ initContainers: [init] }, { [appArmorOf('app')]: 'runtime/default', [appArmorOf('init')]: profile }),
  pod({ initContainers: [init] }, { [appArmorOf('app')]: profile }),
]);

const hostPath = (path: string): JsonObject => ({ name: 'files', hostPath: { path } });
const mounting = (container: JsonObject, readOnly: boolean): JsonObject => ({
  ...container,
  volumeMounts: [{ name: 'files', mountPath: '/files', readOnly }],
});

const paths = [
  '/var/log',
  '/var/log/',
  '/var/log//',
  '/var//log',
  '//var/log',
  '/var/logs',
  '/srv',
  '/srv/a',
  '/',
  '/proc/1',
];

const hostPaths: readonly JsonObject[] = paths.flatMap((path) => [
  pod({ volumes: [hostPath(path)] }),
  pod({ volumes: [hostPath(path)], containers: [mounting(app, true)] }),
  pod({ volumes: [hostPath(path)], containers: [mounting(app, false)] }),
  pod({
    volumes: [hostPath(path)],
    containers: [mounting(app, true)],
    initContainers: [mounting(init, false)],
  }),
  // Of two volumes, the other is written to.
  pod({
    volumes: [
      { ...hostPath(path), name: 'unused' },
      { name: 'files', emptyDir: {} },
    ],
    containers: [mounting(app, false)],
  }),
]);

const token: JsonObject = {
  name: 'token',
  projected: {
    sources: [
      { serviceAccountToken: { path: 'token' } },
      { configMap: { name: 'kube-root-ca.crt' } },
      { downwardAPI: { items: [{ path: 'namespace', fieldRef: { fieldPath: 'metadata.namespace' } }] } },
    ],
  },
};

const volumes: readonly JsonObject[] = [
  ...[
    token,
    { name: 'empty' },
    { name: 'projected', projected: { sources: [] } },
    { name: 'secret', secret: { secretName: 's' } },
    { name: 'claim', persistentVolumeClaim: { claimName: 'c' } },
    { name: 'csi', csi: { driver: 'secrets-store.csi.k8s.io' } },
    { name: 'csi', csi: { driver: 'other.csi.k8s.io' } },
    { name: 'flex', flexVolume: { driver: 'example.com/nfs' } },
    { name: 'flex', flexVolume: { driver: 'example.com/other' } },
    { name: 'cephfs', cephfs: { monitors: ['a'] } },
  ].map((volume) => pod({ volumes: [volume] })),
  pod({ volumes: [token, { name: 'nfs', nfs: { server: 's', path: '/p' } }] }),
];

const windows: JsonObject = { windowsOptions: { hostProcess: true } };

const others: readonly JsonObject[] = [
  pod({ hostNetwork: true, containers: [{ ...app, ports: [{ containerPort: 8080 }] }] }),
  pod({ hostNetwork: true, containers: [{ ...app, ports: [{ containerPort: 8081, hostPort: 8081 }] }] }),
  pod({ hostNetwork: true, os: { name: 'windows' }, securityContext: windows }),
  pod({ hostNetwork: true, os: { name: 'windows' }, containers: [{ ...app, securityContext: windows }] }),
  pod({ containers: [app], initContainers: [{ ...init, securityContext: { privileged: true } }] }),
  pod({
    securityContext: { runAsGroup: 0 },
    containers: [{ ...app, securityContext: { runAsGroup: 1000 } }],
  }),
  pod({
    securityContext: { runAsGroup: 1000 },
    containers: [{ ...app, securityContext: { runAsGroup: 0 } }],
  }),
  pod({ securityContext: { supplementalGroups: [] } }),
  pod({ securityContext: { supplementalGroups: [5, 0] } }),
  pod({ securityContext: { fsGroup: 5000 }, runtimeClassName: 'gvisor' }),
  ...['Default', 'Unmasked'].map((procMount) =>
    pod({ containers: [{ ...app, securityContext: { procMount } }] }),
  ),
];

export const pspPods: readonly JsonObject[] = [...seccomp, ...appArmor, ...hostPaths, ...volumes, ...others];
