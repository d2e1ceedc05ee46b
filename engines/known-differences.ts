/**
 * Where an engine is known to say something else than `evaluate`, with the reason and a link to who knows of it. Strict both
 * ways: a difference that is not listed fails a run, and so does one that is listed and does not occur. The aim is none.
 */
export interface KnownDifference {
  /** As the rows of a run are called, such as `gatekeeper (rego)`. */
  readonly engine: string;
  readonly policy: string;
  /** What the engine was given, as JSON. */
  readonly subject: string;
  /** The failed controls, sorted, as the engine has them. */
  readonly answer: readonly string[];
  readonly reason: string;
  readonly link: string;
}

export const knownDifferences: readonly KnownDifference[] = [];
