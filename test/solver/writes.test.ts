/** Policies that write into pods before they judge, against policies that do not. */
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../src/evaluate.js';
import type { Cond, Control, Mutation, Policy, Ref, Source } from '../../src/ir/types.js';
import { levelPolicy } from '../../src/levels/levels.js';
import { newestMinor } from '../../src/levels/versions.js';
import { acceptanceOf } from '../../src/solver/accepted.js';
import { compare } from '../../src/solver/compare.js';
import { boundaryPods } from '../../src/testing/index.js';

const containers: Source = { kind: 'containers', of: 'pod', groups: ['init', 'regular', 'ephemeral'] };
const ofContainer = (...path: readonly string[]): Ref => ({ from: 'c', path });
const ofPod = (...path: readonly string[]): Ref => ({ from: 'pod', path });
const absent = (ref: Ref): Cond => ({ kind: 'not', of: { kind: 'present', ref } });
const never: Cond = { kind: 'constant', value: false };

/** Denies where it holds of a container. */
const control = (id: string, where: Cond): Control => ({
  id,
  level: 'custom',
  unless: never,
  collections: [
    {
      name: 'containers',
      distinct: false,
      denies: true,
      from: [
        {
          over: [{ bind: 'c', in: containers }],
          where,
          show: { kind: 'value', ref: ofContainer('name'), absent: '' },
          at: ofContainer('name'),
        },
      ],
    },
  ],
  reason: { kind: 'text', text: id },
  detail: { kind: 'text', text: '' },
});

const policy = (name: string, controls: readonly Control[], mutations: readonly Mutation[] = []): Policy => ({
  ...levelPolicy('privileged', newestMinor),
  name,
  version: null,
  controls,
  mutations,
});

const readOnly = ofContainer('securityContext', 'readOnlyRootFilesystem');
const drop = ofContainer('securityContext', 'capabilities', 'drop');
const add = ofContainer('securityContext', 'capabilities', 'add');
const user = ofContainer('securityContext', 'runAsUser');
const userOfPod = ofPod('spec', 'securityContext', 'runAsUser');

const isNotTrue = (ref: Ref): Cond => ({
  kind: 'not',
  of: {
    kind: 'equal',
    left: { kind: 'value', ref, absent: false },
    right: { kind: 'literal', value: true },
  },
});
const isFalse = (ref: Ref): Cond => ({
  kind: 'equal',
  left: { kind: 'value', ref, absent: true },
  right: { kind: 'literal', value: false },
});
const has = (list: Ref, value: string): Cond => ({
  kind: 'some',
  bind: 'element',
  in: { kind: 'items', list },
  where: {
    kind: 'equal',
    left: { kind: 'value', ref: { from: 'element', path: [] }, absent: '' },
    right: { kind: 'literal', value },
  },
});
const lacks = (list: Ref, value: string): Cond => ({ kind: 'not', of: has(list, value) });

const perContainer = (where: Cond, ...writes: Mutation['writes']): Mutation => ({
  id: 'write',
  over: [{ bind: 'c', in: containers }],
  where,
  writes,
});
const always: Cond = { kind: 'constant', value: true };

const outside = (refs: readonly Ref[]): Cond => ({
  kind: 'not',
  of: { kind: 'within', term: { kind: 'effective', refs, absent: -1 }, ranges: [{ min: 1000, max: 2000 }] },
});

