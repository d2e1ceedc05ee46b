/** Which objects hold a pod template, and where; and the items of lists. */

import { isList, isObject } from '../manifest/json.js';
import type { DocumentPath, Json, JsonObject } from '../manifest/types.js';
import { nearest } from '../schema/index.js';
import { get, stringAt } from './json.js';
import { type AdmissionProblem, problem, quoted } from './problem.js';

export interface WorkloadKind {
  readonly kind: string;
  /** Where its pod template is; empty for a Pod. */
  readonly path: readonly string[];
  /** The type of the whole object, where this release still serves the version. */
  readonly type?: string;
}

const template = ['spec', 'template'];
const cronTemplate = ['spec', 'jobTemplate', 'spec', 'template'];

/** apiVersion to kinds. Versions without a type are gone from the API; their pod templates are read all the same. */
const workloads: Readonly<Record<string, readonly WorkloadKind[]>> = {
  v1: [
    { kind: 'Pod', path: [], type: 'Pod' },
    { kind: 'PodTemplate', path: ['template'], type: 'PodTemplate' },
    { kind: 'ReplicationController', path: template, type: 'ReplicationController' },
  ],
  'apps/v1': [
    { kind: 'DaemonSet', path: template, type: 'DaemonSet' },
    { kind: 'Deployment', path: template, type: 'Deployment' },
    { kind: 'ReplicaSet', path: template, type: 'ReplicaSet' },
    { kind: 'StatefulSet', path: template, type: 'StatefulSet' },
  ],
  'batch/v1': [
    { kind: 'CronJob', path: cronTemplate, type: 'CronJob' },
    { kind: 'Job', path: template, type: 'Job' },
  ],
  'apps/v1beta1': [
    { kind: 'Deployment', path: template },
    { kind: 'StatefulSet', path: template },
  ],
  'apps/v1beta2': [
    { kind: 'DaemonSet', path: template },
    { kind: 'Deployment', path: template },
    { kind: 'ReplicaSet', path: template },
    { kind: 'StatefulSet', path: template },
  ],
  'extensions/v1beta1': [
    { kind: 'DaemonSet', path: template },
    { kind: 'Deployment', path: template },
    { kind: 'ReplicaSet', path: template },
  ],
  'batch/v1beta1': [{ kind: 'CronJob', path: cronTemplate }],
  'batch/v2alpha1': [{ kind: 'CronJob', path: cronTemplate }],
};

/** The other kinds of the API versions that hold workloads, so that a misspelt workload is not skipped as another kind. */
const otherKinds: Readonly<Record<string, readonly string[]>> = {
  v1: [
    'Binding',
    'ComponentStatus',
    'ConfigMap',
    'Endpoints',
    'Event',
    'LimitRange',
    'List',
    'Namespace',
    'Node',
    'PersistentVolume',
    'PersistentVolumeClaim',
    'ResourceQuota',
    'Secret',
    'Service',
    'ServiceAccount',
    'Status',
  ],
  'apps/v1': ['ControllerRevision'],
  'batch/v1': [],
};

/** The newest API version of each workload kind. */
const current = new Map(
  ['v1', 'apps/v1', 'batch/v1'].flatMap((version) =>
    (workloads[version] ?? []).map(({ kind }) => [kind, version] as const),
  ),
);

function ofVersion<T>(table: Readonly<Record<string, T>>, apiVersion: string): T | undefined {
  return Object.hasOwn(table, apiVersion) ? table[apiVersion] : undefined;
}

export function workloadKind(apiVersion: string, kind: string): WorkloadKind | undefined {
  return ofVersion(workloads, apiVersion)?.find((workload) => workload.kind === kind);
}

export function isWorkloadKind(apiVersion: string, kind: string): boolean {
  return workloadKind(apiVersion, kind) !== undefined;
}

/**
 * What is wrong with apiVersion and kind of an object that is no workload. Kinds of other API groups are none of
 * our business, even where they are called Job.
 */
export function kindProblems(apiVersion: string, kind: string): AdmissionProblem[] {
  if (kind === '')
    return [problem('missing-field', [], 'the object has no `kind`', 'write `kind` and `apiVersion`')];
  if (apiVersion === '')
    return [problem('missing-field', [], 'the object has no `apiVersion`', hintFor(kind))];
  const version = current.get(kind);
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  const known = ofVersion(otherKinds, apiVersion);
  if (version !== undefined && ['', 'apps', 'batch', 'extensions'].includes(group)) {
    return [
      problem(
        'wrong-type',
        ['apiVersion'],
        `${quoted(apiVersion)} has no kind ${quoted(kind)}`,
        hintFor(kind),
      ),
    ];
  }
  const workloadsHere = (ofVersion(workloads, apiVersion) ?? []).map((workload) => workload.kind);
  const item = kind.endsWith('List') ? kind.slice(0, -'List'.length) : kind;
  if (!known || known.includes(item) || workloadsHere.includes(item) || item === '') return [];
  const meant = nearest(kind, [...workloadsHere, ...known]);
  return [
    problem(
      'wrong-type',
      ['kind'],
      `${quoted(apiVersion)} has no kind ${quoted(kind)}`,
      meant === undefined ? 'correct the kind or its apiVersion' : `did you mean \`${meant}\`?`,
    ),
  ];
}

function hintFor(kind: string): string {
  const version = current.get(kind);
  return version === undefined ? 'write `apiVersion`' : `write \`apiVersion: ${version}\``;
}

/**
 * The items of a `v1/List`, or of a typed list such as a PodList, whose items need not say their kind. Nothing for
 * an object that is no list.
 */
export function listItems(
  value: JsonObject,
):
  | { items: readonly { path: DocumentPath; value: Json }[]; problems: readonly AdmissionProblem[] }
  | undefined {
  const kind = stringAt(value, 'kind');
  const apiVersion = stringAt(value, 'apiVersion');
  const items = get(value, 'items');
  if (!kind.endsWith('List') || (items === undefined && !(kind === 'List' && apiVersion === 'v1')))
    return undefined;
  if (items === undefined || items === null) return { items: [], problems: [] };
  if (!isList(items))
    return {
      items: [],
      problems: [problem('wrong-type', ['items'], 'items has to be a list', 'give a list of objects')],
    };
  const itemKind = kind.slice(0, -'List'.length);
  return {
    items: items.map((item, i) => ({
      path: ['items', i],
      value: itemKind !== '' && isObject(item) ? { apiVersion, kind: itemKind, ...item } : item,
    })),
    problems: [],
  };
}
