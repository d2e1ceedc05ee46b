import { and, containers, equal, not, or, type Path, pod, present, some, value } from '../../../dsl/rules.js';
import type { SeccompProfile } from '../../index.js';
import type { ValidityRule } from '../types.js';
import { nodeOf, specWith } from './common.js';

type Profile = Path<Pick<SeccompProfile, 'type' | 'localhostProfile'>>;

/** The name of a profile is given where it is of the node, and only there. */
const isWrong = ({ type, localhostProfile }: Profile) => {
  const isLocal = equal<string>(value(type, ''), 'Localhost');
  return or(and(isLocal, not(present(localhostProfile))), and(not(isLocal), present(localhostProfile)));
};

export const seccompLocalhostProfile: ValidityRule = {
  id: 'seccompLocalhostProfile',
  rule: 'a seccomp profile of the node has a name, and no other has',
  source: 'validateSeccompProfileField',
  refused: nodeOf(
    or(
      isWrong(pod.spec.securityContext.seccompProfile),
      some(containers(), (c) => isWrong(c.securityContext.seccompProfile)),
    ),
  ),
  examples: {
    refused: { spec: specWith({ securityContext: { seccompProfile: { type: 'Localhost' } } }) },
    accepted: {
      spec: specWith({
        securityContext: { seccompProfile: { type: 'Localhost', localhostProfile: 'app.json' } },
      }),
    },
  },
};

export const appArmorLocalhostProfile: ValidityRule = {
  id: 'appArmorLocalhostProfile',
  rule: 'an AppArmor profile of the node has a name, and no other has',
  source: 'ValidateAppArmorProfileField',
  refused: nodeOf(
    or(
      isWrong(pod.spec.securityContext.appArmorProfile),
      some(containers(), (c) => isWrong(c.securityContext.appArmorProfile)),
    ),
  ),
  examples: {
    refused: {
      spec: specWith({
        securityContext: { appArmorProfile: { type: 'Unconfined', localhostProfile: 'app' } },
      }),
    },
    accepted: { spec: specWith({ securityContext: { appArmorProfile: { type: 'Unconfined' } } }) },
  },
};
