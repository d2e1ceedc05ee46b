/** Names of profiles, as annotations of a PodSecurityPolicy list them: with commas between them. */
import { Unsayable } from '../unsayable.js';

/** A name that would fall into two in the list, or that the API server refuses there. */
export function demandNames(what: string, names: readonly string[], valid: (name: string) => boolean): void {
  const odd = names.find((name) => name.includes(',') || !valid(name));
  if (odd !== undefined)
    throw new Unsayable(`PodSecurityPolicy takes no ${what} profile ${JSON.stringify(odd)}`);
}
