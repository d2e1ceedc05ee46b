/** How the container runtime is asked for: the mount of /proc, and the runtime class. */
import { and, not, oneOf, present } from '../../../dsl/conditions.js';
import { denying, once } from '../../../dsl/control.js';
import { pod } from '../../../dsl/paths.js';
import { value } from '../../../dsl/terms.js';
import { quotedList, sequence } from '../../../dsl/wording.js';
import { demand, distinct, listed, ofEachContainer, type PspField, set, write } from '../build.js';

const types = ['Default', 'Unmasked'] as const;

export const procMount: PspField = {
  writes: () => [],
  demands: ({ allowedProcMountTypes: given }) => {
    const listedTypes = types.filter((type) => given.includes(type));
    const allowed = given.length === 0 ? types.slice(0, 1) : listedTypes;
    return [
      ofEachContainer(
        'allowedProcMountTypes',
        'procMount that is not allowed',
        `must have one of these procMount types: ${listed(allowed)}`,
        ({ securityContext: { procMount: at } }) => ({
          where: not(oneOf(value(at, 'Default'), allowed)),
          at,
        }),
      ),
    ];
  },
};

const at = pod.spec.runtimeClassName;

export const runtimeClass: PspField = {
  writes: ({ runtimeClass: strategy }) =>
    strategy?.default === undefined
      ? []
      : [write('runtimeClass', not(present(at)), set(at, strategy.default))],
  demands: ({ runtimeClass: strategy }) => {
    if (strategy === undefined || strategy.allowed.includes('*')) return [];
    return [
      demand('runtimeClass', {
        collections: {
          classes: denying(
            once({
              where: and(present(at), not(oneOf(value(at, ''), distinct(strategy.allowed)))),
              show: value(at, ''),
              at,
            }),
          ),
        },
        reason: 'runtime class that is not allowed',
        detail: sequence(
          'pod must not have runtimeClassName ',
          quotedList('classes'),
          `; allowed: ${listed(strategy.allowed)}`,
        ),
      }),
    ];
  },
};
