/** The rules of the API server: their examples by the checker that the solver's pods go through. A real server judges them in conformance. */
import { describe, expect, it } from 'vitest';
import { noRequest } from '../../src/evaluate.js';
import type { Json, JsonObject } from '../../src/manifest/types.js';
import { fieldOf } from '../../src/schema/index.js';
import { type Example, validityRules } from '../../src/schema/validity/index.js';
import { uniques } from '../../src/schema/validity/unique.js';
import { valueRules } from '../../src/schema/validity/values.js';
import { acceptanceOf } from '../../src/solver/accepted.js';
import { decide } from '../../src/solver/decide.js';

const isJson = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null;

function acceptanceOfExample({ annotations, metadata, spec, added }: Example) {
  const ephemeral: readonly Json[] = (added ?? []).filter(isJson);
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'example', ...(annotations && { annotations }), ...metadata },
    spec: { ...(isJson(spec) ? spec : {}), ...(added && { ephemeralContainers: ephemeral }) },
  };
  return acceptanceOf(pod, added === undefined ? noRequest : { ...noRequest, operation: 'UPDATE' });
}

const told = validityRules.filter(({ filledIn, ofRequest }) => filledIn !== true && ofRequest !== true);

describe('rules', () => {
  it.each(told)('$id', ({ id, examples }) => {
    const refused = acceptanceOfExample(examples.refused);
    expect(refused).toHaveProperty('refused');
    // Without containers it is no workload at all, which is told before.
    if (id !== 'atLeastOneContainer') expect(refused).toEqual({ refused: id });
    expect(acceptanceOfExample(examples.accepted)).toHaveProperty('pod');
  });

  it('have ids of their own, and can all hold and not hold', () => {
    expect(new Set(validityRules.map(({ id }) => id)).size).toBe(validityRules.length);
    for (const { id, refused } of validityRules) {
      expect(decide([{ cond: refused, holds: false }]), id).toBeDefined();
      expect(decide([{ cond: refused, holds: true }]), id).toBeUndefined();
    }
  });
});

describe('tables', () => {
  const typeOf = (name: string) => /^([A-Za-z]+)\.([A-Za-z]+)/.exec(name);

  it.each([...valueRules.keys()].filter((name) => !name.startsWith('Request.')))(
    '%s is a field of the schema',
    (name) => {
      const [, type = '', field = ''] = typeOf(name) ?? [];
      expect(fieldOf(type, field)).toBeDefined();
    },
  );

  it.each(uniques.flatMap(({ names }) => names))('%s, which is unique, is one', (name) => {
    const [, type = '', field = ''] = typeOf(name) ?? [];
    expect(fieldOf(type, field)).toBeDefined();
  });

  const like = [...valueRules].filter(([, rule]) => typeof rule.like === 'string');
  it.each(like)('%s is like something that has its form', (name, rule) => {
    const [, type = '', field = ''] = typeOf(name) ?? [];
    const among = rule.among ?? fieldOf(type, field)?.enum;
    if (among !== undefined) expect(among).toContain(rule.like);
    if (rule.longest !== undefined) expect(String(rule.like).length).toBeLessThanOrEqual(rule.longest);
  });
});
