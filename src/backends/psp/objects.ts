/** PodSecurityPolicies and the RBAC objects that say who is judged by which, as Kubernetes has them. */
import type { Range } from '../../ir/types.js';
import type { Json, JsonObject } from '../../manifest/types.js';
import type { GroupField, Psp } from './spec.js';

const pspApi = 'policy/v1beta1';
const rbacGroup = 'rbac.authorization.k8s.io';

const metadata = (name: string, namespace?: string): JsonObject => ({
  name,
  ...(namespace !== undefined && { namespace }),
  labels: { 'app.kubernetes.io/managed-by': 'podsec' },
});

export function pspObject(name: string, psp: Psp): JsonObject {
  const annotations = {
    ...(psp.seccomp === 'any' || psp.seccomp.length > 0
      ? {
          'seccomp.security.alpha.kubernetes.io/allowedProfileNames':
            psp.seccomp === 'any' ? '*' : psp.seccomp.join(),
        }
      : {}),
    ...(psp.seccompDefault !== '' && {
      'seccomp.security.alpha.kubernetes.io/defaultProfileName': psp.seccompDefault,
    }),
    ...(psp.appArmor !== 'any' && {
      'apparmor.security.beta.kubernetes.io/allowedProfileNames': psp.appArmor.join(),
    }),
  };
  return {
    apiVersion: pspApi,
    kind: 'PodSecurityPolicy',
    metadata: { ...metadata(name), ...(Object.keys(annotations).length > 0 && { annotations }) },
    spec: specOf(psp),
  };
}

function specOf(psp: Psp): JsonObject {
  const given = (name: string, list: readonly Json[]) => (list.length > 0 ? { [name]: list } : {});
  return {
    privileged: psp.privileged,
    allowPrivilegeEscalation: psp.allowPrivilegeEscalation,
    allowedCapabilities: psp.allowedCapabilities,
    ...given('requiredDropCapabilities', psp.requiredDropCapabilities),
    volumes: psp.volumes,
    ...given(
      'allowedHostPaths',
      psp.allowedHostPaths.map(({ ...entry }) => entry),
    ),
    ...given(
      'allowedFlexVolumes',
      psp.allowedFlexVolumes.map((driver) => ({ driver })),
    ),
    ...given(
      'allowedCSIDrivers',
      psp.allowedCSIDrivers.map((name) => ({ name })),
    ),
    hostNetwork: psp.hostNetwork,
    hostPID: psp.hostPID,
    hostIPC: psp.hostIPC,
    hostPorts: psp.hostPorts.map(rangeObject),
    allowedUnsafeSysctls: psp.allowedUnsafeSysctls,
    ...given('forbiddenSysctls', psp.forbiddenSysctls),
    allowedProcMountTypes: psp.allowedProcMountTypes,
    ...(psp.runtimeClasses !== 'any' && {
      runtimeClass: { allowedRuntimeClassNames: psp.runtimeClasses },
    }),
    runAsUser: userObject(psp.runAsUser),
    runAsGroup: groupsObject('runAsGroup', psp),
    supplementalGroups: groupsObject('supplementalGroups', psp),
    fsGroup: groupsObject('fsGroup', psp),
    seLinux: psp.seLinux === 'any' ? runAsAny : { rule: 'MustRunAs', seLinuxOptions: { ...psp.seLinux } },
    readOnlyRootFilesystem: psp.readOnlyRootFilesystem,
  };
}

const rangeObject = ({ min, max }: Range): JsonObject => ({ min, max });

const runAsAny: JsonObject = { rule: 'RunAsAny' };

function userObject(users: Psp['runAsUser']): JsonObject {
  if (users === 'any') return runAsAny;
  return users === 'nonRoot'
    ? { rule: 'MustRunAsNonRoot' }
    : { rule: 'MustRunAs', ranges: users.map(rangeObject) };
}

function groupsObject(field: GroupField, psp: Psp): JsonObject {
  const groups = psp[field];
  if (groups === 'any') return runAsAny;
  return { rule: psp.mustRunAs.includes(field) ? 'MustRunAs' : 'MayRunAs', ranges: groups.map(rangeObject) };
}

/** The right to use policies. */
export function roleObject(name: string, policies: readonly string[]): JsonObject {
  return {
    apiVersion: `${rbacGroup}/v1`,
    kind: 'ClusterRole',
    metadata: metadata(name),
    rules: [
      { apiGroups: ['policy'], resources: ['podsecuritypolicies'], resourceNames: policies, verbs: ['use'] },
    ],
  };
}

export type Subject =
  | { readonly kind: 'Group' | 'User'; readonly name: string }
  | { readonly kind: 'ServiceAccount'; readonly namespace: string; readonly name: string };

/**
 * Whoever sends a request, and whatever service account a pod runs as: PodSecurityPolicy asks for either. A service
 * account that a pod names is no authenticated user there.
 */
export const everybody: readonly Subject[] = [
  { kind: 'Group', name: 'system:authenticated' },
  { kind: 'Group', name: 'system:serviceaccounts' },
];

/** The role for subjects, in a namespace or in all of them. */
export function bindingObject(
  name: string,
  role: string,
  subjects: readonly Subject[],
  namespace?: string,
): JsonObject {
  return {
    apiVersion: `${rbacGroup}/v1`,
    kind: namespace === undefined ? 'ClusterRoleBinding' : 'RoleBinding',
    metadata: metadata(name, namespace),
    roleRef: { apiGroup: rbacGroup, kind: 'ClusterRole', name: role },
    subjects: subjects.map((subject) =>
      subject.kind === 'ServiceAccount' ? { ...subject } : { apiGroup: rbacGroup, ...subject },
    ),
  };
}
