/** Which fields of a pod a raw manifest decides, and which only the API server: for targets that judge manifests as well. */
import type { computedDefaultRules, Field } from '../schema/index.js';

/** Why a manifest does not decide a field with a computed default; null where it does, by what else it says. */
const computed: Readonly<Record<(typeof computedDefaultRules)[number], null | string>> = {
  appArmorFromAnnotation: null,
  emptyDirWithoutSource: null,
  hostPortUnderHostNetwork: null,
  serviceAccountAlias: null,
  imagePullPolicyFromTag: 'its default follows the tag of the image, which only the API server parses',
  podGeneration: 'the API server writes it',
  podLevelLimits: 'the API server computes it from amounts',
  requestsFromLimits: 'the API server computes it from amounts',
  selectorFromMatchLabelKeys: 'the API server adds to it from the labels of the pod',
};

const isKnownRule = (rule: string): rule is keyof typeof computed => Object.hasOwn(computed, rule);

/** Why a manifest does not say the value of a field; nothing where it does. */
export function whyUndecided(field: Field): string | undefined {
  if (field.dropped === true) return 'the API server drops it unless a feature is switched on';
  if (field.default?.kind !== 'computed') return undefined;
  const { rule } = field.default;
  return isKnownRule(rule) ? (computed[rule] ?? undefined) : `its default is computed (${rule})`;
}

/** Of metadata, what a manifest decides; the API server writes or may write the rest. */
const decidedMetadata = new Set(['annotations', 'labels', 'finalizers', 'ownerReferences']);

/** Why what is at a path of the pod is not for a manifest to say; nothing where it is. */
export function whyWritten([first, second = '']: readonly string[]): string | undefined {
  return first === 'status' || (first === 'metadata' && !decidedMetadata.has(second))
    ? 'the API server writes it, so a manifest does not say its value'
    : undefined;
}

/** dropContainerStopSignals: a lifecycle that holds nothing but a field that is dropped goes with it. */
const vanishing = new Set(['Lifecycle']);

/** Why presence of the field cannot be told from a raw manifest; nothing where it can. */
export function presenceUnknown(field: Field): string | undefined {
  if (field.kind === 'struct' && !field.pointer)
    return 'the API cannot tell an empty object from an absent one here';
  if (field.type !== undefined && vanishing.has(field.type))
    return 'the API server drops it with a field in it';
  return undefined;
}

/** podutil.DropDisabledPodFields takes these annotations away from a pod that is created. */
export const droppedAnnotations: readonly string[] = [
  'pod.alpha.kubernetes.io/init-container-statuses',
  'pod.alpha.kubernetes.io/init-containers',
  'pod.beta.kubernetes.io/init-container-statuses',
  'pod.beta.kubernetes.io/init-containers',
];
