/** Exceptions, over all pods that an API server accepts: what lets nothing in is found, and that none lets in more than it names. */
import { describe, expect, test } from 'vitest';
// The levels before the DSL: the two import each other.
import '../../src/levels/levels.js';
import { handWritten } from '../../engines/policies/index.js';
import {
  containerItems,
  containerValue,
  definePolicy,
  type ExceptionSpec,
  isTrue,
  pod,
  podItems,
  podValue,
} from '../../src/dsl/index.js';
import { evaluate } from '../../src/evaluate.js';
import type { Control, Policy } from '../../src/ir/types.js';
import { acceptanceOf } from '../../src/solver/accepted.js';
import { exceptionFindings } from '../../src/solver/exceptions.js';

const because = { reason: 'a test' };
const excepting = (...exceptions: readonly ExceptionSpec[]): Policy =>
  definePolicy({ name: 'mine', extends: 'restricted@v1.37', exceptions }).ir;

const added = containerItems(
  (c) => c.securityContext.capabilities.add,
  (each) => each,
  ['SYS_TIME'],
);
const sound: readonly (readonly [string, ExceptionSpec])[] = [
  [
    'values of containers',
    { control: 'capabilities_restricted', containers: ['clock'], values: added, ...because },
  ],
  ['containers', { control: 'capabilities_restricted', containers: ['clock'], ...because }],
  ['pods by their labels', { control: 'seccompProfile_restricted', labels: { app: 'debug' }, ...because }],
  ['pods of namespaces', { control: 'runAsNonRoot', namespaces: ['legacy'], ...because }],
  ['pods by a condition', { control: 'hostNamespaces', where: isTrue(pod.spec.hostPID), ...because }],
  [
    'a field of containers',
    { control: 'runAsUser', values: containerValue((c) => c.image, ['example.com/root:1']), ...because },
  ],
  [
    'a field of the pod',
    { control: 'seccompProfile_restricted', values: podValue(pod.spec.hostname, ['old']), ...because },
  ],
  [
    'elements of a list of the pod',
    {
      control: 'sysctls',
      values: podItems(pod.spec.securityContext.sysctls, (s) => s.name, ['vm.max_map_count']),
      ...because,
    },
  ],
];

describe('lets in what it names and nothing else', () => {
  test.each(sound)('%s', (_, exception) => {
    expect(exceptionFindings(excepting(exception))).toEqual([]);
  });

  test('several from one control', () => {
    const policy = excepting(
      { control: 'capabilities_restricted', containers: ['clock'], values: added, ...because },
      { control: 'capabilities_restricted', labels: { app: 'debug' }, ...because },
    );
    expect(exceptionFindings(policy)).toEqual([]);
  });

  test('the policies that engines are compared on', () => {
    const excepted = handWritten.filter(({ exceptions }) => exceptions.length > 0);
    expect(excepted.length).toBeGreaterThan(1);
    for (const policy of excepted) expect(exceptionFindings(policy)).toEqual([]);
  });
});

describe('an exception that is', () => {
  const kinds = (policy: Policy) => exceptionFindings(policy).map(({ kind }) => kind);

  test('of values that the control does not deny', () => {
    const bound = containerItems(
      (c) => c.securityContext.capabilities.add,
      (each) => each,
      ['NET_BIND_SERVICE'],
    );
    expect(kinds(excepting({ control: 'capabilities_restricted', values: bound, ...because }))).toEqual([
      'unused',
    ]);
  });

  test('made by another before it', () => {
    const all = { control: 'capabilities_restricted', ...because };
    expect(
      kinds(excepting({ ...all, labels: { app: 'a' } }, { ...all, labels: { app: 'a' }, containers: ['c'] })),
    ).toEqual(['unused']);
  });

  test('of pods that an API server refuses', () => {
    const refused = { control: 'hostPorts', containers: ['Not A Name'], ...because };
    expect(kinds(excepting(refused))).toEqual(['unused']);
  });

  test('of what another control denies', () => {
    // Who is privileged may gain privileges, as the API server has it.
    const privileged = { control: 'privileged', containers: ['agent'], ...because };
    expect(kinds(excepting(privileged))).toEqual(['without-effect']);
    const both = { ...privileged, control: 'allowPrivilegeEscalation' };
    expect(kinds(excepting(privileged, both))).toEqual([]);
  });
});

describe('a control that was rewritten wrongly is found out', () => {
  const changed = (policy: Policy, change: (control: Control) => Control): Policy => ({
    ...policy,
    controls: policy.controls.map((each) =>
      each.id === policy.exceptions[0]?.control ? change(each) : each,
    ),
  });
  const nothing: Control['unless'] = { kind: 'constant', value: true };

  test.each(sound)('it denies nothing: %s', (_, exception) => {
    const policy = changed(excepting(exception), (each) => ({ ...each, unless: nothing }));
    const [finding] = exceptionFindings(policy);
    expect(finding?.kind).toBe('wider');
    if (finding?.kind !== 'wider') return;
    const { pod: witness, request } = finding.witness;
    const acceptance = acceptanceOf(witness, request);
    if (!('pod' in acceptance)) throw new Error(acceptance.refused);
    expect(evaluate(policy, acceptance.pod, request).map(({ control }) => control)).not.toContain(
      exception.control,
    );
    const before = { ...policy, controls: policy.exceptions.map((each) => each.before) };
    expect(evaluate(before, acceptance.pod, request)).not.toEqual([]);
  });

  test('a whole pod is let in for one of its containers', () => {
    const inside: Control['unless'] = {
      kind: 'some',
      bind: 'each',
      in: { kind: 'containers', of: 'pod', groups: ['regular'] },
      where: {
        kind: 'equal',
        left: { kind: 'value', ref: { from: 'each', path: ['name'] }, absent: '' },
        right: { kind: 'literal', value: 'clock' },
      },
    };
    const exception = { control: 'capabilities_restricted', containers: ['clock'], ...because };
    const policy = changed(excepting(exception), (each) => ({ ...each, unless: inside }));
    expect(exceptionFindings(policy).map(({ kind }) => kind)).toEqual(['wider']);
  });
});
