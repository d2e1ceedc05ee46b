/** A pod as the template of a workload of each kind, and in an admission review. */
import { type AdmissionRequest, noRequest } from '../src/evaluate.js';
import type { Json, JsonObject } from '../src/manifest/types.js';

export interface NamedNamespace {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** What an API server asks a webhook, and what is known of the namespace. */
export interface RequestQuestion {
  readonly request: JsonObject;
  readonly namespace: NamedNamespace;
}

/** That, or a manifest as the command line tools are given it. */
export type Question = RequestQuestion | { readonly object: JsonObject; readonly namespace?: NamedNamespace };

export const workloadShapes = [
  'Pod',
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'ReplicaSet',
  'ReplicationController',
  'Job',
  'CronJob',
  'PodTemplate',
] as const;
export type WorkloadShape = (typeof workloadShapes)[number];

const apiVersions: Readonly<Record<WorkloadShape, string>> = {
  Pod: 'v1',
  Deployment: 'apps/v1',
  StatefulSet: 'apps/v1',
  DaemonSet: 'apps/v1',
  ReplicaSet: 'apps/v1',
  ReplicationController: 'v1',
  Job: 'batch/v1',
  CronJob: 'batch/v1',
  PodTemplate: 'v1',
};

function templateOf(pod: JsonObject): JsonObject {
  const { apiVersion: _a, kind: _k, ...template } = pod;
  return template;
}

/** A manifest of the kind whose pods are this one. */
export function asWorkload(pod: JsonObject, shape: WorkloadShape): JsonObject {
  const template = templateOf(pod);
  const head = { apiVersion: apiVersions[shape], kind: shape, metadata: { name: 'workload' } };
  switch (shape) {
    case 'Pod':
      return pod;
    case 'PodTemplate':
      return { ...head, template };
    case 'CronJob':
      return { ...head, spec: { schedule: '0 0 * * *', jobTemplate: { spec: { template } } } };
    case 'Deployment':
    case 'StatefulSet':
    case 'DaemonSet':
    case 'ReplicaSet':
    case 'ReplicationController':
    case 'Job':
      return { ...head, spec: { template } };
  }
}

export interface ReviewOptions {
  readonly operation?: 'CREATE' | 'UPDATE';
  readonly subresource?: string;
  readonly oldObject?: Json;
  readonly namespace?: string;
  readonly user?: string;
}

/** What an API server asks a webhook about an object. */
export function asRequest(
  object: JsonObject,
  shape: WorkloadShape = 'Pod',
  options: ReviewOptions = {},
): JsonObject {
  const {
    operation = 'CREATE',
    subresource,
    oldObject = null,
    namespace = reviewed.namespace,
    user = reviewed.user,
  } = options;
  const [version = '', group = ''] = apiVersions[shape].split('/').reverse();
  return {
    uid: '00000000-0000-0000-0000-000000000000',
    kind: { group, version, kind: shape },
    resource: { group, version, resource: `${shape.toLowerCase()}s` },
    ...(subresource === undefined ? {} : { subResource: subresource }),
    name: 'pod',
    namespace,
    operation,
    userInfo: { username: user, groups: reviewed.userGroups },
    object,
    oldObject,
  };
}

/** Who asks in an AdmissionReview, and where. */
export const reviewed: AdmissionRequest = {
  ...noRequest,
  user: 'somebody',
  userGroups: ['system:authenticated'],
  namespace: 'default',
};

/** An AdmissionReview of the pod. */
export function asReview(pod: JsonObject, options: ReviewOptions = {}): JsonObject {
  return {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: asRequest(pod, 'Pod', options),
  };
}
