/**
 * What an API server of 1.24 refuses in a PodSecurityPolicy: ValidatePodSecurityPolicy of pkg/apis/policy/validation, one
 * function a rule, in its order.
 */
import type { Range } from '../../ir/types.js';
import type { DocumentPath } from '../../manifest/types.js';
import { nearest } from '../../schema/index.js';
import { fsTypes } from './fields/volumes.js';
import { allowedKey, defaultKey, type ProfileKind, type PspSpec, type Strategy } from './spec.js';

export interface PspProblem {
  readonly path: DocumentPath;
  readonly message: string;
  readonly hint: string;
}

const subdomain = /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

export function nameProblems(name: string): PspProblem[] {
  if (subdomain.test(name)) return [];
  const message = name === '' ? 'the policy has no name' : `${shown(name)} is no name for a policy`;
  const hint = 'use up to 253 lower-case letters, digits, `-` and `.`';
  return [{ path: ['metadata', 'name'], message, hint }];
}

export function specProblems(spec: PspSpec): PspProblem[] {
  return [
    ...annotationProblems(spec),
    ...strategyProblems('runAsUser', spec.runAsUser, ['MustRunAs', 'MustRunAsNonRoot', 'RunAsAny']),
    ...runAsGroupProblems(spec.runAsGroup),
    ...ruleProblems('seLinux', spec.seLinux.rule, ['MustRunAs', 'RunAsAny']),
    ...strategyProblems('supplementalGroups', spec.supplementalGroups, groupRules),
    ...strategyProblems('fsGroup', spec.fsGroup, groupRules),
    ...spec.volumes.flatMap((type, index) => oneOfProblems(['volumes', index], type, [...fsTypes, '*'])),
    ...capabilityProblems(spec),
    ...escalationProblems(spec),
    ...spec.allowedProcMountTypes.flatMap((type, index) =>
      oneOfProblems(['allowedProcMountTypes', index], type, ['Default', 'Unmasked']),
    ),
    ...hostPathProblems(spec),
    ...spec.allowedFlexVolumes.flatMap((driver, index) =>
      driver === '' ? [missing(['allowedFlexVolumes', index, 'driver'], 'the driver')] : [],
    ),
    ...spec.allowedCSIDrivers.flatMap(csiProblems),
    ...sysctlProblems('allowedUnsafeSysctls', spec.allowedUnsafeSysctls),
    ...sysctlProblems('forbiddenSysctls', spec.forbiddenSysctls),
    ...overlapProblems(spec),
    ...runtimeClassProblems(spec),
  ];
}

const groupRules = ['MustRunAs', 'MayRunAs', 'RunAsAny'];

/** A field of the spec that is wrong. */
function wrong(below: DocumentPath, message: string, hint: string): PspProblem {
  return { path: ['spec', ...below], message, hint };
}

function missing(below: DocumentPath, what: string): PspProblem {
  return wrong(below, `${what} is missing`, `give ${what}`);
}

function shown(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Zl}\p{Zp}`]/gu, '·');
  return `\`${line.length > 60 ? `${line.slice(0, 57)}...` : line}\``;
}

function oneOfProblems(below: DocumentPath, text: string, known: readonly string[]): PspProblem[] {
  if (known.includes(text)) return [];
  const near = nearest(text, known);
  const hint =
    near === undefined
      ? `write one of ${known.map((each) => `\`${each}\``).join(', ')}`
      : `did you mean \`${near}\`?`;
  const field = below.filter((step) => typeof step === 'string').join('.');
  return [wrong(below, text === '' ? `${field} is missing` : `${field} cannot be ${shown(text)}`, hint)];
}

function ruleProblems(field: string, rule: string, known: readonly string[]): PspProblem[] {
  return oneOfProblems([field, 'rule'], rule, known);
}

function strategyProblems(field: string, { rule, ranges }: Strategy, rules: readonly string[]): PspProblem[] {
  return [
    ...ruleProblems(field, rule, rules),
    ...ranges.flatMap((range, index) => rangeProblems([field, 'ranges', index], range)),
  ];
}

function rangeProblems(below: DocumentPath, { min, max }: Range): PspProblem[] {
  const hint = 'write the ends of a range of ids, the smaller one first';
  return [
    ...(min < 0 ? [wrong([...below, 'min'], `the id ${min} is negative`, hint)] : []),
    ...(max < 0 ? [wrong([...below, 'max'], `the id ${max} is negative`, hint)] : []),
    ...(min > max
      ? [wrong([...below, 'min'], `the range ${min} to ${max} ends before it begins`, hint)]
      : []),
  ];
}

