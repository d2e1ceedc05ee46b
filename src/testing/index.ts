/**
 * What a policy author uses in tests of a policy, with any test runner:
 *
 *     import { expectAllowed, expectDenied } from 'podsec/testing';
 *     import policy from './payments.js';
 *
 *     expectDenied(policy, { apiVersion: 'v1', kind: 'Pod', spec: { ... } }, ['imageRegistry']);
 *
 * A manifest is judged as an API server would see it: decoded, with its defaults. Scope, exemptions and mode say whom
 * a policy is for and what comes of a violation; they change nothing here.
 */
import { AssertionError } from 'node:assert';
import { type AdmissionProblem, admit, isJudgedUpdate } from '../admission/index.js';
import { pathText } from '../admission/problem.js';
import { type AdmissionRequest, evaluate, type Finding, noRequest } from '../evaluate.js';
import type { Policy } from '../ir/types.js';
import type { Json, JsonObject } from '../manifest/types.js';
import { nearest } from '../schema/index.js';
import { adaptation } from './boundary/adapt.js';
import { controlOfMutation } from './boundary/mutations.js';
import {
  type BoundaryPlan,
  type BoundaryPod,
  boundaryPods as podsOf,
  type Subject,
} from './boundary/pods.js';

export type { AdmissionProblem } from '../admission/index.js';
export type { Finding } from '../evaluate.js';
export type { BoundaryPlan, BoundaryPod } from './boundary/pods.js';

/** A policy as `definePolicy` gives it, or its IR alone. */
export type AnyPolicy = Policy | { readonly ir: Policy };

/** What a request says besides the object. `oldPod` is a manifest, read as the object's own is. */
export type Request = Partial<Omit<AdmissionRequest, 'oldPod'>> & { readonly oldPod?: object };

/** The manifest is nothing that can be judged: no workload, or one that an API server refuses before any policy. */
export class ManifestError extends Error {
  override readonly name = 'ManifestError';

  constructor(
    message: string,
    /** What is wrong, each with its path in the manifest; none where the manifest is sound and no workload. */
    readonly problems: readonly AdmissionProblem[] = [],
  ) {
    super(message);
  }
}

/**
 * What the policy finds wrong with a workload: a Pod, or anything with a pod template. Nothing: it is allowed.
 *
 * Without a request the workload is created, by nobody in particular. With `operation: 'UPDATE'` and `oldPod`, an
 * update of a pod that changes no container and no image is allowed, as it is in a cluster.
 *
 * Throws a ManifestError where the manifest is no workload, or has an unknown field or a wrong type.
 */
export function judge(policy: AnyPolicy, manifest: object, request: Request = {}): Finding[] {
  const { pod, kind } = podOf(manifest, 'the manifest');
  const { oldPod, ...said } = request;
  const old = oldPod === undefined ? noRequest.oldPod : podOf(oldPod, 'the old pod').pod;
  const all: AdmissionRequest = { ...noRequest, ...said, oldPod: old };
  if (all.operation === 'UPDATE' && kind === 'Pod' && oldPod !== undefined && !isJudgedUpdate(old, pod))
    return [];
  return evaluate(irOf(policy), pod, all);
}

/**
 * Demands that the policy denies the workload; with ids, by exactly these controls. Returns what it found.
 * Throws an AssertionError that says what the policy found instead.
 */
export function expectDenied(
  policy: AnyPolicy,
  manifest: object,
  controlIds?: readonly string[],
  request: Request = {},
): Finding[] {
  if (controlIds?.length === 0)
    throw new RangeError('expectDenied: name a control, or leave the list out for any');
  const findings = judge(policy, manifest, request);
  const actual = [...new Set(findings.map(({ control }) => control))].sort();
  const { name } = irOf(policy);
  if (controlIds === undefined) {
    if (findings.length > 0) return findings;
    throw failure(`policy \`${name}\` allows ${describe(manifest)}, which it has to deny`, [], undefined);
  }
  const expected = [...new Set(controlIds)].sort();
  const missing = expected.filter((id) => !actual.includes(id));
  const extra = findings.filter(({ control }) => !expected.includes(control));
  if (missing.length === 0 && extra.length === 0) return findings;
  const known = idsOf(irOf(policy));
  const lines = [
    `policy \`${name}\` ${findings.length === 0 ? 'allows' : 'denies'} ${describe(manifest)}, which has to be denied by ${expected.join(', ')}:`,
    ...missing.map((id) => `  not denied by ${id}${known.includes(id) ? '' : unknown(id, known)}`),
    ...extra.map((finding) => `  denied by ${findingText(finding)}`),
  ];
  throw failure(lines.join('\n'), actual, expected);
}

