import { describe, expect, test } from 'vitest';
import { rego } from '../../../src/backends/rego/index.js';
import {
  and,
  authorized,
  type Cond,
  concat,
  containers,
  control,
  denying,
  each,
  effective,
  emptyList,
  equal,
  every,
  firstPresent,
  glob,
  hasKey,
  items,
  itself,
  lookup,
  matches,
  nameOf,
  namespaceLabel,
  not,
  type Operand,
  once,
  oneOf,
  or,
  pathPrefix,
  pod,
  present,
  request,
  sameParts,
  size,
  some,
  value,
  within,
} from '../../../src/dsl/index.js';
import { levelAt37, onOneLine } from './help.js';

function compiled(where: Cond, show: Operand<string> | Operand<number> = 'pod') {
  const made = control({
    id: 'mine',
    collections: { found: denying(once({ where, show, at: pod.spec })) },
    reason: 'mine',
  });
  return rego.compile([{ ...levelAt37('privileged'), name: 'mine', controls: [made.node] }], '1.22');
}

/** The statements of the one comprehension that decides. */
function printed(where: Cond, show?: Operand<string> | Operand<number>): string {
  const result = compiled(where, show);
  if ('refusals' in result) throw new Error(JSON.stringify(result.refusals));
  const rule = result.files.find(({ path }) => path === 'mine.rego')?.text ?? '';
  const found = /found := (.*?)\n\tcount\(found\)/s.exec(rule)?.[1] ?? '';
  return onOneLine(found);
}

function refusals(where: Cond, show?: Operand<string> | Operand<number>): string[] {
  const result = compiled(where, show);
  return 'refusals' in result ? result.refusals.map(({ reason }) => reason) : [];
}

describe('absence', () => {
  const { spec } = pod;
  test.each([
    [
      'a pointer',
      equal(value(spec.hostUsers, true), false),
      'not lib.boolean(world.pod, ["spec", "hostUsers"], true)',
    ],
    [
      'an empty value that is what absence means',
      equal(value(spec.hostname, ''), 'x'),
      'lib.string(world.pod, ["spec", "hostname"], "") == "x"',
    ],
    [
      'an empty value that is not',
      equal(value(spec.hostname, 'none'), 'x'),
      'lib.filled_string(world.pod, ["spec", "hostname"], "none") == "x"',
    ],
    [
      'a default',
      equal(value(spec.restartPolicy, ''), 'Never'),
      'lib.filled_string(world.pod, ["spec", "restartPolicy"], "Always") == "Never"',
    ],
    ['presence of a pointer', present(spec.os), 'lib.present(world.pod, ["spec", "os"])'],
    ['presence of a list', present(spec.volumes), 'lib.filled(world.pod, ["spec", "volumes"])'],
    ['presence of what has a default', present(spec.securityContext), 'true'],
  ])('%s', (_what, where, expected) => {
    expect(printed(where)).toBe(`["pod" | ${expected}]`);
  });

  test('a default needs its object', () => {
    const where = some(items(spec.volumes), (volume) => equal(value(volume.hostPath.type, 'File'), 'Socket'));
    expect(printed(where)).toContain(
      'lib.string(volume, ["hostPath", "type"], lib.default_within(volume, ["hostPath"], "", "File")) == "Socket"',
    );
  });

  test('the container comes before the pod', () => {
    const where = some(containers(), (c) =>
      equal(effective([c.securityContext.runAsUser, spec.securityContext.runAsUser], -1), 0),
    );
    expect(printed(where)).toContain(
      'lib.number(container, ["securityContext", "runAsUser"], lib.number(world.pod, ["spec", "securityContext", "runAsUser"], -1)) == 0',
    );
  });
});

