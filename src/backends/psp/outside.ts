/** Why PodSecurityPolicy does not say a rule on a place that none of its fields judges without changing pods. */

const writes =
  'PodSecurityPolicy would write the value that is demanded into a pod that leaves it unset, and admit that';

const seLinux =
  'PodSecurityPolicy demands one SELinux context or none, and would write it into a pod that leaves it unset';

const newer = (field: string) =>
  `Kubernetes 1.24 has no field ${field}, and PodSecurityPolicy sees nothing of it`;

/** By the last places of a path that say which field it is; the first that fits counts. */
const reasons: readonly (readonly [RegExp, string])[] = [
  [/securityContext\.(allowPrivilegeEscalation|readOnlyRootFilesystem|runAsNonRoot|runAsUser)$/, writes],
  [/capabilities\.drop(\[\])?$/, writes],
  [/\.seLinuxOptions\b/, seLinux],
  [/\.appArmorProfile\b/, newer('appArmorProfile')],
  [/\.hostUsers$/, newer('hostUsers')],
  [/volumes\[\]\.image\b/, newer('image of a volume')],
  [
    /annotations\[container\.apparmor\./,
    'PodSecurityPolicy demands a profile of each container, or none of any: where one may be left unset it cannot be said',
  ],
  [/volumes\[\]\.projected\./, 'PodSecurityPolicy does not look into projected volumes'],
  [/\.os\.name$/, 'PodSecurityPolicy judges pods of all operating systems alike'],
];

/** Undefined where nothing is known of the place in particular. */
export function knownOutside(place: string): string | undefined {
  const known = reasons.find(([pattern]) => pattern.test(place));
  return known === undefined ? undefined : `${place}: ${known[1]}`;
}

export const whyOutside = (place: string): string =>
  knownOutside(place) ?? `${place}: PodSecurityPolicy has no field that looks at it`;
