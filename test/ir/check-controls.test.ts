import { describe, expect, it } from 'vitest';
import { checkPolicy } from '../../src/ir/check.js';
import type { Policy, Text } from '../../src/ir/types.js';
import { ofCond, ofReason, ofTerm, present, problems } from './problems.js';
import {
  always,
  collecting,
  comprehension,
  control,
  denying,
  literal,
  never,
  policy,
  read,
  ref,
} from './samples.js';

describe('places to blame', () => {
  it('are of the judged pod', () => {
    const old = { bind: 'c', in: { kind: 'containers', of: 'old', groups: ['init'] } } as const;
    const stored = (place: string) => [
      `\`${place}\` is of the stored pod, not of the one that is judged -> blame a field of \`pod\``,
    ];
    expect(problems(collecting({ at: ref('old.spec') }))).toEqual(stored('old.spec'));
    expect(problems(collecting({ over: [old], at: ref('c.image') }))).toEqual(stored('c.image'));
    const ports = { bind: 'p', in: { kind: 'items', list: ref('c.ports') } } as const;
    expect(problems(collecting({ over: [old, ports], at: ref('p') }))).toEqual(stored('p'));
    const labels = {
      bind: 'e',
      in: { kind: 'entries', map: ref('old.metadata.labels'), prefix: '' },
    } as const;
    expect(problems(collecting({ over: [labels], at: ref('e') }))).toEqual(stored('e'));
  });

  it('of an entry are the entry', () => {
    const over = [
      { bind: 'e', in: { kind: 'entries', map: ref('pod.metadata.labels'), prefix: '' } },
    ] as const;
    expect(problems(collecting({ over, at: ref('e') }))).toEqual([]);
    expect(problems(collecting({ over, at: ref('e.value') }))).toEqual([
      '`e.value` is no field of the pod -> blame the entry, `e`',
    ]);
  });
});

