/** What is around the code: names, modes, scope, files and refusals. */
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { gatekeeper } from '../../../src/backends/gatekeeper/index.js';
import type { BackendOptions } from '../../../src/backends/types.js';
import type { Mode, Policy } from '../../../src/ir/types.js';
import { levelPolicy } from '../../../src/levels/levels.js';
import { newestMinor } from '../../../src/levels/versions.js';

const baseline = levelPolicy('baseline', newestMinor);
const named = (name: string): Policy => ({ ...baseline, name });

function filesOf(policies: readonly Policy[], options?: BackendOptions): ReadonlyMap<string, string> {
  const compiled = gatekeeper.compile(policies, '3.23', options);
  if ('refusals' in compiled) throw new Error(JSON.stringify(compiled.refusals));
  return new Map(compiled.files.map(({ path, text }) => [path, text]));
}

const objectOf = (policy: Policy, path: string) => parse(filesOf([policy]).get(path) ?? '');

const refusals = (policies: readonly Policy[]) => {
  const compiled = gatekeeper.compile(policies, '3.23');
  return 'refusals' in compiled ? compiled.refusals.map(({ reason }) => reason) : [];
};

it('templates come before the constraints whose kind they make, and no file but these and the tests is YAML', () => {
  const files = [...filesOf([named('b'), named('a')]).keys()];
  expect(files.filter((path) => !path.startsWith('tests/'))).toEqual([
    '1-a-template.yaml',
    '1-b-template.yaml',
    '2-a-pods.yaml',
    '2-a-workloads.yaml',
    '2-b-pods.yaml',
    '2-b-workloads.yaml',
    'README.md',
  ]);
});

it('a template is called as its kind, and a constraint is of that kind', () => {
  const template = objectOf(named('team_a.v1-2'), '1-team-a.v1-2-template.yaml');
  expect(template.spec.crd.spec.names.kind).toBe('PodsecTeamAV12');
  expect(template.metadata.name).toBe('podsecteamav12');
  expect(objectOf(named('team_a.v1-2'), '2-team-a.v1-2-pods.yaml').kind).toBe('PodsecTeamAV12');
});

it('makes no policy for an API server', () => {
  const [cel, rego] = objectOf(baseline, '1-baseline-template.yaml').spec.targets[0].code;
  expect([cel.engine, rego.engine]).toEqual(['K8sNativeValidation', 'Rego']);
  expect([cel.source.generateVAP, cel.source.failurePolicy]).toEqual([false, 'Fail']);
});

