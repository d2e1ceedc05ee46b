/**
 * Pods on the edges of a policy's own rules, so chosen that each thing that the policy says of one is said of one of them: a
 * policy that extends a level has thousands of such pods, most of them about what the level says.
 */
import { isDeepStrictEqual } from 'node:util';
import { evaluate } from '../../src/evaluate.js';
import type { Control, Policy } from '../../src/ir/types.js';
import { allRevisions } from '../../src/levels/levels.js';
import type { JsonObject } from '../../src/manifest/types.js';
import { boundaryPods } from '../../src/testing/index.js';
import { admittedPod } from '../../src/verify/judged.js';
import { severalPodsOf } from '../several.js';
import { tellingPods } from './telling.js';

const plan = { seed: 5, pairs: 120, near: 3, cross: 60 };

/** Of each kind: of which something is said, and of which nothing is. */
const most = 300;

const ofLevels = allRevisions().map(({ control }) => control);

/** Those that no level has. */
export function ownControls({ controls }: Policy): readonly Control[] {
  return controls.filter((control) => !ofLevels.some((each) => isDeepStrictEqual(each, control)));
}

export function edgesOf(policy: Policy): readonly JsonObject[] {
  const own: Policy = { ...policy, controls: ownControls(policy) };
  const controls = [...own.controls, ...policy.alternatives.flatMap((each) => each.controls)];
  const edges = [...boundaryPods(own, plan)];
  // An API server takes these, where it refuses what most values make of them.
  const plain = edges.filter(({ tweaks }) => tweaks === 0).map(({ pod }) => pod);
  const pods = distinct([...edges.map(({ pod }) => pod), ...controls.flatMap(severalPodsOf)]);
  const bySaid = new Map<string, JsonObject[]>();
  for (const pod of pods) {
    const said = JSON.stringify(evaluate(own, admittedPod(pod)));
    bySaid.set(said, [...(bySaid.get(said) ?? []), pod]);
  }
  const quiet = bySaid.get('[]') ?? [];
  bySaid.delete('[]');
  return distinct([
    ...tellingPods(policy.name),
    ...byTurns([...bySaid.values()]),
    ...spread(quiet),
    ...plain,
    ...policy.controls.filter((each) => !own.controls.includes(each)).flatMap((each) => denied(policy, each)),
  ]);
}

/** One that a control denies. */
function denied(policy: Policy, control: Control): JsonObject[] {
  const alone = { ...policy, controls: [control], alternatives: [] };
  for (const { pod } of boundaryPods(alone, { ...plan, near: 0, cross: 0 }))
    if (evaluate(alone, admittedPod(pod)).length > 0) return [pod];
  return [];
}

const distinct = (pods: readonly JsonObject[]): JsonObject[] => [
  ...new Map(pods.map((pod) => [JSON.stringify(pod), pod])).values(),
];

/** `most` of them at equal distances. */
function spread(pods: readonly JsonObject[]): readonly JsonObject[] {
  if (pods.length <= most) return pods;
  return Array.from({ length: most }, (_, index) => pods[Math.floor((index * pods.length) / most)] ?? {});
}

/** One of each group, then the next one of each. */
function byTurns(groups: readonly (readonly JsonObject[])[]): readonly JsonObject[] {
  if (groups.length > most) return spread(groups.flatMap((group) => group.slice(0, 1)));
  const rounds = Math.max(0, ...groups.map((group) => group.length));
  const all = Array.from({ length: rounds }, (_, round) =>
    groups.flatMap((group) => group.slice(round, round + 1)),
  );
  return all.flat().slice(0, most);
}
