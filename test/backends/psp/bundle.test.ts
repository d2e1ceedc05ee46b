/** The files of a bundle: what may be applied, who is judged by it, and what is refused as a whole. */
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { pspPolicies } from '../../../engines/policies/psp.js';
import { psp } from '../../../src/backends/psp/index.js';
import * as dsl from '../../../src/index.js';
import { levelPolicy, newestMinor } from '../../../src/index.js';
import type { Mode, Policy } from '../../../src/ir/types.js';
import type { JsonObject } from '../../../src/manifest/types.js';

const named = (name: string): Policy => {
  const found = pspPolicies.find((policy) => policy.name === name);
  if (found === undefined) throw new TypeError(`there is no policy ${name}`);
  return found;
};

const privileged: Policy = { ...levelPolicy('privileged', newestMinor), mode: 'enforce' };

function files(policy: Policy): Map<string, string> {
  const compiled = psp.compile([policy], '1.24');
  if ('refusals' in compiled) throw new TypeError(JSON.stringify(compiled.refusals));
  return new Map(compiled.files.map(({ path, text }) => [path, text]));
}

function objects(policy: Policy, path: string): JsonObject[] {
  const text = files(policy).get(path);
  if (text === undefined) throw new TypeError(`there is no file ${path}`);
  return parseAllDocuments(text).map((document): JsonObject => document.toJS());
}

function refused(...policies: Policy[]): string {
  const compiled = psp.compile(policies, '1.24');
  if ('files' in compiled) throw new TypeError('it was said');
  return compiled.refusals
    .map(({ policy, control, reason }) => `${policy} ${control ?? '-'}: ${reason}`)
    .join('\n');
}

const titles = (of: readonly JsonObject[]) =>
  of.map(({ kind, metadata }) => [kind, Reflect.get(Object(metadata), 'name')]);

const exempting = (exemptions: Partial<Policy['exemptions']>): Policy => ({
  ...privileged,
  exemptions: { ...privileged.exemptions, ...exemptions },
});

describe('who is judged', () => {
  test('everybody who sends a request, and every service account, may use the policy', () => {
    const [policy, role, binding, ...more] = objects(named('unprivileged'), 'unprivileged.yaml');
    expect(more).toEqual([]);
    expect(policy).toMatchObject({
      apiVersion: 'policy/v1beta1',
      kind: 'PodSecurityPolicy',
      metadata: { name: 'podsec-unprivileged' },
      spec: { privileged: false, allowPrivilegeEscalation: true, seLinux: { rule: 'RunAsAny' } },
    });
    expect(role).toMatchObject({
      kind: 'ClusterRole',
      rules: [
        {
          apiGroups: ['policy'],
          resources: ['podsecuritypolicies'],
          resourceNames: ['podsec-unprivileged'],
          verbs: ['use'],
        },
      ],
    });
    expect(binding).toMatchObject({
      kind: 'ClusterRoleBinding',
      roleRef: { kind: 'ClusterRole', name: 'podsec-unprivileged' },
      subjects: [
        { kind: 'Group', name: 'system:authenticated' },
        { kind: 'Group', name: 'system:serviceaccounts' },
      ],
    });
  });

  test('in a namespace out of scope, everybody may use a policy that admits every pod', () => {
    const found = objects(exempting({ namespaces: ['sandbox'] }), 'privileged-exempt.yaml');
    const spaces = found.flatMap(({ kind, metadata }) =>
      kind === 'RoleBinding' ? [Reflect.get(Object(metadata), 'namespace')] : [],
    );
    expect(spaces).toEqual(['kube-system', 'kube-public', 'kube-node-lease', 'sandbox']);
    expect(found.some(({ kind }) => kind === 'ClusterRoleBinding')).toBe(false);
  });

  test('nothing is exempt where the scope is everything', () => {
    const scope = { excludedNamespaces: [], namespaceSelector: [] };
    expect([...files({ ...privileged, scope }).keys()].filter((path) => path.includes('exempt'))).toEqual([]);
  });

  test('a user is exempt everywhere, a service account as user and as what pods run as', () => {
    const policy = exempting({
      users: ['alice', 'system:serviceaccount:ci:deployer'],
      serviceAccounts: [{ namespace: 'ci', name: 'deployer' }],
    });
    const binding = objects(policy, 'privileged-exempt.yaml').find(
      ({ kind }) => kind === 'ClusterRoleBinding',
    );
    expect(binding?.subjects).toEqual([
      { apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'alice' },
      { kind: 'ServiceAccount', namespace: 'ci', name: 'deployer' },
    ]);
  });

  test.each([
    [{ users: ['system:serviceaccount:ci:deployer'] }, 'the pods that run as it too'],
    [{ serviceAccounts: [{ namespace: 'ci', name: 'deployer' }] }, 'the pods that it creates too'],
    [{ runtimeClasses: ['kata'] }, 'exemptRuntimeClasses'],
  ])('%j is refused, as others would be exempt with it', (exemptions, reason) => {
    expect(refused(exempting(exemptions))).toContain(reason);
  });
});

