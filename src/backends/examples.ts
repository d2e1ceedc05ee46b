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

/** What a careful author writes, in the pod's and in the container's security context. */
const ofPod: JsonObject = { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } };
const ofContainer: JsonObject = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } };

const carefulPod = (podContext: JsonObject, containerContext: JsonObject): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'hardened' },
  spec: {
    securityContext: podContext,
    containers: [{ name: 'app', image: 'example.com/app:1.0', securityContext: containerContext }],
  },
});
const hardened = carefulPod(ofPod, ofContainer);
const lessCareful: readonly JsonObject[] = [
  ...Object.keys(ofPod).map((field) => carefulPod(without(ofPod, field), ofContainer)),
  ...Object.keys(ofContainer).map((field) => carefulPod(ofPod, without(ofContainer, field))),
];

function without(object: JsonObject, field: string): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== field));
}

const ofLevels: readonly JsonObject[] = distinct(
  levelControls.flatMap(({ revisions }) => revisions.flatMap(({ denied, allowed }) => [allowed, denied])),
);

/** As they are, and with all else in order: of many controls that a bare pod breaks, such a pod shows the one. */
const examples: readonly JsonObject[] = distinct([
  bare,
  ...ofLevels,
  hardened,
  ...lessCareful,
  ...ofLevels.map(inOrder),
]);

/** The pod, hardened where it says nothing else. */
function inOrder(pod: JsonObject): JsonObject {
  const spec = isObject(pod.spec) ? pod.spec : {};
  const lists = Object.entries(spec).flatMap(([field, value]): [string, Json][] =>
    field.toLowerCase().endsWith('containers') && Array.isArray(value)
      ? [[field, value.map((each: Json) => merged({ securityContext: ofContainer }, each))]]
      : [],
  );
  const context = merged(ofPod, spec.securityContext ?? {});
  return { ...pod, spec: { ...spec, securityContext: context, ...Object.fromEntries(lists) } };
}

/** Field by field, where both are objects. */
function merged(base: JsonObject, over: Json): Json {
  if (!isObject(over)) return over;
  const fields = Object.entries(over).map(([field, value]): [string, Json] => {
    const below = base[field];
    return [field, below !== undefined && isObject(below) ? merged(below, value) : value];
  });
  return { ...base, ...Object.fromEntries(fields) };
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

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
  const text = JSON.stringify(hardened);
  const careful = judged.find(({ manifest }) => JSON.stringify(manifest) === text);
  return [...named('bare_pod', judged[0]), ...named('hardened', careful), ...cases];
}

function named(name: string, judged: Judged | undefined): TestCase[] {
  return judged === undefined ? [] : [{ name, ...judged }];
}

/** As JSON: the examples are typed pods. */
function distinct(pods: readonly unknown[]): JsonObject[] {
  return [...new Set(pods.map((pod) => JSON.stringify(pod)))].map((text): JsonObject => JSON.parse(text));
}
