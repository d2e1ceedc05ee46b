/**
 * Shows that the engines and what drives them work, one line for each thing shown:
 *
 *     node dist/engines/smoke.js [--bench]
 */

import { deepStrictEqual, notStrictEqual, ok, rejects, strictEqual } from 'node:assert/strict';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KubeObject } from '../src/verify/apiserver/rest.js';
import type { ApiServer } from '../src/verify/apiserver/server.js';
import { EngineError } from '../src/verify/errors.js';
import { mapPool } from '../src/verify/pool.js';
import { trackDirectory } from '../src/verify/process.js';
import { startApiServer } from './apiserver.js';
import { buildEngine, engineNames } from './build.js';
import { celCheck } from './celcheck.js';
import { conftestTest, opaBuildWasm, opaCheckStrict, opaEval, opaTest } from './opa.js';

interface PodShape {
  readonly name?: string;
  readonly privileged?: boolean;
  readonly spec?: object;
}

function pod({ name = 'example', privileged = false, spec = {} }: PodShape): KubeObject {
  const container = { name: 'c', image: 'registry.invalid/c:1', securityContext: { privileged } };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: { containers: [container], ...spec },
  } as KubeObject;
}

const PRIVILEGED =
  'c, has(c.securityContext) && has(c.securityContext.privileged) && c.securityContext.privileged';
const NOT_PRIVILEGED = [
  `!object.spec.containers.exists(${PRIVILEGED})`,
  `!(has(object.spec.ephemeralContainers) && object.spec.ephemeralContainers.exists(${PRIVILEGED}))`,
].join(' && ');

type Action = 'Deny' | 'Warn' | 'Audit';

/** A policy and a binding that applies to the namespaces with its label. */
function policy(
  name: string,
  action: Action,
  validation: object,
  resources = ['pods', 'pods/ephemeralcontainers'],
) {
  const apiVersion = 'admissionregistration.k8s.io/v1';
  const resourceRules = [
    { apiGroups: [''], apiVersions: ['v1'], resources, operations: ['CREATE', 'UPDATE'] },
  ];
  const namespaceSelector = { matchLabels: { [`podsec-${name}`]: 'on' } };
  return [
    {
      apiVersion,
      kind: 'ValidatingAdmissionPolicy',
      metadata: { name },
      spec: { failurePolicy: 'Fail', matchConstraints: { resourceRules }, validations: [validation] },
    },
    {
      apiVersion,
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata: { name: `${name}-binding` },
      spec: { policyName: name, validationActions: [action], matchResources: { namespaceSelector } },
    },
  ];
}

const privileged = {
  expression: NOT_PRIVILEGED,
  reason: 'Forbidden',
  messageExpression: "'privileged in ' + object.metadata.name",
};
const unreasoned = { expression: NOT_PRIVILEGED, message: 'no privileged containers' };
const failing = { expression: 'object.spec.containers[7].name == "c"', reason: 'Forbidden' };

