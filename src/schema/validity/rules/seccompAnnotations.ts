import {
  and,
  concat,
  containers,
  entries,
  equal,
  glob,
  hasKey,
  itself,
  lookup,
  matches,
  nameOf,
  not,
  type Operand,
  oneOf,
  or,
  type Path,
  pod,
  prefix,
  present,
  some,
  type Term,
  value,
} from '../../../dsl/rules.js';
import type { SeccompProfile } from '../../index.js';
import type { ValidityRule } from '../types.js';
import { nodeOf, specWith } from './common.js';

const podKey = 'seccomp.security.alpha.kubernetes.io/pod';
const containerPrefix = 'container.seccomp.security.alpha.kubernetes.io/';

function differs(key: Operand<string>, profile: Path<SeccompProfile>) {
  const { annotations } = pod.metadata;
  const written = lookup(annotations, key, '');
  const type = value(profile.type, '');
  return and(
    present(profile),
    hasKey(annotations, key),
    or(
      and(equal(type, 'Unconfined'), not(equal(written, 'unconfined'))),
      and(equal(type, 'RuntimeDefault'), not(oneOf(written, ['runtime/default', 'docker/default']))),
      and(
        equal(type, 'Localhost'),
        not(equal(concat('localhost/', value(profile.localhostProfile, '')), written)),
      ),
    ),
  );
}

const spec = specWith({ securityContext: { seccompProfile: { type: 'RuntimeDefault' } } });

export const seccompAnnotations: ValidityRule = {
  id: 'seccompAnnotations',
  rule: 'on creation, an old annotation and the field say the same of seccomp',
  source: 'validateSeccompAnnotationsAndFields',
  refused: nodeOf(
    or(
      differs(podKey, pod.spec.securityContext.seccompProfile),
      some(containers(), (c) =>
        differs(concat(containerPrefix, nameOf(c)), c.securityContext.seccompProfile),
      ),
    ),
  ),
  examples: {
    refused: { annotations: { [`${containerPrefix}app`]: 'unconfined' }, spec },
    accepted: { annotations: { [`${containerPrefix}app`]: 'docker/default' }, spec },
  },
};

const written = (text: string) => ({ annotations: { [`${containerPrefix}app`]: text }, spec: specWith({}) });

/** Neither a name of old nor a profile of the node, by a path that goes nowhere else. */
const isNoProfile = (text: Term<string>) =>
  not(
    or(
      oneOf(text, ['runtime/default', 'docker/default', 'unconfined']),
      and(
        matches(text, prefix('localhost/')),
        not(
          matches(
            text,
            prefix('localhost//'),
            ...['localhost/..', 'localhost/../*', 'localhost/*/..', 'localhost/*/../*'].map(glob),
          ),
        ),
      ),
    ),
  );

export const seccompAnnotationFormat: ValidityRule = {
  id: 'seccompAnnotationFormat',
  rule: 'an old annotation about seccomp names a profile',
  source: 'ValidateSeccompPodAnnotations, ValidateSeccompProfile',
  refused: nodeOf(
    or(
      and(
        hasKey(pod.metadata.annotations, podKey),
        isNoProfile(lookup(pod.metadata.annotations, podKey, '')),
      ),
      some(entries(pod.metadata.annotations, containerPrefix), (entry) => isNoProfile(itself(entry.value))),
    ),
  ),
  examples: { refused: written('localhost/../app.json'), accepted: written('localhost/a..b/app.json') },
};
