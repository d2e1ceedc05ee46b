import { nearest } from '../schema/index.js';

/** What is wrong with a policy: thrown while a policy file loads, so that the message comes with the file's line. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError';
}

/** `; did you mean ...?` where a candidate is near. */
export function didYouMean(name: string, candidates: readonly string[]): string {
  const near = nearest(name, candidates);
  return near === undefined ? '' : `; did you mean \`${near}\`?`;
}

/**
 * Throws a PolicyError on a key that `known` has not. The types say the same, but a policy file is loaded without them,
 * and a misspelt `extends` would leave a policy that admits everything.
 */
export function demandKeys(what: string, value: object, known: Readonly<Record<string, true>>): void {
  const names = Object.keys(known);
  const unknown = Object.keys(value).find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new PolicyError(`${what} takes no \`${unknown}\`${didYouMean(unknown, names)}`);
}
