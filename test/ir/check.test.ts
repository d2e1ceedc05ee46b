import { describe, expect, it } from 'vitest';
import { checkPolicy } from '../../src/ir/check.js';
import type { Cond, Source, Term } from '../../src/ir/types.js';
import { fieldsOf, types } from '../../src/schema/index.js';
import { allLevelPolicies } from './levels.js';
import { ofCond, ofContainer, ofSource, ofTerm, present, problems } from './problems.js';
import { always, collecting, control, literal, policy, read, ref } from './samples.js';

const hostname = read('pod.spec.hostname');
const grace = read('pod.spec.terminationGracePeriodSeconds', 0);

describe('what is well-formed', () => {
  it('is each level at each version, and the samples', () => {
    expect(allLevelPolicies().flatMap(checkPolicy)).toEqual([]);
    expect(problems(policy())).toEqual([]);
    expect(ofContainer(present('c.securityContext.runAsUser'))).toEqual([]);
  });
});

describe('names', () => {
  it('are bound', () => {
    expect(ofCond(present('c.name'))).toEqual(['`c` is not bound here -> there is pod, old']);
    expect(ofContainer(present('d.image'))).toEqual(['`d` is not bound here -> did you mean `c`?']);
    expect(ofTerm(read('podd.spec.hostname'))).toEqual(['`podd` is not bound here -> did you mean `pod`?']);
    expect(problems(collecting({ at: ref('volume.name') }))).toEqual([
      '`volume` is not bound here -> there is pod, old',
    ]);
    expect(ofSource({ kind: 'items', list: ref('c.ports') })).toEqual([
      '`c` is not bound here -> there is pod, old',
    ]);
    expect(ofSource({ kind: 'entries', map: ref('c.labels'), prefix: '' })).toEqual([
      '`c` is not bound here -> there is pod, old',
    ]);
  });

  it('are bound within their quantifier only', () => {
    const inner: Cond = { kind: 'some', bind: 'g', in: { kind: 'userGroups' }, where: always };
    const outside: Cond = { kind: 'equal', left: read('g'), right: literal('a') };
    expect(ofCond({ kind: 'and', of: [inner, outside] })).toEqual([
      '`g` is not bound here -> there is pod, old',
    ]);
    expect(ofCond({ kind: 'and', of: [inner, inner] })).toEqual([]);
    const control1 = control({ unless: outside });
    expect(problems(policy({ controls: [control1] }))).toEqual([
      'unless: `g` is not bound here -> there is pod, old',
    ]);
  });

  it('are bound in turn by a comprehension', () => {
    const containers = { bind: 'c', in: { kind: 'containers', of: 'pod', groups: ['init'] } } as const;
    const ports = { bind: 'p', in: { kind: 'items', list: ref('c.ports') } } as const;
    const parts = { show: read('p.name'), at: ref('p.hostPort') };
    expect(problems(collecting({ over: [containers, ports], ...parts }))).toEqual([]);
    expect(problems(collecting({ over: [ports, containers], ...parts }))).toEqual([
      '`c` is not bound here -> there is pod, old',
    ]);
  });

  it('are not bound twice', () => {
    const again = (bind: string): Cond => ({
      kind: 'every',
      bind,
      in: { kind: 'userGroups' },
      where: always,
    });
    expect(ofContainer(again('c'))).toEqual(['`c` is bound already -> use another name']);
    expect(ofCond(again('pod'))).toEqual(['`pod` is bound already -> use another name']);
    expect(ofCond(again('old'))).toEqual(['`old` is bound already -> use another name']);
    const twice = { bind: 'g', in: { kind: 'userGroups' } } as const;
    expect(problems(collecting({ over: [twice, twice] }))).toEqual([
      '`g` is bound already -> use another name',
    ]);
  });

  it('are names', () => {
    for (const bind of ['', 'a-b', 'a.b', '1']) {
      expect(ofCond({ kind: 'some', bind, in: { kind: 'userGroups' }, where: always })).toEqual([
        `\`${bind}\` is no name for an element -> use letters, digits and \`_\``,
      ]);
    }
  });
});

