/** What the process that loads a policy file says to the one that asked. */
import type { Place } from '../diagnostics.js';

export const failureCodes = ['policy-file', 'policy-throws', 'policy-invalid'] as const;

export interface Failure {
  readonly code: (typeof failureCodes)[number];
  readonly message: string;
  /** What to do: no failure goes without. */
  readonly hint: string;
  /** `file` is an absolute path. */
  readonly place: Place;
  /** What was thrown does not tell where; a process that watches for it can. */
  readonly unlocated?: true;
}

/** Where a policy and its own controls are made; of a control of a level there is none. */
export interface Places {
  readonly policy?: Place;
  readonly controls: Readonly<Record<string, Place>>;
}

export interface Sent {
  /** Not yet checked. */
  readonly ir: unknown;
  /** `file` is an absolute path. */
  readonly places: Places;
}

export type Answer =
  | { readonly kind: 'policies'; readonly policies: readonly Sent[] }
  | { readonly kind: 'failure'; readonly failure: Failure };

/** How a process ends whose top-level await can never settle. */
export const unsettledExit = 13;
