import { describe, expect, test } from 'vitest';
import { parseSelector } from '../../src/cli/selector.js';
import type { LabelRequirement } from '../../src/ir/types.js';

const requirement = (key: string, operator: LabelRequirement['operator'], ...values: string[]) => ({
  key,
  operator,
  values,
});

describe('a label selector', () => {
  test.each([
    ['env=prod', [requirement('env', 'In', 'prod')]],
    ['env == prod', [requirement('env', 'In', 'prod')]],
    ['env!=prod', [requirement('env', 'NotIn', 'prod')]],
    ['tier in (web,db)', [requirement('tier', 'In', 'web', 'db')]],
    ['tier notin ( web , db )', [requirement('tier', 'NotIn', 'web', 'db')]],
    ['team', [requirement('team', 'Exists')]],
    ['!team', [requirement('team', 'DoesNotExist')]],
    ['! team', [requirement('team', 'DoesNotExist')]],
    ['env=', [requirement('env', 'In', '')]],
    ['in', [requirement('in', 'Exists')]],
    ['example.com/team=a_b.c-d', [requirement('example.com/team', 'In', 'a_b.c-d')]],
    [
      ' a=b,c in (d,e) , !f',
      [requirement('a', 'In', 'b'), requirement('c', 'In', 'd', 'e'), requirement('f', 'DoesNotExist')],
    ],
  ])('%s', (text, expected) => {
    expect(parseSelector(text)).toEqual({ value: expected, diagnostics: [] });
  });

  test.each([
    '',
    'a=b,',
    'a in b',
    'a in (b',
    'a=b=c',
    'a>1',
    '-a',
    'a=-b',
    'a/b/c',
    'A.com/x',
    'a b',
    '!a=b',
    'a in (b,b)',
    `${'x'.repeat(64)}`,
  ])('%s is refused', (text) => {
    const { value, diagnostics } = parseSelector(text);
    expect(value).toBeUndefined();
    expect(diagnostics).toMatchObject([{ code: 'usage', hint: expect.stringContaining('env=prod') }]);
  });
});