describe('where it is asked to let Gatekeeper make one', () => {
  const enforced: Policy = { ...baseline, mode: 'enforce' };
  const path = '1-baseline-template.yaml';
  const rulesOf = (text: string | undefined): string =>
    (text ?? '').replace(/^#.*\n/gm, '').replace('generateVAP: true', 'generateVAP: false');

  it('the rule is the same, and no other file but the README changes', () => {
    const plain = filesOf([enforced]);
    const generating = filesOf([enforced], { generateVap: true });
    expect([...generating.keys()]).toEqual([...plain.keys()]);
    const changed = [...plain].filter(([name, text]) => generating.get(name) !== text).map(([name]) => name);
    expect(changed).toEqual([path, 'README.md']);
    expect(generating.get(path)).toContain('generateVAP: true');
    expect(rulesOf(generating.get(path))).toBe(rulesOf(plain.get(path)));
  });

  it('says nowhere that what Gatekeeper does not answer is not judged', () => {
    for (const [name, text] of filesOf([enforced], { generateVap: true }))
      expect(text, name).not.toMatch(
        /answer, pods are not judged|own webhook's failure policy|generateVAP`? (is )?off/,
      );
    expect(filesOf([enforced]).get('README.md')).toMatch(/answer, pods are not judged/);
  });

  it.each(['audit', 'warn', 'enforce', 'enforce-workloads'] as const)(
    'in the mode %s an API server that cannot judge refuses only what is to be refused',
    (mode) => {
      const files = filesOf([{ ...baseline, mode }], { generateVap: true });
      const { failurePolicy } = parse(files.get(path) ?? '').spec.targets[0].code[0].source;
      const wanted = mode.startsWith('enforce') ? 'Fail' : 'Ignore';
      expect(failurePolicy).toBe(wanted);
      expect(files.get(path)).toContain(`# Failure policy: ${wanted}.`);
      expect(files.get('README.md')).toContain(`Mode: ${mode}. Failure policy: ${wanted}.`);
    },
  );

  it('refuses Gatekeeper in which that is up to flags', () => {
    const sayable = gatekeeper.engineVersions.filter(
      (version) => 'files' in gatekeeper.compile([enforced], version, { generateVap: true }),
    );
    expect(sayable).toEqual(['3.22', '3.23']);
  });
});

it('imports in Rego only what Gatekeeper lets a template import', () => {
  const [, rego] = objectOf(baseline, '1-baseline-template.yaml').spec.targets[0].code;
  for (const module of [rego.source.rego, ...rego.source.libs]) {
    const imports = [...module.matchAll(/^import (.*)$/gm)].map(([, what = '']) => what);
    expect(imports.filter((each) => !/^(future\.keywords\.|data\.lib\.)/.test(each))).toEqual([]);
  }
});

describe('modes', () => {
  const actions: Readonly<Record<Mode, readonly [pods: string, workloads: string]>> = {
    audit: ['dryrun', 'dryrun'],
    warn: ['warn', 'warn'],
    enforce: ['deny', 'warn'],
    'enforce-workloads': ['deny', 'deny'],
  };
  it.each(['audit', 'warn', 'enforce', 'enforce-workloads'] as const)('%s', (mode) => {
    const found = ['pods', 'workloads'].map(
      (group) => objectOf({ ...baseline, mode }, `2-baseline-${group}.yaml`).spec.enforcementAction,
    );
    expect(found).toEqual(actions[mode]);
  });
});

it('the constraints together match every kind that holds a pod', () => {
  const kinds = ['pods', 'workloads'].flatMap((group): string[] =>
    objectOf(baseline, `2-baseline-${group}.yaml`).spec.match.kinds.flatMap(
      (each: { apiGroups: string[]; kinds: string[] }) =>
        each.apiGroups.flatMap((group) => each.kinds.map((kind) => `${group}/${kind}`)),
    ),
  );
  expect(kinds.toSorted()).toEqual(
    [
      '/Pod /PodTemplate /ReplicationController apps/DaemonSet apps/Deployment apps/ReplicaSet apps/StatefulSet',
      'batch/CronJob batch/Job extensions/DaemonSet extensions/Deployment extensions/ReplicaSet extensions/StatefulSet',
    ]
      .join(' ')
      .split(' '),
  );
});

it('excludes namespaces by name, and takes no name for a pattern', () => {
  const policy: Policy = {
    ...baseline,
    scope: { ...baseline.scope, excludedNamespaces: ['kube-system', 'kube-*', ''] },
    exemptions: { ...baseline.exemptions, namespaces: ['exempt'] },
  };
  expect(objectOf(policy, '2-baseline-pods.yaml').spec.match.excludedNamespaces).toEqual([
    'kube-system',
    'exempt',
  ]);
});

describe('refuses', () => {
  it('two policies of one kind', () => {
    expect(refusals([named('a-b'), named('ab')])).toEqual([
      'its template would be called podsecab, as that of the policy a-b',
    ]);
    expect(refusals([named('a-b'), named('a.b')])).toEqual([
      'its template would be called podsecab, as that of the policy a-b',
    ]);
  });

  it('a name that makes a kind which is too long', () => {
    expect(refusals([named('a'.repeat(57))])).toEqual([]);
    expect(refusals([named('a'.repeat(58))])).toEqual([
      `the kind of its constraints, PodsecA${'a'.repeat(57)}, has more than 63 characters`,
    ]);
  });

  it('alternatives of policies', () => {
    expect(refusals([{ ...baseline, alternatives: [named('other')] }])[0]).toMatch(
      /^alternatives: .*authorizer/,
    );
  });
});
