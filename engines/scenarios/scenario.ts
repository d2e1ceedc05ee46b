/** A scenario: a policy, what is asked of the engine that has it, and what becomes of each. */
import type { Policy } from '../../src/ir/types.js';
import type { JsonObject } from '../../src/manifest/types.js';
import {
  asRequest,
  type NamedNamespace,
  type RequestQuestion,
  type ReviewOptions,
  type WorkloadShape,
} from '../shapes.js';
import { badControls } from './pods.js';
import type { Topic } from './topics.js';

/** `reported`: admitted, for audit to tell. `left alone`: admitted, and whether it was judged at all is up to the engine. */
export type Outcome = 'refused' | 'warned' | 'reported' | 'admitted' | 'left alone';

export interface Step<Q = RequestQuestion> {
  readonly what: string;
  readonly asked: Q;
  readonly outcome: Outcome;
  /** The controls that are violated, where any are. */
  readonly controls: readonly string[];
}

export interface Scenario<Q = RequestQuestion> {
  readonly name: string;
  readonly topics: readonly Topic[];
  readonly policy: Policy;
  readonly steps: readonly Step<Q>[];
}

export interface Asked extends ReviewOptions {
  readonly shape?: WorkloadShape;
  readonly labels?: Readonly<Record<string, string>>;
}

export const namespaceOf = (name: string, labels: Readonly<Record<string, string>> = {}): NamedNamespace => ({
  name,
  labels: { 'kubernetes.io/metadata.name': name, ...labels },
});

/** The creation of an object, unless the options say otherwise. */
export function ask(object: JsonObject, { shape = 'Pod', labels, ...options }: Asked = {}): RequestQuestion {
  const namespace = namespaceOf(options.namespace ?? 'default', labels);
  return { request: asRequest(object, shape, options), namespace };
}

export const update = (before: JsonObject, after: JsonObject, options: Asked = {}): RequestQuestion =>
  ask(after, { ...options, operation: 'UPDATE', oldObject: before });

/** @param controls where the policy is violated; left out, those of the bad pod. */
export const step = <Q>(
  what: string,
  asked: Q,
  outcome: Outcome,
  controls: readonly string[] = badControls,
): Step<Q> => ({
  what,
  asked,
  outcome,
  controls: outcome === 'admitted' || outcome === 'left alone' ? [] : controls,
});

/** The one step by which a policy that allows everything has to be noticed. */
export function firstViolation<Q>({ steps }: Scenario<Q>): readonly Step<Q>[] {
  return steps.filter(({ controls }) => controls.length > 0).slice(0, 1);
}