describe('alternatives', () => {
  test('are a policy each, with what holds for all of them', () => {
    const found = objects(named('either-or'), 'either-or.yaml');
    expect(titles(found)).toEqual([
      ['PodSecurityPolicy', 'podsec-either-or-web'],
      ['PodSecurityPolicy', 'podsec-either-or-agent'],
      ['ClusterRole', 'podsec-either-or'],
      ['ClusterRoleBinding', 'podsec-either-or'],
    ]);
    for (const { spec } of found.slice(0, 2)) expect(spec).toMatchObject({ privileged: false });
    expect(found[0]?.spec).toMatchObject({ hostNetwork: false, hostPID: true });
    expect(found[1]?.spec).toMatchObject({ hostNetwork: true, hostPID: false });
  });

  test('for who may use them have the name that the rules say, and nobody is given the right', () => {
    const found = objects(named('by-right'), 'by-right.yaml');
    expect(titles(found).slice(0, 2)).toEqual([
      ['PodSecurityPolicy', 'podsec-by-right-everybody'],
      ['PodSecurityPolicy', 'trusted-workloads'],
    ]);
    expect(JSON.stringify(found[2])).not.toContain('trusted-workloads');
  });

  test('of alternatives are all paths through them', () => {
    const inner = named('either-or');
    const policy: Policy = { ...privileged, name: 'deep', alternatives: [inner, named('unprivileged')] };
    expect(
      titles(objects(policy, 'deep.yaml'))
        .slice(0, 3)
        .map(([, name]) => name),
    ).toEqual(['podsec-deep-either-or-web', 'podsec-deep-either-or-agent', 'podsec-deep-unprivileged']);
  });

  test.each([
    ['podsec-privileged-exempt', 'two PodSecurityPolicies would be called podsec-privileged-exempt'],
    ['No Name', 'no PodSecurityPolicy can be called "No Name"'],
  ])('called %s are refused', (name, reason) => {
    const { pod } = dsl;
    const may = (group: string) => dsl.authorized('use', group, 'podsecuritypolicies', name);
    const where = dsl.not(dsl.or(may('policy'), may('extensions')));
    const collections = { found: dsl.denying(dsl.once({ where, show: '', at: pod.spec })) };
    const trusted = dsl.definePolicy({
      name: 'trusted',
      controls: [dsl.control({ id: 'may-use', collections, reason: 'may not use it' })],
    }).ir;
    expect(refused({ ...privileged, alternatives: [trusted] })).toContain(reason);
  });
});

describe('as a whole', () => {
  test.each<[Mode, string]>([
    ['audit', 'can do nothing less'],
    ['warn', 'can do nothing less'],
    ['enforce-workloads', 'judges pods alone'],
  ])('the mode %s is refused', (mode, reason) => {
    expect(refused({ ...privileged, mode })).toContain(reason);
  });

  test('a selector of namespaces is refused', () => {
    const namespaceSelector = [{ key: 'team', operator: 'Exists' as const, values: [] }];
    expect(refused({ ...privileged, scope: { ...privileged.scope, namespaceSelector } })).toContain(
      'knows namespaces by their names alone',
    );
  });

  test('two policies are refused: a pod would have to fit one of them', () => {
    expect(refused(privileged, named('unprivileged'))).toContain('neither is enforced');
  });

  test('the promise and its conditions stand on top of each file', () => {
    const headed = files(privileged).get('privileged.yaml') ?? '';
    expect(headed).toContain('creation of pods without ephemeral containers');
    expect(headed).toContain('feature gate ProcMountType on');
    expect(files(named('proc-mount')).get('proc-mount.yaml')).not.toContain('feature gate');
  });

  test('levels but privileged are refused, with each control that is to blame', () => {
    const baseline: Policy = { ...levelPolicy('baseline', newestMinor), mode: 'enforce' };
    const controls = refused(baseline)
      .split('\n')
      .map((line) => line.split(/[ :]/)[1]);
    expect([...new Set(controls)]).toEqual([
      'appArmorProfile',
      'hostProbesAndHostLifecycle',
      'procMount',
      'seLinuxOptions',
      'seccompProfile_baseline',
    ]);
  });
});
