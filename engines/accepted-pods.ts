/** Whether a real API server takes pods. */
import { isDeepStrictEqual } from 'node:util';
import type { JsonObject } from '../src/manifest/types.js';
import { judgePods } from '../src/verify/apiserver/questions.js';
import type { ApiServer } from '../src/verify/apiserver/server.js';
import { startApiServer } from './apiserver.js';

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

/** What a class says of the pods that name it. */
interface Classes {
  readonly priority: Map<string, JsonObject>;
  readonly runtime: Map<string, JsonObject>;
}

const classFields = {
  priority: { name: 'priorityClassName', says: ['priority', 'preemptionPolicy'] },
  runtime: { name: 'runtimeClassName', says: ['overhead'] },
} as const;

/** Whether the classes are as the pod has them, or can be: what it does not say, it does not mind. */
function joins(classes: Classes, spec: JsonObject): boolean {
  const all = (['priority', 'runtime'] as const).flatMap((kind) => {
    const { name: field, says } = classFields[kind];
    const name = spec[field];
    if (typeof name !== 'string' || name.startsWith('system-')) return [];
    const known = classes[kind].get(name) ?? {};
    const given = says.flatMap((each) => (spec[each] === undefined ? [] : [[each, spec[each]] as const]));
    const fits = given.every(([each, value]) => isDeepStrictEqual(known[each] ?? value, value));
    return [{ of: classes[kind], name, fits, now: { ...known, ...Object.fromEntries(given) } }];
  });
  if (all.some(({ fits }) => !fits)) return false;
  for (const { of, name, now } of all) of.set(name, now);
  return true;
}

const objectsOf = ({ priority, runtime }: Classes): readonly JsonObject[] => [
  ...[...priority].map(
    ([name, { priority: value, ...more }]): JsonObject => ({
      apiVersion: 'scheduling.k8s.io/v1',
      kind: 'PriorityClass',
      metadata: { name },
      value: value ?? 1,
      ...more,
    }),
  ),
  ...[...runtime].map(
    ([name, { overhead }]): JsonObject => ({
      apiVersion: 'node.k8s.io/v1',
      kind: 'RuntimeClass',
      metadata: { name },
      handler: 'runc',
      ...(overhead !== undefined && { overhead: { podFixed: overhead } }),
    }),
  ),
];

interface Round {
  readonly classes: Classes;
  readonly pods: Map<string, JsonObject>;
}

/** The classes that pods name are what a cluster has, and no rule about pods: a cluster each for those that agree on them. */
function roundsOf(pods: ReadonlyMap<string, JsonObject>): readonly Round[] {
  const rounds: Round[] = [];
  for (const [shown, pod] of pods) {
    const spec = isJsonObject(pod.spec) ? pod.spec : {};
    let round = rounds.find(({ classes }) => joins(classes, spec));
    if (round === undefined) {
      round = { classes: { priority: new Map(), runtime: new Map() }, pods: new Map() };
      joins(round.classes, spec);
      rounds.push(round);
    }
    round.pods.set(shown, pod);
  }
  return rounds;
}

/** With the plugins that write into pods, as they refuse some too. */
export async function withApiServer<T>(use: (server: ApiServer) => Promise<T>): Promise<T> {
  const server = await startApiServer({ audit: true, writes: true });
  try {
    await server.namespace(namespace);
    return await use(server);
  } finally {
    await server.stop();
  }
}

/** Those that a real API server refuses: what they were to show, and why. */
export async function refusedWitnesses(pods: ReadonlyMap<string, JsonObject>): Promise<string[]> {
  const refused: string[] = [];
  for (const round of roundsOf(pods)) {
    const why = await withApiServer(async (server) => {
      await server.apply(objectsOf(round.classes));
      return refusals(server, [...round.pods.values()]);
    });
    for (const [at, shown] of [...round.pods.keys()].entries())
      if (why[at] !== undefined) refused.push(`refused, as ${why[at]}: ${shown}`);
  }
  return refused;
}
