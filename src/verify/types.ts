/** What each engine is to the comparison: a program that is asked about pods. */
import type { Target } from '../backends/types.js';
import type { Policy } from '../ir/types.js';
import type { JsonObject } from '../manifest/types.js';

export const engineNames = ['opa', 'conftest', 'gator', 'kyverno', 'kube-apiserver'] as const;
export type EngineName = (typeof engineNames)[number];

/**
 * The controls that deny the pod, none where it is allowed; `denied` where the engine has no ids; `invalid` where it refuses
 * the pod itself, whatever any policy says.
 */
export type Answer = readonly string[] | 'denied' | 'invalid';

/** A policy in force in an engine. */
export interface Judge {
  /** One answer for each pod. No answer, or an error of the engine, is thrown as EngineError. */
  ask(pods: readonly JsonObject[]): Promise<readonly Answer[]>;
  /** What `evaluate` says of the pod, asked as this engine is. */
  expected(pod: JsonObject): readonly string[];
}

/** One form in which an engine runs a policy. */
export interface Lane {
  readonly target: Target;
  readonly driver: string | null;
  /** How many pods one run takes. */
  readonly chunk: number;
  /** How many smaller pods one run tries while a difference is made small. */
  readonly tries: number;
  /** Why this policy cannot be compared here, though the target says it. */
  incomparable(policy: Policy): string | undefined;
  withJudge<T>(subject: Subject, use: (judge: Judge) => Promise<T>): Promise<T>;
}

export interface Subject {
  readonly policy: Policy;
  /** Of the target, the nearest to the engine's. */
  readonly engineVersion: string;
  /** The pods that it is compared on. */
  readonly pods: readonly JsonObject[];
}

/** The paths of an engine's programs, in the order of its `programs`. */
export type Programs = readonly string[];

export interface Limits {
  /** How long one run of an engine may take. */
  readonly seconds: number;
}

export interface EngineKind {
  readonly name: EngineName;
  /** What is looked for: each by any of its names. The first is the engine. */
  readonly programs: readonly (readonly string[])[];
  readonly testedVersion: string;
  readonly targets: readonly Target[];
  /** The version that the program says, without a `v`. */
  version(program: string, limits: Limits): Promise<string>;
  /** The forms, with what has to run beside them while `use` is at it. */
  withLanes<T>(programs: Programs, limits: Limits, use: (lanes: readonly Lane[]) => Promise<T>): Promise<T>;
}

/** An engine that is there. */
export interface FoundEngine {
  readonly kind: EngineKind;
  readonly programs: Programs;
}

export interface Engines {
  readonly found: readonly FoundEngine[];
  /** Not there, and not asked for. */
  readonly missing: readonly EngineKind[];
}
