/** The kinds of objects that hold a pod, by where they hold it: one policy for each place. */
export interface ResourceRule {
  readonly apiGroups: readonly string[];
  readonly apiVersions: readonly string[];
  readonly operations: readonly string[];
  readonly resources: readonly string[];
  /** What the objects are called in a manifest. */
  readonly kinds: readonly string[];
}

export type ShapeName = 'pods' | 'workloads' | 'cronjobs' | 'podtemplates';

export interface Shape {
  /** Ends the names of the policy and of its file. */
  readonly suffix: ShapeName;
  /** For people: what is judged. */
  readonly title: string;
  /** Where the pod template is in an object; empty for a pod. */
  readonly path: readonly string[];
  readonly rules: readonly ResourceRule[];
}

const operations = ['CREATE', 'UPDATE'];
const rule = (
  group: string,
  kinds: readonly string[],
  subresources: readonly string[] = [],
): ResourceRule => ({
  apiGroups: [group],
  apiVersions: ['v1'],
  operations,
  resources: [...kinds.map((kind) => `${kind.toLowerCase()}s`), ...subresources],
  kinds,
});

export const shapes: readonly Shape[] = [
  {
    suffix: 'pods',
    title: 'pods, and the ephemeral containers that are added to them',
    path: [],
    rules: [rule('', ['Pod'], ['pods/ephemeralcontainers'])],
  },
  {
    suffix: 'workloads',
    title:
      'the pod templates of Deployments, StatefulSets, DaemonSets, ReplicaSets, ReplicationControllers and Jobs',
    path: ['spec', 'template'],
    rules: [
      rule('apps', ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet']),
      rule('', ['ReplicationController']),
      rule('batch', ['Job']),
    ],
  },
  {
    suffix: 'cronjobs',
    title: 'the pod templates of CronJobs',
    path: ['spec', 'jobTemplate', 'spec', 'template'],
    rules: [rule('batch', ['CronJob'])],
  },
  { suffix: 'podtemplates', title: 'PodTemplates', path: ['template'], rules: [rule('', ['PodTemplate'])] },
];

export const isPod = (shape: Shape): boolean => shape.path.length === 0;