const cases: readonly (readonly [what: string, writing: Policy, plain: Policy, relation: string])[] = [
  [
    'a default where there is none repairs what is missing, and not what is wrong',
    policy(
      'a',
      [control('x', isNotTrue(readOnly))],
      [perContainer(absent(readOnly), { kind: 'set', at: readOnly, value: true })],
    ),
    policy('b', [control('x', isFalse(readOnly))]),
    'equal',
  ],
  [
    'what is always written is never wrong',
    policy(
      'a',
      [control('x', lacks(drop, 'ALL'))],
      [perContainer(always, { kind: 'add', list: drop, values: ['ALL'], except: [] })],
    ),
    policy('b', []),
    'equal',
  ],
  [
    'without the mutation it is stricter',
    policy('a', [control('x', lacks(drop, 'ALL'))]),
    policy(
      'b',
      [control('x', lacks(drop, 'ALL'))],
      [perContainer(always, { kind: 'add', list: drop, values: ['ALL'], except: [] })],
    ),
    'stricter',
  ],
  [
    'what is dropped is not added',
    policy(
      'a',
      [control('x', lacks(add, 'KILL'))],
      [perContainer(always, { kind: 'add', list: add, values: ['KILL'], except: [drop] })],
    ),
    policy('b', [control('x', { kind: 'and', of: [lacks(add, 'KILL'), has(drop, 'KILL')] })]),
    'equal',
  ],
  [
    'a default over both levels leaves what the pod says',
    policy(
      'a',
      [control('x', outside([user, userOfPod]))],
      [
        perContainer(
          { kind: 'and', of: [absent(user), absent(userOfPod)] },
          { kind: 'set', at: user, value: 1000 },
        ),
      ],
    ),
    policy('b', [
      control('x', {
        kind: 'and',
        of: [
          outside([user, userOfPod]),
          {
            kind: 'or',
            of: [
              { kind: 'present', ref: user },
              { kind: 'present', ref: userOfPod },
            ],
          },
        ],
      }),
    ]),
    'equal',
  ],
  [
    'a default that is itself refused denies what has none',
    policy(
      'a',
      [control('x', outside([user]))],
      [perContainer(absent(user), { kind: 'set', at: user, value: 999 })],
    ),
    policy('b', [control('x', outside([user]))]),
    'equal',
  ],
  [
    'an object that is written',
    policy(
      'a',
      [
        control('x', {
          kind: 'not',
          of: {
            kind: 'equal',
            left: {
              kind: 'value',
              ref: ofPod('spec', 'securityContext', 'seLinuxOptions', 'level'),
              absent: '',
            },
            right: { kind: 'literal', value: 's0' },
          },
        }),
      ],
      [
        {
          id: 'write',
          over: [],
          where: absent(ofPod('spec', 'securityContext', 'seLinuxOptions')),
          writes: [
            { kind: 'set', at: ofPod('spec', 'securityContext', 'seLinuxOptions'), value: { level: 's0' } },
          ],
        },
      ],
    ),
    policy('b', [
      control('x', {
        kind: 'and',
        of: [
          { kind: 'present', ref: ofPod('spec', 'securityContext', 'seLinuxOptions') },
          {
            kind: 'not',
            of: {
              kind: 'equal',
              left: {
                kind: 'value',
                ref: ofPod('spec', 'securityContext', 'seLinuxOptions', 'level'),
                absent: '',
              },
              right: { kind: 'literal', value: 's0' },
            },
          },
        ],
      }),
    ]),
    'equal',
  ],
  [
    'a key of a map, made of a name',
    policy(
      'a',
      [
        control('x', {
          kind: 'not',
          of: {
            kind: 'hasKey',
            map: ofPod('metadata', 'annotations'),
            key: {
              kind: 'concat',
              parts: [
                { kind: 'literal', value: 'example.com/' },
                { kind: 'value', ref: ofContainer('name'), absent: '' },
              ],
            },
          },
        }),
      ],
      [
        perContainer(always, {
          kind: 'setKey',
          map: ofPod('metadata', 'annotations'),
          key: {
            kind: 'concat',
            parts: [
              { kind: 'literal', value: 'example.com/' },
              { kind: 'value', ref: ofContainer('name'), absent: '' },
            ],
          },
          value: 'yes',
        }),
      ],
    ),
    policy('b', []),
    'equal',
  ],
];

describe('mutations', () => {
  it.each(cases)('%s', (_, writing, plain, relation) => {
    const { relation: found, onlyFirst, onlySecond } = compare(writing, plain);
    expect(found, JSON.stringify([...onlyFirst, ...onlySecond].map(({ witness }) => witness.pod))).toBe(
      relation,
    );
  });

  it.each(cases)('and on pods on the edges: %s', (_, writing, plain, relation) => {
    const pods = [writing, plain].flatMap((each) => [
      ...boundaryPods(each, { seed: 3, pairs: 20, near: 3, cross: 40 }),
    ]);
    let judged = 0;
    for (const { pod } of pods) {
      const acceptance = acceptanceOf(pod);
      if (!('pod' in acceptance)) continue;
      judged += 1;
      const [a, b] = [writing, plain].map((each) => evaluate(each, acceptance.pod).length > 0);
      if (relation === 'equal') expect(a, JSON.stringify(pod)).toBe(b);
      else if (b === true) expect(a).toBe(true);
    }
    expect(judged).toBeGreaterThan(10);
  });
});
