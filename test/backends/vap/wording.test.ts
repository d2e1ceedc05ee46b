/** Messages, alternatives and refusals of the emitted policies. */
import { describe, expect, it } from 'vitest';
import { vap } from '../../../src/backends/vap/index.js';
import * as dsl from '../../../src/dsl/index.js';
import { evaluate } from '../../../src/evaluate.js';
import type { Comprehension, Policy, Ref, Term } from '../../../src/ir/types.js';
import { CelEngine } from '../cel/engine.js';
import { agrees, comprehensionControl, control, pods, policyOf } from '../cel/fixture.js';

const { pod, value } = dsl;

describe('wording', () => {
  const judge = (policy: Policy, index: number) => {
    const compiled = vap.compile([policy], '1.37');
    if ('refusals' in compiled) throw new Error(JSON.stringify(compiled.refusals));
    const [each] = pods.slice(index);
    if (each === undefined) throw new Error('no such pod');
    return { got: new CelEngine(compiled.files).judge(each), wanted: evaluate(policy, each) };
  };

  it('says what evaluate says where nothing repeats', () => {
    const names: Comprehension = {
      over: [
        {
          bind: 'container',
          in: { kind: 'containers', of: 'pod', groups: ['init', 'regular', 'ephemeral'] },
        },
        { bind: 'env', in: { kind: 'items', list: { from: 'container', path: ['env'] } } },
      ],
      where: { kind: 'constant', value: true },
      show: { kind: 'value', ref: { from: 'env', path: ['name'] }, absent: '' },
      at: { from: 'env', path: [] },
    };
    const { got, wanted } = judge(policyOf([comprehensionControl([names])]), 1);
    expect(got.message).toBe(`podsec own: own: found (${wanted[0]?.detail})`);
    expect(wanted[0]?.detail).toBe('"A", "B"');
  });

  it('keeps to one line, and counts empty texts', () => {
    const added: Comprehension = {
      over: [
        { bind: 'container', in: { kind: 'containers', of: 'pod', groups: ['regular'] } },
        {
          bind: 'add',
          in: {
            kind: 'items',
            list: { from: 'container', path: ['securityContext', 'capabilities', 'add'] },
          },
        },
      ],
      where: { kind: 'constant', value: true },
      show: { kind: 'value', ref: { from: 'add', path: [] }, absent: '' },
      at: { from: 'add', path: [] },
    };
    expect(judge(policyOf([comprehensionControl([added])]), 1).got.message).toBe(
      'podsec own: own: found ("CHOWN", "", "a b")',
    );
    const inner: Comprehension = {
      ...added,
      where: { kind: 'equal', left: added.show, right: { kind: 'literal', value: '' } },
    };
    expect(judge(policyOf([comprehensionControl([inner])]), 1).got).toMatchObject({
      verdict: 'deny',
      controls: ['own'],
    });
  });

  it('quotes as Go does', () => {
    const quoted: Term = {
      kind: 'quoted',
      of: {
        kind: 'lookup',
        map: { from: 'pod', path: ['metadata', 'annotations'] },
        key: { kind: 'literal', value: 'weird' },
        absent: '',
      },
    };
    const { got, wanted } = judge(policyOf([control(dsl.always, quoted)]), 1);
    expect(got.message).toContain(wanted[0]?.detail);
  });

  it('cuts a message that is too long, after the ids', () => {
    const long = 'ä'.repeat(3000);
    const { got } = judge(policyOf([control(dsl.always, { kind: 'literal', value: long })]), 0);
    expect(got.message.startsWith('podsec own: own: found ("ää')).toBe(true);
    expect(got.message.endsWith('…')).toBe(true);
    const ascii = judge(policyOf([control(dsl.always, { kind: 'literal', value: 'a'.repeat(6000) })]), 0).got;
    expect(Buffer.byteLength(ascii.message)).toBe(5120);
  });

  it('leaves out details that do not print', () => {
    const { got } = judge(policyOf([control(dsl.always, { kind: 'literal', value: 'a\u0007b' })]), 0);
    expect(got.message).toBe('podsec own: own: the details have characters that do not print');
  });
});

describe('alternatives', () => {
  const named = (name: string, where: dsl.Cond) =>
    policyOf([control(where, undefined, `in-${name}`)], [], name);
  it('deny where each of them does', () => {
    const a = named('a', dsl.isTrue(pod.spec.hostNetwork));
    const b = named('b', dsl.present(pod.spec.volumes));
    agrees(policyOf([control(dsl.present(pod.spec.hostUsers), undefined, 'shared')], [a, b]));
    agrees(
      policyOf(
        [],
        [
          named('a', dsl.always),
          policyOf([], [named('c', dsl.always), named('d', dsl.present(pod.spec.os))], 'b'),
        ],
      ),
    );
    agrees(policyOf([], [named('a', dsl.always), named('never', dsl.never)]));
  });
});

describe('refusals', () => {
  const refused = (policy: Policy) => {
    const compiled = vap.compile([policy], '1.37');
    return 'refusals' in compiled
      ? compiled.refusals.map(({ control: id, reason }) => `${id}: ${reason}`)
      : [];
  };

  it('name the control and the reason', () => {
    expect(refused(policyOf([control(dsl.emptyList(pod.spec.securityContext.supplementalGroups))]))).toEqual([
      'own: emptyList: an API server leaves an empty list out of the object that it hands to a policy',
    ]);
    expect(
      refused(policyOf([control(dsl.equal(dsl.quoted(value(pod.spec.serviceAccountName, '')), '""'))])),
    ).toEqual(['own: a quoted string in a condition: CEL cannot escape as Go does']);
    const ref: Ref = { from: 'pod', path: ['spec', 'hostNetwerk'] };
    expect(refused(policyOf([control({ kind: 'present', ref })]))).toEqual([
      'own: the API knows no field spec.hostNetwerk there',
    ]);
  });

  it('of names that collide or that Kubernetes cannot have', () => {
    const two = vap.compile([policyOf([], [], 'a_b'), policyOf([], [], 'A-b')], '1.37');
    expect(two).toMatchObject({ refusals: [{ policy: 'A-b', control: null }] });
    expect(refused(policyOf([], [], '___'))).toHaveLength(1);
  });
});
