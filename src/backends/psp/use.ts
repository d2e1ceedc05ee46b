/** Who may use a PodSecurityPolicy: the one question that its admission asks the authorizer. */
import type { Clause } from './clauses.js';

const resource = 'podsecuritypolicies';
const verb = 'use';
/** Either of them suffices. */
const groups = ['extensions', 'policy'];

/** The name of the policy, where the clause denies whoever may not use it and does nothing else. */
export function usedName({ over, literals }: Clause): string | undefined {
  const asked = literals.flatMap(({ cond, holds }) => (cond.kind === 'authorized' && !holds ? [cond] : []));
  const [first] = asked;
  if (first === undefined || over.length > 0 || asked.length < literals.length) return undefined;
  const fits = asked.every(
    (each) => each.verb === verb && each.resource === resource && each.name === first.name,
  );
  const named = [...new Set(asked.map(({ group }) => group))].sort();
  return fits && named.join() === groups.join() ? first.name : undefined;
}
