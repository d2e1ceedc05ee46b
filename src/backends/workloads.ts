/** Objects of each shape whose pods are a given one. */
import { objectAt } from '../admission/json.js';
import type { Json, JsonObject } from '../manifest/types.js';
import type { ShapeName } from './shapes.js';

/** Of the first kind of the shape that takes the pod: one that ends, as Jobs run them, is none of a Deployment. */
export function workloadOf(pod: JsonObject, shape: ShapeName): JsonObject {
  const metadata = objectAt(pod, 'metadata') ?? {};
  const spec = objectAt(pod, 'spec') ?? {};
  const { name = 'workload', ...labelled } = metadata;
  const template: JsonObject = Object.keys(labelled).length === 0 ? { spec } : { metadata: labelled, spec };
  switch (shape) {
    case 'pods':
      return pod;
    case 'workloads':
      return ends(spec) ? job(name, template) : deployment(name, labelled, spec);
    case 'cronjobs': {
      const jobTemplate = { spec: { template: { ...template, spec: { restartPolicy: 'Never', ...spec } } } };
      return {
        apiVersion: 'batch/v1',
        kind: 'CronJob',
        metadata: { name },
        spec: { schedule: '0 0 * * *', jobTemplate },
      };
    }
    case 'podtemplates':
      return { apiVersion: 'v1', kind: 'PodTemplate', metadata: { name }, template };
  }
}

const ends = ({ restartPolicy }: JsonObject): boolean =>
  restartPolicy === 'Never' || restartPolicy === 'OnFailure';

const job = (name: Json, template: JsonObject): JsonObject => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name },
  spec: { template },
});

/** A template has to have what selects it. */
const selected = { 'podsec.test': 'selected' };

function deployment(name: Json, labelled: JsonObject, spec: JsonObject): JsonObject {
  const labels = { ...objectAt(labelled, 'labels'), ...selected };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: { selector: { matchLabels: selected }, template: { metadata: { ...labelled, labels }, spec } },
  };
}
