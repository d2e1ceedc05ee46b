/** Mutants of words that are never said. */
import { isDeepStrictEqual } from 'node:util';
import type { Collection, Control, Ref, Term, Text } from '../../src/ir/types.js';

/** What is known of a control's lists when it says something. */
interface Known {
  /** Those that never have several elements. */
  readonly single: ReadonlySet<string>;
  /** The one that has an element, where only one denies. */
  readonly sure: ReadonlySet<string>;
}

/**
 * Whether two controls differ only in what is said of several elements where there is one, or of none where there is one, and in
 * what no text says of a list: what it shows, how often, and lists that neither deny nor are said.
 */
export function differOnlyUnsaid(original: Control, mutant: Control): boolean {
  return isDeepStrictEqual(withoutUnsaid(original), withoutUnsaid(mutant));
}

/** A control without what it never says. */
export function withoutUnsaid(control: Control): Control {
  const { collections } = control;
  const single = collections.filter(
    ({ from }) => from.length <= 1 && from.every(({ over }) => over.length === 0),
  );
  const denying = collections.filter(({ denies }) => denies);
  const namesOf = (lists: typeof collections) => new Set(lists.map(({ name }) => name));
  const known = { single: namesOf(single), sure: namesOf(denying.length === 1 ? denying : []) };
  const reason = saidText(control.reason, known);
  const detail = saidText(control.detail, known);
  const uses = [...usesOf(reason), ...usesOf(detail)];
  const usesOfList = (name: string) => uses.filter(({ list }) => list === name).map(({ as }) => as);
  return {
    ...control,
    collections: collections
      .filter(({ name, denies }) => denies || usesOfList(name).length > 0)
      .map((each) => {
        const distinct = !single.includes(each) && !ofUniqueNames(each) && each.distinct;
        const used = usesOfList(each.name);
        const isCounted = used.some((as) => as !== 'presence');
        const isShown = used.includes('words') || (isCounted && distinct);
        return {
          ...each,
          distinct: isCounted && distinct,
          from: each.from.map((one) => ({
            ...one,
            show: isShown ? one.show : nothing,
            at: each.denies ? one.at : nowhere,
          })),
        };
      }),
    reason,
    detail,
  };
}

/** Lists of which texts say how many elements they have, or whether they have one, and no element. */
export function onlyCounted({ collections, reason, detail }: Control): ReadonlySet<string> {
  const uses = [...usesOf(reason), ...usesOf(detail)];
  const listed = uses.filter(({ as }) => as === 'words').map(({ list }) => list);
  return new Set(collections.map(({ name }) => name).filter((name) => !listed.includes(name)));
}

const nothing: Term = { kind: 'literal', value: '' };
const nowhere: Ref = { from: 'pod', path: [] };

/** What a text says of a list: its words, how many elements it has, or whether it has one. */
interface Use {
  readonly list: string;
  readonly as: 'words' | 'number' | 'presence';
}

function usesOf(text: Text): readonly Use[] {
  switch (text.kind) {
    case 'text':
      return [];
    case 'list':
      return [{ list: text.of, as: 'words' }];
    case 'plural':
      return text.of.map((list) => ({ list, as: 'number' }));
    case 'sequence':
    case 'joined':
      return text.parts.flatMap(usesOf);
    case 'ifAny':
      return [
        ...text.of.map((list): Use => ({ list, as: 'presence' })),
        ...usesOf(text.some),
        ...usesOf(text.otherwise),
      ];
  }
}

/** Whether a list has names of containers, or of volumes, each once: no two of a pod have the same name. */
function ofUniqueNames({ from }: Collection): boolean {
  const [{ over, show } = { over: [] }, ...others] = from;
  const [binding, ...inner] = over;
  if (binding === undefined || inner.length + others.length > 0 || show?.kind !== 'value') return false;
  const { in: source, bind } = binding;
  const isNamed =
    source.kind === 'containers' ||
    (source.kind === 'items' && source.list.path.join('.') === 'spec.volumes');
  return isNamed && show.ref.from === bind && show.ref.path.join('.') === 'name';
}

function saidText(text: Text, known: Known): Text {
  const inside = (of: Text) => saidText(of, known);
  switch (text.kind) {
    case 'text':
      return text;
    case 'list':
      return known.single.has(text.of) ? { ...text, separator: '' } : text;
    case 'plural': {
      const [list, ...others] = text.of;
      const few = list !== undefined && others.length === 0 && known.single.has(list);
      return few && known.sure.has(list) ? { kind: 'text', text: text.one } : text;
    }
    case 'sequence':
      return { ...text, parts: text.parts.map(inside) };
    case 'joined':
      return { ...text, parts: text.parts.map(inside) };
    case 'ifAny':
      return text.of.some((list) => known.sure.has(list))
        ? inside(text.some)
        : { ...text, some: inside(text.some), otherwise: inside(text.otherwise) };
  }
}
