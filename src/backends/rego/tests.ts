/** Tests for `opa test`: what the rules say of given pods has to be what `evaluate` says. */

import type { TestCase } from '../../cases/index.js';
import type { Policy } from '../../ir/types.js';
import { generator } from '../templates.js';
import { type Doc, infix, literal, set, statement } from './layout.js';
import { Names } from './names.js';

export function testModule(policy: Policy, identifier: string, cases: readonly TestCase[]): string {
  const names = new Names();
  const all = [...cases, notWorkload];
  const tests = all.map(({ name, manifest, denied }) => {
    const input = statement(json(manifest), 1, 'manifest := ');
    const found = '{finding.control | some finding in findings}';
    const expected = set([...new Set(denied)].sort().map(literal));
    return [
      `${names.fresh(`test_${name}`)} if {`,
      input,
      `\tfindings := data.podsec.${identifier}.deny with input as manifest`,
      statement(infix(found, '==', expected), 1),
      '}',
      '',
    ].join('\n');
  });
  const header = [
    `# Tests of the policy ${policy.name}, from what the reference evaluator says of each pod. Written by ${generator}.`,
    '#',
    '#     opa test .',
    `package podsec_test.${identifier}`,
    '',
  ];
  return [header.join('\n'), ...tests].join('\n');
}

/** An object without a pod is none of the policy's business. */
const notWorkload: TestCase = {
  name: 'other_kinds_pass',
  shows: 'an object without a pod',
  accepted: true,
  manifest: {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'settings' },
    data: { privileged: 'true' },
  },
  denied: [],
};

function json(value: unknown): Doc {
  if (Array.isArray(value)) return { kind: 'group', open: '[', items: value.map(json), close: ']' };
  if (typeof value === 'object' && value !== null) {
    const items = Object.entries(value).map(
      ([key, element]): Doc => infix(`${literal(key)}:`, '', json(element)),
    );
    return { kind: 'group', open: '{', items, close: '}' };
  }
  return JSON.stringify(value);
}
