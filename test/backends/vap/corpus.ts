/** Pods to judge by the levels, and the engine that judges. */
import { admit } from '../../../src/admission/index.js';
import { vap } from '../../../src/backends/vap/index.js';
import type { Policy } from '../../../src/ir/types.js';
import { allRevisions, levelControls, versionsWithChanges } from '../../../src/levels/levels.js';
import type { JsonObject } from '../../../src/manifest/types.js';
import { boundaryPods } from '../../../src/testing/boundary/pods.js';
import { CelEngine } from '../cel/engine.js';

export function engineFor(policy: Policy, version = '1.37'): CelEngine {
  const compiled = vap.compile([policy], version);
  if ('refusals' in compiled) throw new Error(JSON.stringify(compiled.refusals));
  return new CelEngine(compiled.files);
}

export function json(value: unknown): JsonObject {
  return JSON.parse(JSON.stringify(value));
}

/** The pods whose manifests an API server would take, as validating admission sees them. */
export function admittedPods(manifests: readonly JsonObject[]): JsonObject[] {
  return manifests.flatMap((manifest) => {
    const admission = admit(manifest);
    return admission.kind === 'workload' && admission.pod !== undefined && admission.problems.length === 0
      ? [admission.pod]
      : [];
  });
}

export const boundaryManifests = [
  ...boundaryPods(allRevisions(), { seed: 7, pairs: 40, near: 4, cross: 400 }),
].map(({ pod }) => pod);

/** Defaulting takes most of the time; the same pods are judged by all rule sets. */
export const boundary = admittedPods(boundaryManifests);

export const examples = admittedPods(
  levelControls.flatMap(({ revisions }) =>
    revisions.flatMap(({ denied, allowed }) => [json(denied), json(allowed)]),
  ),
);

export function levelMinor() {
  const newest = versionsWithChanges().at(-1);
  if (newest === undefined) throw new Error('no version');
  return newest;
}