async function apiserver(server: ApiServer): Promise<void> {
  const bad = pod({ privileged: true });
  const version = await server.request('GET', '/version');
  say(`kube-apiserver ${(version.body as { gitVersion: string }).gitVersion} is ready`);
  await server.apply([
    ...policy('deny', 'Deny', privileged),
    ...policy('plain', 'Deny', unreasoned),
    ...policy('error', 'Deny', failing),
    ...policy('warn', 'Warn', privileged),
    ...policy('audit-a', 'Audit', privileged),
    ...policy('audit-b', 'Audit', failing),
    ...policy('alice', 'Deny', { expression: 'request.userInfo.username != "alice"', reason: 'Forbidden' }),
    ...policy('sub', 'Deny', { expression: 'has(request.subResource)', reason: 'Forbidden' }),
  ]);
  const bound = (name: string): Promise<string> =>
    server.namespace(`ns-${name}`, { [`podsec-${name}`]: 'on' });
  const deny = await bound('deny');

  const denied = await server.waitForPolicy(deny, bad, { policies: ['deny'] });
  deepStrictEqual([denied.verdict, denied.status], ['deny', 403]);
  deepStrictEqual(denied.policyDenials, [
    { policy: 'deny', binding: 'deny-binding', message: 'privileged in example', error: false },
  ]);
  strictEqual((await server.dryRunCreate(deny, pod({}))).verdict, 'allow');
  say('a policy denies a pod and admits another');

  const invalid = await server.dryRunCreate(
    deny,
    pod({ privileged: true, spec: { restartPolicy: 'Sometimes' } }),
  );
  deepStrictEqual([invalid.verdict, invalid.status, invalid.policyDenials], ['invalid', 422, []]);
  strictEqual((await server.dryRunCreate(deny, pod({ name: 'Under_score' }))).verdict, 'invalid');
  await rejects(async () => server.dryRunCreate(deny, pod({ name: '' })), /has no name/);
  const plain = await server.waitForPolicy(await bound('plain'), bad, { policies: ['plain'] });
  deepStrictEqual([plain.verdict, plain.status, plain.reason], ['deny', 422, 'Invalid']);
  const error = await server.waitForPolicy(await bound('error'), bad, { policies: ['error'] });
  deepStrictEqual([error.verdict, error.status, error.policyDenials[0]?.error], ['error', 422, true]);
  say(
    'three answers with status 422 are told apart: API validation, a denial without reason, a failed expression',
  );

  const warned = await server.waitForPolicy(await bound('warn'), bad, { policies: ['warn'] });
  deepStrictEqual([warned.verdict, warned.policyWarnings[0]?.message], ['allow', 'privileged in example']);
  const misspelt = await server.dryRunCreate('ns-warn', pod({ spec: { hostNetwrk: true } }));
  deepStrictEqual(misspelt.warnings, ['unknown field "spec.hostNetwrk"']);
  say('warnings are read');

  const both = await server.namespace('ns-audit', { 'podsec-audit-a': 'on', 'podsec-audit-b': 'on' });
  const audited = await server.waitForPolicy(both, bad, { policies: ['audit-a', 'audit-b'] });
  deepStrictEqual([audited.verdict, audited.policyAudits.length], ['error', 2]);
  say('the audit log names each failed policy of one request');

  await updates(server, deny);

  const alice = await bound('alice');
  await server.waitFor(
    alice,
    pod({}),
    async () =>
      (await server.dryRunCreate(alice, pod({}), { user: { name: 'alice', groups: ['a', 'b'] } })).verdict ===
      'deny',
  );
  strictEqual((await server.dryRunCreate(alice, pod({}), { user: { name: 'bob' } })).verdict, 'allow');
  say('users are impersonated');

  await server.waitForPolicy(await bound('sub'), pod({}), { policies: ['sub'] });
  say('request.subResource is absent, not empty, where there is none');

  const restricted = await server.namespace('ns-psa', { 'pod-security.kubernetes.io/enforce': 'restricted' });
  const psa = await server.dryRunCreate(restricted, bad);
  deepStrictEqual([psa.verdict, psa.policyDenials[0]?.policy], ['deny', 'PodSecurity']);
  const deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'd' },
    spec: {
      selector: { matchLabels: { a: 'b' } },
      template: { metadata: { labels: { a: 'b' } }, spec: (bad as { spec?: object }).spec },
    },
  };
  strictEqual((await server.dryRunCreate(deny, deployment)).verdict, 'allow');
  await rejects(
    server.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'x' }, spce: {} } as KubeObject]),
  );
  say('PodSecurity admission denies, a Deployment is sent, an unknown field in an applied object is refused');
}

async function updates(server: ApiServer, namespace: string): Promise<void> {
  await server.withStored(namespace, pod({ name: 'stored' }), async (stored) => {
    const metadata = { ...(stored.metadata as object), labels: { changed: 'yes' } };
    strictEqual((await server.dryRunUpdate(namespace, { ...stored, metadata })).verdict, 'allow');
    const { spec } = stored as { spec?: object };
    const debug = (privileged: boolean): KubeObject =>
      ({
        ...stored,
        spec: {
          ...spec,
          ephemeralContainers: [{ name: 'debug', image: 'b', securityContext: { privileged } }],
        },
      }) as KubeObject;
    const subresource = 'ephemeralcontainers';
    strictEqual((await server.dryRunUpdate(namespace, debug(false), { subresource })).verdict, 'allow');
    strictEqual((await server.dryRunUpdate(namespace, debug(true), { subresource })).verdict, 'deny');
    strictEqual((await server.dryRunUpdate(namespace, debug(true))).verdict, 'invalid');
    strictEqual((await server.dryRunCreate(namespace, pod({ name: 'stored' }))).verdict, 'error');
  });
  strictEqual((await server.dryRunCreate(namespace, pod({ name: 'stored' }))).verdict, 'allow');
  say(
    'an update is admitted, a privileged ephemeral container in one is denied, stored pods are gone after use',
  );
}

const REGO = `package podsec.smoke

deny contains {"control": "privileged", "msg": c.name} if {
	some c in input.spec.containers
	c.securityContext.privileged == true
}
`;

