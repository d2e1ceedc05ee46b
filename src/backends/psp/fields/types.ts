/**
 * A field of PodSecurityPolicy: what it looks at, how it is written for a rule, and what it then admits. A field judges
 * each element (a container, a volume, a port) for itself, so a rule is said exactly where both agree on each
 * element that there can be; `samples` has one of each class that neither tells apart.
 */
import type { JsonObject } from '../../../manifest/types.js';
import type { Tests } from '../edges.js';
import type { Psp } from '../spec.js';

export interface Demand {
  /** What the policy's rules ask of a place; nothing asked where they do not read it. */
  tests(place: string): Tests;
  /** Whether the rules on this field deny a pod. */
  denies(pod: JsonObject): boolean;
  /** The rest of what is written, for what the API server's validation ties to this field. */
  readonly written: Psp;
}

/** A part of a pod with one element, decoded. */
export interface Sample {
  readonly pod: JsonObject;
  /** What it has, as a message can say it. */
  readonly shows: string;
}

export interface PspField {
  /** The places that it looks at. */
  readonly places: readonly string[];
  /** The elements that it judges: of each chain, a rule may bind all, once. */
  readonly chains: readonly (readonly string[])[];
  /** Two places that a rule with this chain has to demand to be equal. */
  readonly join?: string;
  samples(demand: Demand): readonly Sample[];
  /** What to write; whether it is right is seen from `admits`. Throws Unsayable where nothing can be. */
  write(demand: Demand): Partial<Psp>;
  /** The least that it can admit, without writing anything; empty where no value is the least. */
  readonly tightest: Partial<Psp>;
  /** Whether PodSecurityPolicy admits a sample. */
  admits(psp: Psp, sample: JsonObject): boolean;
}
