import { describe, expect, it } from 'vitest';
import { type Admission, admit, isWorkloadKind, listItems } from '../../src/admission/index.js';
import type { Json, JsonObject } from '../../src/manifest/types.js';

const template: JsonObject = {
  metadata: { labels: { app: 'x' } },
  spec: { containers: [{ name: 'c', image: 'x:1' }], volumes: [{ name: 'v' }] },
};
const inTemplate = { spec: { template } };
const inCronJob = { spec: { jobTemplate: { spec: { template } } } };

function workload(admission: Admission): Extract<Admission, { kind: 'workload' }> {
  if (admission.kind !== 'workload') throw new Error(`not a workload: ${JSON.stringify(admission)}`);
  return admission;
}

describe('admit', () => {
  const kinds: [string, string, JsonObject, string][] = [
    ['v1', 'Pod', template, ''],
    ['v1', 'PodTemplate', { template }, 'template'],
    ['v1', 'ReplicationController', inTemplate, 'spec.template'],
    ['apps/v1', 'Deployment', inTemplate, 'spec.template'],
    ['apps/v1', 'StatefulSet', inTemplate, 'spec.template'],
    ['apps/v1', 'DaemonSet', inTemplate, 'spec.template'],
    ['apps/v1', 'ReplicaSet', inTemplate, 'spec.template'],
    ['batch/v1', 'Job', inTemplate, 'spec.template'],
    ['batch/v1', 'CronJob', inCronJob, 'spec.jobTemplate.spec.template'],
    ['extensions/v1beta1', 'Deployment', inTemplate, 'spec.template'],
    ['extensions/v1beta1', 'DaemonSet', inTemplate, 'spec.template'],
    ['extensions/v1beta1', 'ReplicaSet', inTemplate, 'spec.template'],
    ['apps/v1beta1', 'Deployment', inTemplate, 'spec.template'],
    ['apps/v1beta1', 'StatefulSet', inTemplate, 'spec.template'],
    ['apps/v1beta2', 'DaemonSet', inTemplate, 'spec.template'],
    ['batch/v1beta1', 'CronJob', inCronJob, 'spec.jobTemplate.spec.template'],
  ];

  it.each(kinds)('%s %s', (apiVersion, kind, body, path) => {
    expect(isWorkloadKind(apiVersion, kind)).toBe(true);
    const admission = workload(admit({ apiVersion, kind, ...body }));
    expect(admission.path.join('.')).toBe(path);
    expect(admission.problems).toEqual([]);
    expect(admission.pod).toMatchObject({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { labels: { app: 'x' } },
      // Judged as the pod that it will make: with a pod's defaults.
      spec: {
        containers: [{ imagePullPolicy: 'IfNotPresent' }],
        volumes: [{ name: 'v', emptyDir: {} }],
        enableServiceLinks: true,
      },
    });
  });

  it.each(kinds)('%s %s reports a problem of its template at its place', (apiVersion, kind, body, path) => {
    const text = JSON.stringify({ apiVersion, kind, ...body }).replace('"image"', '"imge"');
    const admission = workload(admit(JSON.parse(text)));
    expect(admission.problems).toMatchObject([{ code: 'unknown-field', hint: 'did you mean `image`?' }]);
    const steps = [...(path === '' ? [] : path.split('.')), 'spec', 'containers', 0, 'imge'];
    expect(admission.problems[0]?.path).toEqual(steps);
    expect(admission.pod).toBeDefined();
  });

  it('reports unknown fields and wrong types around the template', () => {
    const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', spec: { template, replica: 1 } };
    expect(admit(deployment).problems).toMatchObject([
      { code: 'unknown-field', path: ['spec', 'replica'], hint: 'did you mean `replicas`?' },
    ]);
    const wrong = workload(admit({ ...deployment, spec: { template, replicas: 'two' } }));
    expect(wrong.problems).toMatchObject([{ code: 'wrong-type', path: ['spec', 'replicas'] }]);
    expect(wrong.pod).toBeUndefined();
  });

  it.each<[string, Json]>([
    ['no spec', { apiVersion: 'apps/v1', kind: 'Deployment' }],
    ['template null', { apiVersion: 'apps/v1', kind: 'Deployment', spec: { template: null } }],
    ['template misspelt', { apiVersion: 'apps/v1', kind: 'Deployment', spec: { tempalte: template } }],
    ['an old version', { apiVersion: 'extensions/v1beta1', kind: 'Deployment', spec: {} }],
    ['template a list', { apiVersion: 'apps/v1beta1', kind: 'Deployment', spec: { template: [] } }],
  ])('has no pod without a template: %s', (_, value) => {
    const admission = workload(admit(value));
    expect(admission.pod).toBeUndefined();
    expect(admission.problems.length).toBeGreaterThan(0);
  });

  it.each<[string, Json]>([
    ['no spec', { apiVersion: 'v1', kind: 'Pod' }],
    ['containers null', { apiVersion: 'v1', kind: 'Pod', spec: { containers: null } }],
    ['no containers', { apiVersion: 'v1', kind: 'Pod', spec: { containers: [] } }],
  ])('reports a pod with nothing to run: %s', (_, value) => {
    expect(admit(value).problems).toMatchObject([{ code: 'missing-field' }]);
  });

  it('leaves other kinds alone', () => {
    for (const [apiVersion, kind] of [
      ['v1', 'ConfigMap'],
      ['v1', 'ServiceList'],
      ['batch.volcano.sh/v1alpha1', 'Job'],
      ['example.com/v1', 'Pod'],
      ['extensions/v1beta1', 'Ingress'],
      ['v1', 'List'],
    ]) {
      expect(admit({ apiVersion: apiVersion ?? '', kind: kind ?? '' })).toEqual({
        kind: 'other',
        problems: [],
      });
    }
  });

  it.each<[string, Json, string, string]>([
    ['no kind', { apiVersion: 'v1' }, 'missing-field', 'write `kind` and `apiVersion`'],
    ['no apiVersion', { kind: 'Deployment' }, 'missing-field', 'write `apiVersion: apps/v1`'],
    ['another group', { apiVersion: 'v1', kind: 'Deployment' }, 'wrong-type', 'write `apiVersion: apps/v1`'],
    [
      'another version',
      { apiVersion: 'apps/v2', kind: 'Deployment' },
      'wrong-type',
      'write `apiVersion: apps/v1`',
    ],
    ['another case', { apiVersion: 'v1', kind: 'pod' }, 'wrong-type', 'did you mean `Pod`?'],
    ['misspelt', { apiVersion: 'apps/v1', kind: 'Deploymnet' }, 'wrong-type', 'did you mean `Deployment`?'],
  ])('does not skip what was meant as a workload: %s', (_, value, code, hint) => {
    expect(admit(value)).toMatchObject({ kind: 'other', problems: [{ code, hint }] });
  });

  it('refuses what is no object', () => {
    expect(admit(null).problems).toMatchObject([{ code: 'not-an-object' }]);
    expect(admit([]).problems).toMatchObject([{ code: 'not-an-object' }]);
    expect(admit({ apiVersion: 'v1', kind: 1 }).problems).toMatchObject([
      { code: 'wrong-type', path: ['kind'] },
    ]);
  });
});

describe('listItems', () => {
  it('gives the items of a list, and their kind where the list says it', () => {
    const items = [{ metadata: { name: 'a' } }, { apiVersion: 'v1', kind: 'Pod' }, 7];
    expect(listItems({ apiVersion: 'v1', kind: 'List', items })?.items.map(({ value }) => value)).toEqual(
      items,
    );
    const typed = listItems({ apiVersion: 'apps/v1', kind: 'DeploymentList', items });
    expect(typed?.items[0]).toEqual({
      path: ['items', 0],
      value: { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'a' } },
    });
    expect(typed?.items[1]?.value).toEqual({ apiVersion: 'v1', kind: 'Pod' });
  });

  it('knows empty, broken and no lists', () => {
    expect(listItems({ apiVersion: 'v1', kind: 'List' })).toEqual({ items: [], problems: [] });
    expect(listItems({ apiVersion: 'v1', kind: 'List', items: {} })?.problems).toMatchObject([
      { code: 'wrong-type' },
    ]);
    expect(listItems({ apiVersion: 'v1', kind: 'Pod' })).toBeUndefined();
    expect(listItems({ apiVersion: 'example.com/v1', kind: 'BlockList' })).toBeUndefined();
  });
});
