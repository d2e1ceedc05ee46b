/** What the targets kyverno and kyverno-vpol write: objects, their rules run by cel-js, suites, refusals. */
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { kyverno, kyvernoVpol } from '../../../src/backends/kyverno/index.js';
import { labelsFor } from '../../../src/backends/kyverno/suite.js';
import { policyName } from '../../../src/backends/objects.js';
import { shapes } from '../../../src/backends/shapes.js';
import type { Backend } from '../../../src/backends/types.js';
import * as dsl from '../../../src/dsl/index.js';
import { evaluate } from '../../../src/evaluate.js';
import type { Mode, Policy } from '../../../src/ir/types.js';
import { levelPolicy } from '../../../src/levels/levels.js';
import type { Json, JsonObject } from '../../../src/manifest/types.js';
import { withNames } from '../../../src/testing/named.js';
import { boundaryManifests, levelMinor } from '../vap/corpus.js';
import { type KyvernoRequest, KyvernoRules } from './engine.js';
import { decoded } from './manifests.js';

const restricted = levelPolicy('restricted', levelMinor());
const backends = [kyverno, kyvernoVpol];

const share = boundaryManifests.filter((_, index) => index % 25 === 0).map(withNames);

function filesOf(backend: Backend, policy: Policy, version = '1.19') {
  const compiled = backend.compile([policy], version);
  if ('refusals' in compiled) throw new Error(JSON.stringify(compiled.refusals));
  return compiled.files;
}

function refusedBy(backend: Backend, policy: Policy): string[] {
  const compiled = backend.compile([policy], '1.19');
  return 'refusals' in compiled ? compiled.refusals.map(({ reason }) => reason) : [];
}

function objectsOf(backend: Backend, policy: Policy): unknown[] {
  return filesOf(backend, policy)
    .filter(({ path }) => /^[^/]+\.yaml$/.test(path))
    .flatMap(({ text }) => parseAllDocuments(text).map((document): unknown => document.toJS()));
}

const rulesOf = (backend: Backend, policy: Policy) => new KyvernoRules(filesOf(backend, policy));

const pod = (spec: JsonObject, metadata: JsonObject = {}): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', ...metadata },
  spec,
});
const badSpec: JsonObject = { hostPID: true, containers: [{ name: 'a', image: 'x' }] };
const bad = pod(badSpec);