function runAsGroupProblems(strategy: Strategy | undefined): PspProblem[] {
  if (strategy === undefined) return [];
  const { rule, ranges } = strategy;
  if (rule === 'RunAsAny') {
    const message = 'runAsGroup has ranges, which RunAsAny may not have';
    return ranges.length === 0
      ? []
      : [wrong(['runAsGroup', 'ranges'], message, 'remove them, or use the rule MayRunAs or MustRunAs')];
  }
  const needsRanges = groupRules.includes(rule) && ranges.length === 0;
  return [
    ...strategyProblems('runAsGroup', strategy, groupRules),
    ...(needsRanges
      ? [
          wrong(
            ['runAsGroup', 'ranges'],
            `runAsGroup has the rule ${rule} and no ranges`,
            'give at least one',
          ),
        ]
      : []),
  ];
}

function capabilityProblems(spec: PspSpec): PspProblem[] {
  const { requiredDropCapabilities: dropped, allowedCapabilities: allowed } = spec;
  const both = (field: 'defaultAddCapabilities' | 'allowedCapabilities') =>
    spec[field].flatMap((name, index) =>
      dropped.includes(name)
        ? [
            wrong(
              [field, index],
              `${shown(name)} is in ${field} and in requiredDropCapabilities`,
              'keep it in one of them',
            ),
          ]
        : [],
    );
  return [
    ...(dropped.length > 0 && allowed.includes('*')
      ? [
          wrong(
            ['requiredDropCapabilities'],
            'requiredDropCapabilities has to be empty where allowedCapabilities has `*`',
            'remove one of them',
          ),
        ]
      : []),
    ...both('defaultAddCapabilities'),
    ...both('allowedCapabilities'),
  ];
}

function escalationProblems(spec: PspSpec): PspProblem[] {
  if (spec.defaultAllowPrivilegeEscalation !== true || spec.allowPrivilegeEscalation) return [];
  const message = 'defaultAllowPrivilegeEscalation is true where allowPrivilegeEscalation is false';
  return [wrong(['defaultAllowPrivilegeEscalation'], message, 'set both to true, or remove the default')];
}

/** The server stops at the first empty prefix. */
function hostPathProblems({ allowedHostPaths }: PspSpec): PspProblem[] {
  const empty = allowedHostPaths.findIndex(({ pathPrefix }) => pathPrefix === '');
  const checked = empty < 0 ? allowedHostPaths : allowedHostPaths.slice(0, empty);
  return [
    ...checked.flatMap(({ pathPrefix }, index) =>
      pathPrefix.split('/').includes('..')
        ? [
            wrong(
              ['allowedHostPaths', index, 'pathPrefix'],
              `the path prefix ${shown(pathPrefix)} has an element \`..\``,
              'write the path that is meant',
            ),
          ]
        : [],
    ),
    ...(empty < 0 ? [] : [missing(['allowedHostPaths', empty, 'pathPrefix'], 'the path prefix')]),
  ];
}

function csiProblems(name: string, index: number): PspProblem[] {
  const at = ['allowedCSIDrivers', index, 'name'];
  if (name === '') return [missing(at, 'the name of the driver')];
  return name.length <= 63 && subdomain.test(name.toLowerCase())
    ? []
    : [wrong(at, `${shown(name)} is no name of a CSI driver`, 'use up to 63 letters, digits, `-` and `.`')];
}

type SysctlList = 'allowedUnsafeSysctls' | 'forbiddenSysctls';

/** `*` at the end alone: SysctlPatternFmt. */
const segment = '[a-z0-9](?:[-_a-z0-9]*[a-z0-9])?';
const sysctlPattern = new RegExp(`^(?:${segment}\\.)*(?:[a-z0-9][-_a-z0-9]*)?[a-z0-9*]$`);

function sysctlProblems(field: SysctlList, names: readonly string[]): PspProblem[] {
  const hint = 'write a name with dots, such as `net.core.somaxconn`, or a beginning with `*` at its end';
  const odd = names.flatMap((name, index) =>
    sysctlPattern.test(name) && name.length <= 253
      ? []
      : [
          wrong(
            [field, index],
            name === '' ? 'the name of the sysctl is empty' : `${shown(name)} is no sysctl`,
            hint,
          ),
        ],
  );
  const more = names.length > 1 && names.includes('*');
  return more ? [...odd, wrong([field], `${field} has \`*\` and others`, 'remove the others, or `*`')] : odd;
}

