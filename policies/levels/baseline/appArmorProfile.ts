import {
  and,
  concat,
  denyingDistinct,
  each,
  entries,
  ifAny,
  joined,
  matches,
  named,
  not,
  oneOf,
  type Path,
  plural,
  pod,
  prefix,
  present,
  quoted,
  quotedList,
  sequence,
  value,
} from '../../../src/dsl/rules.js';
import type { LevelControl } from '../../../src/levels/types.js';
import type { AppArmorProfile } from '../../../src/schema/index.js';
import { badSetters, badSettings, podWith, secured, type TwoLevels } from '../common.js';

const annotationPrefix = 'container.apparmor.security.beta.kubernetes.io/';
const profiles: TwoLevels<AppArmorProfile> = {
  ofPod: pod.spec.securityContext.appArmorProfile,
  of: (c) => c.securityContext.appArmorProfile,
};
const typeOf = (profile: Path<AppArmorProfile>) => profile.type;
const badType = (profile: Path<AppArmorProfile>) =>
  and(present(profile), not(oneOf(value(profile.type, ''), ['RuntimeDefault', 'Localhost'])));

export const appArmorProfile: LevelControl = {
  id: 'appArmorProfile',
  level: 'baseline',
  title: 'AppArmor profile',
  rule: `Restricted fields:
  metadata.annotations["${annotationPrefix}*"]
Allowed values: undefined, "", runtime/default, localhost/*
Restricted fields:
  spec.securityContext.appArmorProfile.type
  spec.{containers,initContainers,ephemeralContainers}[*].securityContext.appArmorProfile.type
Allowed values: undefined, RuntimeDefault, Localhost`,
  why: 'Without the AppArmor profile of the runtime, a container reaches files and kernel interfaces that it has no use for.',
  fix: 'Leave the profile out, or name one that is loaded on the node with type Localhost.',
  revisions: [
    {
      since: 0,
      change: 'the default AppArmor profile may be replaced by another, not removed',
      body: {
        collections: {
          ...badSetters(profiles, badType, typeOf),
          types: badSettings(profiles, badType, typeOf),
          annotations: denyingDistinct(
            each(entries(pod.metadata.annotations, annotationPrefix), (annotation) => ({
              where: and(
                not(oneOf(value(annotation.value, ''), ['', 'runtime/default'])),
                not(matches(value(annotation.value, ''), prefix('localhost/'))),
              ),
              show: concat(value(annotation.key, ''), '=', quoted(value(annotation.value, ''))),
              at: annotation,
            })),
          ),
        },
        reason: plural(['types', 'annotations'], 'forbidden AppArmor profile', 'forbidden AppArmor profiles'),
        detail: sequence(
          joined(
            ' and ',
            ifAny('pod', 'pod'),
            named('containers', 'container', 'containers'),
            ifAny('annotations', plural('annotations', 'annotation', 'annotations')),
          ),
          ' must not set AppArmor profile type to ',
          joined(', ', quotedList('types'), quotedList('annotations')),
        ),
      },
      denied: podWith({}, { [`${annotationPrefix}app`]: 'unconfined' }),
      allowed: secured({ appArmorProfile: { type: 'Localhost', localhostProfile: 'app' } }),
    },
  ],
};