/** Demands that the policy allows the workload. Throws an AssertionError that names each control that denies it. */
export function expectAllowed(policy: AnyPolicy, manifest: object, request: Request = {}): void {
  const findings = judge(policy, manifest, request);
  if (findings.length === 0) return;
  const lines = [
    `policy \`${irOf(policy).name}\` denies ${describe(manifest)}, which it has to allow:`,
    ...findings.map((finding) => `  ${findingText(finding)}`),
  ];
  throw failure(lines.join('\n'), findings.map(({ control }) => control).sort(), []);
}

/** How many pods `boundaryPods` gives unless told otherwise: some thousands for a policy like restricted. */
export const defaultPlan: BoundaryPlan = { seed: 1, pairs: 40, near: 4, cross: 200 };

/**
 * Pods on the edge of each of the policy's rules: every place that a control reads with every value that matters to it,
 * in init, regular and ephemeral containers, on pods that are otherwise compliant, bare, for Windows, or in a user
 * namespace; then pairs of values, near misses, and random pods. Distinct, each one that `judge` takes, and the same
 * each time for the same policy and plan. To compare the policy with an engine, or with what it was before.
 */
export function* boundaryPods(policy: AnyPolicy, plan: Partial<BoundaryPlan> = {}): Generator<BoundaryPod> {
  const seen = new Set<string>();
  for (const each of podsOf(subjectsOf(irOf(policy)), { ...defaultPlan, ...plan })) {
    const text = JSON.stringify(each.pod);
    if (seen.has(text)) continue;
    seen.add(text);
    if (isSound(each.pod)) yield each;
  }
}

/** A value on the edge may be one that no pod can have, such as no containers. */
function isSound(pod: JsonObject): boolean {
  const { kind, problems } = admit(pod);
  return kind === 'workload' && problems.every(({ severity }) => severity !== 'error');
}

function subjectsOf(policy: Policy): Subject[] {
  const adapt = adaptation(policy);
  return [
    ...[...policy.mutations.map(controlOfMutation), ...policy.controls].map((control) => ({
      control,
      within: policy,
      adapt,
    })),
    ...policy.alternatives.flatMap(subjectsOf),
  ];
}

function irOf(policy: AnyPolicy): Policy {
  const ir = 'controls' in policy ? policy : policy.ir;
  // A module in place of its default export, say, where nothing checks types.
  if (!Array.isArray(ir?.controls)) throw new TypeError('expected a policy, as `definePolicy` gives it');
  return ir;
}

function idsOf(policy: Policy): string[] {
  const ofAlternatives = policy.alternatives.flatMap((each) => idsOf(each).map((id) => `${each.name}/${id}`));
  return [...policy.controls.map(({ id }) => id), ...ofAlternatives];
}

function unknown(id: string, known: readonly string[]): string {
  const near = nearest(id, known);
  const has = near === undefined ? `it has ${known.join(', ') || 'none'}` : `did you mean \`${near}\`?`;
  return `, and the policy has no such control; ${has}`;
}

function podOf(manifest: object, what: string): { readonly pod: JsonObject; readonly kind: string } {
  const admission = admit(jsonOf(manifest, what));
  const errors = admission.problems.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) {
    const lines = errors.map(({ path, message, hint }) => {
      const at = path.length === 0 ? '' : `${pathText(path)}: `;
      return `  ${at}${message}${hint === undefined ? '' : ` (${hint})`}`;
    });
    throw new ManifestError(`${what} cannot be judged:\n${lines.join('\n')}`, errors);
  }
  if (admission.kind === 'other' || admission.pod === undefined) {
    const hint = 'give a Pod, or a workload with a pod template; of a list, its items one by one';
    throw new ManifestError(`${what}, ${describe(manifest)}, has no pod to judge: ${hint}`);
  }
  return { pod: admission.pod, kind: textAt(manifest, 'kind') };
}

/** As the manifest would be sent: what JSON cannot say is no manifest. */
function jsonOf(manifest: object, what: string): Json {
  try {
    const json: Json = JSON.parse(JSON.stringify(manifest));
    return json;
  } catch (error) {
    const why = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    throw new ManifestError(`${what} cannot be written as JSON: ${why}`);
  }
}

function describe(manifest: object): string {
  const metadata: unknown = Reflect.get(manifest, 'metadata');
  const name = typeof metadata === 'object' && metadata !== null ? textAt(metadata, 'name') : '';
  const kind = textAt(manifest, 'kind') || 'an object without a kind';
  return name === '' ? kind : `${kind} \`${name}\``;
}

function textAt(object: object, key: string): string {
  const value: unknown = Reflect.get(object, key);
  return typeof value === 'string' ? value : '';
}

function findingText({ control, reason, detail, locations }: Finding): string {
  const at = [...new Set(locations.map(pathText))].filter((path) => path !== '').join(', ');
  return `${control}: ${reason}${detail === '' ? '' : ` (${detail})`}${at === '' ? '' : `, at ${at}`}`;
}

function failure(
  message: string,
  actual: readonly string[],
  expected: readonly string[] | undefined,
): AssertionError {
  return new AssertionError({ message, actual, expected, operator: 'podsec', stackStartFn: failure });
}
