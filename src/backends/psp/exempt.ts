/** Who is out of a policy's reach, as far as RBAC can say it: whoever may use a policy that admits every pod. */
import type { Policy } from '../../ir/types.js';
import { outOfScope } from '../describe.js';
import { dnsLabel, dnsSubdomain } from '../objects.js';
import type { Refusal } from '../types.js';
import type { Subject } from './objects.js';

export interface Exempt {
  readonly namespaces: readonly string[];
  readonly subjects: readonly Subject[];
}

const accountPrefix = 'system:serviceaccount:';

/** A name that no namespace, user or service account can have exempts nobody. */
export function exemptOf(policy: Policy): Exempt | Refusal {
  const { users, serviceAccounts } = policy.exemptions;
  const accounts = serviceAccounts.filter(
    ({ namespace, name }) => dnsLabel.test(namespace) && dnsSubdomain.test(name),
  );
  const called = accounts.map(({ namespace, name }) => `${accountPrefix}${namespace}:${name}`);
  const known = [...new Set(users)].filter((user) => user !== '');
  const refuse = (who: string, reason: string): Refusal => ({
    policy: policy.name,
    control: null,
    reason: `${who}: ${reason}`,
  });
  const alone = known.find((user) => user.startsWith(accountPrefix) && !called.includes(user));
  if (alone !== undefined)
    return refuse(
      `the exempt user ${alone}`,
      'a service account that may use a PodSecurityPolicy uses it for the pods that run as it too; exempt the service account as well',
    );
  const silent = called.find((user) => !known.includes(user));
  if (silent !== undefined)
    return refuse(
      `the exempt service account ${silent.slice(accountPrefix.length).replace(':', '/')}`,
      'a service account that may use a PodSecurityPolicy uses it for the pods that it creates too; exempt the user as well',
    );
  return {
    namespaces: outOfScope(policy).filter((name) => dnsLabel.test(name)),
    subjects: [
      ...known
        .filter((user) => !user.startsWith(accountPrefix))
        .map((name): Subject => ({ kind: 'User', name })),
      ...accounts.map(({ namespace, name }): Subject => ({ kind: 'ServiceAccount', namespace, name })),
    ],
  };
}

export const exemptsAny = ({ namespaces, subjects }: Exempt): boolean =>
  namespaces.length + subjects.length > 0;
