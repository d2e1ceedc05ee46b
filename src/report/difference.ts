/** What `podsec diff` says: the shape of its JSON output, which the form for people is written from. */
import type { Diagnostic } from '../diagnostics.js';
import type { JsonObject } from '../manifest/types.js';
import type { RequestShown } from './request.js';

export const relations = ['equal', 'stricter', 'laxer', 'incomparable'] as const;
export type Relation = (typeof relations)[number];

/** A pod that one policy denies by a control and the other admits. */
export interface DifferenceRow {
  readonly deniedBy: 'first' | 'second';
  readonly control: string;
  /** What changed in the control, where both are levels and it is said. */
  readonly changes: readonly { readonly version: string; readonly change: string }[];
  readonly reason: string;
  readonly detail: string;
  /** As it would be written. An API server takes it, and nothing in it can go. */
  readonly pod: JsonObject;
  /** What is asked, where it is not the creation of the pod by anybody. */
  readonly request: RequestShown | null;
}

export interface ApplyingRow {
  readonly what: string;
  readonly first: readonly string[];
  readonly second: readonly string[];
  readonly effect: 'stricter' | 'laxer' | 'incomparable' | null;
}

export interface PolicyDifference {
  readonly first: string;
  readonly second: string;
  /** Of the first to the second: `stricter` denies whatever the other denies, and more. */
  readonly relation: Relation;
  readonly differences: readonly DifferenceRow[];
  /** Whom and where they apply to, which no pod shows. */
  readonly applying: readonly ApplyingRow[];
  /** All pods are meant that an API server of this version takes, as far as these rules know. */
  readonly kubernetes: string;
  readonly validity: readonly string[];
}

export function differenceJson(difference: PolicyDifference, diagnostics: readonly Diagnostic[]): string {
  return `${JSON.stringify({ ...difference, diagnostics }, null, 2)}\n`;
}
