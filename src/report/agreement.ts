/** What `podsec verify` says: the shape of its JSON output, which the form for people is written from. */
import type { Diagnostic } from '../diagnostics.js';
import type { JsonObject } from '../manifest/types.js';

/**
 * - `agrees`: the same verdict and the same failed controls on every pod, of which some are denied and some are not.
 * - `differs`: another answer on at least one pod.
 * - `shows-nothing`: no difference, but all pods that were judged have one verdict, so one that always says it would pass.
 * - `refused`: the target cannot say the policy.
 * - `not-comparable`: the engine's command line cannot be told what the policy asks for.
 * - `error`: the engine failed, or judged not every pod.
 * - `not-installed`: the engine was not found.
 */
export const states = [
  'agrees',
  'differs',
  'shows-nothing',
  'refused',
  'not-comparable',
  'error',
  'not-installed',
] as const;
export type State = (typeof states)[number];

/** A pod on which an engine does not say what `evaluate` says, as small as it was made. */
export interface Difference {
  readonly pod: JsonObject;
  /** Failed controls; none where the pod is allowed. */
  readonly evaluate: readonly string[];
  /** The same of the engine; null where it denies and has no ids. */
  readonly engine: readonly string[] | null;
}

/** A policy in one form of an engine. */
export interface AgreementRow {
  readonly policy: string;
  readonly engine: string;
  /** What the engine says; null where it is not installed or says none. */
  readonly version: string | null;
  /** What podsec was compared with. */
  readonly testedVersion: string;
  /** Null where the engine is not installed. */
  readonly target: string | null;
  /** Where an engine has two ways to run a policy: `CEL` or `Rego`. */
  readonly driver: string | null;
  /** The engine version that the policy was compiled for. */
  readonly compiledFor: string | null;
  readonly state: State;
  /** Pods that were compared, and how many of them `evaluate` denies. */
  readonly judged: number;
  readonly denied: number;
  /** Pods that the engine does not accept, whatever the policy says: not compared. */
  readonly invalid: number;
  /** Pods with another answer. */
  readonly differences: number;
  /** Why it is refused, not comparable or an error. */
  readonly reason: string | null;
  readonly difference: Difference | null;
}

/** A policy, and the pods for it. */
export interface ComparedPolicy {
  readonly policy: string;
  /** Pods that were given to the engines, and how many boundary pods the policy has. */
  readonly pods: number;
  readonly boundaryPods: number;
  readonly denied: number;
}

export interface Agreement {
  readonly policies: readonly ComparedPolicy[];
  readonly rows: readonly AgreementRow[];
}

export function agreementJson({ policies, rows }: Agreement, diagnostics: readonly Diagnostic[]): string {
  const summary = Object.fromEntries(
    states.map((state) => [state, rows.filter((row) => row.state === state).length]),
  );
  const list = (values: readonly unknown[]) =>
    values.length === 0 ? '[]' : `[\n${values.map((each) => JSON.stringify(each)).join(',\n')}\n]`;
  return `{"policies":${list(policies)},\n"results":${list(rows)},\n"summary":${JSON.stringify(summary)},\n"diagnostics":${JSON.stringify(diagnostics)}}\n`;
}
