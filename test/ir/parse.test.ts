import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deepest, parsePolicy } from '../../src/ir/parse.js';
import { policyJson } from '../../src/ir/print.js';
import type { Cond } from '../../src/ir/types.js';
import { arbitraryPolicy } from './arbitrary.js';
import { allLevelPolicies } from './levels.js';
import { always, denying, policy, read } from './samples.js';

function messages(json: unknown): string[] {
  const { value, diagnostics } = parsePolicy(json);
  expect(value).toBeUndefined();
  for (const each of diagnostics) expect(each).toMatchObject({ code: 'policy-invalid', severity: 'error' });
  return diagnostics.map(({ message, hint }) => (hint === undefined ? message : `${message} -> ${hint}`));
}

/** The sample as JSON with the value of a field replaced, or the field removed where there is none. */
function changed(field: string, value?: unknown): unknown {
  return JSON.parse(JSON.stringify(policy()), (key, each: unknown) => (key === field ? value : each));
}

describe('round trip', () => {
  it('of every level at every version', () => {
    for (const each of allLevelPolicies()) {
      const { value, diagnostics } = parsePolicy(JSON.parse(JSON.stringify(each)));
      expect(diagnostics).toEqual([]);
      expect(value).toEqual(each);
    }
  });

  it('of random policies, by both JSON forms', () => {
    fc.assert(
      fc.property(arbitraryPolicy(), (each) => {
        for (const text of [JSON.stringify(each), policyJson(each)]) {
          const { value, diagnostics } = parsePolicy(JSON.parse(text));
          expect(diagnostics).toEqual([]);
          expect(value).toEqual(each);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('a document of another shape', () => {
  it('is refused whatever it is', () => {
    for (const json of [null, undefined, 1, 'policy', [], {}, [policy()], { kind: 'Pod' }]) {
      expect(messages(json).length).toBeGreaterThan(0);
    }
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        expect(messages(json).length).toBeGreaterThan(0);
      }),
    );
  });

  it('says where and what', () => {
    expect(messages(null)).toEqual(['the policy is `null`, which is no object -> give a object']);
    expect(messages(changed('mode'))).toEqual([
      'the policy lacks the field `mode` -> add it; the rule IR has no optional fields',
    ]);
    expect(messages({ ...policy(), modes: 'audit' })).toEqual([
      'the policy has the unknown field `modes` -> did you mean `mode`?',
    ]);
    expect(messages({ ...policy(), zzz: 1 })).toEqual([
      'the policy has the unknown field `zzz` -> remove it',
    ]);
    expect(messages(changed('mode', 'Audit'))).toEqual(['`/mode` is `"Audit"` -> did you mean `audit`?']);
    expect(messages(changed('mode', 'block'))).toEqual([
      '`/mode` is `"block"` -> write one of `enforce`, `enforce-workloads`, `warn`, `audit`',
    ]);
    expect(messages(changed('ir', 1))).toEqual(['`/ir` is `1`, not 3 -> write 3']);
    expect(messages({ ...policy(), name: 7 })).toEqual([
      '`/name` is `7`, which is no string -> give a string',
    ]);
    expect(messages(changed('version', 7))).toEqual([
      '`/version` is `7`, which is no string or null -> give a string or null',
    ]);
    expect(messages(changed('controls', {}))).toEqual([
      '`/controls` is an object, which is no list -> give a list',
    ]);
    expect(messages(changed('unless', { kind: 'nott', of: always }))).toEqual([
      '`/controls/0/unless` has the unknown kind `nott` -> did you mean `not`?',
    ]);
    expect(messages(changed('show', { kind: 'wat' }))).toEqual([
      expect.stringMatching(/has the unknown kind `wat` -> write one of `literal`, `value`, /),
    ]);
    expect(messages(changed('show', {}))).toEqual([
      '`/controls/0/collections/0/from/0/show` lacks the field `kind` -> add it; the rule IR has no optional fields',
    ]);
    expect(messages(changed('show', { kind: 'literal', value: 0.5 }))).toEqual([
      '`/controls/0/collections/0/from/0/show/value` is `0.5`, which is no string or integer or boolean -> give a string or integer or boolean',
    ]);
    expect(messages(changed('show', { kind: 'literal', value: 2 ** 53 }))).toEqual([
      '`/controls/0/collections/0/from/0/show/value` must be <= 9007199254740991 -> mend it as docs/ir.schema.json says',
    ]);
  });

  it('reports each mistake, not only the first', () => {
    expect(messages({ ...policy(), mode: 1, name: 2 }).length).toBeGreaterThanOrEqual(2);
  });

  it('takes no field from a prototype', () => {
    const smuggled: unknown = JSON.parse(`{"__proto__": ${JSON.stringify(policy())}}`);
    expect(messages(smuggled)).toContain('the policy has the unknown field `__proto__` -> remove it');
    expect(messages(Object.create(policy())).length).toBeGreaterThan(0);
  });

  it('may not nest without end', () => {
    let cond: Cond = always;
    for (let i = 0; i < 100_000; i++) cond = { kind: 'not', of: cond };
    expect(messages(denying(cond))).toEqual([
      `the policy nests deeper than ${deepest} levels -> write it with less nesting`,
    ]);
  });
});

describe('a document of the right shape', () => {
  it('is checked for its meaning', () => {
    const wrong = denying({
      kind: 'equal',
      left: read('pod.spec.hostPIDD'),
      right: read('pod.spec.hostname'),
    });
    expect(messages(wrong)).toEqual([
      'control `control`: collection `found`: `pod.spec` has no field `hostPIDD` -> did you mean `hostPID`?',
    ]);
  });
});
