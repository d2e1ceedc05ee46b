/** What the scenarios on a real API server are made of: pods, workloads, and what an answer has to be. */

import { deepStrictEqual } from 'node:assert/strict';
import type { Policy } from '../../src/ir/types.js';
import type { JsonObject } from '../../src/manifest/types.js';
import type { KubeObject } from '../../src/verify/apiserver/rest.js';
import type { ApiServer } from '../../src/verify/apiserver/server.js';
import type { Judgement } from '../../src/verify/apiserver/verdict.js';
import { controlsIn, deniedBy } from '../../src/verify/judged.js';
import { container, goodSpec, restricted } from './pods.js';
import type { Topic } from './topics.js';

export function pod(spec: JsonObject, metadata: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'pod', labels: { app: 'app' }, ...metadata },
    spec,
  };
}

export const good = pod(goodSpec);
const badSpecContainers: readonly JsonObject[] = [
  { ...container, ports: [{ containerPort: 8080 }], securityContext: { privileged: true } },
];
const badSpec: JsonObject = {
  ...goodSpec,
  hostPID: true,
  hostNetwork: true,
  containers: badSpecContainers,
};
export const bad = pod(badSpec);

interface World {
  readonly server: ApiServer;
  /** A namespace in scope. */
  readonly namespace: string;
  /** Demands that a judgement is a denial by these controls, as the policies in force put it. */
  readonly denied: (judgement: Judgement, expected: readonly string[]) => void;
  /** Whether what is warned of leaves an entry in the audit log too. */
  readonly audits: boolean;
  /** Namespaces that are left alone besides, with their labels. */
  readonly leftAlone: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface Scenario {
  readonly name: string;
  readonly topics: readonly Topic[];
  readonly policy: Policy;
  readonly run: (world: World) => Promise<void>;
}

export const k = (object: JsonObject): KubeObject => ({ ...object, apiVersion: 'v1', kind: 'Pod' });

const deniedWith =
  (status: number, reason: string) =>
  (judgement: Judgement, expected: readonly string[]): void => {
    deepStrictEqual([judgement.verdict, judgement.status, judgement.reason], ['deny', status, reason]);
    const [denial] = judgement.policyDenials;
    deepStrictEqual(controlsIn(denial?.message ?? '').sort(), [...expected].sort());
  };
export const forbidden = deniedWith(403, 'Forbidden');
/** Where a policy gives no reason of its own. */
export const invalid = deniedWith(422, 'Invalid');

export function admits({ verdict, message, policyWarnings }: Judgement): void {
  deepStrictEqual([verdict, message, policyWarnings], ['allow', '', []]);
}

export const badControls = deniedBy(restricted, bad);

/** Another pod that the same controls deny. */
export const worse = pod({ ...badSpec, hostIPC: true });

/** The bad pod with a container more. */
export const wider = pod({
  ...badSpec,
  containers: [...badSpecContainers, { ...container, name: 'side' }],
});

/** With a finalizer to lose. */
export const heldPod: KubeObject = { ...k(bad), metadata: { name: 'pod', finalizers: ['example.com/hold'] } };

export function containersOf(spec: Record<string, unknown>): Record<string, unknown>[] {
  const { containers } = spec;
  return Array.isArray(containers) ? containers : [];
}

/** Stores a bad pod while the namespace is paused, then puts the policy back in force. */
export async function withBadStored(
  server: ApiServer,
  namespace: string,
  object: KubeObject,
  use: (stored: KubeObject) => Promise<void>,
): Promise<void> {
  await server.namespace(namespace, { 'podsec-paused': 'yes' });
  await server.waitFor(namespace, k(bad), ({ verdict }) => verdict === 'allow');
  try {
    await server.withStored(namespace, object, async (stored) => {
      await server.namespace(namespace, { podsec: 'on' });
      const probe = { ...k(bad), metadata: { name: 'probe' } };
      await server.waitFor(namespace, probe, ({ verdict }) => verdict === 'deny', { timeoutMs: 5_000 });
      await use(stored);
      if (stored.kind !== 'Pod') return;
      await server.request(
        'PATCH',
        `/api/v1/namespaces/${namespace}/pods/pod`,
        { metadata: { finalizers: null } },
        { contentType: 'application/merge-patch+json' },
      );
    });
  } finally {
    await server.namespace(namespace, { podsec: 'on' });
  }
}
