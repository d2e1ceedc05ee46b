/** The pods and workloads that scenarios are about. */

import type { Policy } from '../../src/ir/types.js';
import { levelPolicy } from '../../src/levels/levels.js';
import { newestMinor } from '../../src/levels/versions.js';
import type { JsonObject } from '../../src/manifest/types.js';
import { deniedBy } from '../../src/verify/judged.js';
import { workloadShapes } from '../shapes.js';

export const restricted: Policy = levelPolicy('restricted', newestMinor);
export const enforced: Policy = { ...restricted, mode: 'enforce' };

export const container: JsonObject = {
  name: 'app',
  image: 'example.com/app:1.0',
  securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
};
export const goodSpec: JsonObject = {
  securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
  containers: [container],
};
export const badContainer: JsonObject = {
  ...container,
  ports: [{ containerPort: 8080, hostPort: 8080 }],
  securityContext: { privileged: true },
};
export const badSpec: JsonObject = {
  ...goodSpec,
  hostPID: true,
  hostNetwork: true,
  containers: [badContainer],
};

export const podOf = (spec: JsonObject, metadata: JsonObject = {}): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'pod', ...metadata },
  spec,
});
export const good = podOf(goodSpec);
export const bad = podOf(badSpec);
export const badControls: readonly string[] = deniedBy(restricted, bad);

export const privilegedDebug: JsonObject = {
  ...container,
  name: 'debug',
  securityContext: { privileged: true },
};
/** The controls that deny it in a pod that is good. */
export const debugControls: readonly string[] = [
  'allowPrivilegeEscalation',
  'capabilities_restricted',
  'privileged',
];
export const debugging = (debug: JsonObject): JsonObject =>
  podOf({ ...goodSpec, ephemeralContainers: [debug] });

export const workloadKinds = workloadShapes.filter((shape) => shape !== 'Pod');

export const inNamespace = (pod: JsonObject, namespace: string): JsonObject => ({
  ...pod,
  metadata: { name: 'pod', namespace },
});
