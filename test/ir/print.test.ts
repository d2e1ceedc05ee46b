import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { policyJson, printCond, printControl, printPolicy } from '../../src/ir/print.js';
import type { Mutation, Policy, Source, Term } from '../../src/ir/types.js';
import { levelPolicy } from '../../src/levels/levels.js';
import { newestMinor } from '../../src/levels/versions.js';
import { arbitraryPolicy } from './arbitrary.js';
import { allLevelPolicies } from './levels.js';
import {
  always,
  collecting,
  control,
  denying,
  literal,
  never,
  policy,
  read,
  ref,
  showing,
} from './samples.js';

/** What the form says of a policy's one condition, or of its one term. */
function said(of: Policy, word: 'where' | 'show'): string | undefined {
  return new RegExp(`^ *${word} (.*?)(?:  at .*)?$`, 'm').exec(printPolicy(of))?.[1];
}

const containers: Source = { kind: 'containers', of: 'pod', groups: ['init', 'regular', 'ephemeral'] };

describe('the printable form', () => {
  it('of a control', () => {
    const privileged = levelPolicy('baseline', newestMinor).controls.find(({ id }) => id === 'privileged');
    if (privileged === undefined) throw new TypeError('no control `privileged`');
    expect(printControl(privileged)).toBe(`control privileged (baseline)
  deny containers: for container in containers(init, regular, ephemeral)
    where value(container.securityContext.privileged, false) = true
    show container.name  at container.securityContext.privileged
  reason "privileged"
  detail sequence(
      ifAny(
        [containers],
        sequence(plural([containers], "container", "containers"), " ", quotedList(containers, ", ")),
        ""
      ),
      " must not set securityContext.privileged=true"
    )
`);
  });

  it('of a policy with everything', () => {
    const other = policy({ name: 'other', controls: [] });
    const container = { bind: 'c', in: { kind: 'containers', of: 'pod', groups: ['init'] } } as const;
    const writing: Mutation = {
      id: 'defaults',
      over: [container],
      where: always,
      writes: [
        { kind: 'set', at: ref('c.securityContext.runAsUser'), value: 1 },
        { kind: 'set', at: ref('pod.spec.securityContext.supplementalGroups'), value: [1, 2] },
        {
          kind: 'set',
          at: ref('pod.spec.securityContext.seLinuxOptions'),
          value: { user: 'u', level: 's0', kind: 'k' },
        },
        {
          kind: 'add',
          list: ref('c.securityContext.capabilities.add'),
          values: ['A', 'B'],
          except: [ref('c.securityContext.capabilities.drop')],
        },
        { kind: 'add', list: ref('c.securityContext.capabilities.drop'), values: ['C'], except: [] },
        { kind: 'setKey', map: ref('pod.metadata.annotations'), key: read('c.name'), value: 'x' },
      ],
    };
    const text = printPolicy(
      policy({
        version: 'v1.37',
        mode: 'enforce',
        mutations: [writing],
        controls: [control({ unless: always, collections: [] })],
        alternatives: [other],
        exemptions: {
          namespaces: ['trusted'],
          users: ['admin'],
          runtimeClasses: ['gvisor'],
          serviceAccounts: [{ namespace: 'a', name: 'b' }],
        },
        scope: {
          excludedNamespaces: ['kube-system', 'x'],
          namespaceSelector: [
            { key: 'env', operator: 'In', values: ['a', 'b'] },
            { key: 'team', operator: 'Exists', values: [] },
          ],
        },
      }),
    );
    expect(text).toBe(`policy sample v1.37, mode enforce, IR 3
  not in namespaces kube-system, x
  in namespaces with "env" In ["a", "b"]
  in namespaces with "team" Exists
  exempt namespaces "trusted"
  exempt users "admin"
  exempt runtime classes "gvisor"
  exempt service accounts "a/b"
  write defaults: for c in containers(init)
    where true
    set c.securityContext.runAsUser = 1
    set pod.spec.securityContext.supplementalGroups = [1,2]
    set pod.spec.securityContext.seLinuxOptions = {"user":"u","kind":"k","level":"s0"}
    add(c.securityContext.capabilities.add, ["A", "B"], except [c.securityContext.capabilities.drop])
    add(c.securityContext.capabilities.drop, ["C"])
    setKey(pod.metadata.annotations, c.name, "x")
  control control (custom)
    unless true
    reason "reason"
    detail plainList(found, ", ")
  or else policy other, mode audit, IR 3
`);
  });

  it('of each condition', () => {
    const of = read('pod.spec.hostname');
    const size: Term = { kind: 'size', of: containers };
    expect(printCond(never)).toBe('false');
    expect(printCond({ kind: 'and', of: [never, always] })).toBe('false and true');
    expect(printCond({ kind: 'or', of: [never, { kind: 'and', of: [always, always] }] })).toBe(
      'false or true and true',
    );
    expect(printCond({ kind: 'and', of: [never, { kind: 'or', of: [always, always] }] })).toBe(
      'false and (true or true)',
    );
    expect(printCond({ kind: 'and', of: [] })).toBe('and()');
    expect(printCond({ kind: 'or', of: [never] })).toBe('or(false)');
    expect(printCond({ kind: 'not', of: never })).toBe('not(false)');
    expect(printCond({ kind: 'present', ref: ref('pod.spec.os') })).toBe('present(pod.spec.os)');
    expect(printCond({ kind: 'emptyList', list: ref('pod.spec.volumes') })).toBe(
      'emptyList(pod.spec.volumes)',
    );
    expect(printCond({ kind: 'hasKey', map: ref('pod.metadata.labels'), key: of })).toBe(
      'hasKey(pod.metadata.labels, pod.spec.hostname)',
    );
    expect(printCond({ kind: 'equal', left: of, right: literal('a "b"') })).toBe(
      'pod.spec.hostname = "a \\"b\\""',
    );
    expect(printCond({ kind: 'oneOf', term: of, values: ['a', 'b'] })).toBe(
      'pod.spec.hostname in ["a", "b"]',
    );
    expect(printCond({ kind: 'oneOf', term: of, values: [] })).toBe('pod.spec.hostname in []');
    expect(
      printCond({
        kind: 'matches',
        term: of,
        patterns: [
          { kind: 'prefix', prefix: 'a' },
          { kind: 'suffix', suffix: 'b' },
          { kind: 'glob', glob: '*' },
          { kind: 'pathPrefix', prefix: '/c' },
        ],
      }),
    ).toBe('pod.spec.hostname matches [prefix "a", suffix "b", glob "*", pathPrefix "/c"]');
    expect(printCond({ kind: 'within', term: size, ranges: [{ min: -1, max: 5 }] })).toBe(
      'size(containers(init, regular, ephemeral)) within [-1 to 5]',
    );
    expect(printCond({ kind: 'sameParts', left: of, right: of, separator: ',' })).toBe(
      'sameParts(pod.spec.hostname, pod.spec.hostname, ",")',
    );
    expect(printCond({ kind: 'every', bind: 'c', in: containers, where: never })).toBe(
      'every c in containers(init, regular, ephemeral): false',
    );
    expect(
      printCond({
        kind: 'and',
        of: [{ kind: 'some', bind: 'g', in: { kind: 'userGroups' }, where: never }, always],
      }),
    ).toBe('(some g in userGroups: false) and true');
    expect(printCond({ kind: 'authorized', verb: 'use', group: 'policy', resource: 'psps', name: '' })).toBe(
      'authorized("use", "policy", "psps", "")',
    );
  });

  it('of each term and source', () => {
    expect(said(showing(literal(3)), 'show')).toBe('3');
    expect(said(showing(read('pod.spec.hostPID', false)), 'show')).toBe('value(pod.spec.hostPID, false)');
    expect(said(showing({ kind: 'effective', refs: [ref('a.b'), ref('pod.b')], absent: 0 }), 'show')).toBe(
      'effective([a.b, pod.b], 0)',
    );
    expect(said(showing({ kind: 'lookup', map: ref('pod.m'), key: literal('k'), absent: '-' }), 'show')).toBe(
      'lookup(pod.m, "k", "-")',
    );
    expect(
      said(showing({ kind: 'firstPresent', of: ref('v'), fields: ['a', 'b'], absent: 'x' }), 'show'),
    ).toBe('firstPresent(v, [a, b], "x")');
    expect(
      said(showing({ kind: 'concat', parts: [literal('a'), { kind: 'quoted', of: literal('b') }] }), 'show'),
    ).toBe('concat("a", quoted("b"))');
    expect(said(showing({ kind: 'request', field: 'user' }), 'show')).toBe('request(user)');
    expect(said(showing({ kind: 'namespaceLabel', label: 'l', absent: '' }), 'show')).toBe(
      'namespaceLabel("l", "")',
    );
    const sources: [Source, string][] = [
      [{ kind: 'containers', of: 'old', groups: ['init'] }, 'oldContainers(init)'],
      [{ kind: 'items', list: ref('pod.spec.volumes') }, 'pod.spec.volumes'],
      [
        { kind: 'entries', map: ref('pod.metadata.labels'), prefix: 'p/' },
        'entries(pod.metadata.labels, "p/")',
      ],
      [{ kind: 'userGroups' }, 'userGroups'],
    ];
    for (const [source, text] of sources)
      expect(said(showing({ kind: 'size', of: source }), 'show')).toBe(`size(${text})`);
  });

  it('of several bindings, and of several comprehensions', () => {
    const binding = { bind: 'c', in: containers };
    const one = collecting({ over: [binding, { bind: 'g', in: { kind: 'userGroups' } }] });
    expect(printPolicy(one)).toContain(
      'deny found: for c in containers(init, regular, ephemeral), g in userGroups\n',
    );
    expect(printPolicy(collecting({}, { over: [binding] }))).toContain(
      '    deny found:\n      the pod\n        where true\n        show "pod"  at pod.spec\n      for c in containers',
    );
    expect(printPolicy(collecting())).toContain('deny found: nothing\n');
    const list = { name: 'seen', distinct: true, denies: false, from: [] };
    expect(printControl(control({ collections: [list] }))).toContain(
      'list seen, sorted and distinct: nothing\n',
    );
  });

  it('breaks lines where they would get too long', () => {
    const values = Array.from({ length: 40 }, (_, index) => `a-rather-long-value-${index}`);
    const text = printPolicy(
      denying({ kind: 'not', of: { kind: 'oneOf', term: read('pod.spec.hostname'), values } }),
    );
    expect(Math.max(...text.split('\n').map((each) => each.length))).toBeLessThanOrEqual(110);
    for (const value of values) expect(text).toContain(`"${value}"`);
  });

  it('differs where the IR differs', () => {
    const policies = [...allLevelPolicies(), ...fc.sample(arbitraryPolicy(), { numRuns: 1000, seed: 3 })];
    const byText = new Map<string, string>();
    for (const each of policies) {
      const text = printPolicy(each);
      const json = policyJson(each);
      expect(byText.get(text) ?? json).toBe(json);
      byText.set(text, json);
    }
  });
});

describe('the JSON form', () => {
  it('is the same whatever the order of fields', () => {
    const reversed = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(reversed);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([key, each]) => [key, reversed(each)]),
      );
    };
    const isPolicy = (value: unknown): value is Policy => typeof value === 'object';
    fc.assert(
      fc.property(arbitraryPolicy(), (each) => {
        const other = reversed(each);
        if (!isPolicy(other)) throw new TypeError('no policy');
        expect(JSON.stringify(other)).not.toBe(JSON.stringify(each));
        expect(policyJson(other)).toBe(policyJson(each));
      }),
      { numRuns: 100 },
    );
  });

  it('has the kind first, and what a policy is before its rules', () => {
    expect(Object.keys(JSON.parse(policyJson(policy())))).toEqual([
      'ir',
      'name',
      'version',
      'mode',
      'scope',
      'exemptions',
      'exceptions',
      'mutations',
      'controls',
      'alternatives',
    ]);
    expect(policyJson(showing(read('pod.spec.hostname')))).toContain('"kind": "value",\n');
  });
});
