/** SELinux: one context, of the pod itself and of what each container has or inherits. */
import {
  and,
  type Cond,
  equal,
  matches,
  not,
  or,
  prefix,
  present,
  sameParts,
} from '../../../dsl/conditions.js';
import { denying, each, once } from '../../../dsl/control.js';
import type { Path } from '../../../dsl/paths.js';
import { containers } from '../../../dsl/sources.js';
import { nameOf, type Term, value } from '../../../dsl/terms.js';
import { podAndContainers, sequence } from '../../../dsl/wording.js';
import type { SELinuxOptions as PodOptions } from '../../../schema/index.js';
import { dead, demand, distinct, type PspField, podContext, set, write } from '../build.js';
import type { SELinuxOptions } from '../spec.js';

const at = podContext.seLinuxOptions;

export const seLinux: PspField = {
  writes: ({ seLinux: { rule, seLinuxOptions: wanted } }) => {
    if (rule !== 'MustRunAs' || wanted === undefined) return [];
    const given = Object.entries(wanted).filter(([, each]) => each !== '');
    return [write('seLinux', not(present(at)), set(at, Object.fromEntries(given)))];
  },
  demands: ({ seLinux: { rule, seLinuxOptions: wanted } }) => {
    if (rule !== 'MustRunAs') return [];
    if (wanted === undefined) return [dead('seLinux', 'MustRunAs has no seLinuxOptions')];
    const differs = (options: Path<PodOptions>) => not(isContext(options, wanted));
    const text = Object.entries(wanted).map(([name, each]) => `${name} "${each}"`);
    return [
      demand('seLinux', {
        collections: {
          pod: denying(once({ where: differs(at), show: 'pod', at })),
          containers: denying(
            each(containers(), ({ name, securityContext: { seLinuxOptions: own } }) => ({
              where: and(present(own), differs(own)),
              show: nameOf({ name }),
              at: own,
            })),
          ),
        },
        reason: 'SELinux context that is not allowed',
        detail: sequence(
          podAndContainers('pod', 'containers'),
          ` must have seLinuxOptions with ${text.join(', ')}`,
        ),
      }),
    ];
  },
};

/** A field that the policy leaves out has to be absent in the pod too. */
function isContext(options: Path<PodOptions>, wanted: SELinuxOptions): Cond {
  return and(
    equal(value(options.user, ''), wanted.user),
    equal(value(options.role, ''), wanted.role),
    equal(value(options.type, ''), wanted.type),
    isLevel(value(options.level, ''), wanted.level),
  );
}

/**
 * equalLevels of .../podsecuritypolicy/selinux: equal, or equal up to the first colon, with the same categories behind it
 * in any order. Which category comes first is told by how the level begins, since a category may itself
 * hold what stands before the colon: then the whole could have the same parts in another sense.
 */
export function isLevel(level: Term<string>, wanted: string): Cond {
  const colon = wanted.indexOf(':');
  if (colon < 0) return equal(level, wanted);
  const sensitivity = wanted.slice(0, colon + 1);
  const categories = wanted.slice(colon + 1).split(',');
  const startingWith = distinct(categories).flatMap((first) => {
    const others = categories.toSpliced(categories.indexOf(first), 1);
    const head = `${sensitivity}${first}`;
    return others.length === 0
      ? []
      : [and(matches(level, prefix(`${head},`)), sameParts(level, [head, ...others].join(','), ','))];
  });
  return or(equal(level, wanted), ...startingWith);
}
