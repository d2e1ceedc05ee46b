/** Pods that are as small as they can be: nothing can be taken away without losing what they show. */

import { isObject } from '../manifest/json.js';
import type { Json, JsonObject } from '../manifest/types.js';

type Path = readonly (string | number)[];

const mostParts = 400;

/**
 * The pod without whatever can go, one thing after the other, what holds most first.
 *
 * @param shows whether a smaller pod is still one that an API server takes and shows the same.
 */
export function minimal(pod: JsonObject, shows: (pod: JsonObject) => boolean): JsonObject {
  let best = pod;
  // With so many parts it shows a number of elements, and asking about each takes long.
  if (partsOf(pod).length > mostParts) return pod;
  /** What could not go from a larger pod is asked again when nothing else can. */
  let kept = new Set<string>();
  for (;;) {
    const path = partsOf(best).find((each) => !kept.has(JSON.stringify(each)));
    if (path === undefined) {
      const again = partsOf(best).find((each) => shows(without(best, each)));
      if (again === undefined) return best;
      best = without(best, again);
      kept = new Set();
      continue;
    }
    const smaller = without(best, path);
    if (shows(smaller)) best = smaller;
    else kept.add(JSON.stringify(path));
  }
}

/** Everything that can go. */
function partsOf(pod: JsonObject): Path[] {
  const found: { readonly path: Path; readonly size: number }[] = [];
  const visit = (value: Json, path: Path): void => {
    if (path.length > 1) found.push({ path, size: JSON.stringify(value).length });
    if (Array.isArray(value)) for (const [at, each] of value.entries()) visit(each, [...path, at]);
    else if (isObject(value)) for (const [key, each] of Object.entries(value)) visit(each, [...path, key]);
  };
  for (const key of ['metadata', 'spec']) {
    const value = pod[key];
    if (value !== undefined) visit(value, [key]);
  }
  return found.sort((a, b) => b.size - a.size).map(({ path }) => path);
}

function without(pod: JsonObject, path: Path): JsonObject {
  const built = removed(pod, path);
  return isObject(built) ? built : pod;
}

function removed(value: Json, path: Path): Json {
  const [step, ...rest] = path;
  if (Array.isArray(value)) {
    const each: readonly Json[] = value;
    return rest.length === 0
      ? each.filter((_, at) => at !== step)
      : each.map((element, at) => (at === step ? removed(element, rest) : element));
  }
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, element]): [string, Json][] => {
      if (key !== step) return [[key, element]];
      return rest.length === 0 ? [] : [[key, removed(element, rest)]];
    }),
  );
}
