/**
 * Pods on the edge of a policy's rules, derived from its IR: each place that a control reads, with each value that
 * matters to it, in each container group, on pods that are otherwise compliant, bare, for Windows, or in a user namespace.
 */
import { admit } from '../../admission/index.js';
import { evaluate } from '../../evaluate.js';
import type { ContainerGroup, Control, Policy } from '../../ir/types.js';
import type { JsonObject } from '../../manifest/types.js';
import { type BaseKind, baseKinds, basePod, variedPod } from './bases.js';
import { Random } from './random.js';
import { type Site, sitesOf, tweakedContainer } from './sites.js';
import { applyTweak, type Tweak, tweaksOf } from './tweak.js';

export const containerGroups: readonly ContainerGroup[] = ['regular', 'init', 'ephemeral'];

export interface BoundaryPod {
  readonly pod: JsonObject;
  /** The control whose edge it was made for; null for pods across controls. */
  readonly control: string | null;
  /** The group of the container that was changed; null where the change is to the pod. */
  readonly group: ContainerGroup | null;
  /** How many values were put in; pods with one are the near misses of each other. */
  readonly tweaks: number;
}

/** Changes a plain pod before values are put in: into one that a policy of other rules than the levels' admits. */
export type Adapt = (pod: JsonObject) => JsonObject;

const asItIs: Adapt = (pod) => pod;

function groupsOf(tweaks: readonly Tweak[]): readonly (ContainerGroup | null)[] {
  return tweaks.some(({ site }) => site.perContainer) ? containerGroups : [null];
}

function named(group: ContainerGroup | null): Record<ContainerGroup, string[]> {
  const names: Record<ContainerGroup, string[]> = { init: [], regular: [], ephemeral: [] };
  names[group ?? 'regular'].push(tweakedContainer);
  if (names.regular.length === 0) names.regular.push('main');
  return names;
}

function made(base: JsonObject, tweaks: readonly Tweak[], group: ContainerGroup | null): JsonObject {
  return tweaks.reduce((pod, tweak) => applyTweak(pod, tweak, group ?? 'regular'), base);
}

/** Each value at each place that the control reads, on each plain pod, in each container group: exhaustive. */
export function* singlePods(control: Control, adapt = asItIs): Generator<BoundaryPod> {
  for (const kind of baseKinds) {
    yield { pod: adapt(basePod(kind, named(null))), control: control.id, group: null, tweaks: 0 };
    for (const tweak of tweaksOf(sitesOf(control))) {
      for (const group of groupsOf([tweak])) {
        const pod = made(adapt(basePod(kind, named(group))), [tweak], group);
        yield { pod, control: control.id, group, tweaks: 1 };
      }
    }
  }
}

/** Pairs of values within the control, at most `limit`; all of them where they are no more. */
export function* pairedPods(
  control: Control,
  random: Random,
  limit: number,
  adapt = asItIs,
): Generator<BoundaryPod> {
  const tweaks = tweaksOf(sitesOf(control));
  const pairs = tweaks.length * (tweaks.length - 1);
  for (let count = 0; count < Math.min(limit, pairs); count++) {
    const first = pairs <= limit ? Math.floor(count / (tweaks.length - 1)) : random.below(tweaks.length);
    const second = pairs <= limit ? count % (tweaks.length - 1) : random.below(tweaks.length - 1);
    const pair = [first, second < first ? second : second + 1].flatMap((index) => tweaks[index] ?? []);
    const group = random.pick(groupsOf(pair));
    yield {
      pod: made(adapt(basePod(random.pick(baseKinds), named(group))), pair, group),
      control: control.id,
      group,
      tweaks: 2,
    };
  }
}

type Outcome = 'fails' | 'passes';

/**
 * Variations of pods that the policy admits, with one value changed: for each container group (and for the pod itself,
 * where the control reads something outside of containers) up to `wanted` that fail this control and no other, and as
 * many that pass all the same.
 */