describe('controls', () => {
  const text: Text = { kind: 'text', text: '' };
  const collection = { name: 'found', distinct: false, denies: true, from: [comprehension()] };

  it('have ids of one form, each its own', () => {
    const hint = 'use up to 63 letters, digits, `_` and `-`, a letter first';
    for (const id of ['', 'a/b', 'a b', '1', '-a', 'ü', 'a'.repeat(64)]) {
      expect(checkPolicy(policy({ controls: [control({ id })] }))).toMatchObject([
        { message: `control \`${id}\`: \`${id}\` is no name for a control`, hint },
      ]);
    }
    for (const id of ['hostPorts', 'capabilities_baseline', 'no-latest-tag', 'a'.repeat(63)]) {
      expect(checkPolicy(policy({ controls: [control({ id })] }))).toEqual([]);
    }
    expect(problems(policy({ controls: [control(), control(), control()] }))).toEqual([
      'the control `control` is listed twice -> list it once',
    ]);
  });

  it('deny by some collection', () => {
    const message = 'no collection denies, so the control never does -> let one deny, or drop the control';
    expect(problems(policy({ controls: [control({ collections: [], detail: text })] }))).toEqual([message]);
    const showing = { ...collection, denies: false };
    expect(problems(policy({ controls: [control({ collections: [showing] })] }))).toEqual([message]);
    expect(
      problems(policy({ controls: [control({ collections: [showing, { ...collection, name: 'b' }] })] })),
    ).toEqual([]);
  });

  it('have texts that are Unicode', () => {
    const message =
      'a text has half of a surrogate pair, which is no character in any engine -> write whole characters';
    expect(ofReason({ kind: 'text', text: 'a\ud800b' })).toEqual([message]);
    expect(ofTerm(literal('\udc00'))).toEqual([message]);
    expect(ofTerm(literal('😀'))).toEqual([]);
  });

  it('have collections with names of one form, each its own', () => {
    expect(problems(policy({ controls: [control({ collections: [collection, collection] })] }))).toEqual([
      'the collection `found` is listed twice -> list it once',
    ]);
    for (const name of ['', 'a-b', '1', 'a b']) {
      const bad = control({ collections: [{ ...collection, name }], detail: text });
      expect(problems(policy({ controls: [bad] }))).toEqual([
        `collection \`${name}\`: \`${name}\` is no name for a collection -> use letters, digits and \`_\`, a letter first`,
      ]);
    }
  });

  it('have texts over collections that there are', () => {
    const unknown = 'reason: there is no collection `fund` -> did you mean `found`?';
    expect(ofReason({ kind: 'list', of: 'fund', quote: true, separator: '' })).toEqual([unknown]);
    expect(ofReason({ kind: 'plural', of: ['found', 'fund'], one: '', many: '' })).toEqual([unknown]);
    const list: Text = { kind: 'list', of: 'fund', quote: true, separator: '' };
    expect(ofReason({ kind: 'ifAny', of: ['fund'], some: text, otherwise: text })).toEqual([unknown]);
    expect(ofReason({ kind: 'ifAny', of: ['found'], some: list, otherwise: text })).toEqual([unknown]);
    expect(ofReason({ kind: 'ifAny', of: ['found'], some: text, otherwise: list })).toEqual([unknown]);
    expect(ofReason({ kind: 'sequence', parts: [text, list] })).toEqual([unknown]);
    expect(ofReason({ kind: 'joined', separator: '', parts: [text, list] })).toEqual([unknown]);
    expect(problems(policy({ controls: [control({ detail: list })] }))).toEqual([
      unknown.replace('reason', 'detail'),
    ]);
  });

  it('have texts that count some collection, each once', () => {
    expect(ofReason({ kind: 'plural', of: [], one: '', many: '' })).toEqual([
      'reason: `plural` counts no collection -> name at least one',
    ]);
    expect(ofReason({ kind: 'ifAny', of: [], some: text, otherwise: text })).toEqual([
      'reason: `ifAny` counts no collection -> name at least one',
    ]);
    expect(ofReason({ kind: 'plural', of: ['found', 'found'], one: '', many: '' })).toEqual([
      'reason: the collection `found` is listed twice -> list it once',
    ]);
  });

  it('are checked in their whole', () => {
    const bad = present('pod.spec.a');
    const wrong = ['`pod.spec` has no field `a` -> check the name in the Kubernetes API'];
    expect(problems(policy({ controls: [control({ unless: bad })] }))).toEqual([`unless: ${wrong[0]}`]);
    expect(ofCond({ kind: 'and', of: [always, bad] })).toEqual(wrong);
    expect(ofCond({ kind: 'or', of: [never, bad] })).toEqual(wrong);
    expect(ofCond({ kind: 'not', of: bad })).toEqual(wrong);
    expect(ofCond({ kind: 'every', bind: 'g', in: { kind: 'userGroups' }, where: bad })).toEqual(wrong);
    expect(ofCond({ kind: 'equal', left: literal('a'), right: read('pod.spec.a') })).toEqual(wrong);
    expect(ofCond({ kind: 'equal', left: read('pod.spec.a'), right: literal('a') })).toEqual(wrong);
    expect(ofCond({ kind: 'oneOf', term: read('pod.spec.a'), values: ['a', 1] })).toEqual(wrong);
    expect(ofCond({ kind: 'matches', term: read('pod.spec.a'), patterns: [] })).toEqual(wrong);
    expect(ofTerm({ kind: 'concat', parts: [{ kind: 'quoted', of: read('pod.spec.a') }] })).toEqual(wrong);
    expect(
      ofTerm({ kind: 'lookup', map: ref('pod.metadata.labels'), key: read('pod.spec.a'), absent: '' }),
    ).toEqual(wrong);
    expect(
      ofTerm({ kind: 'effective', refs: [ref('pod.spec.hostname'), ref('pod.spec.a')], absent: '' }),
    ).toEqual(wrong);
  });
});

