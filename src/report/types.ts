/** What a check says: the shape of its JSON output, which the other forms are written from. */
import type { Diagnostic, Place } from '../diagnostics.js';
import type { Level } from '../ir/types.js';
import type { Json } from '../manifest/types.js';

/** `error`: not judged, or not judged whole, so nobody may take it for safe. */
export type Verdict = 'allow' | 'deny' | 'error';
export const verdicts: readonly Verdict[] = ['allow', 'deny', 'error'];

export interface Resource {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string | null;
  /** Null where the object has none; `prefix*` where the API server makes one up. */
  readonly name: string | null;
}

/** A field to blame, with the place of it, or of what is there of the way to it. */
export interface Location {
  /** From the document: `spec.template.spec.containers[0].securityContext`. */
  readonly path: string;
  readonly line?: number;
  readonly column?: number;
}

export interface ReportedFinding {
  readonly control: string;
  readonly reason: string;
  readonly detail: string;
  readonly locations: readonly Location[];
}

/** What a policy writes into a pod before it judges it, with the place of the field, or of what is there of the way to it. */
export interface ReportedWrite extends Location {
  /** What asks for it, such as a field of a PodSecurityPolicy. */
  readonly by: string;
  readonly value: Json;
}

/** One workload by one policy. */
export interface Result {
  readonly policy: string;
  readonly resource: Resource;
  readonly source: Place;
  readonly verdict: Verdict;
  readonly findings: readonly ReportedFinding[];
  /** Left out where the policy writes nothing. */
  readonly writes?: readonly ReportedWrite[];
}

/** One workload by every policy. */
export interface Entry {
  readonly resource: Resource;
  readonly source: Place;
  /** One for each policy, in their order. */
  readonly results: readonly Result[];
  /** The strictest level that it meets, where that was asked for. */
  readonly meets?: Level;
}

export interface Counts {
  readonly allow: number;
  readonly deny: number;
  readonly error: number;
}

export interface PolicyCounts extends Counts {
  readonly policy: string;
}

export interface Summary extends Counts {
  /** By policy, in the order given; the counts of the summary itself are of all of them together. */
  readonly policies: readonly PolicyCounts[];
  /** Inputs that had a workload or another object. */
  readonly files: number;
  readonly workloads: number;
  /** Objects of other kinds. */
  readonly skipped: number;
  /** Problems for which a document, or all of an input, was not read. */
  readonly unread: number;
  /** Workloads by the strictest level that they meet, at the newest version of `restricted` that was checked. */
  readonly meets?: { readonly version: string } & Readonly<Record<Level, number>>;
}

/** One form of output. Each call gives the text to write next. */
export interface Reporter {
  begin(): string;
  entry(entry: Entry): string;
  end(summary: Summary, diagnostics: readonly Diagnostic[]): string;
}