describe('refs', () => {
  it('name fields that there are', () => {
    expect(ofCond(present('pod.spec.hostUserss'))).toEqual([
      '`pod.spec` has no field `hostUserss` -> did you mean `hostUsers`?',
    ]);
    expect(ofCond(present('pod.spec.constructor'))).toEqual([
      '`pod.spec` has no field `constructor` -> check the name in the Kubernetes API',
    ]);
    expect(ofCond(present('old.spec.hostUserss'))).toEqual([
      '`old.spec` has no field `hostUserss` -> did you mean `hostUsers`?',
    ]);
    expect(ofContainer(present('c.securityContext.priviliged'))).toEqual([
      '`c.securityContext` has no field `priviliged` -> did you mean `privileged`?',
    ]);
    expect(problems(collecting({ at: ref('pod.spek') }))).toEqual([
      '`pod` has no field `spek` -> did you mean `spec`?',
    ]);
  });

  it('cross no list, no map and no scalar', () => {
    expect(ofCond(present('pod.spec.containers.name'))).toEqual([
      '`pod.spec.containers` is a list of Containers -> quantify over it with `items`',
    ]);
    expect(ofCond(present('pod.spec.containers.*.name'))).toEqual([
      '`pod.spec.containers` is a list of Containers -> quantify over it with `items`',
    ]);
    expect(ofCond(present('pod.metadata.labels.app'))).toEqual([
      '`pod.metadata.labels` is a map of strings -> look a key up with `lookup`, or quantify over it with `entries`',
    ]);
    expect(ofCond(present('pod.spec.hostname.length'))).toEqual([
      '`pod.spec.hostname` is a string -> it has no fields; end the path there',
    ]);
  });

  it('of a container are those of its groups', () => {
    const target = (groups: readonly ('init' | 'regular' | 'ephemeral')[]): Cond => ({
      kind: 'some',
      bind: 'c',
      in: { kind: 'containers', of: 'pod', groups },
      where: present('c.targetContainerName'),
    });
    expect(ofCond(target(['ephemeral']))).toEqual([]);
    expect(ofCond(target(['regular', 'ephemeral']))).toEqual([
      '`c` has no field `targetContainerName` -> check the name in the Kubernetes API',
    ]);
    // Which holds because of this: else a field of the one could be none of the other.
    const { targetContainerName, ...others } = fieldsOf('EphemeralContainer') ?? {};
    expect(targetContainerName).toBeDefined();
    expect(Object.keys(others)).toEqual(Object.keys(types.Container?.fields ?? {}));
  });
});

describe('reads', () => {
  it('are of scalars', () => {
    const wrong: [string, string, string][] = [
      ['pod', 'an object', 'name one of its fields'],
      ['pod.spec', 'an object', 'name one of its fields'],
      ['pod.spec.volumes', 'a list of Volumes', 'quantify over it with `items`'],
      ['pod.spec.securityContext.supplementalGroups', 'a list of ints', 'quantify over it with `items`'],
      [
        'pod.metadata.labels',
        'a map of strings',
        'look a key up with `lookup`, or quantify over it with `entries`',
      ],
      ['pod.metadata.creationTimestamp', 'a time', 'ask whether it is `present`'],
    ];
    for (const [place, is, hint] of wrong) {
      const message = `\`${place}\` is ${is}, which has no value to compare -> ${hint}`;
      expect(ofTerm(read(place))).toEqual([message]);
      expect(ofTerm({ kind: 'effective', refs: [ref(place)], absent: '' })).toEqual([message]);
    }
    const volumes: Cond = {
      kind: 'some',
      bind: 'v',
      in: { kind: 'items', list: ref('pod.spec.volumes') },
      where: { kind: 'equal', left: read('v.emptyDir.sizeLimit'), right: literal('1Gi') },
    };
    expect(ofCond(volumes)).toEqual([
      '`v.emptyDir.sizeLimit` is a quantity, which has no value to compare -> ask whether it is `present`',
    ]);
  });

  it('have a value of their type where the field is absent', () => {
    const role = 'the value that stands for an absent field';
    expect(ofTerm(read('pod.spec.hostname', 0))).toEqual([
      `${role}, \`0\`, has to be a string -> give a string`,
    ]);
    expect(ofTerm(read('pod.spec.priority', ''))).toEqual([
      `${role}, \`""\`, has to be a number -> give a number`,
    ]);
    expect(ofCond({ kind: 'equal', left: read('pod.spec.hostPID', 'no'), right: literal(true) })).toEqual([
      `${role}, \`"no"\`, has to be a boolean -> give a boolean`,
    ]);
    expect(ofTerm({ kind: 'effective', refs: [ref('pod.spec.priority')], absent: '' })).toEqual([
      `${role}, \`""\`, has to be a number -> give a number`,
    ]);
    expect(ofTerm(read('pod.spec.priority', 2 ** 53))).toContainEqual(
      '`9007199254740992` is no integer that podsec can hold exactly -> write a whole number of at most 9007199254740991 in magnitude',
    );
  });

  it('of an effective value are one or more, of one type', () => {
    const effective = (places: readonly string[]): Term => ({
      kind: 'effective',
      refs: places.map(ref),
      absent: '',
    });
    expect(ofTerm(effective([]))).toEqual(['`effective` names no field -> name at least one']);
    expect(ofTerm(effective(['pod.spec.hostname', 'pod.spec.priority']))).toEqual([
      '`pod.spec.hostname` and `pod.spec.priority` have different types -> name fields of one type',
    ]);
    expect(ofTerm(effective(['pod.spec.hostname', 'pod.spec.hostname']))).toEqual([
      'the field `pod.spec.hostname` is listed twice -> list it once',
    ]);
    expect(ofTerm(effective(['pod.spec.hostname', 'pod.spec.subdomain']))).toEqual([]);
  });
});

