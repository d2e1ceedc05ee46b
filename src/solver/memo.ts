/** Results that the questions of one comparison ask for again and again. */

const numbers = new WeakMap<object, number>();
let met = 0;

/** A number for each object, the same for the same one. */
export function numberOf(object: object): number {
  const number = numbers.get(object) ?? met++;
  numbers.set(object, number);
  return number;
}

/** How many results are kept, before all are forgotten. */
const mostKept = 2000;

/** The function, computed once for arguments of the same key. What it throws is not kept. */
export function remembering<A extends readonly unknown[], R>(
  keyOf: (...args: A) => string,
  compute: (...args: A) => R,
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
