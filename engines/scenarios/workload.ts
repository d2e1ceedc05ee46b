/** Workloads that an API server accepts: with a selector and a restart policy where it demands them. */
import type { JsonObject } from '../../src/manifest/types.js';
import type { KubeObject } from '../../src/verify/apiserver/rest.js';
import { asWorkload, type WorkloadShape } from '../shapes.js';

export function workload(of: JsonObject, shape: WorkloadShape): KubeObject {
  const needsPolicy = shape === 'Job' || shape === 'CronJob';
  const spec = typeof of.spec === 'object' && of.spec !== null ? of.spec : {};
  const manifest = asWorkload(needsPolicy ? { ...of, spec: { ...spec, restartPolicy: 'Never' } } : of, shape);
  const selectors: Partial<Record<WorkloadShape, JsonObject>> = {
    Deployment: { matchLabels: { app: 'app' } },
    StatefulSet: { matchLabels: { app: 'app' } },
    DaemonSet: { matchLabels: { app: 'app' } },
    ReplicaSet: { matchLabels: { app: 'app' } },
    ReplicationController: { app: 'app' },
  };
  const selector = selectors[shape];
  const { apiVersion, metadata } = manifest;
  const template = selector === undefined ? manifest.spec : Object.assign({}, manifest.spec, { selector });
  const rest = manifest.template === undefined ? { spec: template } : { template: manifest.template };
  return { apiVersion, kind: shape, metadata, ...rest };
}