describe('policies', () => {
  const invalid = (parts: Partial<Policy>) => problems(policy(parts));

  it('have a name and a version of one form', () => {
    for (const name of ['', 'A', 'a_b', '-a', 'a..b', 'a'.repeat(254)]) {
      expect(invalid({ name })).toEqual([
        `\`${name}\` is no name for a policy -> use lower-case letters, digits, \`-\` and \`.\``,
      ]);
    }
    for (const name of ['a', 'gce.privileged', 'my-policy-2']) expect(invalid({ name })).toEqual([]);
    for (const version of ['latest', '1.37', 'v1', 'v2.0', 'v1.01', '']) {
      expect(invalid({ version })).toEqual([`\`${version}\` is no policy version -> write it as \`v1.37\``]);
    }
    expect(invalid({ version: 'v1.0' })).toEqual([]);
  });

  it('have alternatives that are well-formed, each with its own name', () => {
    const wrong = denying(present('pod.spec.a'));
    expect(invalid({ alternatives: [{ ...wrong, name: 'other' }] })).toEqual([
      'alternative `other`: control `control`: collection `found`: `pod.spec` has no field `a` -> check the name in the Kubernetes API',
    ]);
    expect(invalid({ alternatives: [policy(), policy()] })).toEqual([
      'the alternative `sample` is listed twice -> list it once',
    ]);
  });

  it('exempt what Kubernetes can name', () => {
    const { exemptions } = policy();
    const exempt = (parts: Partial<Policy['exemptions']>) =>
      invalid({ exemptions: { ...exemptions, ...parts } });
    expect(exempt({ namespaces: ['a.b'] })).toEqual([
      'exemptions: `a.b` is no name for a namespace -> use up to 63 lower-case letters, digits and `-`',
    ]);
    expect(exempt({ namespaces: ['a', 'a'] })).toEqual([
      'exemptions: the namespace `a` is listed twice -> list it once',
    ]);
    expect(exempt({ users: [''] })).toEqual(['exemptions: `` is no name for a user -> a name is not empty']);
    expect(exempt({ users: ['\n', '\n'] })).toHaveLength(1);
    expect(exempt({ runtimeClasses: ['G'] })).toEqual([
      'exemptions: `G` is no name for a runtime class -> use lower-case letters, digits, `-` and `.`',
    ]);
    expect(exempt({ runtimeClasses: ['g', 'g'] })).toHaveLength(1);
    expect(exempt({ serviceAccounts: [{ namespace: '', name: 'A' }] })).toEqual([
      'exemptions: `` is no name for a namespace -> use up to 63 lower-case letters, digits and `-`',
      'exemptions: `A` is no name for a service account -> use lower-case letters, digits, `-` and `.`',
    ]);
    const account = { namespace: 'a', name: 'b.c' };
    expect(exempt({ serviceAccounts: [account, { namespace: 'b', name: 'b.c' }] })).toEqual([]);
    expect(exempt({ serviceAccounts: [account, account] })).toEqual([
      'exemptions: the service account `a/b.c` is listed twice -> list it once',
    ]);
  });

  it('select namespaces as Kubernetes can', () => {
    const scope = (parts: Partial<Policy['scope']>) => invalid({ scope: { ...policy().scope, ...parts } });
    expect(scope({ excludedNamespaces: ['kube-system', 'A'] })).toEqual([
      'scope: `A` is no name for a namespace -> use up to 63 lower-case letters, digits and `-`',
    ]);
    expect(scope({ excludedNamespaces: ['a', 'a'] })).toHaveLength(1);
    const where = (key: string, operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist', ...values: string[]) =>
      scope({ namespaceSelector: [{ key, operator, values }] });
    expect(where('example.com/team', 'In', 'a', 'b')).toEqual([]);
    expect(where('team', 'DoesNotExist')).toEqual([]);
    expect(where('team', 'NotIn')).toEqual([
      'scope: `NotIn` of the label `team` has no values -> list at least one',
    ]);
    expect(where('team', 'Exists', 'a')).toEqual([
      'scope: `Exists` of the label `team` has values -> leave them out, or use `In` or `NotIn`',
    ]);
    expect(where('team', 'In', 'a', 'a')).toEqual(['scope: the value `a` is listed twice -> list it once']);
    for (const key of ['', '/a', 'a/b/c', '-a', 'A.com/a', 'ü']) {
      expect(where(key, 'Exists')).toEqual([
        `scope: \`${key}\` is no name for a label -> write it as Kubernetes does: \`team\` or \`example.com/team\``,
      ]);
    }
  });

  it('report the same mistake once', () => {
    const bad = present('pod.spec.a');
    expect(ofCond({ kind: 'and', of: [bad, bad, bad] })).toEqual([
      '`pod.spec` has no field `a` -> check the name in the Kubernetes API',
    ]);
  });
});
