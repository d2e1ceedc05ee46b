/** The file that `kube-apiserver --admission-control-config-file` reads: the level of every namespace without labels. */
import { formatVersion, type Minor } from '../../levels/versions.js';
import type { JsonObject } from '../../manifest/types.js';
import type { Exempt, PsaMode } from './labels.js';
import { psaModes } from './labels.js';
import type { LevelVersion } from './level.js';

const group = 'pod-security.admission.config.k8s.io';

/** Alpha and off in 1.22, on from 1.23, stable in 1.25. */
export function configurationVersion(engine: Minor): string {
  return `${group}/${engine < 23 ? 'v1alpha1' : engine < 25 ? 'v1beta1' : 'v1'}`;
}

export function configurationObject(
  is: LevelVersion,
  judged: readonly PsaMode[],
  exempt: Exempt,
  engine: Minor,
): JsonObject {
  const { usernames, namespaces, runtimeClasses } = exempt;
  return {
    apiVersion: 'apiserver.config.k8s.io/v1',
    kind: 'AdmissionConfiguration',
    plugins: [
      {
        name: 'PodSecurity',
        configuration: {
          apiVersion: configurationVersion(engine),
          kind: 'PodSecurityConfiguration',
          defaults: Object.fromEntries(
            psaModes.flatMap((mode) => [
              [mode, judged.includes(mode) ? is.level : 'privileged'],
              [`${mode}-version`, formatVersion(is.minor)],
            ]),
          ),
          exemptions: { usernames, namespaces, runtimeClasses },
        },
      },
    ],
  };
}
