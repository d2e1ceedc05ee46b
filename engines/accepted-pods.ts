/** Whether a real API server takes pods. */
import type { JsonObject } from '../src/manifest/types.js';
import { judgePods } from '../src/verify/apiserver/questions.js';
import type { ApiServer } from '../src/verify/apiserver/server.js';

export const namespace = 'judged';

export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null;

/**
 * Why the API server refuses each pod, in their order; undefined where it takes it. Ephemeral containers are added to what is
 * stored.
 */
export async function refusals(
  server: ApiServer,
  pods: readonly JsonObject[],
): Promise<(string | undefined)[]> {
  const asked = pods.map(withServiceAccount);
  const judged = new Map(
    (await judgePods(server, namespace, asked)).map(({ pod, judgement }) => [pod, judgement]),
  );
  return asked.map((pod) => {
    const judgement = judged.get(pod);
    if (judgement === undefined) return 'it was not asked';
    return judgement.verdict === 'invalid' ? judgement.message : undefined;
  });
}

/** What the admission plugin ServiceAccount writes, which this API server does without: a token is of a named account. */
function withServiceAccount(pod: JsonObject): JsonObject {
  const { spec } = pod;
  if (!isJsonObject(spec) || !('volumes' in spec)) return pod;
  return { ...pod, spec: { serviceAccountName: 'default', ...spec } };
}

/**
 * The classes that pods name: what an API server has is no rule about pods. A priority class is as the first pod has it that
 * names it and says what it is.
 */
export async function createClasses(server: ApiServer, pods: readonly JsonObject[]): Promise<void> {
  const specs = pods.flatMap(({ spec }) => (isJsonObject(spec) ? [spec] : []));
  const named = (field: string) =>
    new Map(
      specs
        .toSorted((a, b) => Number(a.priority !== undefined) - Number(b.priority !== undefined))
        .flatMap((spec): [string, JsonObject][] => {
          const name = spec[field];
          return typeof name === 'string' && !name.startsWith('system-') ? [[name, spec]] : [];
        }),
    );
  await server.apply([
    ...[...named('priorityClassName')].map(([name, { priority, preemptionPolicy }]) => ({
      apiVersion: 'scheduling.k8s.io/v1',
      kind: 'PriorityClass',
      metadata: { name },
      value: priority ?? 1,
      ...(preemptionPolicy !== undefined && { preemptionPolicy }),
    })),
    ...[...named('runtimeClassName').keys()].map((name) => ({
      apiVersion: 'node.k8s.io/v1',
      kind: 'RuntimeClass',
      metadata: { name },
      handler: 'runc',
    })),
  ]);
}

/** Those that it refuses: what they were to show, and why. */
export async function refusedWitnesses(
  server: ApiServer,
  pods: ReadonlyMap<string, JsonObject>,
): Promise<string[]> {
  const why = await refusals(server, [...pods.values()]);
  return [...pods.keys()].flatMap((shown, at) =>
    why[at] === undefined ? [] : [`refused, as ${why[at]}: ${shown}`],
  );
}
