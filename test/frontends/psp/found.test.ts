/** Policies as they are found on the web, mistakes included, with the RBAC objects that come with them. */
import { expect, test } from 'vitest';
import { folder, podsec } from '../../cli/run.js';

const spec = `spec:
  privileged: false
  allowedCapabilities:
    - NET_BIND_SERVICE
  volumes:
    - 'configMap'
    - 'emptyDir'
    - 'secret'
    - 'persistentVolumeClaim'
  hostPorts:
    - min: 0
      max: 65535
  runAsUser:
    rule: 'MustRunAsNonRoot'
  seLinux:
    rule: 'RunAsAny'
  supplementalGroups:
    rule: 'MustRunAs'
    ranges:
      - min: 1
        max: 65535
  fsGroup:
    rule: 'MustRunAs'
    ranges:
      - min: 1
        max: 65535
`;

const rbac = `---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: psp-role
rules:
  - apiGroups: [extensions]
    resources: [podsecuritypolicies]
    verbs: [use]
    resourceNames: [baseline]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: psp-rolebinding
subjects:
  - kind: ServiceAccount
    name: default
    apiGroup: ""
roleRef:
  kind: Role
  name: psp-role
  apiGroup: ""
`;

const head = 'apiVersion: policy/v1beta1\nkind: PodSecurityPolicy\nmetadata:\n  name: baseline\n';

const pods = `apiVersion: v1
kind: Pod
metadata: {name: plain}
spec:
  containers: [{name: app, image: example.com/app:1.0}]
---
apiVersion: v1
kind: Pod
metadata: {name: host}
spec:
  hostNetwork: true
  containers: [{name: app, image: example.com/app:1.0, ports: [{containerPort: 80}]}]
---
apiVersion: v1
kind: Pod
metadata: {name: profiled}
spec:
  securityContext: {seccompProfile: {type: RuntimeDefault}}
  containers: [{name: app, image: example.com/app:1.0}]
`;

const check = (policy: string, ...args: string[]) =>
  podsec(['check', '--policy', 'psp.yaml', 'pods.yaml', ...args], {
    cwd: folder({ 'psp.yaml': policy, 'pods.yaml': pods }),
  });

test('a policy of this kind judges, and says what it writes', async () => {
  const ran = await check(`${head}${spec}${rbac}`, '-f', 'json');
  expect(ran.stderr).toBe('');
  expect(ran.exitCode).toBe(1);
  const { results, summary } = JSON.parse(ran.stdout);
  expect(summary).toMatchObject({ allow: 1, deny: 2, policies: [{ policy: 'psp/baseline' }] });
  const [plain, host, profiled] = results;
  expect(plain).toEqual({
    policy: 'psp/baseline',
    resource: { apiVersion: 'v1', kind: 'Pod', namespace: null, name: 'plain' },
    source: { file: 'pods.yaml', line: 1, column: 1 },
    verdict: 'allow',
    findings: [],
    writes: [
      {
        by: 'runAsUser',
        path: 'spec.containers[0].securityContext.runAsNonRoot',
        line: 5,
        column: 16,
        value: true,
      },
      {
        by: 'supplementalGroups',
        path: 'spec.securityContext.supplementalGroups',
        line: 5,
        column: 3,
        value: [1],
      },
      { by: 'fsGroup', path: 'spec.securityContext.fsGroup', line: 5, column: 3, value: 1 },
    ],
  });
  const controls = (result: { readonly findings: readonly { readonly control: string }[] }) =>
    result.findings.map(({ control }) => control);
  expect(controls(host)).toEqual(['hostNetwork']);
  // Without an annotation, no profile may be set: the Restricted level demands one.
  expect(controls(profiled)).toEqual(['seccomp']);
});

test('a field that is none is found, with what was meant, and nothing is judged', async () => {
  const wrong = spec.replace('  volumes:', "  hostVolumes:\n    - '*'\n  volumes:");
  const ran = await check(`${head}${wrong}${rbac}`);
  expect(ran.exitCode).toBe(2);
  expect(ran.stderr).toBe(
    'psp.yaml:10:5: error: spec has no field `hostVolumes` [unknown-field]\n' +
      '  did you mean `volumes`, with `hostPath` in it? `allowedHostPaths` says which paths\n',
  );
  expect(ran.stdout).toBe('');
});

test('of two policies in a file, each judges by itself', async () => {
  const open = `---\n${head.replace('baseline', 'open')}spec:
  volumes: ['*']
  hostNetwork: true
  hostPorts: [{min: 1, max: 65535}]
  runAsUser: {rule: RunAsAny}
  seLinux: {rule: RunAsAny}
  supplementalGroups: {rule: RunAsAny}
  fsGroup: {rule: RunAsAny}
`;
  const ran = await check(`${head}${spec}${open}`);
  expect(ran.stdout).toContain('psp/baseline: 2 denied, 1 allowed.\npsp/open: 1 denied, 2 allowed.\n');
  // The label names no policy that `explain` knows.
  expect(ran.stdout).not.toContain('podsec explain');
  // Each that allows it and writes is shown to write.
  expect(ran.stdout).toContain('    allow  psp/baseline\n');
});

test('two policies of one name are told apart by nobody', async () => {
  const ran = await check(`${head}${spec}---\n${head}${spec.replace('NET_BIND_SERVICE', 'KILL')}`);
  expect(ran.exitCode).toBe(2);
  expect(ran.stderr).toContain('[name-collision]');
});

test('no target writes: a policy that does is refused by each, and one that does not is compiled', async () => {
  const writes = folder({ 'psp.yaml': `${head}${spec}` });
  const refused = await podsec(['compile', '--policy', './psp.yaml', '--target', 'all', '--out', 'out'], {
    cwd: writes,
  });
  const reasons = refused.stderr.match(/^refused: \S+: baseline: mutations: /gm) ?? [];
  expect(reasons.length).toBeGreaterThanOrEqual(7);
  const silent = spec
    .replace('MustRunAsNonRoot', 'RunAsAny')
    .replaceAll(/'MustRunAs'\n.*\n.*\n.*\n/g, "'RunAsAny'\n");
  const annotated = head.replace(
    '  name: baseline\n',
    "  name: baseline\n  annotations: {seccomp.security.alpha.kubernetes.io/allowedProfileNames: '*'}\n",
  );
  const says = folder({ 'psp.yaml': `${annotated}${silent}` });
  const compiled = await podsec(['compile', '--policy', './psp.yaml', '--target', 'vap', '--out', 'out'], {
    cwd: says,
  });
  expect(compiled.stderr).not.toContain('mutations');
  expect(compiled.exitCode).toBe(0);
  const explained = await podsec(['explain', './psp.yaml'], { cwd: writes });
  expect(explained.exitCode).toBe(0);
  expect(explained.stdout).toContain('write fsGroup: the pod');
});
