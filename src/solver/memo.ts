/** Results that the questions of one comparison ask for again and again. */

/**
 * The function, computed once for arguments of the same key. What it throws is not kept.
 *
 * @param mostKept how many results are kept, before all are forgotten.
 */
export function remembering<A extends readonly unknown[], R>(
  keyOf: (...args: A) => string,
  compute: (...args: A) => R,
  mostKept = 2000,
): (...args: A) => R {
  const kept = new Map<string, { readonly result: R }>();
  return (...args) => {
    const key = keyOf(...args);
    const known = kept.get(key);
    if (known !== undefined) return known.result;
    const result = compute(...args);
    if (kept.size >= mostKept) kept.clear();
    kept.set(key, { result });
    return result;
  };
}

/** The function, computed once for each object, and the same result for the same one. */
export function rememberingEach<K extends object, R>(compute: (of: K) => R): (of: K) => R {
  const kept = new WeakMap<K, { readonly result: R }>();
  return (of) => {
    const known = kept.get(of) ?? { result: compute(of) };
    kept.set(of, known);
    return known.result;
  };
}

let met = 0;

/** A number for each object, the same for the same one. */
export const numberOf: (of: object) => number = rememberingEach(() => met++);
