/** The solver's answer to whether any pod tells a mutant of a control from what it was made of. */
import { isDeepStrictEqual } from 'node:util';
import type { Comprehension, Cond, Control } from '../../src/ir/types.js';
import { identity, rebuildComprehension } from '../../src/ir/visit.js';
import type { JsonObject } from '../../src/manifest/types.js';
import { acceptanceOf } from '../../src/solver/accepted.js';
import { allOf, anyOf, denies, matching, notSo } from '../../src/solver/conditions.js';
import { decide } from '../../src/solver/decide.js';
import { TooLarge } from '../../src/solver/limits.js';
import { minimal } from '../../src/solver/minimal.js';
import { tidied } from '../../src/solver/tidy.js';

export type Answer =
  | { readonly kind: 'pod'; readonly pod: JsonObject }
  /** No pod that an API server accepts is judged otherwise, nor has another element in a list. */
  | { readonly kind: 'none' }
  | { readonly kind: 'open' };

/** Of a control as JSON: pairs of elements of longer ones take the solver minutes for each mutant. */
const longest = 2500;

/**
 * @param tells whether a pod, as admission hands it on, is judged otherwise by the mutant.
 */
export function ask(original: Control, mutant: Control, tells: (pod: JsonObject) => boolean): Answer {
  /** `none` where there is no pod for any question, `open` where those that there are do not tell. */
  const look = (questions: readonly (readonly Cond[])[]): Answer => {
    let proven = true;
    for (const question of questions) {
      try {
        const found = decide(question.map((cond) => ({ cond, holds: true })));
        if (found === undefined) continue;
        proven = false;
        // Ephemeral containers come by an update: who compares engines gives each what it takes.
        const shows = (pod: JsonObject): boolean => {
          const acceptance = acceptanceOf(pod, found.request);
          return 'pod' in acceptance && tells(acceptance.pod);
        };
        if (shows(found.pod)) return { kind: 'pod', pod: tidied(minimal(found.pod, shows), shows) };
      } catch (error) {
        if (!(error instanceof TooLarge)) throw error;
        proven = false;
      }
    }
    return { kind: proven ? 'none' : 'open' };
  };
  const differences = differencesOf(original, mutant);
  const answer = look(differences ?? [[denies(original)], [denies(mutant)]]);
  if (answer.kind !== 'open' || JSON.stringify(original).length > longest) return answer;
  const several = look([original, mutant].flatMap(severalElements));
  return several.kind === 'pod' ? several : answer;
}

/** Pods for which a control has other words: by what is in its lists, and of which two elements there are. */
function severalElements(control: Control): (readonly Cond[])[] {
  const denied = denies(control);
  return control.collections.flatMap(({ from }) => [
    ...from.flatMap((each) => [
      [denied, matching(each)],
      [denied, notSo(matching(each))],
      ...groupsOf(each).map((only) => [denied, matching(only)]),
    ]),
    ...[true, false].flatMap((same) => pairs(from, same).map((pair) => [denied, pair])),
  ]);
}

/** The same of the containers of one group alone. */
function groupsOf(comprehension: Comprehension): Comprehension[] {
  return comprehension.over.flatMap((binding, index) => {
    const { in: source } = binding;
    if (source.kind !== 'containers') return [];
    return source.groups.map((group) => ({
      ...comprehension,
      over: comprehension.over.with(index, { ...binding, in: { ...source, groups: [group] } }),
    }));
  });
}

/** Two elements that show the same, which one element may be, or not the same. */
function pairs(from: readonly Comprehension[], same: boolean): Cond[] {
  return from.flatMap((one) =>
    from.map(renamed).map((other) => {
      const alike: Cond = { kind: 'equal', left: one.show, right: other.show };
      const second = matching({ ...other, where: allOf([other.where, same ? alike : notSo(alike)]) });
      return matching({ ...one, where: allOf([one.where, second]) });
    }),
  );
}

/** With other names, so that it can stand inside one of its kind. */
function renamed(comprehension: Comprehension): Comprehension {
  const rename = (name: string) => (name === 'pod' || name === 'old' ? name : `${name}_other`);
  return rebuildComprehension(comprehension, {
    ...identity,
    bind: rename,
    ref: (ref) => ({ ...ref, from: rename(ref.from) }),
  });
}

const either = (a: Cond, b: Cond): Cond => anyOf([allOf([a, notSo(b)]), allOf([notSo(a), b])]);

/**
 * What has to hold of a pod for one of the ways in which the two may judge otherwise; undefined where they differ in more than
 * in what they look for.
 */
function differencesOf(original: Control, mutant: Control): (readonly Cond[])[] | undefined {
  const found: (readonly Cond[])[] = [];
  if (!isDeepStrictEqual(original.unless, mutant.unless))
    found.push([either(denies(original), denies(mutant))]);
  const withoutFrom = ({ collections, ...rest }: Control) => ({
    ...rest,
    unless: undefined,
    collections: collections.map((each) => ({ ...each, from: each.from.length })),
  });
  if (!isDeepStrictEqual(withoutFrom(original), withoutFrom(mutant))) return undefined;
  for (const [index, { from }] of original.collections.entries()) {
    for (const [position, comprehension] of from.entries()) {
      const other = mutant.collections[index]?.from[position];
      if (other === undefined || isDeepStrictEqual(comprehension, other)) continue;
      const { where, ...same } = comprehension;
      const { where: whereOfOther, ...sameOfOther } = other;
      if (!isDeepStrictEqual(same, sameOfOther)) return undefined;
      const element = matching({ over: same.over, where: either(where, whereOfOther) });
      found.push([denies(original), element], [denies(mutant), element]);
    }
  }
  return found;
}
