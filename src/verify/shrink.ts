/** Makes a pod small while it keeps a property that is dear to ask for: many smaller pods are tried at once. */

import { isObject } from '../manifest/json.js';
import type { Json, JsonObject } from '../manifest/types.js';
import { soundPod } from './pods.js';

export interface ShrinkLimits {
  /** Questions, each about many pods. */
  readonly runs: number;
  /** Pods in one question. */
  readonly tries: number;
}

/**
 * The smallest pod that it found. What is tried: the pod without a field or an element of a list, and with shorter values; and
 * several of those that hold alone together. A pod stays one that an API server decodes.
 *
 * @param holds whether the property holds, for each of the pods.
 */
export async function shrink(
  pod: JsonObject,
  holds: (pods: readonly JsonObject[]) => Promise<readonly boolean[]>,
  { runs, tries }: ShrinkLimits,
): Promise<JsonObject> {
  let best = pod;
  let left = runs;
  const ask = async (candidates: readonly JsonObject[]): Promise<readonly boolean[]> => {
    left -= 1;
    return holds(candidates);
  };
  for (;;) {
    const before = best;
    const edits = editsOf(before).filter((edit) => isSmaller(applied(before, [edit]), before));
    for (let from = 0; from < edits.length && best === before; from += tries) {
      if (left <= 0) return best;
      const batch = edits.slice(from, from + tries);
      const held = await ask(batch.map((edit) => applied(before, [edit])));
      const good = batch.filter((_, index) => held[index]);
      if (good.length === 0) continue;
      best = applied(before, good.slice(0, 1));
      if (good.length === 1 || left <= 0) continue;
      // Most changes do not get in each other's way: as many of the first ones as hold together.
      const together = good.slice(1).map((_, index) => applied(before, good.slice(0, index + 2)));
      const sound = together.map((each) => soundPod(each) !== undefined);
      const holding = await ask(together.filter((_, index) => sound[index]));
      const kept = together.filter((_, index) => sound[index]).filter((_, index) => holding[index]);
      best = kept.reduce((least, each) => (isSmaller(each, least) ? each : least), best);
    }
    if (best === before) return best;
  }
}

const sizeOf = (value: Json): number => JSON.stringify(value).length;

function isSmaller(a: JsonObject, b: JsonObject): boolean {
  return sizeOf(a) < sizeOf(b) && soundPod(a) !== undefined;
}

type Path = readonly (string | number)[];

interface Edit {
  readonly path: Path;
  /** Undefined where it goes. */
  readonly value: Json | undefined;
  readonly saved: number;
}

/** Without these, as they are, it would be no pod that can be created. */
const kept =
  /^(apiVersion|kind|metadata(\.name)?|spec(\.containers(\.0)?)?|.*ontainers\.\d+\.(name|image)|.*\.volumes\.\d+\.name)$/;

/** Everything that can go or be shorter, what saves most first. */
function editsOf(pod: JsonObject): Edit[] {
  const edits: Edit[] = [];
  const visit = (value: Json, path: Path): void => {
    if (path.length > 0 && !kept.test(path.join('.'))) {
      edits.push({ path, value: undefined, saved: sizeOf(value) + 1 });
      for (const shorter of shorterThan(value))
        edits.push({ path, value: shorter, saved: sizeOf(value) - sizeOf(shorter) });
    }
    if (Array.isArray(value)) for (const [index, each] of value.entries()) visit(each, [...path, index]);
    else if (isObject(value)) for (const [key, each] of Object.entries(value)) visit(each, [...path, key]);
  };
  visit(pod, []);
  return edits.sort((a, b) => b.saved - a.saved);
}

function shorterThan(value: Json): Json[] {
  if (typeof value === 'number') return value === 0 ? [] : [0, 1];
  if (typeof value !== 'string' || value.length < 2) return [];
  return ['', value.slice(0, 1), value.slice(0, value.length >> 1), value.slice(value.length >> 1)];
}

/** The pod with all of the edits; their paths are those of the pod as it is given. */
function applied(pod: JsonObject, edits: readonly Edit[]): JsonObject {
  const byPath = new Map(edits.map(({ path, value }) => [JSON.stringify(path), value]));
  const build = (value: Json, path: Path): Json | undefined => {
    const key = JSON.stringify(path);
    if (byPath.has(key)) return byPath.get(key);
    if (Array.isArray(value))
      return value.flatMap((each: Json, index): Json[] => {
        const built = build(each, [...path, index]);
        return built === undefined ? [] : [built];
      });
    if (!isObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).flatMap(([name, each]): [string, Json][] => {
        const built = build(each, [...path, name]);
        return built === undefined ? [] : [[name, built]];
      }),
    );
  };
  const built = build(pod, []);
  return isObject(built) ? built : pod;
}