function overlapProblems({ allowedUnsafeSysctls, forbiddenSysctls }: PspSpec): PspProblem[] {
  return allowedUnsafeSysctls.flatMap((allowed, index) =>
    forbiddenSysctls.flatMap((forbidden) =>
      meet(allowed, forbidden)
        ? [
            wrong(
              ['allowedUnsafeSysctls', index],
              `${shown(allowed)} of allowedUnsafeSysctls and ${shown(forbidden)} of forbiddenSysctls are both of one sysctl`,
              'allow or forbid it',
            ),
          ]
        : [],
    ),
  );
}

/** Whether a name can be meant by both. */
function meet(one: string, other: string): boolean {
  const [a, b] = [one, other].map((name) => (name.endsWith('*') ? name.slice(0, -1) : name));
  if (a === undefined || b === undefined) return false;
  return one === other || (one.endsWith('*') && b.startsWith(a)) || (other.endsWith('*') && a.startsWith(b));
}

function runtimeClassProblems({ runtimeClass }: PspSpec): PspProblem[] {
  if (runtimeClass === undefined) return [];
  const { allowed, default: byDefault } = runtimeClass;
  const list: DocumentPath = ['runtimeClass', 'allowedRuntimeClassNames'];
  const odd = (below: DocumentPath, name: string) =>
    subdomain.test(name)
      ? []
      : [
          wrong(
            below,
            `${shown(name)} is no name of a runtime class`,
            'use lower-case letters, digits, `-` and `.`',
          ),
        ];
  const at: DocumentPath = ['runtimeClass', 'defaultRuntimeClassName'];
  return [
    ...allowed.flatMap((name, index) => [
      ...(name === '*' ? [] : odd([...list, index], name)),
      ...(allowed.indexOf(name) < index
        ? [wrong([...list, index], `the runtime class ${shown(name)} is listed twice`, 'list it once')]
        : []),
    ]),
    ...(byDefault === undefined ? [] : odd(at, byDefault)),
    ...(byDefault !== undefined && !allowed.includes(byDefault) && !allowed.includes('*')
      ? [
          wrong(
            at,
            `the default ${shown(byDefault)} is not among the runtime classes that are allowed`,
            'allow it',
          ),
        ]
      : []),
    ...(allowed.length > 1 && allowed.includes('*')
      ? [wrong(list, 'allowedRuntimeClassNames has `*` and others', 'remove the others, or `*`')]
      : []),
  ];
}

const profileNames: Readonly<Record<ProfileKind, (name: string) => boolean>> = {
  appArmor: (name) => ['', 'runtime/default', 'unconfined'].includes(name) || name.startsWith('localhost/'),
  seccomp: (name) =>
    ['runtime/default', 'docker/default', 'unconfined'].includes(name) ||
    (name.startsWith('localhost/') && isLocalPath(name.slice('localhost/'.length))),
};

/** validateLocalDescendingPath. */
const isLocalPath = (path: string) => !path.startsWith('/') && !path.split('/').includes('..');

function annotationProblems(spec: PspSpec): PspProblem[] {
  return (['appArmor', 'seccomp'] as const).flatMap((kind) => {
    const { allowed, default: byDefault } = spec[kind];
    const any = (name: string) => kind === 'seccomp' && name === '*';
    const odd = (key: string, name: string): PspProblem => ({
      path: ['metadata', 'annotations', key],
      message: name === '' ? 'a profile has no name' : `${shown(name)} is no name of a profile`,
      hint: `write \`runtime/default\`, \`unconfined\` or \`localhost/NAME\`${kind === 'seccomp' ? ', or `*` for all' : ''}, with commas and no spaces between them`,
    });
    // An annotation that is empty as a whole is not looked into.
    const list = allowed?.join(',') === '' ? [] : (allowed ?? []);
    return [
      ...(byDefault === '' || profileNames[kind](byDefault) ? [] : [odd(defaultKey(kind), byDefault)]),
      ...list
        .filter((name) => !any(name) && !profileNames[kind](name))
        .map((name) => odd(allowedKey(kind), name)),
    ];
  });
}
