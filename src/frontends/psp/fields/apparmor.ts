/** AppArmor: an annotation of the pod for each container. 1.24 has no field for it. */
import { equal, not, oneOf } from '../../../dsl/conditions.js';
import { pod, refOf } from '../../../dsl/paths.js';
import { concat, lookup, nameOf } from '../../../dsl/terms.js';
import { distinct, listed, ofEachContainer, type PspField, writeContainers } from '../build.js';

const { annotations } = pod.metadata;
const containerPrefix = 'container.apparmor.security.beta.kubernetes.io/';

export const appArmor: PspField = {
  writes: ({ appArmor: { default: profile } }) =>
    profile === ''
      ? []
      : [
          writeContainers('appArmor', (c) => {
            const key = concat(containerPrefix, nameOf(c));
            return {
              where: equal(lookup(annotations, key, ''), ''),
              writes: [{ kind: 'setKey', map: refOf(annotations), key: key.node, value: profile }],
            };
          }),
        ],
  demands: ({ appArmor: { allowed } }) => {
    if (allowed === undefined) return [];
    // The empty name allows nothing: a profile has to be set.
    const names = distinct(allowed.filter((name) => name !== ''));
    return [
      ofEachContainer(
        'appArmor',
        'AppArmor profile that is not allowed',
        `must have one of these AppArmor profiles, as an annotation: ${listed(names)}`,
        (c) => ({
          where: not(oneOf(lookup(annotations, concat(containerPrefix, nameOf(c)), ''), names)),
          at: annotations,
        }),
      ),
    ];
  },
};
