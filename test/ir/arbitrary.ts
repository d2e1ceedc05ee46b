/** Random policies for fast-check, which shrinks the choices that they are made by. */
import fc from 'fast-check';
import { policyOfChoices, type RandomOptions } from '../../engines/policies/random.js';
import type { Policy } from '../../src/ir/types.js';

export type { NodeKind } from '../../engines/policies/random.js';

export function arbitraryPolicy(options: RandomOptions = {}): fc.Arbitrary<Policy> {
  return fc
    .array(fc.nat({ max: 0xffff }), { minLength: 60, maxLength: 600, size: 'max' })
    .map((words) => policyOfChoices(words, { mutations: true, ...options }));
}
