/** The two kinds of policies that Kyverno has, as far as they differ. */
import type { Mode, Policy } from '../../ir/types.js';
import type { JsonObject } from '../../manifest/types.js';
import type { MatchCondition, Program } from '../cel/index.js';
import type { Shape } from '../shapes.js';
import type { Backend } from '../types.js';

/** Everything that a policy object of one shape is made of. */
export interface Content {
  readonly policy: Policy;
  readonly shape: Shape;
  readonly conditions: readonly MatchCondition[];
  readonly program: Program;
}

export interface Form extends Omit<Backend, 'compile'> {
  readonly kind: 'ClusterPolicy' | 'ValidatingPolicy';
  readonly apiVersion: string;
  /** What the engine does on a violation, in its own words. */
  action(mode: Mode, shape: Shape): string;
  object(content: Content, name: string): JsonObject;
}
