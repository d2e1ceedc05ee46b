/** Test pods from the examples of the levels: for each control that some of them fail, one that fails it and one that does not. */
import { admit } from '../admission/index.js';
import { evaluate } from '../evaluate.js';
import type { Policy } from '../ir/types.js';
import { levelControls } from '../levels/levels.js';
import type { Json, JsonObject } from '../manifest/types.js';

export interface TestCase {
  /** What the pod shows, in a few words; becomes the name of the test. */
  readonly name: string;
  /** A manifest, as `input` will have it. */
  readonly manifest: JsonObject;
  /** The ids of the controls that deny it. */
  readonly denied: readonly string[];
}

interface Judged {
  readonly manifest: JsonObject;
  readonly denied: readonly string[];
}

const bare: Json = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'bare' },
  spec: { containers: [{ name: 'app', image: 'example.com/app:1.0' }] },
};

const examples: readonly JsonObject[] = distinct([
  bare,
  ...levelControls.flatMap(({ revisions }) => revisions.flatMap(({ denied, allowed }) => [allowed, denied])),
]);

export function exampleCases(policy: Policy): TestCase[] {
  const judged = examples.flatMap((manifest): Judged[] => {
    const admission = admit(manifest);
    if (admission.kind !== 'workload' || admission.pod === undefined) return [];
    return [{ manifest, denied: evaluate(policy, admission.pod).map((finding) => finding.control) }];
  });
  // The fewer controls a pod fails, the more it says about the one.
  const telling = judged.toSorted((a, b) => a.denied.length - b.denied.length);
  const cases = policy.controls.flatMap(({ id }) => [
    ...named(
      `${id}_denied`,
      telling.find(({ denied }) => denied.includes(id)),
    ),
    ...named(
      `${id}_allowed`,
      telling.findLast(({ denied }) => !denied.includes(id)),
    ),
  ]);
  return [...named('bare_pod', judged[0]), ...cases];
}

function named(name: string, judged: Judged | undefined): TestCase[] {
  return judged === undefined ? [] : [{ name, ...judged }];
}

/** As JSON: the examples are typed pods. */
function distinct(pods: readonly unknown[]): JsonObject[] {
  return [...new Set(pods.map((pod) => JSON.stringify(pod)))].map((text): JsonObject => JSON.parse(text));
}
