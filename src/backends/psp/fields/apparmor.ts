/** AppArmor: an annotation of the PodSecurityPolicy, names of profiles with commas between them. */
import type { JsonObject } from '../../../manifest/types.js';
import { type Tests, textEdges } from '../edges.js';
import { containerName } from '../reads.js';
import { demandNames } from './profile-names.js';
import {
  containersOf,
  type Group,
  groupNames,
  groupTitle,
  nested,
  podOfContainer,
  quote,
  valueAt,
} from './samples.js';
import type { PspField, Sample } from './types.js';

const appArmorPrefix = 'container.apparmor.security.beta.kubernetes.io/';
const appArmorPlace = `metadata.annotations[${appArmorPrefix}${containerName}]`;

const appArmorEdges = (tests: Tests): readonly (string | undefined)[] => [
  ...new Set([undefined, '', ...textEdges(tests)]),
];

/** The one container of a sample is called `c`. */
const podOfAppArmor = (group: Group, profile: string | undefined): JsonObject =>
  podOfContainer(group, {}, {}, nested(['annotations', `${appArmorPrefix}c`], profile));

const isAppArmor = (name: string) =>
  name === 'runtime/default' || name === 'unconfined' || name.startsWith('localhost/');

export const appArmor: PspField = {
  places: [appArmorPlace],
  chains: [['container']],
  samples: ({ tests }) =>
    groupNames.flatMap((group) =>
      appArmorEdges(tests(appArmorPlace)).map(
        (profile): Sample => ({
          pod: podOfAppArmor(group, profile),
          shows: `${groupTitle[group]} with the AppArmor profile ${profile === undefined ? 'unset' : quote(profile)}`,
        }),
      ),
    ),
  write: ({ tests, denies }) => {
    const edges = appArmorEdges(tests(appArmorPlace));
    const admits = (profile: string | undefined) =>
      groupNames.every((group) => !denies(podOfAppArmor(group, profile)));
    if (edges.every(admits)) return { appArmor: 'any' };
    const names = [...tests(appArmorPlace).texts].filter((name) => name !== '' && admits(name));
    demandNames('AppArmor', names, isAppArmor);
    return { appArmor: names };
  },
  tightest: {},
  admits: (psp, pod) => {
    const { appArmor: allowed } = psp;
    if (allowed === 'any') return true;
    return containersOf(pod).every((container) => {
      const key = `${appArmorPrefix}${String(container.name)}`;
      const profile = valueAt(pod, ['metadata', 'annotations', key]);
      return typeof profile === 'string' && allowed.includes(profile);
    });
  },
};
