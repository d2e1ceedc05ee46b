/** Mutants of words that are never said. */
import { isDeepStrictEqual } from 'node:util';
import type { Collection, Control, Text } from '../../src/ir/types.js';

/** What is known of a control's lists when it says something. */
interface Known {
  /** Those that never have several elements. */
  readonly single: ReadonlySet<string>;
  /** The one that has an element, where only one denies. */
  readonly sure: ReadonlySet<string>;
}

/** Whether two controls differ only in what is said of several elements where there is one, or of none where there is one. */
export function differOnlyUnsaid(original: Control, mutant: Control): boolean {
  return isDeepStrictEqual(said(original), said(mutant));
}

function said(control: Control): Control {
  const { collections } = control;
  const single = collections.filter(
    ({ from }) => from.length <= 1 && from.every(({ over }) => over.length === 0),
  );
  const denying = collections.filter(({ denies }) => denies);
  const namesOf = (lists: typeof collections) => new Set(lists.map(({ name }) => name));
  const known = { single: namesOf(single), sure: namesOf(denying.length === 1 ? denying : []) };
  return {
    ...control,
    collections: collections.map((each) =>
      single.includes(each) || ofUniqueNames(each) ? { ...each, distinct: false } : each,
    ),
    reason: saidText(control.reason, known),
    detail: saidText(control.detail, known),
  };
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
