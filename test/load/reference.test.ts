import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
// The levels before the DSL: the two import each other.
import '../../src/levels/levels.js';
import { definePolicy } from '../../src/dsl/index.js';
import type { Policy } from '../../src/ir/types.js';
import { expiredExceptions, loadPolicies } from '../../src/load/policies.js';
import { parseReference } from '../../src/load/reference.js';

let cwd = '';
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'podsec-load-'));
  writeFileSync(join(cwd, 'mine.ts'), '');
});
afterAll(() => rmSync(cwd, { recursive: true }));

describe('a reference to a policy', () => {
  test.each([
    ['restricted', { kind: 'level', level: 'restricted', minor: 37 }],
    ['baseline@latest', { kind: 'level', level: 'baseline', minor: 37 }],
    ['privileged@v1.0', { kind: 'level', level: 'privileged', minor: 0 }],
    ['restricted@1.25', { kind: 'level', level: 'restricted', minor: 25 }],
    ['mine.ts', { kind: 'file', file: 'mine.ts' }],
    ['./gone.mjs', { kind: 'file', file: './gone.mjs' }],
    ['/a/@scope/b.cts', { kind: 'file', file: '/a/@scope/b.cts' }],
  ])('%s', (text, value) => {
    expect(parseReference(text, cwd)).toEqual({ value, diagnostics: [] });
  });

  test.each([
    ['', 'unknown-policy', /give a level/],
    ['mine', 'unknown-policy', /did you mean `\.\/mine\.ts`/],
    ['basline', 'unknown-policy', /did you mean `baseline`/],
    ['restricted@v1.38', 'unknown-version', /v1\.37, the newest/],
    ['restricted@newest', 'unknown-version', /v1\.37/],
    ['restricted@v1.07', 'unknown-version', /v1\.37/],
    ['./mine.ts@v1.30', 'unknown-version', /extends/],
    ['./policies', 'policy-file', /check the path/],
  ])('%s is refused', (text, code, hint) => {
    expect(parseReference(text, cwd)).toMatchObject({
      diagnostics: [{ code, hint: expect.stringMatching(hint) }],
    });
  });
});

test('levels are loaded once each, in their order', async () => {
  const references = ['restricted', 'baseline', 'restricted@v1.37', 'restricted@v1.20'];
  const { value } = await loadPolicies(references, { cwd, timeoutSeconds: 1, onOutput: () => undefined });
  expect(value?.map(({ label }) => label)).toEqual([
    'restricted@v1.37',
    'baseline@v1.37',
    'restricted@v1.20',
  ]);
});

describe('an exception with a last day', () => {
  const policy = definePolicy({
    name: 'excepting',
    extends: 'baseline@v1.37',
    exceptions: [{ control: 'privileged', containers: ['a'], reason: 'r', expires: '2027-06-30' }],
  }).ir;
  const held = (each: Policy) => ({ policy: each, places: { controls: {} } });
  const forever = { ...policy, exceptions: policy.exceptions.map((each) => ({ ...each, expires: null })) };

  test('holds on it', () => {
    expect(expiredExceptions(held(policy), '2027-06-30')).toEqual([]);
    expect(expiredExceptions(held(forever), '2999-01-01')).toEqual([]);
  });

  test('is an error on the next', () => {
    expect(expiredExceptions(held(policy), '2027-07-01')).toMatchObject([
      {
        code: 'exception-expired',
        severity: 'error',
        message: expect.stringMatching(/held until 2027-06-30/),
      },
    ]);
  });
});
