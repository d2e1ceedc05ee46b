/**
 * Requests that show the controls that no created pod shows by itself: what they say depends on who asks and where, or on the pod
 * that was there before. For engines whose own tests take an AdmissionReview.
 */
import { admit, isJudgedUpdate } from '../admission/index.js';
import { objectAt, objectsAt } from '../admission/json.js';
import { type AdmissionRequest, evaluate, noRequest } from '../evaluate.js';
import type { Policy } from '../ir/types.js';
import type { JsonObject } from '../manifest/types.js';
import { acceptanceOf } from '../solver/accepted.js';
import { remembering } from '../solver/memo.js';
import type { Witness } from '../solver/witness.js';
import { policyCases, type TestCase } from './index.js';
import { wordsOf } from './judged.js';
import { showing } from './refused.js';

/** The manifest of such a case is an AdmissionReview, which says nothing of rights and of the labels of a namespace. */
export interface RequestCase extends TestCase {
  /** The pod alone, where the request is that nobody in particular creates it: all that a manifest without a request says. */
  readonly created: JsonObject | undefined;
}

/** Each of them is what the solver finds, which several targets would ask it for. */
export const requestCases: (policy: Policy) => readonly RequestCase[] = remembering(
  ({ mutations, controls, alternatives, exemptions, scope }) =>
    JSON.stringify([mutations, controls, alternatives, exemptions, scope]),
  madeFor,
  100,
);

function madeFor(policy: Policy): readonly RequestCase[] {
  const shown = new Set(policyCases(policy).flatMap(({ denied }) => denied));
  return policy.controls
    .filter(({ id }) => !shown.has(id))
    .flatMap(({ id }): RequestCase[] => {
      const witness = showing(policy, id);
      const of = witness && judged(policy, witness);
      return of?.denied.includes(id) ? [{ ...of, name: `${id}_denied` }] : [];
    })
    .map((each, index) => ({ ...each, name: `request_${index + 1}_${each.name}` }));
}

function judged(policy: Policy, { pod, request }: Witness): RequestCase | undefined {
  if (!isAsked(policy, request)) return undefined;
  const object: JsonObject = { ...named, ...pod };
  const oldObject = request.operation === 'UPDATE' ? oldOf(object, request.oldPod) : null;
  const now = admittedPod(object);
  const before = oldObject === null ? {} : admittedPod(oldObject);
  if (now === undefined || before === undefined) return undefined;
  if (oldObject !== null && !isJudgedUpdate(before, now)) return undefined;
  const { authorized, namespaceLabels } = noRequest;
  const findings = evaluate(policy, now, { ...request, authorized, namespaceLabels, oldPod: before });
  return {
    name: 'request',
    shows: `${wordsOf(findings)}, as it is asked`,
    manifest: reviewOf(object, oldObject, request),
    denied: findings.map(({ control }) => control),
    // Who asks, and what is there, is not a cluster's to take.
    accepted: false,
    created: isOfNobody(request) ? object : undefined,
  };
}

/** Where a namespace or a user is exempt or out of scope no rule is asked; nor does a review say the labels that a scope selects by. */
function isAsked({ scope, exemptions }: Policy, { namespace, user }: AdmissionRequest): boolean {
  if (user !== '' && exemptions.users.includes(user)) return false;
  if (namespace === '') return true;
  const accounts = exemptions.serviceAccounts.map((account) => account.namespace);
  const out = [...scope.excludedNamespaces, ...exemptions.namespaces, ...accounts];
  return !out.includes(namespace) && scope.namespaceSelector.length === 0;
}

/** A namespace, and what is known of it. */
export interface Place {
  readonly name: string;
  readonly labels: AdmissionRequest['namespaceLabels'];
}

/** The same for tests that know of no user: pods that nobody in particular creates, in a namespace. */
export function createdByNobody(policy: Policy, place: Place): readonly TestCase[] {
  return requestCases(policy).flatMap(({ created, ...each }): TestCase[] => {
    const denied = created && deniedIn(policy, created, place);
    if (created === undefined || denied === undefined || denied.length === 0) return [];
    return [{ ...each, manifest: created, denied, accepted: 'pod' in acceptanceOf(created) }];
  });
}

/** The controls that deny a manifest in a namespace, where nobody in particular creates it; undefined of what has no pod. */
export function deniedIn(policy: Policy, manifest: JsonObject, place: Place): readonly string[] | undefined {
  const pod = admittedPod(manifest);
  if (pod === undefined) return undefined;
  const request = { ...noRequest, namespace: place.name, namespaceLabels: place.labels };
  return evaluate(policy, pod, request).map(({ control }) => control);
}

const isOfNobody = ({ operation, subresource, user, userGroups, namespace }: AdmissionRequest): boolean =>
  operation === 'CREATE' && `${subresource}${user}${namespace}` === '' && userGroups.length === 0;

const named: JsonObject = { apiVersion: 'v1', kind: 'Pod' };

/** The pod that was there: containers, where no rule asked for any, are those of today as they were before another image came. */
function oldOf(object: JsonObject, old: JsonObject): JsonObject {
  const spec = objectAt(old, 'spec');
  const containers = objectsAt(objectAt(object, 'spec'), 'containers');
  return {
    ...named,
    ...old,
    spec: { containers: containers.map((each) => ({ ...each, image: imageBefore })), ...spec },
  };
}

const imageBefore = 'example.com/app:0.9';

function admittedPod(pod: JsonObject): JsonObject | undefined {
  const admission = admit(pod);
  return admission.kind === 'workload' && admission.problems.length === 0 ? admission.pod : undefined;
}

function reviewOf(object: JsonObject, oldObject: JsonObject | null, request: AdmissionRequest): JsonObject {
  const { operation, subresource, user, userGroups, namespace } = request;
  return {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid: '00000000-0000-0000-0000-000000000000',
      kind: { group: '', version: 'v1', kind: 'Pod' },
      resource: { group: '', version: 'v1', resource: 'pods' },
      ...(subresource === '' ? {} : { subResource: subresource }),
      name: 'example',
      ...(namespace === '' ? {} : { namespace }),
      operation,
      userInfo: { username: user, groups: [...userGroups] },
      object,
      oldObject,
    },
  };
}
