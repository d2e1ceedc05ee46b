/** Requests that show the controls that no created pod shows: for engines whose tests take them, every control is shown. */
import { describe, expect, it, test } from 'vitest';
import { handWritten } from '../../engines/policies/index.js';
import { ofPods } from '../../engines/policies/pods.js';
import { gatekeeper } from '../../src/backends/gatekeeper/index.js';
import { kyverno, kyvernoVpol } from '../../src/backends/kyverno/index.js';
import { rego } from '../../src/backends/rego/index.js';
import type { Backend } from '../../src/backends/types.js';
import { vap } from '../../src/backends/vap/index.js';
import { policyCases } from '../../src/cases/index.js';
import { requestCases } from '../../src/cases/requests.js';
import * as dsl from '../../src/dsl/index.js';
import { noRequest } from '../../src/evaluate.js';
import type { Policy } from '../../src/ir/types.js';
import { levelPolicy } from '../../src/levels/levels.js';
import { newestMinor } from '../../src/levels/versions.js';
import { isObject } from '../../src/manifest/json.js';
import type { JsonObject } from '../../src/manifest/types.js';
import { admittedPod, deniedBy } from '../../src/verify/judged.js';

const levels = (['baseline', 'restricted'] as const).map((level) => levelPolicy(level, newestMinor));
const sayable = (backend: Backend) =>
  [...levels, ...handWritten].filter(
    (policy) => 'files' in backend.compile([policy], backend.engineVersions.at(-1) ?? ''),
  );

const child = (of: JsonObject, key: string): JsonObject => {
  const value = of[key];
  return isObject(value) ? value : {};
};

/** What a review says, read by what a webhook is given. */
function deniedAsAsked(policy: Policy, review: JsonObject): readonly string[] {
  const request = child(review, 'request');
  const old = request.oldObject;
  return deniedBy(policy, child(request, 'object'), {
    ...noRequest,
    operation: request.operation === 'UPDATE' ? 'UPDATE' : 'CREATE',
    subresource: typeof request.subResource === 'string' ? request.subResource : '',
    namespace: typeof request.namespace === 'string' ? request.namespace : '',
    user: String(child(request, 'userInfo').username),
    oldPod: isObject(old) ? admittedPod(old) : {},
  });
}

describe.each([
  ['opa', rego],
  ['gatekeeper', gatekeeper],
] as const)('%s', (_, backend) => {
  test.each(sayable(backend).map((policy) => [policy.name, policy] as const))(
    'every control of %s is shown by a pod or a request',
    (_, policy) => {
      const shown = new Set(
        [...policyCases(policy), ...requestCases(policy)].flatMap(({ denied }) => denied),
      );
      expect(policy.controls.map(({ id }) => id).filter((id) => !shown.has(id))).toEqual([]);
    },
  );
});

it('are denied as evaluate denies what is asked, and have names of their own', () => {
  const all = handWritten.flatMap((policy) => requestCases(policy).map((each) => ({ policy, each })));
  expect(all.length).toBeGreaterThan(5);
  for (const { policy, each } of all) {
    expect(each.denied.length).toBeGreaterThan(0);
    expect([...each.denied].sort()).toEqual(deniedAsAsked(policy, each.manifest));
  }
  for (const policy of handWritten) {
    const names = [...policyCases(policy), ...requestCases(policy)].map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  }
});

it('have an old pod that a cluster could have had, of which an update is judged', () => {
  const changes = handWritten.find(({ name }) => name === 'changes');
  const [account] = changes === undefined ? [] : requestCases(changes);
  const request = child(account?.manifest ?? {}, 'request');
  expect(request.operation).toBe('UPDATE');
  expect(child(child(request, 'oldObject'), 'spec').containers).toEqual([
    { image: 'example.com/app:0.9', name: 'app' },
  ]);
  expect(account?.denied).toEqual(['accountChanged']);
});

it('are none where pods show every control', () => {
  for (const level of levels) expect(requestCases(level)).toEqual([]);
});

const fileOf = (backend: Backend, name: string, path: string): string => {
  const policy = handWritten.find((each) => each.name === name);
  const compiled = policy && backend.compile([policy], backend.engineVersions.at(-1) ?? '');
  const files = compiled !== undefined && 'files' in compiled ? compiled.files : [];
  return files.find((file) => file.path === path)?.text ?? '';
};

test.each([
  ['kyverno', kyverno],
  ['kyverno-vpol', kyvernoVpol],
] as const)('in suites of %s nobody asks, in a namespace without labels', (_, backend) => {
  const suite = fileOf(backend, 'who', '.tests/who/pods/kyverno-test.yaml');
  const [, failing = ''] = suite.split('  result: pass\n');
  expect([...failing.matchAll(/podsec-test\/(.+)/g)].map(([, name]) => name)).toEqual([
    'request-1-hostnetworkbyadmins-denied',
    'request-2-hostpidbyuser-denied',
    'request-3-hostipcinnamespace-denied',
  ]);
  expect(fileOf(backend, 'tier', '.tests/tier/pods/kyverno-test.yaml')).toContain(
    'podsec-test/request-1-hostnetworkbytier-denied',
  );
});

test('in a dry run the namespace is known, and whoever runs it asks', () => {
  expect(fileOf(vap, 'who', 'tests/who/expected.tsv').split('\n')).toEqual([
    'namespace\tpodsec-tests-who',
    expect.stringMatching(/^title\t/),
    'ignored\thostNetworkByAdmins',
    'ignored\thostPIDByUser',
    'policy\tpodsec-who-pods',
    ...['bare-pod', 'hardened'].map((name) => `object\t${name}\t`),
    'object\trequest-3-hostipcinnamespace-denied\thostIPCInNamespace',
    ...['workloads', 'cronjobs', 'podtemplates'].map((shape) => `object\thardened-${shape}\t`),
    '',
  ]);
  expect(fileOf(vap, 'tier', 'tests/tier/expected.tsv')).toContain(
    'object\trequest-1-hostnetworkbytier-denied\thostNetworkByTier\n',
  );
  expect(fileOf(vap, 'rights', 'tests/rights/expected.tsv')).not.toContain('request-');
});

test('whoever is exempt or out of scope is asked about nothing', () => {
  const there = dsl.and(
    dsl.isTrue(dsl.pod.spec.hostPID),
    dsl.equal(dsl.request('namespace'), 'there'),
    dsl.equal(dsl.request('user'), 'her'),
  );
  const asked = (more: Partial<dsl.PolicySpec>) =>
    requestCases(dsl.definePolicy({ name: 'named', controls: [ofPods('there', there)], ...more }).ir).map(
      ({ denied }) => denied,
    );
  expect(asked({})).toEqual([['there']]);
  expect(asked({ scope: { excludedNamespaces: ['there'] } })).toEqual([]);
  expect(asked({ exemptions: { namespaces: ['there'] } })).toEqual([]);
  expect(asked({ exemptions: { users: ['her'] } })).toEqual([]);
  expect(asked({ exemptions: { serviceAccounts: [{ namespace: 'there', name: 'agent' }] } })).toEqual([]);
  const selected = [{ key: 'team', operator: 'In' as const, values: ['a'] }];
  expect(asked({ scope: { namespaceSelector: selected } })).toEqual([]);
});
