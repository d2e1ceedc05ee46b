import {
  and,
  concat,
  containers,
  effective,
  entries,
  equal,
  every,
  hasKey,
  itself,
  lookup,
  matches,
  nameOf,
  not,
  oneOf,
  or,
  pod,
  prefix,
  present,
  some,
  value,
} from '../../../dsl/rules.js';
import type { ValidityRule } from '../types.js';
import { nodeOf, specWith } from './common.js';

const keyPrefix = 'container.apparmor.security.beta.kubernetes.io/';
const { annotations } = pod.metadata;
const ofPod = pod.spec.securityContext.appArmorProfile;
const isWindows = equal(value(pod.spec.os.name, ''), 'windows');
const key = (name: string) => ({ [`${keyPrefix}${name}`]: 'runtime/default' });

export const appArmorAnnotationOfContainer: ValidityRule = {
  id: 'appArmorAnnotationOfContainer',
  rule: 'an AppArmor annotation is about a container of the pod',
  source: 'ValidateAppArmorPodAnnotations',
  refused: nodeOf(
    some(entries(annotations, keyPrefix), (entry) =>
      every(containers(), (c) => not(equal(nameOf(c), itself(entry.suffix)))),
    ),
  ),
  examples: {
    refused: { annotations: key('other'), spec: specWith({}) },
    accepted: { annotations: key('app'), spec: specWith({}) },
  },
};

export const appArmorAnnotationFormat: ValidityRule = {
  id: 'appArmorAnnotationFormat',
  rule: 'an AppArmor annotation names a profile',
  source: 'ValidateAppArmorProfileFormat',
  refused: nodeOf(
    some(entries(annotations, keyPrefix), (entry) =>
      not(
        or(
          oneOf(itself(entry.value), ['', 'runtime/default', 'unconfined']),
          matches(itself(entry.value), prefix('localhost/')),
        ),
      ),
    ),
  ),
  examples: {
    refused: { annotations: { [`${keyPrefix}app`]: 'nothing' }, spec: specWith({}) },
    accepted: { annotations: { [`${keyPrefix}app`]: '' }, spec: specWith({}) },
  },
};

export const appArmorAnnotationsAndFields: ValidityRule = {
  id: 'appArmorAnnotationsAndFields',
  rule: 'on creation, an AppArmor annotation and the field say the same; the API server fills the field in where it can',
  source:
    'validateAppArmorAnnotationsAndFieldsMatchOnCreate; applyAppArmorVersionSkew of registry/core/pod/strategy.go',
  refused: nodeOf(
    and(
      not(isWindows),
      some(containers(), (c) => {
        const own = c.securityContext.appArmorProfile;
        const name = concat(keyPrefix, nameOf(c));
        const written = lookup(annotations, name, '');
        const type = effective<string>([own.type, ofPod.type], '');
        const local = or(
          and(present(own), equal(concat('localhost/', value(own.localhostProfile, '')), written)),
          and(not(present(own)), equal(concat('localhost/', value(ofPod.localhostProfile, '')), written)),
        );
        return and(
          hasKey(annotations, name),
          or(
            and(equal(type, 'Unconfined'), not(equal(written, 'unconfined'))),
            and(equal(type, 'RuntimeDefault'), not(equal(written, 'runtime/default'))),
            and(equal(type, 'Localhost'), not(local)),
            // It would have been filled in.
            and(equal(type, ''), oneOf(written, ['unconfined', 'runtime/default'])),
            and(equal(type, ''), matches(written, prefix('localhost/')), not(equal(written, 'localhost/'))),
          ),
        );
      }),
    ),
  ),
  examples: {
    refused: {
      annotations: key('app'),
      spec: specWith({ securityContext: { appArmorProfile: { type: 'Unconfined' } } }),
    },
    accepted: {
      annotations: key('app'),
      spec: specWith({ securityContext: { appArmorProfile: { type: 'RuntimeDefault' } } }),
    },
  },
};
