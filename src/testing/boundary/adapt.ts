/** Plain pods that a policy admits, where its rules go beyond those of the levels: an image registry, a label. */
import { admit } from '../../admission/index.js';
import { evaluate } from '../../evaluate.js';
import type { Policy } from '../../ir/types.js';
import { isObject } from '../../manifest/json.js';
import type { Json, JsonObject } from '../../manifest/types.js';
import { basePod, groupFields } from './bases.js';
import { type Adapt, containerGroups } from './pods.js';
import { sitesOf, tweakedContainer } from './sites.js';
import { applyTweak, type Tweak, tweaksOf } from './tweak.js';

/**
 * Puts the values that the policy's rules want into a pod, in each of its containers: those values on the edges of the
 * rules, one after the other, that leave fewer controls to deny the compliant plain pod. Where a rule wants two
 * values at once, it may find none; then the pods are as they stand.
 */
export function adaptation(policy: Policy): Adapt {
  const changes: Tweak[] = [];
  const adapt: Adapt = (pod) => changes.reduce(everywhere, pod);
  const base = basePod('compliant', { init: [], regular: [tweakedContainer], ephemeral: [] });
  let denied = deniedBy(policy, base) ?? [];
  while (denied.length > 0) {
    const better = candidates(policy, denied)
      .map((tweak) => ({ tweak, left: deniedBy(policy, everywhere(adapt(base), tweak)) }))
      .find(({ left }) => left !== undefined && left.length < denied.length);
    if (better?.left === undefined) break;
    changes.push(better.tweak);
    denied = better.left;
  }
  return adapt;
}

/** What the controls that deny read; not what belongs to one container by its name, which others do not have. */
function candidates(policy: Policy, denied: readonly string[]): Tweak[] {
  return policy.controls
    .filter(({ id }) => denied.includes(id))
    .flatMap((control) => tweaksOf(sitesOf(control)))
    .filter(
      ({ site, value }) => value !== null && (!site.perContainer || site.steps[0]?.kind === 'container'),
    );
}

/** The policy's own controls that deny a pod; nothing where an API server would refuse it before. */
function deniedBy(policy: Policy, raw: JsonObject): string[] | undefined {
  const admission = admit(raw);
  if (admission.kind !== 'workload' || admission.pod === undefined || admission.problems.length > 0)
    return undefined;
  return evaluate({ ...policy, alternatives: [] }, admission.pod).map(({ control }) => control);
}

function everywhere(pod: JsonObject, tweak: Tweak): JsonObject {
  if (tweak.site.steps[0]?.kind !== 'container') return applyTweak(pod, tweak, 'regular');
  const { spec } = pod;
  if (!isObject(spec)) return pod;
  const changed = containerGroups.flatMap((group): [string, Json][] => {
    const list = spec[groupFields[group]];
    if (!Array.isArray(list)) return [];
    return [
      [groupFields[group], list.map((each: Json) => (isObject(each) ? inContainer(each, tweak) : each))],
    ];
  });
  return { ...pod, spec: { ...spec, ...Object.fromEntries(changed) } };
}

/** A tweak finds its container by name, so each is given the name for the while. */
function inContainer(container: JsonObject, tweak: Tweak): Json {
  const alone = { spec: { containers: [{ ...container, name: tweakedContainer }] } };
  const { spec } = applyTweak(alone, tweak, 'regular');
  const [changed] = isObject(spec) && Array.isArray(spec.containers) ? spec.containers : [];
  return isObject(changed) ? { ...changed, name: container.name ?? tweakedContainer } : container;
}