describe('sources', () => {
  it('of items are lists', () => {
    for (const [place, is, hint] of [
      ['pod.spec', 'an object', 'name one of its fields'],
      [
        'pod.metadata.labels',
        'a map of strings',
        'look a key up with `lookup`, or quantify over it with `entries`',
      ],
      ['pod.spec.hostname', 'a string', 'read it with `value`'],
    ] as const) {
      expect(ofSource({ kind: 'items', list: ref(place) })).toEqual([
        `\`${place}\` is ${is}, not a list -> ${hint}`,
      ]);
      expect(ofTerm({ kind: 'size', of: { kind: 'items', list: ref(place) } })).toEqual([
        `\`${place}\` is ${is}, not a list -> ${hint}`,
      ]);
    }
    expect(ofSource({ kind: 'items', list: ref('pod.spec.volumes') })).toEqual([]);
  });

  it('of entries, look-ups and keys are maps of strings', () => {
    const places = [
      ['pod.spec.overhead', 'a map of quantities', 'ask whether it is `present`'],
      ['pod.spec.volumes', 'a list of Volumes', 'quantify over it with `items`'],
      ['pod.spec', 'an object', 'name one of its fields'],
    ] as const;
    for (const [place, is, hint] of places) {
      const message = [`\`${place}\` is ${is}, not a map of strings -> ${hint}`];
      expect(ofSource({ kind: 'entries', map: ref(place), prefix: '' })).toEqual(message);
      expect(ofTerm({ kind: 'lookup', map: ref(place), key: literal('a'), absent: '' })).toEqual(message);
      expect(ofCond({ kind: 'hasKey', map: ref(place), key: literal('a') })).toEqual(message);
    }
    const key = ['a key has to be a string, not a number -> give a string'];
    expect(ofTerm({ kind: 'lookup', map: ref('pod.metadata.labels'), key: grace, absent: '' })).toEqual(key);
    expect(ofCond({ kind: 'hasKey', map: ref('pod.metadata.labels'), key: grace })).toEqual(key);
  });

  it('of containers name groups, each once', () => {
    expect(ofSource({ kind: 'containers', of: 'pod', groups: [] })).toEqual([
      'no container group is named -> name at least one',
    ]);
    expect(ofSource({ kind: 'containers', of: 'pod', groups: ['init', 'init'] })).toEqual([
      'a container group is named twice -> name it once',
    ]);
  });

  it('that are wrong are reported once, not at each use of their elements', () => {
    const where: Cond = { kind: 'and', of: [present('x.a'), present('x.b')] };
    const source: Source = { kind: 'items', list: ref('pod.spec.volume') };
    expect(ofCond({ kind: 'some', bind: 'x', in: source, where })).toEqual([
      '`pod.spec` has no field `volume` -> did you mean `volumes`?',
    ]);
  });
});

