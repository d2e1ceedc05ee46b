/** Sysctls: forbidden, or safe, or allowed; .../podsecuritypolicy/sysctl asks in this order. */
import { and, type Cond, equal, matches, not, oneOf, or, prefix } from '../../../dsl/conditions.js';
import { denying, each } from '../../../dsl/control.js';
import { items } from '../../../dsl/sources.js';
import { nameOf, type Term } from '../../../dsl/terms.js';
import { plural, quotedList, sequence } from '../../../dsl/wording.js';
import type { Control } from '../../../ir/types.js';
import { safeSysctls } from '../../../schema/psp.js';
import { demand, distinct, type PspField, podContext } from '../build.js';

/** A `*` at the end stands for any end. */
function isAmong(name: Term<string>, entries: readonly string[]): Cond {
  return or(
    ...distinct(entries).map((entry) =>
      entry.endsWith('*') ? matches(name, prefix(entry.slice(0, -1))) : equal(name, entry),
    ),
  );
}

function refusing(id: string, reason: string, wrong: (name: Term<string>) => Cond): Control {
  return demand(id, {
    collections: {
      sysctls: denying(
        each(items(podContext.sysctls), (sysctl) => ({
          where: wrong(nameOf(sysctl)),
          show: nameOf(sysctl),
          at: sysctl.name,
        })),
      ),
    },
    reason,
    detail: sequence('pod must not set ', plural('sysctls', 'sysctl', 'sysctls'), ' ', quotedList('sysctls')),
  });
}

export const sysctls: PspField = {
  writes: () => [],
  demands: ({ allowedUnsafeSysctls: allowed, forbiddenSysctls: forbidden }) => [
    ...(forbidden.length === 0
      ? []
      : [refusing('forbiddenSysctls', 'sysctls that are forbidden', (name) => isAmong(name, forbidden))]),
    ...(allowed.includes('*')
      ? []
      : [
          refusing('allowedUnsafeSysctls', 'unsafe sysctls that are not allowed', (name) =>
            and(not(isAmong(name, forbidden)), not(oneOf(name, safeSysctls)), not(isAmong(name, allowed))),
          ),
        ]),
  ],
};
