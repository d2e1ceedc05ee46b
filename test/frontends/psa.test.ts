/** What PodSecurity admission is told, read as policies: namespaces, patches, configurations, and what podsec writes itself. */
import { describe, expect, it, test } from 'vitest';
import { psa } from '../../src/backends/psa/index.js';
import type { Mode, Policy } from '../../src/ir/types.js';
import { levelPolicy } from '../../src/levels/levels.js';
import { isMinor, newestMinor } from '../../src/levels/versions.js';
import { loadManifest } from '../../src/load/manifest.js';
import { compare } from '../../src/solver/compare.js';
import { folder, podsec } from '../cli/run.js';

async function read(text: string) {
  const { value, diagnostics } = await loadManifest('n.yaml', folder({ 'n.yaml': text }));
  return {
    policies: (value ?? []).map(({ policy }) => policy),
    said: diagnostics.map(
      ({ place, code, message, hint }) => `${place?.line}:${place?.column} ${code}: ${message} -> ${hint}`,
    ),
  };
}

const shown = ({ name, version, mode, controls }: Policy) =>
  `${name} ${mode} ${version}, ${controls.length} controls`;

const namespace = (labels: string): string => `apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels:
${labels
  .split('\n')
  .map((line) => `    ${line}\n`)
  .join('')}`;

describe('a namespace', () => {
  test.each([
    [
      'enforces nothing',
      'pod-security.kubernetes.io/enforce: privileged',
      ['shop enforce v1.37, 0 controls'],
    ],
    ['enforces', 'pod-security.kubernetes.io/enforce: baseline', ['shop enforce v1.37, 12 controls']],
    [
      'at a version',
      'pod-security.kubernetes.io/enforce: restricted\npod-security.kubernetes.io/enforce-version: v1.0',
      ['shop enforce v1.0, 12 controls'],
    ],
    [
      'warns of more than it enforces',
      'pod-security.kubernetes.io/enforce: baseline\npod-security.kubernetes.io/warn: restricted\npod-security.kubernetes.io/audit: baseline',
      ['shop enforce v1.37, 12 controls', 'shop-warn warn v1.37, 15 controls'],
    ],
    [
      'enforces nothing and audits',
      'pod-security.kubernetes.io/enforce: privileged\npod-security.kubernetes.io/audit: restricted',
      ['shop audit v1.37, 15 controls'],
    ],
  ])('%s', async (_, labels, expected) => {
    const { policies, said } = await read(namespace(labels));
    expect(said).toEqual([]);
    expect(policies.map(shown)).toEqual(expected);
    expect(policies[0]?.scope.namespaceSelector).toEqual([
      { key: 'kubernetes.io/metadata.name', operator: 'In', values: ['shop'] },
    ]);
  });

  test.each([
    [
      'a level that there is not',
      'pod-security.kubernetes.io/enforce: restrictive',
      '6:5 psa-invalid: `restrictive` is no level -> did you mean `restricted`?',
    ],
    [
      'nothing in its place',
      'pod-security.kubernetes.io/enforce: ""',
      '6:5 psa-invalid: `` is no level -> the levels are privileged, baseline, restricted',
    ],
    [
      'a version as podsec takes it, and the reference does not',
      'pod-security.kubernetes.io/warn: baseline\npod-security.kubernetes.io/warn-version: "1.25"',
      '7:5 psa-invalid: `1.25` is no policy version -> write `latest`, or v1.0 to v1.37, the newest that this podsec knows',
    ],
  ])('with %s', async (_, labels, expected) => {
    const { policies, said } = await read(namespace(labels));
    expect(policies).toEqual([]);
    expect(said).toEqual([expect.stringContaining(expected.replace(/^\d+:\d+ /, ''))]);
    expect(said[0]).toMatch(/^[67]:\d+ /);
  });
});

describe('what podsec writes is, read back, what it was written for', () => {
  const modes: readonly Mode[] = ['enforce', 'audit', 'warn'];
  const cases = (['baseline', 'restricted'] as const).flatMap((level) =>
    [0, 19, 24, 31, newestMinor]
      .filter(isMinor)
      .flatMap((minor) => modes.map((mode) => [level, minor, mode] as const)),
  );
  it.each(cases)('%s at v1.%d, mode %s', async (level, minor, mode) => {
    const policy: Policy = {
      ...levelPolicy(level, minor),
      mode,
      exemptions: { namespaces: ['own'], users: [], runtimeClasses: [], serviceAccounts: [] },
    };
    const compiled = psa.compile([policy], '1.37');
    if ('refusals' in compiled) throw new Error(JSON.stringify(compiled.refusals));
    const texts = compiled.files.filter(({ path }) =>
      /labels\.yaml$|admission-configuration\.yaml$/.test(path),
    );
    expect(texts).toHaveLength(2);
    for (const { path, text } of texts) {
      const { policies, said } = await read(text);
      expect(said, path).toEqual([]);
      const [only, ...more] = policies;
      expect([only?.mode, only?.version, more.length], path).toEqual([mode, policy.version, 0]);
      if (only !== undefined) expect(compare(policy, only).relation, path).toBe('equal');
    }
  });
});

test('a configuration says who is exempt', async () => {
  const { policies } = await read(`apiVersion: pod-security.admission.config.k8s.io/v1
kind: PodSecurityConfiguration
defaults: {enforce: baseline, enforce-version: v1.30}
exemptions: {usernames: [deployer], namespaces: [kube-system], runtimeClasses: [kata]}
`);
  expect(policies.map(shown)).toEqual(['defaults enforce v1.30, 11 controls']);
  expect(policies[0]?.exemptions).toEqual({
    namespaces: ['kube-system'],
    users: ['deployer'],
    runtimeClasses: ['kata'],
    serviceAccounts: [],
  });
});

test('pods are judged by what a namespace says', async () => {
  const cwd = folder({
    'ns.yaml': namespace('pod-security.kubernetes.io/enforce: baseline'),
    'pod.yaml':
      'apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: shop}\nspec: {hostPID: true, containers: [{name: a, image: b}]}\n',
  });
  const { exitCode, stdout } = await podsec(['check', '--policy', 'ns.yaml', 'pod.yaml'], { cwd });
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/psa\/shop/);
  expect(stdout).toMatch(/hostPID=true/);
});
