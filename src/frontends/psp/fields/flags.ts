/** Fields that say yes or no, of the pod and of each container. */
import { isFalse, isTrue, not, present } from '../../../dsl/conditions.js';
import { denying, once } from '../../../dsl/control.js';
import { pod } from '../../../dsl/paths.js';
import { demand, ofEachContainer, type PspField, set, writeContainers } from '../build.js';

const hostFields = ['hostNetwork', 'hostPID', 'hostIPC'] as const;

export const hostNamespaces: PspField = {
  writes: () => [],
  demands: (spec) =>
    hostFields
      .filter((field) => !spec[field])
      .map((field) =>
        demand(field, {
          collections: {
            pod: denying(once({ where: isTrue(pod.spec[field]), show: 'pod', at: pod.spec[field] })),
          },
          reason: `${field} is not allowed`,
          detail: `pod must not set ${field}=true`,
        }),
      ),
};

export const privileged: PspField = {
  writes: () => [],
  demands: (spec) =>
    spec.privileged
      ? []
      : [
          ofEachContainer(
            'privileged',
            'privileged containers are not allowed',
            'must not set securityContext.privileged=true',
            ({ securityContext: { privileged } }) => ({ where: isTrue(privileged), at: privileged }),
          ),
        ],
};

export const readOnlyRootFilesystem: PspField = {
  writes: (spec) =>
    spec.readOnlyRootFilesystem
      ? [
          writeContainers(
            'readOnlyRootFilesystem',
            ({ securityContext: { readOnlyRootFilesystem: at } }) => ({
              where: not(present(at)),
              writes: [set(at, true)],
            }),
          ),
        ]
      : [],
  demands: (spec) =>
    spec.readOnlyRootFilesystem
      ? [
          ofEachContainer(
            'readOnlyRootFilesystem',
            'the root filesystem has to be read-only',
            'must not set securityContext.readOnlyRootFilesystem=false',
            ({ securityContext: { readOnlyRootFilesystem: at } }) => ({ where: not(isTrue(at)), at }),
          ),
        ]
      : [],
};

export const privilegeEscalation: PspField = {
  writes: (spec) => {
    const writing = (id: string, value: boolean) =>
      writeContainers(id, ({ securityContext: { allowPrivilegeEscalation: at } }) => ({
        where: not(present(at)),
        writes: [set(at, value)],
      }));
    const byDefault = spec.defaultAllowPrivilegeEscalation;
    return [
      ...(byDefault === undefined ? [] : [writing('defaultAllowPrivilegeEscalation', byDefault)]),
      ...(spec.allowPrivilegeEscalation ? [] : [writing('allowPrivilegeEscalation', false)]),
    ];
  },
  demands: (spec) =>
    spec.allowPrivilegeEscalation
      ? []
      : [
          ofEachContainer(
            'allowPrivilegeEscalation',
            'privilege escalation is not allowed',
            'must not set securityContext.allowPrivilegeEscalation=true',
            ({ securityContext: { allowPrivilegeEscalation: at } }) => ({ where: not(isFalse(at)), at }),
          ),
        ],
};