describe('presence', () => {
  it('is asked of what can be absent', () => {
    for (const place of [
      'pod.spec.os',
      'pod.spec.hostPID',
      'pod.spec.volumes',
      'pod.metadata.labels',
      'pod.spec.hostname',
    ]) {
      expect(ofCond(present(place))).toEqual([]);
    }
    for (const place of ['pod', 'old', 'pod.spec', 'pod.metadata']) {
      expect(ofCond(present(place))).toEqual([`\`${place}\` cannot be absent -> ask for one of its fields`]);
    }
    expect(ofContainer(present('c'))).toEqual(['`c` cannot be absent -> ask for one of its fields']);
    const entries: Source = { kind: 'entries', map: ref('pod.metadata.labels'), prefix: '' };
    expect(ofCond({ kind: 'some', bind: 'e', in: entries, where: present('e.value') })).toEqual([
      '`e.value` cannot be absent -> ask for one of its fields',
    ]);
  });

  it('of the first of several fields is of fields that there are', () => {
    const first = (of: string, fields: readonly string[]): Term => ({
      kind: 'firstPresent',
      of: ref(of),
      fields,
      absent: '',
    });
    expect(ofTerm(first('pod.spec', ['hostname', 'subdomain']))).toEqual([]);
    expect(ofTerm(first('pod.spec', ['hostnam']))).toEqual([
      '`pod.spec` has no field `hostnam` -> did you mean `hostname`?',
    ]);
    expect(ofTerm(first('pod.spec', []))).toEqual(['`firstPresent` names no field -> name at least one']);
    expect(ofTerm(first('pod.spec', ['os', 'os']))).toEqual([
      'the field `os` is listed twice -> list it once',
    ]);
    expect(ofTerm(first('pod', ['metadata']))).toEqual([
      '`pod.metadata` cannot be absent -> ask for one of its fields',
    ]);
    expect(ofTerm(first('pod.spec.volumes', ['name']))).toEqual([
      '`pod.spec.volumes` is a list of Volumes, which has no fields to choose from -> quantify over it with `items`',
    ]);
    expect(ofTerm(first('pod.spek', ['name']))).toEqual([
      '`pod` has no field `spek` -> did you mean `spec`?',
    ]);
  });

  it('of an empty list is asked of supplementalGroups alone', () => {
    const emptyList = (place: string): Cond => ({ kind: 'emptyList', list: ref(place) });
    expect(ofCond(emptyList('pod.spec.securityContext.supplementalGroups'))).toEqual([]);
    expect(ofCond(emptyList('old.spec.securityContext.supplementalGroups'))).toEqual([]);
    for (const place of ['pod.spec.volumes', 'pod.spec.securityContext.sysctls', 'pod.spec.hostname']) {
      expect(ofCond(emptyList(place))).toEqual([
        `whether \`${place}\` is an empty list cannot be told from its absence -> only \`pod.spec.securityContext.supplementalGroups\` keeps the two apart`,
      ]);
    }
    expect(ofCond(emptyList('pod.spec.securityContext.supplementalGroup'))).toHaveLength(1);
    const where = emptyList('s.user.linux.supplementalGroups');
    const statuses: Source = { kind: 'items', list: ref('pod.status.containerStatuses') };
    expect(ofCond({ kind: 'some', bind: 's', in: statuses, where })).toEqual([
      expect.stringMatching(/^whether `s.user.linux.supplementalGroups` is an empty list cannot be told/),
    ]);
  });
});

