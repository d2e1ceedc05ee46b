/** A manifest with what there is to say of it: which controls deny it, and whether an API server takes it. */
import { admit } from '../admission/index.js';
import { evaluate, type Finding } from '../evaluate.js';
import type { Policy } from '../ir/types.js';
import type { JsonObject } from '../manifest/types.js';
import { acceptanceOf } from '../solver/accepted.js';

export interface Judged {
  readonly manifest: JsonObject;
  readonly findings: readonly Finding[];
  /** The ids of the controls that deny it, in the order of the policy. */
  readonly denied: readonly string[];
  /** Whether an API server takes a pod like this when it is created. */
  readonly accepted: boolean;
}

/** Undefined where the manifest has a wrong type or an unknown field: no engine is given such a pod. */
export function judged(policy: Policy, manifest: JsonObject): Judged | undefined {
  const admission = admit(manifest);
  if (admission.kind !== 'workload' || admission.pod === undefined || admission.problems.length > 0)
    return undefined;
  const findings = evaluate(policy, admission.pod);
  let accepted: boolean | undefined;
  return {
    manifest,
    findings,
    denied: findings.map(({ control }) => control),
    // Asked of few, and dearer than the rest.
    get accepted() {
      accepted ??= 'pod' in acceptanceOf(manifest);
      return accepted;
    },
  };
}

/** `hostPort (container "app" uses hostPort 1)`. */
export const wordsOf = (findings: readonly Finding[]): string =>
  findings.map(({ reason, detail }) => (detail === '' ? reason : `${reason} (${detail})`)).join('; ');
