/** A decoded PodSecurityPolicy, with what an absent field means: of a pointer nothing, of any other its zero value. */
import { get, listAt, objectAt, objectsAt, stringAt } from '../../admission/json.js';
import type { Range } from '../../ir/types.js';
import { isList, isObject } from '../../manifest/json.js';
import type { Json, JsonObject } from '../../manifest/types.js';

/** A rule for ids; `rule` is whatever the document says. */
export interface Strategy {
  readonly rule: string;
  readonly ranges: readonly Range[];
}

export interface SELinuxOptions {
  readonly user: string;
  readonly role: string;
  readonly type: string;
  readonly level: string;
}

export interface PspSpec {
  readonly privileged: boolean;
  readonly defaultAddCapabilities: readonly string[];
  readonly requiredDropCapabilities: readonly string[];
  readonly allowedCapabilities: readonly string[];
  readonly volumes: readonly string[];
  readonly hostNetwork: boolean;
  readonly hostPorts: readonly Range[];
  readonly hostPID: boolean;
  readonly hostIPC: boolean;
  readonly seLinux: { readonly rule: string; readonly seLinuxOptions: SELinuxOptions | undefined };
  readonly runAsUser: Strategy;
  readonly runAsGroup: Strategy | undefined;
  readonly supplementalGroups: Strategy;
  readonly fsGroup: Strategy;
  readonly readOnlyRootFilesystem: boolean;
  readonly defaultAllowPrivilegeEscalation: boolean | undefined;
  /** The one field with a default: true. */
  readonly allowPrivilegeEscalation: boolean;
  readonly allowedHostPaths: readonly { readonly pathPrefix: string; readonly readOnly: boolean }[];
  readonly allowedFlexVolumes: readonly string[];
  readonly allowedCSIDrivers: readonly string[];
  readonly allowedUnsafeSysctls: readonly string[];
  readonly forbiddenSysctls: readonly string[];
  readonly allowedProcMountTypes: readonly string[];
  readonly runtimeClass:
    | { readonly allowed: readonly string[]; readonly default: string | undefined }
    | undefined;
  readonly seccomp: Profiles;
  readonly appArmor: Profiles;
}

/** The two annotations of a kind of profile. */
export interface Profiles {
  /** Split at commas; undefined without the annotation. */
  readonly allowed: readonly string[] | undefined;
  /** Empty without one. */
  readonly default: string;
}

/** What the annotations are called. */
export const profileAnnotations = {
  seccomp: 'seccomp.security.alpha.kubernetes.io',
  appArmor: 'apparmor.security.beta.kubernetes.io',
} as const satisfies Record<string, string>;

export type ProfileKind = keyof typeof profileAnnotations;

export const allowedKey = (kind: ProfileKind): string => `${profileAnnotations[kind]}/allowedProfileNames`;
export const defaultKey = (kind: ProfileKind): string => `${profileAnnotations[kind]}/defaultProfileName`;

export function specOf(psp: JsonObject): PspSpec {
  const spec = objectAt(psp, 'spec') ?? {};
  const flag = (field: string) => get(spec, field) === true;
  const texts = (field: string) => textsAt(spec, field);
  const names = (field: string, name: string) => objectsAt(spec, field).map((each) => stringAt(each, name));
  const optional = (field: string) => {
    const value = get(spec, field);
    return typeof value === 'boolean' ? value : undefined;
  };
  const strategy = (field: string) => strategyOf(objectAt(spec, field) ?? {});
  const runAsGroup = objectAt(spec, 'runAsGroup');
  const runtimeClass = objectAt(spec, 'runtimeClass');
  const seLinux = objectAt(spec, 'seLinux');
  const options = objectAt(seLinux, 'seLinuxOptions');
  const annotations = objectAt(objectAt(psp, 'metadata'), 'annotations');
  return {
    privileged: flag('privileged'),
    defaultAddCapabilities: texts('defaultAddCapabilities'),
    requiredDropCapabilities: texts('requiredDropCapabilities'),
    allowedCapabilities: texts('allowedCapabilities'),
    volumes: texts('volumes'),
    hostNetwork: flag('hostNetwork'),
    hostPorts: rangesOf(spec, 'hostPorts'),
    hostPID: flag('hostPID'),
    hostIPC: flag('hostIPC'),
    seLinux: {
      rule: stringAt(seLinux, 'rule'),
      seLinuxOptions: options && {
        user: stringAt(options, 'user'),
        role: stringAt(options, 'role'),
        type: stringAt(options, 'type'),
        level: stringAt(options, 'level'),
      },
    },
    runAsUser: strategy('runAsUser'),
    runAsGroup: runAsGroup && strategyOf(runAsGroup),
    supplementalGroups: strategy('supplementalGroups'),
    fsGroup: strategy('fsGroup'),
    readOnlyRootFilesystem: flag('readOnlyRootFilesystem'),
    defaultAllowPrivilegeEscalation: optional('defaultAllowPrivilegeEscalation'),
    allowPrivilegeEscalation: optional('allowPrivilegeEscalation') ?? true,
    allowedHostPaths: objectsAt(spec, 'allowedHostPaths').map((each) => ({
      pathPrefix: stringAt(each, 'pathPrefix'),
      readOnly: get(each, 'readOnly') === true,
    })),
    allowedFlexVolumes: names('allowedFlexVolumes', 'driver'),
    allowedCSIDrivers: names('allowedCSIDrivers', 'name'),
    allowedUnsafeSysctls: texts('allowedUnsafeSysctls'),
    forbiddenSysctls: texts('forbiddenSysctls'),
    allowedProcMountTypes: texts('allowedProcMountTypes'),
    runtimeClass: runtimeClass && {
      allowed: textsAt(runtimeClass, 'allowedRuntimeClassNames'),
      default: textAt(runtimeClass, 'defaultRuntimeClassName'),
    },
    seccomp: profilesOf(annotations, 'seccomp'),
    appArmor: profilesOf(annotations, 'appArmor'),
  };
}

function profilesOf(annotations: JsonObject | undefined, kind: ProfileKind): Profiles {
  return {
    allowed: textAt(annotations, allowedKey(kind))?.split(','),
    default: textAt(annotations, defaultKey(kind)) ?? '',
  };
}

function strategyOf(at: JsonObject): Strategy {
  return { rule: stringAt(at, 'rule'), ranges: rangesOf(at, 'ranges') };
}

function rangesOf(at: JsonObject, field: string): Range[] {
  const number = (value: Json | undefined) => (typeof value === 'number' ? value : 0);
  return listAt(at, field).map((each) => {
    const range = isObject(each) ? each : undefined;
    return { min: number(get(range, 'min')), max: number(get(range, 'max')) };
  });
}

function textAt(object: JsonObject | undefined, key: string): string | undefined {
  const value = get(object, key);
  return typeof value === 'string' ? value : undefined;
}

function textsAt(object: JsonObject, key: string): string[] {
  const list = get(object, key);
  return isList(list) ? list.map(String) : [];
}
