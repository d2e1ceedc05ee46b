/** To whom and where two policies apply: what is decided before a pod is judged. */
import { requirementText } from '../ir/requirement.js';
import type { Exemptions, Policy } from '../ir/types.js';

/** Something that differs outside of the rules about pods, and what that makes of the first policy. */
export interface Applying {
  /** In words: `the namespaces that are exempt`. */
  readonly what: string;
  readonly first: readonly string[];
  readonly second: readonly string[];
  /** Null where it changes no verdict. */
  readonly effect: 'stricter' | 'laxer' | 'incomparable' | null;
}

/** More of these means fewer pods that are judged. */
function lists({
  exemptions,
  scope,
}: Policy): readonly (readonly [what: string, values: readonly string[]])[] {
  return [
    ['namespaces out of scope', scope.excludedNamespaces],
    ['demands on the labels of namespaces', scope.namespaceSelector.map(requirementText)],
    ...exemptionLists(exemptions),
  ];
}

const exemptionLists = ({ namespaces, users, serviceAccounts }: Exemptions) =>
  [
    ['exempt namespaces', namespaces],
    ['exempt users', users],
    ['exempt service accounts', serviceAccounts.map(({ namespace, name }) => `${namespace}/${name}`)],
  ] as const;

export function applyingDifferently(first: Policy, second: Policy): Applying[] {
  const others = new Map(lists(second));
  const found = lists(first).flatMap(([what, values]): Applying[] => {
    const other = others.get(what) ?? [];
    const here = values.filter((value) => !other.includes(value));
    const there = other.filter((value) => !values.includes(value));
    if (here.length === 0 && there.length === 0) return [];
    const effect = there.length === 0 ? 'laxer' : here.length === 0 ? 'stricter' : 'incomparable';
    return [{ what, first: here, second: there, effect }];
  });
  if (first.mode === second.mode) return found;
  return [...found, { what: 'mode', first: [first.mode], second: [second.mode], effect: null }];
}
