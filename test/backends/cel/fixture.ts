/** Small policies and pods that hold a bit of everything. */
import { expect } from 'vitest';
import { admit } from '../../../src/admission/index.js';
import { vap } from '../../../src/backends/vap/index.js';
import type * as dsl from '../../../src/dsl/index.js';
import { defaultScope, noExemptions } from '../../../src/dsl/scope.js';
import { evaluate, noRequest } from '../../../src/evaluate.js';
import {
  type Comprehension,
  type Cond,
  type Control,
  irVersion,
  type Policy,
  type Term,
} from '../../../src/ir/types.js';
import type { JsonObject } from '../../../src/manifest/types.js';
import { CelEngine, type CelRequest } from './engine.js';

export function policyOf(
  controls: readonly Control[],
  alternatives: readonly Policy[] = [],
  name = 'own',
): Policy {
  return {
    ir: irVersion,
    name,
    version: null,
    controls,
    mutations: [],
    alternatives,
    exceptions: [],
    exemptions: noExemptions,
    scope: defaultScope,
    mode: 'enforce',
  };
}

/** A control that denies where the condition holds. */
export function control(
  where: Cond | dsl.Cond,
  show: Term = { kind: 'literal', value: 'pod' },
  id = 'own',
): Control {
  const cond = 'cond' in where ? where.cond : where;
  return comprehensionControl([{ over: [], where: cond, show, at: { from: 'pod', path: [] } }], id);
}

export function comprehensionControl(from: readonly Comprehension[], id = 'own'): Control {
  return {
    id,
    level: 'custom',
    unless: { kind: 'constant', value: false },
    collections: [{ name: 'found', distinct: false, denies: true, from }],
    reason: { kind: 'text', text: 'found' },
    detail: { kind: 'list', of: 'found', quote: true, separator: ', ' },
  };
}

const manifests: readonly JsonObject[] = [
  { spec: { containers: [{ name: 'a', image: 'x' }] } },
  {
    metadata: {
      annotations: { 'p/a': 'one', 'p/b': '', 'q/a': 'p/', weird: 'a "b" \\ c\n\td' },
      labels: { app: 'a' },
    },
    spec: {
      serviceAccountName: 'robot',
      hostUsers: false,
      hostNetwork: true,
      priority: 7,
      nodeSelector: { disk: 'ssd' },
      securityContext: {
        runAsUser: 0,
        fsGroup: 2000,
        supplementalGroups: [1, 2000, 5],
        seLinuxOptions: { level: 's0:c1,c2' },
        sysctls: [{ name: 'kernel.a', value: '' }],
      },
      initContainers: [{ name: 'i', image: 'x', command: ['', 'a', 'b'], restartPolicy: 'Always' }],
      containers: [
        {
          name: 'a',
          image: 'reg.io/app:latest',
          env: [
            { name: 'A', value: '' },
            { name: 'B', value: 'b' },
          ],
          ports: [{ containerPort: 80 }, { containerPort: 443, hostPort: 443 }],
          securityContext: {
            runAsUser: 1000,
            capabilities: { add: ['CHOWN', '', 'a\nb'] },
            seLinuxOptions: { level: 's0:c2,c1' },
          },
          livenessProbe: { httpGet: { port: 'http' }, initialDelaySeconds: 0 },
          resources: { limits: { cpu: '1', memory: 1024 } },
          volumeMounts: [
            { name: 'host', mountPath: '/host', readOnly: true },
            { name: 'v', mountPath: '/v' },
          ],
        },
        {
          name: 'b',
          image: 'app',
          livenessProbe: { httpGet: { port: 8080 } },
          resources: { limits: { cpu: '1' } },
        },
      ],
      volumes: [
        { name: 'host', hostPath: { path: '/var/lib1' } },
        { name: 'p', projected: {} },
        {
          name: 'q',
          projected: { sources: [{ serviceAccountToken: { path: 'token' } }, { configMap: { name: 'c' } }] },
        },
        { name: 'v', emptyDir: {} },
      ],
    },
  },
  {
    spec: {
      hostNetwork: false,
      os: { name: 'windows' },
      securityContext: {},
      containers: [{ name: 'a', image: 'x', securityContext: { capabilities: {} }, ports: [], env: [] }],
      ephemeralContainers: [{ name: 'e', image: 'y', securityContext: { privileged: true } }],
      volumes: [
        { name: 'host', hostPath: { path: '/var/lib/x' } },
        { name: 'slash', hostPath: { path: '/' } },
      ],
    },
  },
];

export const pods = manifests.map((manifest): JsonObject => {
  const admission = admit({ apiVersion: 'v1', kind: 'Pod', ...manifest });
  if (admission.kind !== 'workload' || admission.pod === undefined)
    throw new Error(JSON.stringify(admission.problems));
  return admission.pod;
});

const [, second] = pods;

const requests: readonly CelRequest[] = [
  {},
  {
    operation: 'UPDATE',
    user: 'jane',
    userGroups: ['admins', 'dev'],
    namespace: 'team-a',
    namespaceLabels: { team: 'a' },
    ...(second && { oldPod: second }),
  },
  {
    operation: 'UPDATE',
    subresource: 'ephemeralcontainers',
    namespace: 'other',
    ...(pods[0] && { oldPod: pods[0] }),
  },
];

export function agrees(policy: Policy): { denied: number; allowed: number } {
  const compiled = vap.compile([policy], '1.37');
  if ('refusals' in compiled) throw new Error(JSON.stringify(compiled.refusals));
  const withoutUpdateRule = compiled.files.map((file) => ({
    ...file,
    // These tests are about conditions: an update that changes nothing is judged here, too.
    text: file.text.replace('request.operation != "UPDATE" ||', 'true ||'),
  }));
  const engine = new CelEngine(withoutUpdateRule);
  const count = { denied: 0, allowed: 0 };
  for (const each of pods) {
    for (const request of requests) {
      const wanted = evaluate(policy, each, { ...noRequest, ...request }).map((finding) => finding.control);
      const judged = engine.judge(each, request);
      expect(judged.error ?? judged.controls).toEqual(wanted);
      count[wanted.length > 0 ? 'denied' : 'allowed']++;
    }
  }
  return count;
}