async function opa(directory: string): Promise<void> {
  const module = join(directory, 'policy.rego');
  writeFileSync(module, REGO);
  const inputs = Array.from({ length: 5_000 }, (_, index) => pod({ privileged: index % 3 === 0 }));
  const start = performance.now();
  const results = await opaEval([module], 'data.podsec.smoke.deny', inputs);
  const perSecond = Math.round(inputs.length / ((performance.now() - start) / 1000));
  for (const [index, result] of results.entries()) {
    deepStrictEqual(result, index % 3 === 0 ? [{ control: 'privileged', msg: 'c' }] : []);
  }
  await rejects(opaEval([module], 'data.podsec.nothing.deny', inputs.slice(0, 3)), EngineError);
  say(`opa judges ${perSecond} pods a second, and an undefined result is an error`);

  writeFileSync(
    join(directory, 'policy_test.rego'),
    'package podsec.smoke\n\ntest_empty if count(deny) == 0 with input as {}\n\ntest_wrong if count(deny) == 1 with input as {}\n',
  );
  const report = await opaTest(directory);
  deepStrictEqual([report.passed, report.failed[0]?.name], [1, 'data.podsec.smoke.test_wrong']);
  deepStrictEqual(await opaCheckStrict([module]), []);
  const unused = join(directory, 'unused.rego');
  writeFileSync(unused, 'package unused\n\nimport data.nowhere\n');
  notStrictEqual((await opaCheckStrict([unused])).length, 0);
  say('opa test and opa check --strict report what they find');

  const wasm = await opaBuildWasm({ files: [module], entrypoints: ['podsec/smoke/deny'] });
  const again = await opaBuildWasm({ files: [module], entrypoints: ['podsec/smoke/deny'] });
  ok(Buffer.from(wasm.wasm).equals(again.wasm));
  say(`opa build makes the same ${Math.round(wasm.wasm.length / 1024)} KiB of Wasm twice`);

  const policies = join(directory, 'conftest');
  mkdirSync(policies);
  writeFileSync(join(policies, 'policy.rego'), REGO);
  const manifest = join(directory, 'pod.json');
  writeFileSync(manifest, JSON.stringify(pod({ privileged: true })));
  const [tested] = await conftestTest(policies, [manifest], 'podsec.smoke');
  deepStrictEqual(tested?.failures?.[0]?.metadata?.control, 'privileged');
  await rejects(conftestTest(policies, [manifest], 'podsec.absent'), EngineError);
  say('conftest finds it too, and a namespace without rules is an error');
}

async function cel(): Promise<void> {
  const [good, bad] = await celCheck(
    [
      ...policy('good', 'Deny', privileged),
      ...policy('bad', 'Deny', { expression: 'object.spec.hostNetwrk' }),
    ],
    {
      pods: [pod({ privileged: true })],
    },
  );
  deepStrictEqual(
    [good?.types, good?.warnings, good?.measured?.denied, good?.measured?.errors],
    [['v1 Pod'], [], 1, 0],
  );
  ok(good?.releases.length === 10 && good.releases.every(({ errors }) => errors.length === 0));
  strictEqual(bad?.warnings[0]?.field, 'spec.validations[0].expression');
  say(
    `a policy compiles for ten releases and costs ${good?.measured?.maxCost} units; a misspelt field is warned of`,
  );
}

async function bench(server: ApiServer): Promise<void> {
  const names = Array.from({ length: 20 }, (_, index) => `bench-${index}`);
  await server.apply(names.flatMap((name) => policy(name, 'Audit', privileged)));
  const labels = (some: readonly string[]) =>
    Object.fromEntries(some.map((name) => [`podsec-${name}`, 'on']));
  for (const bound of [names.slice(0, 1), names]) {
    const namespace = await server.namespace(`bench-${bound.length}`, labels(bound));
    await server.waitForPolicy(namespace, pod({ privileged: true }), { policies: bound });
    const pods = Array.from({ length: 4_000 }, (_, index) => pod({ name: `p-${index}`, privileged: true }));
    const start = performance.now();
    await mapPool(pods, 32, async (one) => {
      strictEqual((await server.dryRunCreate(namespace, one)).policyAudits.length, bound.length);
    });
    const rate = Math.round(pods.length / ((performance.now() - start) / 1000));
    say(`${rate} pods a second through the API server, each judged by ${bound.length} of its policies`);
  }
}

function say(line: string): void {
  process.stdout.write(`ok: ${line}\n`);
}

async function main(): Promise<void> {
  for (const name of engineNames) if (name !== 'psa') await buildEngine(name);
  const scratch = mkdtempSync(join(tmpdir(), 'podsec-smoke-'));
  const remove = trackDirectory(scratch);
  await opa(scratch).finally(remove);
  await cel();
  const server = await startApiServer({ audit: true });
  try {
    await apiserver(server);
    if (process.argv.includes('--bench')) await bench(server);
  } finally {
    await server.stop();
  }
}

await main();
