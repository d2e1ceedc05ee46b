/** What a rule may ask the API server's authorizer: whether the one who asks, or the service account of the pod, has a right. */

import { deepStrictEqual } from 'node:assert/strict';
import { and, authorized, definePolicy, isTrue, not, pod as podPath } from '../../src/dsl/index.js';
import type { KubeObject } from '../../src/verify/apiserver/rest.js';
import type { User } from '../../src/verify/apiserver/server.js';
import type { Judgement } from '../../src/verify/apiserver/verdict.js';
import { controlsIn } from '../../src/verify/judged.js';
import { ofPods } from '../policies/pods.js';
import { specOf } from '../spec.js';
import { enforced, restricted } from './pods.js';
import { bad, badControls, k, type Scenario } from './vap-world.js';

const byRight = definePolicy({
  name: 'by-right',
  controls: [
    ofPods(
      'hostPIDByRight',
      and(isTrue(podPath.spec.hostPID), not(authorized('use', 'example.com', 'exceptions', 'hostpid'))),
    ),
  ],
});

const clusterRole = (name: string, rule: Readonly<Record<string, readonly string[]>>): KubeObject => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRole',
  metadata: { name },
  ...{ rules: [rule] },
});
const bindingOf = (role: string, subject: Readonly<Record<string, string>>): KubeObject => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRoleBinding',
  metadata: { name: role },
  ...{
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
    subjects: [subject],
  },
});

export const rights: Scenario = {
  name: 'rights: what the one who asks may do, or the service account of the pod, by RBAC',
  topics: [],
  policy: { ...restricted, mode: 'audit', controls: [...enforced.controls, ...byRight.ir.controls] },
  run: async ({ server, namespace }) => {
    const denied = [...badControls, 'hostPIDByRight'];
    const plain = { name: 'plain', groups: ['system:authenticated'] };
    const create = (spec: Record<string, unknown>, user?: User) =>
      server.dryRunCreate(
        namespace,
        { ...k(bad), ...{ spec: { ...specOf(k(bad)), ...spec } } },
        user === undefined ? {} : { user },
      );
    await server.apply([
      clusterRole('creates-pods', { apiGroups: [''], resources: ['pods'], verbs: ['create'] }),
      bindingOf('creates-pods', { kind: 'User', name: 'plain', apiGroup: 'rbac.authorization.k8s.io' }),
      clusterRole('sees-processes', {
        apiGroups: ['example.com'],
        resources: ['exceptions'],
        resourceNames: ['hostpid'],
        verbs: ['use'],
      }),
      bindingOf('sees-processes', { kind: 'ServiceAccount', name: 'trusted', namespace }),
    ]);
    // RBAC takes a moment too.
    const judged = ({ policyAudits }: Judgement) => policyAudits.length > 0;
    await server.waitFor(namespace, k(bad), judged, { user: plain, timeoutMs: 10_000 });
    const reports = ({ verdict, policyAudits }: Judgement, controls: readonly string[]) =>
      deepStrictEqual(
        [verdict, policyAudits.flatMap(({ message }) => controlsIn(message)).sort()],
        ['allow', [...controls].sort()],
      );
    // Of the group system:masters everything is allowed.
    reports(await create({}), badControls);
    reports(await create({}, plain), denied);
    reports(await create({ serviceAccountName: 'other' }, plain), denied);
    reports(await create({ serviceAccountName: 'trusted' }, plain), badControls);
  },
};
