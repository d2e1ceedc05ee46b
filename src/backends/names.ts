import type { Policy } from '../ir/types.js';

/** Words that CEL or Rego keeps for itself. */
const reserved = new Set(
  (
    'as break const continue contains data default else every false for function if import in input let loop ' +
    'namespace not null package return some true var void while with'
  ).split(' '),
);

/**
 * The identifier of a policy name: `a-b` becomes `a_b`. Where that is no identifier of the targets' languages, it gets
 * a leading `policy_`.
 */
export function identifierOf(name: string): string {
  const identifier = name.replace(/[^A-Za-z0-9_]/g, '_');
  return /^[A-Za-z]/.test(identifier) && !reserved.has(identifier) ? identifier : `policy_${identifier}`;
}

/** Policies whose names give one identifier: the output of one would replace that of the other. */
export interface Collision {
  readonly identifier: string;
  readonly policies: readonly string[];
}

export function collisionsOf(policies: readonly Policy[]): Collision[] {
  const names = new Map<string, string[]>();
  for (const { name } of policies) {
    const identifier = identifierOf(name);
    names.set(identifier, [...(names.get(identifier) ?? []), name]);
  }
  return [...names].flatMap(([identifier, same]) =>
    same.length > 1 ? [{ identifier, policies: same }] : [],
  );
}