describe('types', () => {
  it('of both sides of an equality agree', () => {
    expect(ofCond({ kind: 'equal', left: hostname, right: literal(1) })).toEqual([
      'a string never equals a number -> compare values of one type',
    ]);
    expect(ofCond({ kind: 'equal', left: literal(true), right: grace })).toEqual([
      'a boolean never equals a number -> compare values of one type',
    ]);
    expect(ofCond({ kind: 'equal', left: { kind: 'request', field: 'user' }, right: hostname })).toEqual([]);
    expect(ofCond({ kind: 'equal', left: literal(0.5), right: grace })).toEqual([
      '`0.5` is no integer that podsec can hold exactly -> write a whole number of at most 9007199254740991 in magnitude',
    ]);
  });

  it('of ports that are numbers or names agree with either', () => {
    const port = read('c.livenessProbe.httpGet.port', 0);
    expect(ofContainer({ kind: 'equal', left: port, right: literal(80) })).toEqual([]);
    expect(ofContainer({ kind: 'equal', left: port, right: literal('http') })).toEqual([]);
    expect(ofContainer({ kind: 'equal', left: port, right: literal(true) })).toEqual([
      'a number or a string never equals a boolean -> compare values of one type',
    ]);
    expect(ofContainer({ kind: 'within', term: port, ranges: [] })).toEqual([
      'what lies in a range has to be a number, not a number or a string -> give a number',
    ]);
  });

  it('of listed values agree, and no value is listed twice', () => {
    expect(ofCond({ kind: 'oneOf', term: hostname, values: ['a', 1] })).toEqual([
      'a listed value, `1`, has to be a string -> give a string',
    ]);
    expect(ofCond({ kind: 'oneOf', term: grace, values: [1, 2 ** 53] })).toEqual([
      '`9007199254740992` is no integer that podsec can hold exactly -> write a whole number of at most 9007199254740991 in magnitude',
    ]);
    expect(ofCond({ kind: 'oneOf', term: hostname, values: ['a', 'b', 'a', 'a'] })).toEqual([
      'the value `a` is listed twice -> list it once',
    ]);
    expect(ofCond({ kind: 'oneOf', term: hostname, values: [] })).toEqual([]);
  });

  it('are strings where strings are matched, split, joined and quoted', () => {
    expect(ofCond({ kind: 'matches', term: grace, patterns: [] })).toEqual([
      'what is matched has to be a string, not a number -> give a string',
    ]);
    expect(ofCond({ kind: 'sameParts', left: grace, right: literal(true), separator: ',' })).toEqual([
      'what is split has to be a string, not a number -> give a string',
      'what is split has to be a string, not a boolean -> give a string',
    ]);
    expect(ofTerm({ kind: 'concat', parts: [literal('a'), grace] })).toEqual([
      'a part of `concat` has to be a string, not a number -> give a string',
    ]);
    expect(ofTerm({ kind: 'quoted', of: { kind: 'size', of: { kind: 'userGroups' } } })).toEqual([
      'what is quoted has to be a string, not a number -> give a string',
    ]);
    expect(ofCond({ kind: 'sameParts', left: hostname, right: hostname, separator: '' })).toEqual([
      'the separator of `sameParts` is empty -> name the character between the parts',
    ]);
  });

  it('are integers where ranges are, and no range is empty', () => {
    expect(ofCond({ kind: 'within', term: hostname, ranges: [] })).toEqual([
      'what lies in a range has to be a number, not a string -> give a number',
    ]);
    expect(
      ofCond({
        kind: 'within',
        term: grace,
        ranges: [
          { min: 1, max: 1 },
          { min: 2, max: 1 },
        ],
      }),
    ).toEqual(['the range 2 to 1 holds no number -> write the smaller end first']);
    expect(
      ofCond({ kind: 'within', term: grace, ranges: [{ min: 0.5, max: Number.POSITIVE_INFINITY }] }),
    ).toEqual([
      '`0.5` is no integer that podsec can hold exactly -> write a whole number of at most 9007199254740991 in magnitude',
      '`Infinity` is no integer that podsec can hold exactly -> write a whole number of at most 9007199254740991 in magnitude',
    ]);
    const size: Term = { kind: 'size', of: { kind: 'userGroups' } };
    expect(ofCond({ kind: 'within', term: size, ranges: [{ min: 1, max: 5 }] })).toEqual([]);
  });

  it('are shown as strings or numbers', () => {
    expect(ofTerm(grace)).toEqual([]);
    expect(ofTerm(read('pod.spec.hostPID', false))).toEqual([
      'what is shown has to be a string or a number -> show a name or a value; engines write true and false in their own ways',
    ]);
  });
});

describe('requests', () => {
  it('name what they ask for', () => {
    const authorized = { kind: 'authorized', verb: 'use', group: '', resource: 'secrets', name: '' } as const;
    expect(ofCond(authorized)).toEqual([]);
    for (const part of ['verb', 'resource']) {
      expect(ofCond({ ...authorized, [part]: '' })).toEqual([
        '`authorized` names no verb or no resource -> name both',
      ]);
    }
    expect(ofTerm({ kind: 'namespaceLabel', label: '', absent: '' })).toEqual([
      '`namespaceLabel` names no label -> name one',
    ]);
  });
});
