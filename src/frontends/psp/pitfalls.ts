/**
 * Policies that the API server takes, and that admit nothing or do not do what they seem to. Every rule here is a fact
 * about the admission plugin of 1.24, and tested on it.
 */
import type { DocumentPath } from '../../manifest/types.js';
import { admitsSource } from './fields/volumes.js';
import { allowedKey, defaultKey, type ProfileKind, type PspSpec, type Strategy } from './spec.js';
import type { PspProblem } from './validate.js';

export interface Pitfall extends PspProblem {
  readonly code: 'psp-admits-nothing' | 'psp-pitfall';
}

export function pitfallsOf(spec: PspSpec): Pitfall[] {
  return [
    ...strategies.flatMap((field) => withoutRanges(field, spec[field])),
    ...withoutOptions(spec),
    ...profiles('seccomp', spec),
    ...profiles('appArmor', spec),
    ...tokens(spec),
    ...ports(spec),
    ...unread(spec),
    ...escalation(spec),
    ...procMounts(spec),
  ];
}

const strategies = ['runAsUser', 'supplementalGroups', 'fsGroup'] as const;

function nothing(path: DocumentPath, why: string, hint: string): Pitfall {
  return { code: 'psp-admits-nothing', path, message: `the policy admits no pod: ${why}`, hint };
}

function pitfall(path: DocumentPath, message: string, hint: string): Pitfall {
  return { code: 'psp-pitfall', path, message, hint };
}

/** The plugin cannot make its strategy, and passes over the policy. */
function withoutRanges(field: (typeof strategies)[number], { rule, ranges }: Strategy): Pitfall[] {
  if ((rule !== 'MustRunAs' && rule !== 'MayRunAs') || ranges.length > 0) return [];
  return [nothing(['spec', field], `${field} has the rule ${rule} and no ranges`, 'give it a range')];
}

function withoutOptions({ seLinux: { rule, seLinuxOptions } }: PspSpec): Pitfall[] {
  if (rule !== 'MustRunAs' || seLinuxOptions !== undefined) return [];
  return [
    nothing(
      ['spec', 'seLinux'],
      'seLinux has the rule MustRunAs and no seLinuxOptions',
      'give them, or use RunAsAny',
    ),
  ];
}

function profiles(kind: ProfileKind, spec: PspSpec): Pitfall[] {
  const { allowed, default: byDefault } = spec[kind];
  const ofDefault = ['metadata', 'annotations', defaultKey(kind)];
  const ofAllowed = ['metadata', 'annotations', allowedKey(kind)];
  const names = (allowed ?? []).filter((name) => name !== '');
  const title = { seccomp: 'seccomp', appArmor: 'AppArmor' }[kind];
  if (kind === 'appArmor' && allowed !== undefined && names.length === 0)
    return [
      nothing(ofAllowed, 'each container has to have one of no AppArmor profiles', 'name some, or remove it'),
    ];
  if (kind === 'seccomp' && byDefault !== '' && names.length === 0)
    return [
      nothing(
        ofDefault,
        'it writes a seccomp profile where none is set, and allows none',
        `allow it by the annotation \`${allowedKey(kind)}\``,
      ),
    ];
  const runtime = (name: string) =>
    name === 'docker/default' && kind === 'seccomp' ? 'runtime/default' : name;
  const refused =
    byDefault !== '' &&
    names.length > 0 &&
    !names.includes('*') &&
    !names.map(runtime).includes(runtime(byDefault));
  return [
    ...(refused
      ? [
          pitfall(
            ofDefault,
            `the default ${title} profile is not allowed, so a pod without one is refused`,
            'allow it, or choose another',
          ),
        ]
      : []),
    ...(names.includes('localhost/*')
      ? [
          pitfall(
            ofAllowed,
            '`localhost/*` allows the profile of that name alone',
            kind === 'seccomp' ? 'name each profile, or allow all with `*`' : 'name each profile',
          ),
        ]
      : []),
  ];
}

/** The API server mounts a token, as a projected volume, into every pod that does not say otherwise. */
function tokens(spec: PspSpec): Pitfall[] {
  if (admitsSource(spec, 'projected') || admitsSource(spec, 'secret')) return [];
  return [
    pitfall(
      ['spec', 'volumes'],
      'the token of the service account, which nearly every pod is given, is a volume that is not allowed',
      'add `projected` or `secret` to volumes',
    ),
  ];
}

function ports({ hostPorts, hostNetwork }: PspSpec): Pitfall[] {
  const reversed = hostPorts.flatMap(({ min, max }, index) =>
    min > max
      ? [
          pitfall(
            ['spec', 'hostPorts', index],
            `the range ${min} to ${max} holds no port`,
            'write the smaller end first',
          ),
        ]
      : [],
  );
  if (!hostNetwork || hostPorts.length > 0) return reversed;
  return [
    pitfall(
      ['spec', 'hostNetwork'],
      'in the network of the host, a port of a container is a host port, and hostPorts allows none',
      'give hostPorts a range',
    ),
  ];
}

/** What is given and never looked at. */
function unread(spec: PspSpec): Pitfall[] {
  const lists = [
    ['allowedHostPaths', 'hostPath'],
    ['allowedFlexVolumes', 'flexVolume'],
    ['allowedCSIDrivers', 'csi'],
  ] as const;
  return lists.flatMap(([field, source]) =>
    spec[field].length > 0 && !admitsSource(spec, source)
      ? [
          pitfall(
            ['spec', field],
            `${field} has no effect: volumes does not allow \`${source}\``,
            `add \`${source}\` to volumes, or remove ${field}`,
          ),
        ]
      : [],
  );
}

function escalation({ privileged, allowPrivilegeEscalation }: PspSpec): Pitfall[] {
  if (!privileged || allowPrivilegeEscalation) return [];
  return [
    pitfall(
      ['spec', 'allowPrivilegeEscalation'],
      'no privileged container gets in: the policy sets allowPrivilegeEscalation=false, which the API server refuses for one',
      'set allowPrivilegeEscalation to true, or privileged to false',
    ),
  ];
}

function procMounts({ allowedProcMountTypes: types }: PspSpec): Pitfall[] {
  if (types.length === 0 || types.includes('Default')) return [];
  return [
    pitfall(
      ['spec', 'allowedProcMountTypes'],
      'a container that says nothing has the procMount `Default`, which is not allowed',
      'add `Default`',
    ),
  ];
}
