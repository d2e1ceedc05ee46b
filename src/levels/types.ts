import type { ControlBody } from '../dsl/control.js';
import type { Pod } from '../schema/index.js';

/** A control of a level, as one file under policies/levels/ defines it. */
export interface LevelControl {
  readonly id: string;
  readonly level: 'baseline' | 'restricted';
  readonly title: string;
  /** The human rule: which fields, which values. */
  readonly rule: string;
  /** What an attacker gains from a pod that breaks it. */
  readonly why: string;
  /** What to write in the manifest instead. */
  readonly fix: string;
  /** Strictly increasing in `since`. */
  readonly revisions: readonly Revision[];
}

export interface Revision {
  /** The minor of the first policy version that it holds in: 25 for v1.25. */
  readonly since: number;
  /** What changed, in a sentence; for the first revision, what it demands. */
  readonly change: string;
  /** Baseline controls that this one replaces in the restricted level. */
  readonly overrides?: readonly string[];
  readonly body: ControlBody;
  /** A pod that this revision of the control denies. */
  readonly denied: Pod;
  /** A pod much like it that this revision allows. */
  readonly allowed: Pod;
}
