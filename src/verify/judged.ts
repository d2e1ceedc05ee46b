/** What `evaluate` says of a manifest, and what an engine's message says, in the form in which they are compared. */
import { admit } from '../admission/index.js';
import { type AdmissionRequest, evaluate, type Finding, noRequest } from '../evaluate.js';
import type { Policy } from '../ir/types.js';
import type { JsonObject } from '../manifest/types.js';
import { EngineError } from './errors.js';

/** The pod as validating admission sees it. Throws on a manifest that cannot be decoded. */
export function admittedPod(raw: JsonObject): JsonObject {
  const admission = admit(raw);
  if (admission.kind === 'workload' && admission.pod !== undefined) return admission.pod;
  throw new TypeError(`not decoded: ${JSON.stringify(admission.problems)}: ${JSON.stringify(raw)}`);
}

/** What `evaluate` finds in a manifest. */
export function findingsOf(
  policy: Policy,
  raw: JsonObject,
  request: AdmissionRequest = noRequest,
): readonly Finding[] {
  return evaluate(policy, admittedPod(raw), request);
}

/** Ids of the controls of a policy that deny a manifest, sorted. */
export function deniedBy(policy: Policy, raw: JsonObject, request: AdmissionRequest = noRequest): string[] {
  return findingsOf(policy, raw, request)
    .map(({ control }) => control)
    .sort();
}

/**
 * The ids that a message names: `podsec <policy>@<version>: <ids>: <details>`. Without details it is of a policy that asks an
 * authorizer, as messages cannot.
 */
export function controlsIn(message: string): string[] {
  // Words of a policy may be empty, and an API server trims what is said.
  const [, ids] = /^podsec [^:]+: ([^:]+)(?:: |:?$)/.exec(message) ?? [];
  if (ids === undefined)
    throw new EngineError('agreement', `a denial does not name its controls: ${message}`);
  return ids.split(', ');
}
