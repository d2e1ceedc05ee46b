/** A rule of the API server about several fields at once. */
import type { Cond } from '../../ir/types.js';
import type { JsonObject } from '../../manifest/types.js';

export interface ValidityRule {
  readonly id: string;
  /** What the API server demands, in words. */
  readonly rule: string;
  /** The function that demands it, in pkg/apis/core/validation/validation.go of Kubernetes unless another file is named. */
  readonly source: string;
  /** A pod for which this holds is refused. */
  readonly refused: Cond;
  /** More conditions of the same rule, which compares two numbers, as no condition can: one for each of the numbers that a pod has. */
  readonly family?: Family;
  /** Whether it is about every pod, whatever a policy reads. */
  readonly always?: true;
  /** Whether the API server makes it so, instead of refusing what is not: no request shows it. */
  readonly filledIn?: true;
  /** Whether it is about requests that nobody can make. */
  readonly ofRequest?: true;
  /** Specs of pods, the one refused and the other accepted by a real API server; `metadata` where it matters. */
  readonly examples: { readonly refused: Example; readonly accepted: Example };
}

export interface Family {
  readonly numbersOf: (pod: JsonObject) => readonly number[];
  /** What is refused of pods that have this number or a greater one. */
  readonly refusedAt: (number: number) => Cond;
}

export interface Example {
  readonly annotations?: Readonly<Record<string, string>>;
  readonly finalizers?: readonly string[];
  readonly spec: Readonly<Record<string, unknown>>;
  /** Ephemeral containers that are added to the stored pod, instead of a creation. */
  readonly added?: readonly Readonly<Record<string, unknown>>[];
}