describe.each(backends)('$target', (backend) => {
  it.each(['baseline', 'restricted'] as const)('judges manifests as evaluate does: %s', (level) => {
    const policy = levelPolicy(level, levelMinor());
    const rules = rulesOf(backend, policy);
    const count = { allowed: 0, denied: 0 };
    for (const { manifest, admitted } of decoded(share)) {
      const wanted = evaluate(policy, admitted).map(({ control }) => control);
      for (const object of [manifest, admitted])
        expect(rules.judge(object), JSON.stringify(object)).toEqual({ judged: true, controls: wanted });
      count[wanted.length === 0 ? 'allowed' : 'denied']++;
    }
    expect(count.allowed).toBeGreaterThan(5);
    expect(count.denied).toBeGreaterThan(50);
  });

  it('judges templates as their pods', () => {
    const rules = rulesOf(backend, restricted);
    const { apiVersion: _, kind: __, ...template } = bad;
    const wanted = evaluate(restricted, bad).map(({ control }) => control);
    const objects: readonly (readonly [string, JsonObject])[] = [
      ['deployments', { spec: { template } }],
      ['cronjobs', { spec: { jobTemplate: { spec: { template } } } }],
      ['podtemplates', { template }],
    ];
    for (const [resource, object] of objects)
      expect(rules.judge(object, {}, resource), resource).toEqual({ judged: true, controls: wanted });
    for (const object of [{}, { spec: null }, { spec: { template: null } }])
      expect(rules.judge(object, {}, 'replicationcontrollers').judged).toBe(false);
  });

  it('judges updates that change containers alone', () => {
    const rules = rulesOf(backend, restricted);
    const judged = (oldObject: JsonObject, object: JsonObject, more: KyvernoRequest = {}) =>
      rules.judge(object, { operation: 'UPDATE', oldObject, ...more }).judged;
    const debug = (image: string): JsonObject => ({
      ...bad,
      spec: { ...badSpec, ephemeralContainers: [{ name: 'd', image }] },
    });
    expect(judged(bad, pod(badSpec, { labels: { a: 'b' } }))).toBe(false);
    expect(judged(bad, pod({ hostPID: true, containers: [{ name: 'a', image: 'y' }] }))).toBe(true);
    expect(
      judged(bad, pod({ hostPID: true, containers: [{ name: 'a', image: 'x' }], initContainers: null })),
    ).toBe(false);
    expect(judged(bad, debug('a'))).toBe(true);
    expect(judged(debug('a'), debug('a'))).toBe(false);
    expect(judged(debug('a'), debug('b'))).toBe(true);
    expect(judged(debug('a'), bad)).toBe(false);
  });

  it('takes an object before a creation for none, be it null or empty', () => {
    const old = dsl.definePolicy({
      name: 'old',
      controls: [
        dsl.control({
          id: 'old',
          collections: {
            found: dsl.denying(
              dsl.once({
                where: dsl.equal(dsl.value(dsl.oldPod.spec.hostname, 'none'), 'none'),
                show: 'x',
                at: dsl.pod,
              }),
            ),
          },
          reason: 'found',
        }),
      ],
    }).ir;
    const rules = rulesOf(backend, old);
    for (const oldObject of [null, {}])
      expect(rules.judge(bad, { oldObject })).toEqual({ judged: true, controls: ['old'] });
  });

  it('has one policy for each place of a pod, with autogen off', () => {
    const objects = objectsOf(backend, restricted);
    expect(objects).toHaveLength(shapes.length);
    for (const object of objects)
      expect(object).toMatchObject(
        backend === kyverno
          ? { metadata: { annotations: { 'pod-policies.kyverno.io/autogen-controllers': 'none' } } }
          : { spec: { autogen: { podControllers: { controllers: [] } } } },
      );
  });

  it('matches the same kinds as the shapes name', () => {
    const rules = rulesOf(backend, restricted);
    for (const { rules: matched } of shapes)
      for (const resource of matched.flatMap(({ resources }) => resources))
        expect(rules.names(resource), resource).toHaveLength(1);
    expect(rules.names('services')).toEqual([]);
  });

  it('is the same for every version, but for its name', () => {
    const texts = backend.engineVersions.map((version) =>
      filesOf(backend, restricted, version).map(({ path, text }) => [
        path,
        text.replaceAll(`Kyverno ${version}`, 'Kyverno'),
      ]),
    );
    for (const each of texts) expect(each).toEqual(texts[0]);
  });

  it('refuses names that Kyverno has no room for', () => {
    const named = (length: number): Policy => ({ ...restricted, name: 'n'.repeat(length) });
    expect(refusedBy(backend, named(43))).toEqual([]);
    expect(Math.max(...shapes.map((shape) => policyName(named(43), shape).length))).toBe(63);
    expect(refusedBy(backend, named(44))).toEqual(['the name has more than 43 characters']);
  });

  it('names a namespace in no policy but by the scope', () => {
    const exempt: Policy = { ...restricted, scope: { excludedNamespaces: [], namespaceSelector: [] } };
    for (const object of objectsOf(backend, exempt))
      expect(JSON.stringify(object)).not.toMatch(/namespaceSelector|"exclude"|metadata\.name"/);
  });

  it.each(shapes)('has a suite of $suffix, with the one policy and each object once', (shape) => {
    const files = new Map(filesOf(backend, restricted).map(({ path, text }) => [path, text]));
    const directory = `.tests/restricted/${shape.suffix}`;
    const suite = files.get(`${directory}/kyverno-test.yaml`) ?? '';
    const objects = parseAllDocuments(files.get(`${directory}/objects.yaml`) ?? '').map((each): unknown =>
      each.toJS(),
    );
    const listed = [...suite.matchAll(/podsec-test\/([a-z0-9-]+)/g)].map(([, name]) => name);
    expect(objects.length).toBeGreaterThan(10);
    expect(listed.sort()).toEqual(objects.map((each) => name(each)).sort());
    const [, policy = ''] = /^policies:\n- "\.\.\/\.\.\/\.\.\/(.+)"\n/m.exec(suite) ?? [];
    expect(files.get(policy)).toContain(`name: ${policyName(restricted, shape)}`);
  });

  it('has nothing where `kyverno apply` looks but policies', () => {
    const files = filesOf(backend, restricted).map(({ path }) => path);
    expect(files.filter((path) => path.endsWith('.yaml') && !/^([^/]+|\.tests\/.*)$/.test(path))).toEqual([]);
  });
});

function name(object: unknown): string {
  const metadata: unknown =
    typeof object === 'object' && object !== null ? Reflect.get(object, 'metadata') : {};
  return String(typeof metadata === 'object' && metadata !== null ? Reflect.get(metadata, 'name') : '');
}

describe('modes', () => {
  const of = (backend: Backend, mode: Mode): Json[] =>
    objectsOf(backend, { ...restricted, mode }).map((object) => {
      const spec: unknown = Reflect.get(Object(object), 'spec');
      const actions: unknown = Reflect.get(Object(spec), 'validationActions');
      if (Array.isArray(actions)) return actions;
      const text = JSON.stringify(spec);
      const [, action = ''] = /"failureAction":"(\w+)"/.exec(text) ?? [];
      return [action, ...(text.includes('"emitWarning":true') ? ['emitWarning'] : [])];
    });

  it('as a ClusterPolicy says them', () => {
    const [pods, workloads] = [0, 1];
    expect(of(kyverno, 'audit')).toEqual([['Audit'], ['Audit'], ['Audit'], ['Audit']]);
    expect(of(kyverno, 'warn')[pods]).toEqual(['Audit', 'emitWarning']);
    expect(of(kyverno, 'enforce')[pods]).toEqual(['Enforce']);
    expect(of(kyverno, 'enforce')[workloads]).toEqual(['Audit', 'emitWarning']);
    expect(of(kyverno, 'enforce-workloads')).toEqual([['Enforce'], ['Enforce'], ['Enforce'], ['Enforce']]);
  });

  it('as a ValidatingPolicy says them', () => {
    const [pods, workloads] = [0, 1];
    expect(of(kyvernoVpol, 'audit')[pods]).toEqual(['Audit']);
    expect(of(kyvernoVpol, 'warn')[pods]).toEqual(['Warn']);
    expect(of(kyvernoVpol, 'enforce')[pods]).toEqual(['Deny', 'Audit']);
    expect(of(kyvernoVpol, 'enforce')[workloads]).toEqual(['Warn', 'Audit']);
    expect(of(kyvernoVpol, 'enforce-workloads')[workloads]).toEqual(['Deny', 'Audit']);
  });
});

describe('labels that a selector wants', () => {
  it.each<[string, Parameters<typeof labelsFor>[0], ReturnType<typeof labelsFor>]>([
    ['nothing', [], {}],
    ['a value', [{ key: 'a', operator: 'In', values: ['x', 'y'] }], { a: 'x' }],
    [
      'a value but one',
      [
        { key: 'a', operator: 'In', values: ['x', 'y'] },
        { key: 'a', operator: 'NotIn', values: ['x'] },
      ],
      { a: 'y' },
    ],
    ['not a value', [{ key: 'a', operator: 'NotIn', values: ['x'] }], {}],
    [
      'any value but one',
      [
        { key: 'a', operator: 'Exists', values: [] },
        { key: 'a', operator: 'NotIn', values: ['yes'] },
      ],
      { a: 'yes-other' },
    ],
    ['no value', [{ key: 'a', operator: 'DoesNotExist', values: [] }], {}],
    [
      'a contradiction',
      [
        { key: 'a', operator: 'Exists', values: [] },
        { key: 'a', operator: 'DoesNotExist', values: [] },
      ],
      undefined,
    ],
  ])('%s', (_, requirements, labels) => {
    expect(labelsFor(requirements)).toEqual(labels);
  });

  it('are given to the suite, and where there are none there is no suite', () => {
    const scoped = (values: readonly string[]): Policy => ({
      ...restricted,
      scope: {
        excludedNamespaces: ['podsec-test'],
        namespaceSelector: [
          { key: 'team', operator: 'In', values },
          { key: 'team', operator: 'NotIn', values: ['b'] },
        ],
      },
    });
    for (const backend of backends) {
      const values = filesOf(backend, scoped(['a'])).find(({ path }) => path.endsWith('values.yaml'))?.text;
      expect(values).toContain('- name: podsec-test-other\n  labels:\n    team: a\n');
      expect(filesOf(backend, scoped(['b'])).filter(({ path }) => path.startsWith('.tests/'))).toEqual([]);
    }
  });
});
