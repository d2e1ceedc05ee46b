import type { Cond, ControlBody, Path } from '../../../src/dsl/rules.js';
import {
  and,
  concat,
  containers,
  denyingDistinct,
  each,
  hasKey,
  lookup,
  matches,
  nameOf,
  not,
  once,
  oneOf,
  plainList,
  plural,
  pod,
  podAndContainers,
  prefix,
  present,
  quoted,
  quotedList,
  sequence,
  type Term,
  value,
} from '../../../src/dsl/rules.js';
import type { LevelControl } from '../../../src/levels/types.js';
import type { SeccompProfile } from '../../../src/schema/index.js';
import { badSetters, badSettings, podWith, secured, type TwoLevels } from '../common.js';

const podKey = 'seccomp.security.alpha.kubernetes.io/pod';
const containerPrefix = 'container.seccomp.security.alpha.kubernetes.io/';
const { annotations } = pod.metadata;

const badAnnotation = (key: string | Term<string>): Cond => {
  const profile = lookup(annotations, key, '');
  return and(
    hasKey(annotations, key),
    not(oneOf(profile, ['runtime/default', 'docker/default'])),
    not(matches(profile, prefix('localhost/'))),
  );
};
const shown = (key: string | Term<string>) => concat(key, '=', quoted(lookup(annotations, key, '')));

const byAnnotation: ControlBody = {
  collections: {
    annotations: denyingDistinct(
      once({ where: badAnnotation(podKey), show: shown(podKey), at: annotations }),
      each(containers(), (c) => {
        const key = concat(containerPrefix, nameOf(c));
        return { where: badAnnotation(key), show: shown(key), at: annotations };
      }),
    ),
  },
  reason: 'seccompProfile',
  detail: sequence(
    'forbidden ',
    plural('annotations', 'annotation ', 'annotations '),
    plainList('annotations'),
  ),
};

export const validSeccomp = (profile: Path<SeccompProfile>): Cond =>
  oneOf(value(profile.type, ''), ['RuntimeDefault', 'Localhost']);

const badProfile = (profile: Path<SeccompProfile>): Cond => and(present(profile), not(validSeccomp(profile)));

const profiles: TwoLevels<SeccompProfile> = {
  ofPod: pod.spec.securityContext.seccompProfile,
  of: (c) => c.securityContext.seccompProfile,
};
const typeOf = (profile: Path<SeccompProfile>) => profile.type;

/** Who sets a profile that is not allowed; also what the restricted level's control reports first. */
export const badSeccompSetters = {
  ...badSetters(profiles, badProfile, typeOf),
  types: badSettings(profiles, badProfile, typeOf),
};

export const badSeccompDetail = sequence(
  podAndContainers('pod', 'containers'),
  ' must not set securityContext.seccompProfile.type to ',
  quotedList('types'),
);

export const seccompProfileBaseline: LevelControl = {
  id: 'seccompProfile_baseline',
  level: 'baseline',
  title: 'Seccomp profile',
  rule: `v1.0 to v1.18, restricted fields:
  metadata.annotations["${podKey}"]
  metadata.annotations["${containerPrefix}*"]
Allowed values: undefined, runtime/default, docker/default, localhost/*
From v1.19, restricted fields:
  spec.securityContext.seccompProfile.type
  spec.{containers,initContainers,ephemeralContainers}[*].securityContext.seccompProfile.type
Allowed values: undefined, RuntimeDefault, Localhost`,
  why: 'Unconfined, a container may make every system call, the ones with a history of kernel escapes included.',
  fix: 'Remove Unconfined; set seccompProfile.type to RuntimeDefault, or to Localhost with a profile of your own.',
  revisions: [
    {
      since: 0,
      change: 'the annotations that set a seccomp profile may not unconfine',
      body: byAnnotation,
      denied: podWith({}, { [podKey]: 'unconfined' }),
      allowed: podWith({}, { [podKey]: 'localhost/app' }),
    },
    {
      since: 19,
      change: 'the fields that set a seccomp profile may not unconfine; annotations no longer count',
      body: { collections: badSeccompSetters, reason: 'seccompProfile', detail: badSeccompDetail },
      denied: secured({ seccompProfile: { type: 'Unconfined' } }),
      allowed: secured({ seccompProfile: { type: 'Localhost', localhostProfile: 'app.json' } }),
    },
  ],
};