export function* nearPods(
  { control, within, adapt = asItIs }: Subject,
  random: Random,
  wanted: number,
): Generator<BoundaryPod> {
  const sites = sitesOf(control);
  const ofPod = sites.filter((site) => !site.perContainer);
  const ofContainers = sites.filter((site) => site.perContainer);
  if (ofPod.length > 0) yield* nearIn(null, ofPod);
  if (ofContainers.length > 0) for (const group of containerGroups) yield* nearIn(group, ofContainers);

  function* nearIn(group: ContainerGroup | null, usable: readonly Site[]): Generator<BoundaryPod> {
    const left: Record<Outcome, number> = { fails: wanted, passes: wanted };
    const seen = new Set<string>();
    // A place that cannot make the control fail (its relaxations, say) must not be searched for ever.
    for (let tries = 0; tries < 40 * wanted && left.fails + left.passes > 0; tries++) {
      // By site first: a list of sysctls must not crowd out the sites with two values.
      const site = random.pick(usable);
      const tweak = { site, value: random.pick(site.values) };
      const kind: BaseKind = random.pick(['compliant', 'compliant', 'compliant', 'userNamespace']);
      const base = adapt(variedPod(kind, random, group ?? 'regular', tweakedContainer));
      const pod = made(base, [tweak], group);
      const outcome = outcomeOf(pod);
      const text = JSON.stringify(pod);
      if (outcome === undefined || left[outcome] === 0 || seen.has(text)) continue;
      seen.add(text);
      left[outcome] -= 1;
      yield { pod, control: control.id, group, tweaks: 1 };
    }
  }

  function outcomeOf(raw: JsonObject): Outcome | undefined {
    const admission = admit(raw);
    if (admission.kind !== 'workload' || admission.pod === undefined) return undefined;
    const findings = evaluate(within, admission.pod);
    if (findings.length === 0) return 'passes';
    return findings.length === 1 && findings[0]?.control === control.id ? 'fails' : undefined;
  }
}

/** Pods with one to five values changed, of any of the controls, in any group. */
export function* crossPods(
  controls: readonly Control[],
  random: Random,
  count: number,
  adapt = asItIs,
): Generator<BoundaryPod> {
  const sites = controls.map(sitesOf).filter((each) => each.length > 0);
  if (sites.length === 0) return;
  for (let number = 0; number < count; number++) {
    const group = random.pick(containerGroups);
    let pod = adapt(variedPod(random.pick(baseKinds), random, group, tweakedContainer));
    const tweaks = 1 + random.below(5);
    for (let tweak = 0; tweak < tweaks; tweak++) {
      const site = random.pick(random.pick(sites));
      pod = applyTweak(pod, { site, value: random.pick(site.values) }, group);
    }
    yield { pod, control: null, group, tweaks };
  }
}

export interface BoundaryPlan {
  readonly seed: number;
  /** Pairs of values a control, at most. */
  readonly pairs: number;
  /** Near misses, and pods that fail one control only, by control and container group. */
  readonly near: number;
  /** Random pods across all controls. */
  readonly cross: number;
}

/** A control, and the policy in which it is to be the only one that fails. */
export interface Subject {
  readonly control: Control;
  readonly within: Policy;
  /** What makes the plain pods ones that the policy admits; left out where they are as they stand. */
  readonly adapt?: Adapt;
}

/** All of the above, in an order that depends on nothing but the controls and the plan. */
export function* boundaryPods(subjects: readonly Subject[], plan: BoundaryPlan): Generator<BoundaryPod> {
  for (const [index, subject] of subjects.entries()) {
    const random = new Random(plan.seed + index);
    yield* singlePods(subject.control, subject.adapt);
    yield* pairedPods(subject.control, random, plan.pairs, subject.adapt);
    yield* nearPods(subject, random, plan.near);
  }
  const controls = subjects.map(({ control }) => control);
  yield* crossPods(controls, new Random(plan.seed - 1), plan.cross, subjects[0]?.adapt);
}