describe('conditions', () => {
  const name = value(pod.spec.hostname, '');
  const a = equal(name, 'a');
  const b = equal(name, 'b');
  test.each([
    ['all of them', and(a, b), '… == "a" … == "b"'],
    ['none of them', not(or(a, b)), '… != "a" … != "b"'],
    ['one of them', or(a, b), 'lib.any_of([… == "a", … == "b"])'],
    ['not all of them', not(and(a, b)), 'lib.any_of([… != "a", … != "b"])'],
    ['one that cannot hold', equal(size(containers()), 0), 'count(lib.all_containers(world.pod)) == 0'],
    ['a set of one', not(oneOf(name, ['a'])), '… != "a"'],
    ['an empty set', oneOf(name, []), 'false'],
    [
      'globs',
      matches(name, glob('a*b*c')),
      'lib.ends_with(lib.after_part(lib.after_prefix(…, "a"), "b"), "c")',
    ],
    ['a path', matches(name, pathPrefix('/var/')), 'lib.below_path(…, "/var")'],
    [
      'ranges',
      within(size(containers(['init'])), { min: 1, max: 2 }),
      'lib.within(count(lib.containers(world.pod, ["initContainers"])), [[1, 2]])',
    ],
    ['parts', sameParts(name, 'a,b', ','), 'lib.same_parts(…, "a,b", ",")'],
    [
      'a key',
      hasKey(pod.metadata.annotations, 'x'),
      'lib.has_key(lib.map(world.pod, ["metadata", "annotations"]), "x")',
    ],
    [
      'every one',
      every(containers(['regular']), (c) => equal(nameOf(c), 'a')),
      'lib.all_of([(lib.string(container, ["name"], "") == "a") | some container in lib.containers(world.pod, ["containers"])])',
    ],
    ['the request', equal(request('user'), 'bob'), 'world.request.user == "bob"'],
  ])('%s', (_what, where, expected) => {
    expect(printed(where).replaceAll('lib.string(world.pod, ["spec", "hostname"], "")', '…')).toBe(
      `["pod" | ${expected}]`,
    );
  });

  test('long sets are constants of the module, each once', () => {
    const set = ['a', 'b', 'c', 'd', 'e'];
    const result = compiled(or(oneOf(name, set), not(oneOf(name, set))));
    const text = 'files' in result ? (result.files.find(({ path }) => path === 'mine.rego')?.text ?? '') : '';
    expect(text.match(/^mine_hostname_values := .*$/gm)).toEqual([
      'mine_hostname_values := {"a", "b", "c", "d", "e"}',
    ]);
  });

  test('names of collections and elements are none of the language', () => {
    const made = control({
      id: 'some',
      collections: {
        count: denying(
          each(containers(), (c) => ({ where: present(c.lifecycle.preStop), show: nameOf(c), at: c })),
        ),
        if: denying(once({ where: a, show: 'x', at: pod.spec })),
      },
      reason: 'r',
    });
    const result = rego.compile([{ ...levelAt37('privileged'), name: 'p', controls: [made.node] }], '1.22');
    const text = 'files' in result ? (result.files.find(({ path }) => path === 'p.rego')?.text ?? '') : '';
    expect(text).toContain('\tcount_ := [');
    expect(text).toContain('\tif_ := [');
    expect(text).toContain('count(count_) + count(if_) > 0');
  });
});

describe('refusals name the node or the field, and why', () => {
  const yes = equal(value(pod.spec.hostPID, false), true);
  test.each([
    [authorized('use', 'policy', 'podsecuritypolicies', 'x'), 'authorized: OPA has no authorizer'],
    [emptyList(pod.spec.securityContext.supplementalGroups), 'emptyList: '],
    [equal(namespaceLabel('team', ''), 'x'), 'namespaceLabel: '],
    [equal(value(pod.metadata.namespace, ''), 'x'), 'pod.metadata.namespace: the API server writes it'],
    [equal(value(pod.metadata.name, ''), 'x'), 'pod.metadata.name: the API server writes it'],
    [present(pod.status.podIP), 'pod.status.podIP: the API server writes it'],
    [
      some(containers(), (c) => equal(value(c.imagePullPolicy, ''), 'Always')),
      'container.imagePullPolicy: its default follows the tag',
    ],
    [
      some(containers(), (c) => present(c.lifecycle)),
      'container.lifecycle: the API server drops it with a field in it',
    ],
    [
      some(containers(), (c) => present(c.resources)),
      'container.resources: the API cannot tell an empty object',
    ],
    [
      some(containers(), (c) => equal(value(c.lifecycle.stopSignal, ''), 'SIGKILL')),
      'container.lifecycle.stopSignal: the API server drops it',
    ],
    [present(pod.spec.overhead), ''],
  ])('%#', (where, reason) => {
    const found = refusals(where);
    if (reason === '') expect(found).toEqual([]);
    else expect(found).toEqual([expect.stringContaining(reason)]);
  });

  test('what is shown counts too', () => {
    expect(refusals(yes, value(pod.metadata.name, ''))).toEqual([
      expect.stringContaining('pod.metadata.name'),
    ]);
    expect(refusals(yes, concat('a', lookup(pod.metadata.labels, 'x', '')))).toEqual([]);
  });

  test('one for each reason, of all controls', () => {
    const where = and(
      equal(value(pod.metadata.name, ''), 'x'),
      not(equal(value(pod.metadata.name, ''), 'y')),
    );
    expect(refusals(where)).toHaveLength(1);
  });

  test('policies that OPA knows too little for', () => {
    const policy = levelAt37('baseline');
    const result = rego.compile(
      [
        {
          ...policy,
          alternatives: [policy],
          scope: {
            excludedNamespaces: [],
            namespaceSelector: [{ key: 'a', operator: 'Exists', values: [] }],
          },
          exemptions: { ...policy.exemptions, serviceAccounts: [{ namespace: 'a', name: 'b' }] },
        },
      ],
      '1.22',
    );
    expect('refusals' in result ? result.refusals.map(({ reason }) => reason.split(':')[0]) : []).toEqual([
      'alternatives',
      'namespaceSelector',
      'exemptServiceAccounts',
    ]);
  });
});

describe('terms', () => {
  test.each([
    [itself(pod.spec.hostname), 'lib.string(world.pod, ["spec", "hostname"], "")'],
    [size(items(pod.spec.volumes)), 'lib.text(count(lib.structs(world.pod, ["spec", "volumes"])))'],
    [
      firstPresent(pod.spec.securityContext, ['seLinuxOptions', 'sysctls'], 'none'),
      'lib.first_present(lib.map(world.pod, ["spec", "securityContext"]), ["seLinuxOptions", "sysctls"], ["sysctls"], "none")',
    ],
  ])('%#', (show, expected) => {
    expect(printed(equal(value(pod.spec.hostPID, false), true), show)).toContain(`[${expected} |`);
  });
});
