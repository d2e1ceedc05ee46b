/** How pods are put to an API server: created, and where they have ephemeral containers, these are added to the stored pod. */
import { type AdmissionRequest, noRequest } from '../../evaluate.js';
import { isObject } from '../../manifest/json.js';
import type { Json, JsonObject } from '../../manifest/types.js';
import { EngineError } from '../errors.js';
import { admittedPod } from '../judged.js';
import { mapPool } from '../pool.js';
import { clusterUser } from './cluster.js';
import type { KubeObject } from './rest.js';
import type { ApiServer } from './server.js';
import type { Judgement } from './verdict.js';

const inFlight = 32;

export function kubeObject(pod: JsonObject): KubeObject {
  return { ...pod, apiVersion: 'v1', kind: 'Pod' };
}

/**
 * The pod as an API server can be given it: in the namespace, with a name that it takes. Fixtures are named after Go tests, with
 * `_` and capitals, and policies read names: what is expected is asked of this pod, and not of the one that it was made of.
 */
export function sentAs(pod: JsonObject, namespace: string): JsonObject {
  const metadata = isObject(pod.metadata) ? pod.metadata : {};
  const name = typeof metadata.name === 'string' ? validName(metadata.name) : unnamed;
  return { ...pod, metadata: { ...metadata, name, namespace } };
}

const unnamed = 'podsec';

function validName(name: string): string {
  const valid = name
    .toLowerCase()
    .replace(/[^a-z0-9.-]/g, '-')
    .replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, '');
  return valid === '' ? unnamed : valid;
}

export function ephemeralOf(pod: JsonObject): readonly Json[] {
  const list = isObject(pod.spec) ? pod.spec.ephemeralContainers : undefined;
  return Array.isArray(list) ? list : [];
}

/** The pod without its ephemeral containers: what is stored before they are added. */
export function withoutEphemeral(pod: JsonObject): JsonObject {
  if (!isObject(pod.spec)) return pod;
  const { ephemeralContainers: _, ...spec } = pod.spec;
  return { ...pod, spec };
}

export interface Judged {
  readonly pod: JsonObject;
  /** Undefined where the API server refuses the pod that its ephemeral containers would be added to. */
  readonly judgement: Judgement | undefined;
}

/** One request for each pod, in no order. The namespace has to store pods: policies in force there only audit. */
export async function judgePods(
  server: ApiServer,
  namespace: string,
  pods: readonly JsonObject[],
): Promise<Judged[]> {
  const created = pods.filter((pod) => ephemeralOf(pod).length === 0);
  const results: Judged[] = await mapPool(created, inFlight, async (pod) => ({
    pod,
    judgement: await server.dryRunCreate(namespace, kubeObject(pod)),
  }));
  // By the pod that they are added to, so that each such pod is stored once.
  const extended = new Map<string, JsonObject[]>();
  for (const pod of pods.filter((each) => ephemeralOf(each).length > 0)) {
    const base = JSON.stringify(withoutEphemeral(pod));
    extended.set(base, [...(extended.get(base) ?? []), pod]);
  }
  for (const group of extended.values()) {
    const [first] = group;
    if (first === undefined) continue;
    const base = kubeObject(withoutEphemeral(first));
    // A base that API validation refuses cannot be stored, nor could the pod be.
    if ((await server.dryRunCreate(namespace, base)).verdict === 'invalid') {
      results.push(...group.map((pod) => ({ pod, judgement: undefined })));
      continue;
    }
    const judged = await server.withStored(namespace, base, async (stored) =>
      mapPool(group, inFlight, async (pod): Promise<Judged> => {
        const spec: unknown = Reflect.get(stored, 'spec');
        if (typeof spec !== 'object' || spec === null)
          throw new EngineError('apiserver', 'a stored pod has no spec');
        const update = { ...stored, spec: { ...spec, ephemeralContainers: ephemeralOf(pod) } };
        const judgement = await server.dryRunUpdate(namespace, update, {
          subresource: 'ephemeralcontainers',
        });
        return { pod, judgement };
      }),
    );
    results.push(...judged);
  }
  return results;
}

/** What the API server is asked about the pod: by the user whose token it knows, in this namespace. */
export function requestFor(pod: JsonObject, namespace: string): AdmissionRequest {
  const asked: AdmissionRequest = {
    ...noRequest,
    user: clusterUser,
    userGroups: ['system:masters', 'system:authenticated'],
    namespace,
    namespaceLabels: { 'kubernetes.io/metadata.name': namespace },
    authorized: () => true,
  };
  if (ephemeralOf(pod).length === 0) return asked;
  const oldPod = admittedPod(withoutEphemeral(pod));
  return { ...asked, operation: 'UPDATE', subresource: 'ephemeralcontainers', oldPod };
}
