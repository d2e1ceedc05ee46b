/**
 * The typed encoding for pod templates. An API server does not prepare a template as it does a pod, but the pods that are
 * made of it will have what preparation writes, so that is what is read.
 */
import type { computedDefaultRules } from '../../schema/index.js';
import { CannotSay, OnlyInPods } from './cannot-say.js';
import { type Encoding, given } from './encoding.js';
import { and, literal, ternary } from './expr.js';
import { type Place, parentOf } from './place.js';
import {
  hostPortPresence,
  hostPortRead,
  leadsThroughProfile,
  type Preparation,
  profilePresence,
  profileRead,
} from './prepared.js';
import { typedEncoding } from './typed.js';

/** How a computed default is known of a template: it is in the template already, or it follows from it, or it is not. */
const known: Readonly<
  Record<(typeof computedDefaultRules)[number], 'written' | 'hostPort' | 'profile' | 'resources' | 'unknown'>
> = {
  appArmorFromAnnotation: 'profile',
  emptyDirWithoutSource: 'written',
  hostPortUnderHostNetwork: 'hostPort',
  imagePullPolicyFromTag: 'written',
  podGeneration: 'unknown',
  podLevelLimits: 'resources',
  requestsFromLimits: 'resources',
  selectorFromMatchLabelKeys: 'unknown',
  serviceAccountAlias: 'written',
};

const isRule = (rule: string): rule is keyof typeof known => Object.hasOwn(known, rule);

type Prepared = 'written' | 'hostPort' | 'profile' | 'constant';

/** @param preparationOf of the template, and of the one before an update. */
export function templateEncoding(preparationOf: (pod: 'pod' | 'old') => Preparation): Encoding {
  return {
    ...typedEncoding,
    presence(place) {
      switch (preparedBy(place)) {
        case 'written':
          return typedEncoding.presence(place);
        case 'constant':
          return typedEncoding.presence(parentOf(place));
        case 'hostPort':
          return hostPortPresence(typedEncoding, place, preparationOf(place.root.pod));
        case 'profile':
          return profilePresence(typedEncoding, place, preparationOf(place.root.pod));
      }
    },
    read(place) {
      const written = typedEncoding.read(place);
      switch (preparedBy(place)) {
        case 'written':
          return written;
        case 'constant': {
          const rule = place.steps.at(-1)?.field.default;
          const value: unknown = rule?.kind === 'constant' ? rule.value : undefined;
          if (typeof value !== 'boolean') throw new CannotSay('a default that is no boolean');
          return ternary(and(...given(typedEncoding, place)), written, literal(value));
        }
        case 'hostPort':
          return hostPortRead(typedEncoding, place);
        case 'profile':
          return profileRead(typedEncoding, place, preparationOf(place.root.pod));
      }
    },
  };
}

function preparedBy(place: Place): Prepared {
  if (leadsThroughProfile(place)) return 'profile';
  const last = place.steps.at(-1);
  const rule = last?.field.default;
  // SetDefaults_Pod; all other constants are those of a PodSpec.
  if (last?.owner === 'PodSpec' && last.name === 'enableServiceLinks') return 'constant';
  if (last === undefined || rule?.kind !== 'computed' || !isRule(rule.rule)) return 'written';
  const how = known[rule.rule];
  const computed =
    how === 'resources' ? place.root.whole || rule.rule === 'requestsFromLimits' : how === 'unknown';
  if (computed)
    throw new OnlyInPods(`an API server fills in ${last.owner}.${last.name} of pods, not of their templates`);
  return how === 'hostPort' || how === 'profile' ? how : 'written';
}
