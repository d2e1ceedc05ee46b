/** The policies that engines are compared on: enough of them, and together every primitive of the IR. */
import { expect, test } from 'vitest';
import { handWritten, randomPolicies } from '../../engines/policies/index.js';
import { everything } from '../../src/backends/everything.js';
import { checkPolicy } from '../../src/ir/check.js';
import type { Cond, Pattern, Term } from '../../src/ir/types.js';
import { nodesOf } from '../../src/ir/visit.js';

const conds = handWritten.flatMap((policy) => nodesOf(policy).conds);

/** Patterns stand in conditions, and not among the nodes. */
function patternsOf(cond: Cond): readonly Pattern[] {
  return cond.kind === 'matches' ? cond.patterns : [];
}

test('those written by hand use every condition, term, source and pattern', () => {
  const terms: readonly Term[] = handWritten.flatMap((policy) => nodesOf(policy).terms);
  const sources = handWritten.flatMap((policy) => nodesOf(policy).sources);
  const used = {
    cond: conds.map(({ kind }) => kind),
    term: terms.map(({ kind }) => kind),
    source: sources.map(({ kind }) => kind),
    pattern: conds.flatMap(patternsOf).map(({ kind }) => kind),
  };
  for (const part of ['cond', 'term', 'source', 'pattern'] as const) {
    const unused = Object.keys(everything[part]).filter((kind) => !new Set<string>(used[part]).has(kind));
    expect(unused, part).toEqual([]);
  }
  expect(handWritten.some(({ alternatives }) => alternatives.length > 0)).toBe(true);
  expect(handWritten.some(({ exceptions }) => exceptions.length > 0)).toBe(true);
});

test('are well-formed, each under a name of its own, and at least 40 with the random ones', () => {
  const all = [...handWritten, ...randomPolicies(1, 16).map(({ policy }) => policy)];
  expect(all.flatMap(checkPolicy)).toEqual([]);
  expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
  expect(all.length).toBeGreaterThanOrEqual(40);
});

test('the same seed gives the same random policies, another gives others', () => {
  const names = (seed: number) => JSON.stringify(randomPolicies(seed, 2));
  expect(names(7)).toBe(names(7));
  expect(names(7)).not.toBe(names(8));
});
