/**
 * Seccomp: of the pod itself and of each container. An API server of 1.24 writes a profile that is a field as an annotation
 * too and the other way round, and refuses a pod in which they differ; so a profile is in the annotation, in
 * the field, or in both.
 */
import { and, type Cond, equal, hasKey, not, oneOf, or, present } from '../../../dsl/conditions.js';
import { denying, each, once } from '../../../dsl/control.js';
import { type Path, pod, refOf } from '../../../dsl/paths.js';
import { containers } from '../../../dsl/sources.js';
import { concat, lookup, nameOf, type Term, value } from '../../../dsl/terms.js';
import { podAndContainers, sequence } from '../../../dsl/wording.js';
import type { Write } from '../../../ir/types.js';
import type { Container, SeccompProfile } from '../../../schema/index.js';
import { demand, distinct, listed, type PspField, podContext, set, write } from '../build.js';
import type { Profiles } from '../spec.js';

const { annotations } = pod.metadata;
const podKey = 'seccomp.security.alpha.kubernetes.io/pod';
const containerPrefix = 'container.seccomp.security.alpha.kubernetes.io/';
const localhost = 'localhost/';
const runtimeDefaults = ['runtime/default', 'docker/default'];

const ofPod: Term<string> = lookup(annotations, podKey, '');
const keyOf = (c: Path<Container>) => concat(containerPrefix, nameOf(c));

/** Each of the two names of the runtime's default allows both. */
function namesOf({ allowed = [] }: Profiles): string[] {
  const names = allowed.filter((name) => name !== '');
  return distinct([
    ...names,
    ...(names.some((name) => runtimeDefaults.includes(name)) ? runtimeDefaults : []),
  ]);
}

/** Whether a profile that is a field is one of these, as its annotation would name it. */
function fieldIsAmong(field: Path<SeccompProfile>, names: readonly string[]): Cond {
  const type = value(field.type, '');
  const paths = names
    .filter((name) => name.startsWith(localhost))
    .map((name) => name.slice(localhost.length));
  return or(
    ...(names.includes('runtime/default') ? [equal(type, 'RuntimeDefault')] : []),
    ...(names.includes('unconfined') ? [equal(type, 'Unconfined')] : []),
    ...(paths.length === 0
      ? []
      : [and(equal(type, 'Localhost'), oneOf(value(field.localhostProfile, ''), paths))]),
  );
}

export const seccomp: PspField = {
  writes: ({ seccomp: { default: profile } }) =>
    profile === ''
      ? []
      : [
          write(
            'seccomp',
            and(equal(ofPod, ''), not(present(podContext.seccompProfile))),
            {
              kind: 'setKey',
              map: refOf(annotations),
              key: { kind: 'literal', value: podKey },
              value: profile,
            },
            ...fieldOf(profile),
          ),
        ],
  demands: ({ seccomp: profiles }) => {
    if (profiles.allowed?.includes('*') === true) return [];
    const names = namesOf(profiles);
    const field = podContext.seccompProfile;
    const mayNotBeSet = or(not(equal(ofPod, '')), present(field));
    const podIsWrong =
      names.length === 0
        ? mayNotBeSet
        : not(or(oneOf(ofPod, names), and(equal(ofPod, ''), fieldIsAmong(field, names))));
    return [
      demand('seccomp', {
        collections: {
          pod: denying(once({ where: podIsWrong, show: 'pod', at: field })),
          // What a container does not say for itself, the pod says.
          containers: denying(
            each(containers(), (c) => {
              const own = c.securityContext.seccompProfile;
              const annotation = lookup(annotations, keyOf(c), '');
              return {
                where: or(
                  and(present(own), not(fieldIsAmong(own, names))),
                  and(
                    not(present(own)),
                    hasKey(annotations, keyOf(c)),
                    not(oneOf(annotation, names.length === 0 ? [''] : names)),
                  ),
                ),
                show: nameOf(c),
                at: own,
              };
            }),
          ),
        },
        reason:
          names.length === 0 ? 'seccomp profiles may not be set' : 'seccomp profile that is not allowed',
        detail: sequence(
          podAndContainers('pod', 'containers'),
          names.length === 0
            ? ' must not set a seccomp profile'
            : ` must have one of these seccomp profiles: ${listed(names)}`,
        ),
      }),
    ];
  },
};

/** The field that an API server of 1.24 writes for the annotation: SeccompFieldForAnnotation of pkg/api/pod. */
function fieldOf(profile: string): Write[] {
  const at = podContext.seccompProfile;
  if (profile === 'unconfined') return [set(at, { type: 'Unconfined' })];
  if (runtimeDefaults.includes(profile)) return [set(at, { type: 'RuntimeDefault' })];
  const localhostProfile = profile.slice(localhost.length);
  return localhostProfile === '' ? [] : [set(at, { type: 'Localhost', localhostProfile })];
}
