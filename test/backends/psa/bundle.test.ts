/** The files of a bundle: what may be applied, what is in them, and what is left out where it would be wrong. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Environment } from '@marcbachmann/cel-js';
import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { psa } from '../../../src/backends/psa/index.js';
import type { Level, Mode, Policy } from '../../../src/ir/types.js';
import { levelPolicy } from '../../../src/levels/levels.js';
import { newestMinor, parseVersion } from '../../../src/levels/versions.js';

const level = (name: Level, mode: Mode = 'enforce', version = '1.37'): Policy => ({
  ...levelPolicy(name, parseVersion(version) ?? newestMinor),
  mode,
});

function files(policy: Policy, engineVersion = '1.37'): Map<string, string> {
  const compiled = psa.compile([policy], engineVersion);
  if ('refusals' in compiled) throw new TypeError(JSON.stringify(compiled.refusals));
  return new Map(compiled.files.map(({ path, text }) => [path, text]));
}

const text = (of: Map<string, string>, path: string): string => of.get(path) ?? '';
const documents = (of: string): unknown[] => parseAllDocuments(of).map((each) => each.toJS());
const withExemptions = (policy: Policy, exemptions: Partial<Policy['exemptions']>): Policy => ({
  ...policy,
  exemptions: { ...policy.exemptions, ...exemptions },
});

describe('labels', () => {
  test.each([
    ['audit', ['audit']],
    ['warn', ['warn']],
    ['enforce', ['enforce', 'audit', 'warn']],
  ] as const)('the mode %s sets %j', (mode, set) => {
    const labels = Object.fromEntries(
      set.flatMap((each) => [
        [`pod-security.kubernetes.io/${each}`, 'restricted'],
        [`pod-security.kubernetes.io/${each}-version`, 'v1.37'],
      ]),
    );
    const bundle = files(level('restricted', mode));
    expect(parse(text(bundle, 'labels/labels.yaml'))).toEqual({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { labels },
    });
    const script = text(bundle, 'labels/label-namespaces.sh');
    for (const [key, value] of Object.entries(labels)) expect(script).toContain(`${key}=${value}`);
    expect(script.match(/pod-security\.kubernetes\.io\//g)).toHaveLength(set.length * 2);
  });

  test('the script labels what is in scope, and hands its arguments on', () => {
    const directory = mkdtempSync(join(tmpdir(), 'podsec-psa-'));
    const log = join(directory, 'log');
    const kubectl =
      '#!/bin/sh\n[ "$1" = get ] && echo "namespace/kube-system\nnamespace/a\nnamespace/b-c" && exit\n';
    writeFileSync(join(directory, 'kubectl'), `${kubectl}echo "$@" >>${log}\n`);
    chmodSync(join(directory, 'kubectl'), 0o755);
    for (const excludedNamespaces of [['kube-system', 'b-c'], []]) {
      const policy = level('baseline', 'warn');
      writeFileSync(log, '');
      const script = join(directory, 'label.sh');
      writeFileSync(
        script,
        text(
          files({ ...policy, scope: { ...policy.scope, excludedNamespaces } }),
          'labels/label-namespaces.sh',
        ),
      );
      const env = { ...process.env, PATH: `${directory}:${process.env.PATH}` };
      execFileSync('sh', [script, '--dry-run=server'], { env });
      const labels = 'pod-security.kubernetes.io/warn=baseline pod-security.kubernetes.io/warn-version=v1.37';
      const all = ['kube-system', 'a', 'b-c'].filter((each) => !excludedNamespaces.includes(each));
      expect(readFileSync(log, 'utf8')).toBe(
        all.map((each) => `label --overwrite --dry-run=server namespace/${each} ${labels}\n`).join(''),
      );
    }
  });

  test.each([{ users: ['somebody'] }, { runtimeClasses: ['gvisor'] }])(
    'do not stand for %j',
    (exemptions) => {
      const bundle = files(withExemptions(level('restricted'), exemptions));
      expect([...bundle.keys()].filter((path) => path.startsWith('labels/'))).toEqual([]);
      expect(text(bundle, 'README.md')).toContain('Labels of namespaces cannot exempt');
      expect(text(bundle, 'restricted-guard.yaml')).toContain('or without these labels');
    },
  );
});

describe('the configuration of the API server', () => {
  test.each([
    ['1.22', 'v1alpha1'],
    ['1.23', 'v1beta1'],
    ['1.24', 'v1beta1'],
    ['1.25', 'v1'],
    ['1.37', 'v1'],
  ])('of Kubernetes %s is %s', (engineVersion, version) => {
    const bundle = files(level('restricted', 'warn', '1.22'), engineVersion);
    expect(parse(text(bundle, 'apiserver/admission-configuration.yaml'))).toEqual({
      apiVersion: 'apiserver.config.k8s.io/v1',
      kind: 'AdmissionConfiguration',
      plugins: [
        {
          name: 'PodSecurity',
          configuration: {
            apiVersion: `pod-security.admission.config.k8s.io/${version}`,
            kind: 'PodSecurityConfiguration',
            defaults: {
              enforce: 'privileged',
              'enforce-version': 'v1.22',
              audit: 'privileged',
              'audit-version': 'v1.22',
              warn: 'restricted',
              'warn-version': 'v1.22',
            },
            exemptions: {
              usernames: [],
              namespaces: ['kube-system', 'kube-public', 'kube-node-lease'],
              runtimeClasses: [],
            },
          },
        },
      ],
    });
    expect(text(bundle, 'README.md').includes('--feature-gates=PodSecurity=true')).toBe(
      engineVersion === '1.22',
    );
  });

  test('has what is exempt, once each, and nothing that an API server would not start with', () => {
    const policy = withExemptions(level('baseline'), {
      users: ['system:serviceaccount:a:b', '', "it's\n# me", 'system:serviceaccount:a:b'],
      namespaces: ['a', 'kube-system', 'Not_A_Name', '$(rm)', ''],
      runtimeClasses: ['gvisor', 'a.b', '-', 'gvisor'],
    });
    const written = text(files(policy), 'apiserver/admission-configuration.yaml');
    expect(parse(written)).toMatchObject({
      plugins: [
        {
          configuration: {
            exemptions: {
              usernames: ['system:serviceaccount:a:b', "it's\n# me"],
              namespaces: ['kube-system', 'kube-public', 'kube-node-lease', 'a'],
              runtimeClasses: ['gvisor', 'a.b'],
            },
          },
        },
      ],
    });
  });
});

describe('what lies at the top', () => {
  const top = (bundle: Map<string, string>) =>
    [...bundle.keys()].filter((path) => !path.includes('/')).sort();

  test('is the guard, which kubectl and kustomize apply', () => {
    const bundle = files(level('baseline'));
    expect(top(bundle)).toEqual(['Kustomization', 'README.md', 'baseline-guard.yaml']);
    expect(parse(text(bundle, 'Kustomization'))).toMatchObject({ resources: ['baseline-guard.yaml'] });
  });

  test('is no guard where there is nothing to guard, or nothing to guard with', () => {
    expect(top(files(level('privileged')))).toEqual(['README.md']);
    expect(top(files(level('restricted', 'enforce', '1.22'), '1.27'))).toEqual(['README.md']);
    expect(text(files(level('privileged')), 'README.md')).toContain('There is none here');
    const beta = files(level('restricted', 'enforce', '1.22'), '1.28');
    expect(documents(text(beta, 'restricted-guard.yaml'))).toMatchObject([
      { apiVersion: 'admissionregistration.k8s.io/v1beta1' },
      { apiVersion: 'admissionregistration.k8s.io/v1beta1' },
      { apiVersion: 'rbac.authorization.k8s.io/v1' },
    ]);
  });

  test.each([
    ['audit', ['Audit']],
    ['warn', ['Warn']],
    ['enforce', ['Deny', 'Audit']],
  ] as const)('in the mode %s does %j', (mode, validationActions) => {
    const [, binding] = documents(text(files(level('restricted', mode)), 'restricted-guard.yaml'));
    expect(binding).toMatchObject({ spec: { validationActions } });
  });
});

describe('the guard', () => {
  const label = (mode: string) => `pod-security.kubernetes.io/${mode}`;
  const exact = { [label('warn')]: 'baseline', [label('warn-version')]: 'v1.37' };
  const strict = { ...exact, [label('warn')]: 'restricted' };
  const laxer = { ...exact, [label('warn')]: 'privileged' };
  const other = { ...exact, [label('warn-version')]: 'v1.36' };
  type Labels = Readonly<Record<string, string>>;

  function admits(path: string, labels: Labels | undefined, old?: Labels): boolean {
    const [policy] = documents(text(files(level('baseline', 'warn')), path));
    const { variables, validations }: { variables: Named[]; validations: Named[] } = Object.assign(
      { variables: [], validations: [] },
      Reflect.get(Object(policy), 'spec'),
    );
    const object = (of: Labels | undefined) => ({ metadata: { name: 'a', ...(of && { labels: of }) } });
    const environment = new Environment({ unlistedVariablesAreDyn: true });
    const context = {
      object: object(labels),
      oldObject: old === undefined ? null : object(old),
      request: { operation: old === undefined ? 'CREATE' : 'UPDATE' },
    };
    const named = Object.fromEntries(
      variables.map(({ name = '', expression }) => [name, environment.evaluate(expression, context)]),
    );
    return validations.every(
      ({ expression }) => environment.evaluate(expression, { ...context, variables: named }) === true,
    );
  }

  type Named = { readonly name?: string; readonly expression: string };

  test.each(['baseline-guard.yaml', 'apiserver/guard.yaml'])('%s keeps what there is', (path) => {
    for (const before of [exact, strict, laxer, other, {}]) {
      expect(admits(path, { ...before, team: 'a' }, before)).toBe(true);
      expect(admits(path, exact, before)).toBe(true);
      expect(admits(path, strict, before)).toBe(true);
    }
    for (const before of [exact, strict]) {
      for (const after of [laxer, other]) expect(admits(path, after, before)).toBe(false);
    }
    expect(admits(path, exact)).toBe(true);
    expect(admits(path, strict)).toBe(true);
    expect(admits(path, laxer)).toBe(false);
    expect(admits(path, other)).toBe(false);
  });

  test('asks for labels where nothing else gives a level, and there alone', () => {
    for (const [path, free] of [
      ['baseline-guard.yaml', false],
      ['apiserver/guard.yaml', true],
    ] as const) {
      expect(admits(path, undefined)).toBe(free);
      expect(admits(path, {})).toBe(free);
      expect(admits(path, undefined, exact)).toBe(free);
      expect(admits(path, { [label('warn')]: 'baseline' }, exact)).toBe(free);
      expect(admits(path, undefined, {})).toBe(true);
    }
  });

  test('lets namespaces out of scope alone, whatever their names', () => {
    const policy = level('baseline');
    const bundle = files({ ...policy, scope: { ...policy.scope, excludedNamespaces: ['a', 'B"] || ['] } });
    expect(text(bundle, 'baseline-guard.yaml')).toContain(
      'expression: "!(object.metadata.name in [\\"a\\"])"',
    );
    const none = files({ ...policy, scope: { ...policy.scope, excludedNamespaces: [] } });
    expect(text(none, 'baseline-guard.yaml')).not.toContain('in-scope');
  });
});

test('the same policy gives the same bytes, in every engine version', () => {
  for (const engineVersion of psa.engineVersions) {
    const policy = level('restricted', 'audit', '1.22');
    expect(files(policy, engineVersion)).toEqual(files(policy, engineVersion));
  }
});

test('a name cannot end a comment', () => {
  const policy = withExemptions({ ...level('baseline'), version: 'v1.37\nkind: No' }, { users: ['a\nb: c'] });
  for (const [path, written] of files(policy)) {
    if (path.endsWith('.md')) continue;
    expect(written, path).not.toMatch(/^(kind: No|b: c)/m);
  }
});
