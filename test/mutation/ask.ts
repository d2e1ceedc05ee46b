/** The solver's answer to whether any pod tells a mutant of a control from what it was made of. */
import { isDeepStrictEqual } from 'node:util';
import type { Comprehension, Cond, Control, Term } from '../../src/ir/types.js';
import { identity, rebuildComprehension } from '../../src/ir/visit.js';
import type { JsonObject } from '../../src/manifest/types.js';
import { acceptanceOf } from '../../src/solver/accepted.js';
import { allOf, anyOf, denies, matching, notSo } from '../../src/solver/conditions.js';
import { decide } from '../../src/solver/decide.js';
import { TooLarge } from '../../src/solver/limits.js';
import { minimal } from '../../src/solver/minimal.js';
import { tidied } from '../../src/solver/tidy.js';
import { onlyCounted, withoutUnsaid } from './unsaid.js';

export type Answer =
  | { readonly kind: 'pod'; readonly pod: JsonObject }
  /** No pod that an API server accepts is judged otherwise, nor has another element in a list. */
  | { readonly kind: 'none' }
  | { readonly kind: 'open' };

/** Of a control as JSON: pairs of elements of longer ones take the solver minutes for each mutant. */
const longest = 2500;

/**
 * @param tells whether a pod, as admission hands it on, is judged otherwise by the mutant.
 * @param said what has to hold of a pod for anything to be said of it by the control.
 */
export function ask(
  original: Control,
  mutant: Control,
  tells: (pod: JsonObject) => boolean,
  said: readonly Cond[] = [],
): Answer {
  /** `none` where there is no pod for any question, `open` where those that there are do not tell. */
  const look = (questions: readonly (readonly Cond[])[]): Answer => {
    let proven = true;
    for (const question of questions) {
      try {
        const found = decide([...said, ...question].map((cond) => ({ cond, holds: true })));
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
  const differences = differencesOf(withoutUnsaid(original), withoutUnsaid(mutant));
  const answer = look(differences ?? [[denies(original)], [denies(mutant)]]);
  if (answer.kind !== 'open') return answer;
  const others = look([
    ...(differences ?? []).flatMap((each) => besides(original, each)),
    ...[original, mutant].flatMap(severalElements),
  ]);
  return others.kind === 'pod' ? others : answer;
}

/** The same with and without each element of a control's lists: it may be what the words depend on. */
function besides({ collections }: Control, question: readonly Cond[]): (readonly Cond[])[] {
  return collections.flatMap(({ from }) =>
    from.map(matching).flatMap((element) => [
      [...question, element],
      [...question, notSo(element)],
    ]),
  );
}

/** Pods for which a control has other words: by what is in its lists, and of which two elements there are. */
function severalElements(control: Control): (readonly Cond[])[] {
  const denied = denies(control);
  const isLong = JSON.stringify(control).length > longest;
  return control.collections.flatMap(({ from }) => [
    ...from.flatMap((each) => [
      ...besides(control, [denied, matching(each)]),
      [denied, notSo(matching(each))],
      ...groupsOf(each).map((only) => [denied, matching(only)]),
    ]),
    ...(isLong ? [] : [true, false].flatMap((same) => pairs(from, same).map((pair) => [denied, pair]))),
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
    collections: collections.map((each) => ({ ...each, from: undefined })),
  });
  if (!isDeepStrictEqual(withoutFrom(original), withoutFrom(mutant))) return undefined;
  const counted = onlyCounted(original);
  for (const [index, { name, from, distinct }] of original.collections.entries()) {
    const others = mutant.collections[index]?.from ?? [];
    if (isDeepStrictEqual(from, others)) continue;
    const numbers = distinct && counted.has(name) ? otherNumbers(from, others) : undefined;
    const elements = numbers ?? otherElements(from, others);
    if (elements === undefined) return undefined;
    for (const each of elements) found.push([denies(original), each], [denies(mutant), each]);
  }
  return found;
}

/** That two elements show the same in one of the lists and not in the other; undefined where these differ in more than what they show. */
function otherNumbers(from: readonly Comprehension[], others: readonly Comprehension[]): Cond[] | undefined {
  const withoutShow = ({ over, where, at }: Comprehension) => ({ over, where, at });
  if (!isDeepStrictEqual(from.map(withoutShow), others.map(withoutShow))) return undefined;
  const both = from.flatMap((one, at) => others.slice(at, at + 1).map((other) => ({ one, other })));
  const alike = (left: Term, right: Term): Cond => ({ kind: 'equal', left, right });
  return both.flatMap((first, at) =>
    both.slice(at).map((given) => {
      const second = { one: renamed(given.one), other: renamed(given.other) };
      const otherwise = either(
        alike(first.one.show, second.one.show),
        alike(first.other.show, second.other.show),
      );
      const pair = matching({ ...second.one, where: allOf([second.one.where, otherwise]) });
      return matching({ ...first.one, where: allOf([first.one.where, pair]) });
    }),
  );
}

/** That a list has an element that the other has not, or another in its place. */
function otherElements(from: readonly Comprehension[], others: readonly Comprehension[]): Cond[] | undefined {
  if (others.length === from.length - 1) {
    const dropped = from.findIndex((_, at) => isDeepStrictEqual(from.toSpliced(at, 1), others));
    return dropped < 0 ? undefined : from.slice(dropped, dropped + 1).map(matching);
  }
  if (others.length !== from.length) return undefined;
  const found: Cond[] = [];
  for (const [at, one] of from.entries()) {
    const other = others[at];
    if (other === undefined || isDeepStrictEqual(one, other)) continue;
    if (!isDeepStrictEqual(one.over, other.over)) return undefined;
    const alike = { kind: 'equal', left: one.show, right: other.show } as const;
    const ways = [either(one.where, other.where)];
    if (!isDeepStrictEqual(one.at, other.at)) ways.push(one.where);
    else if (!isDeepStrictEqual(one.show, other.show)) ways.push(allOf([one.where, notSo(alike)]));
    found.push(matching({ over: one.over, where: anyOf(ways) }));
  }
  return found;
}
