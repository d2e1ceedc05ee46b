/** Sysctls: those that Kubernetes 1.24 takes for safe are allowed unless they are forbidden, others if they are listed. */
import { safeSysctls } from '../../../schema/psp.js';
import { freshAfter, type Tests, textEdges } from '../edges.js';
import type { Psp } from '../spec.js';
import { Unsayable } from '../unsayable.js';

/** `*` at the end alone, as IsValidSysctlPattern of pkg/apis/policy/validation. */
const segment = '[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
const pattern = new RegExp(`^(${segment}\\.)*([a-z0-9][-_a-z0-9]*)?[a-z0-9*]$`);
const maxLength = 253;

type SysctlLists = Pick<Psp, 'allowedUnsafeSysctls' | 'forbiddenSysctls'>;

export function writeSysctls(tests: Tests, admits: (name: string) => boolean): SysctlLists {
  if (textEdges(tests).every(admits)) return { allowedUnsafeSysctls: ['*'], forbiddenSysctls: [] };
  const whole = [...tests.beginnings].filter((beginning) => admits(freshAfter(beginning, tests) ?? ''));
  const names = [...tests.texts].filter(
    (name) => !safeSysctls.includes(name) && admits(name) && !whole.some((each) => name.startsWith(each)),
  );
  const lists = {
    allowedUnsafeSysctls: [...names, ...whole.map((beginning) => `${beginning}*`)],
    forbiddenSysctls: safeSysctls.filter((name) => !admits(name)),
  };
  demandValid(lists);
  return lists;
}

/** What the API server would refuse in a PodSecurityPolicy. */
function demandValid({ allowedUnsafeSysctls: allowed, forbiddenSysctls: forbidden }: SysctlLists): void {
  const odd = allowed.find((name) => !pattern.test(name) || name.length > maxLength);
  if (odd !== undefined)
    throw new Unsayable(`PodSecurityPolicy takes no sysctl that is called ${JSON.stringify(odd)}`);
  if (allowed.includes('*') && allowed.length + forbidden.length > 1)
    throw new Unsayable('PodSecurityPolicy cannot allow all sysctls but some');
  const both = forbidden.find((name) => allowed.some((each) => matches(each, name)));
  if (both !== undefined)
    throw new Unsayable(
      `PodSecurityPolicy cannot allow sysctls by a beginning and forbid ${both} among them`,
    );
}

const matches = (allowed: string, name: string): boolean =>
  allowed.endsWith('*') ? name.startsWith(allowed.slice(0, -1)) : name === allowed;

export function admitsSysctl({ allowedUnsafeSysctls, forbiddenSysctls }: SysctlLists, name: string): boolean {
  if (forbiddenSysctls.includes(name)) return false;
  return safeSysctls.includes(name) || allowedUnsafeSysctls.some((allowed) => matches(allowed, name));
}
