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
 * Throws a PolicyError on a key that `known` has not, and on one that is there and undefined. The types say the same, but a policy
 * file is loaded without them, where a misspelt import is undefined: without what `extends` stands for, a policy admits everything.
 */
export function demandKeys(what: string, value: object, known: Readonly<Record<string, true>>): void {
  const names = Object.keys(known);
  const unknown = Object.keys(value).find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new PolicyError(`${what} takes no \`${unknown}\`${didYouMean(unknown, names)}`);
  const lost = Object.entries(value).find(([, each]) => each === undefined)?.[0];
  if (lost !== undefined)
    throw new PolicyError(`${what}: \`${lost}\` is undefined; is what it comes from misspelt?`);
}
