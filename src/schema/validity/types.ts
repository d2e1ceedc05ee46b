/** A rule of the API server about several fields at once. */
import type { Cond } from '../../ir/types.js';
import type { Json } from '../../manifest/types.js';

export interface ValidityRule {
  readonly id: string;
  /** What the API server demands, in words. */
  readonly rule: string;
  /** The function that demands it, in pkg/apis/core/validation/validation.go of Kubernetes unless another file is named. */
  readonly source: string;
  /** A pod for which this holds is refused. */
  readonly refused: Cond;
  /** Numbers of which none is greater than another one, which no condition can say: the rule is this, and `refused` an example of it. */
  readonly ordered?: Ordered;
  /** Whether it is about every pod, whatever a policy reads. */
  readonly always?: true;
  /** Whether the API server makes it so, instead of refusing what is not: no request shows it. */
  readonly filledIn?: true;
  /** Whether it is about requests that nobody can make. */
  readonly ofRequest?: true;
  /** Specs of pods, the one refused and the other accepted by a real API server; `metadata` where it matters. */
  readonly examples: { readonly refused: Example; readonly accepted: Example };
}

/** Paths from the pod. `[]` is an element on the way. */
export interface Ordered {
  readonly least: readonly string[];
  /** Not in a list. */
  readonly greatest: string;
}

export interface Example {
  readonly annotations?: Readonly<Record<string, string>>;
  /** What else is beside the name. */
  readonly metadata?: Readonly<Record<string, Json>>;
  readonly spec: Readonly<Record<string, unknown>>;
  /** Ephemeral containers that are added to the stored pod, instead of a creation. */
  readonly added?: readonly Readonly<Record<string, unknown>>[];
}
