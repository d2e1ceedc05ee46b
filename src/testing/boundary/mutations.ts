/**
 * A mutation as a control that reads what it reads and would write: the boundary pods of that control are those at which
 * the mutation begins or ends to write, with what it writes, and values next to it, in its place.
 */
import type { Comprehension, Cond, Control, Mutation, Ref, Scalar, Term, Write } from '../../ir/types.js';

export function controlOfMutation({ id, over, where, writes }: Mutation): Control {
  const comprehension = (where: Cond, write: Write): Comprehension => ({
    over,
    where,
    show: { kind: 'literal', value: id },
    at: write.kind === 'set' ? write.at : write.kind === 'add' ? write.list : write.map,
  });
  return {
    id,
    level: 'custom',
    unless: { kind: 'constant', value: false },
    collections: [
      {
        name: 'written',
        distinct: false,
        denies: true,
        from: writes.flatMap((write) => [comprehension(where, write), comprehension(isThere(write), write)]),
      },
    ],
    reason: { kind: 'text', text: id },
    detail: { kind: 'text', text: '' },
  };
}

/** That what is written is there already: its values, where they go. */
function isThere(write: Write): Cond {
  switch (write.kind) {
    case 'set': {
      const { at, value } = write;
      if (typeof value !== 'object') return equal({ kind: 'value', ref: at, absent: value }, value);
      if (isList(value)) return anyOf(at, value);
      return {
        kind: 'and',
        of: Object.entries(value).map(([name, each]) =>
          equal({ kind: 'value', ref: { ...at, path: [...at.path, name] }, absent: each }, each),
        ),
      };
    }
    case 'add':
      return { kind: 'or', of: [write.list, ...write.except].map((list) => anyOf(list, write.values)) };
    case 'setKey':
      return equal({ kind: 'lookup', map: write.map, key: write.key, absent: '' }, write.value);
  }
}

function anyOf(list: Ref, values: readonly Scalar[]): Cond {
  return {
    kind: 'some',
    bind: 'written',
    in: { kind: 'items', list },
    where: { kind: 'oneOf', term: { kind: 'value', ref: { from: 'written', path: [] }, absent: '' }, values },
  };
}

function equal(left: Term, value: Scalar): Cond {
  return { kind: 'equal', left, right: { kind: 'literal', value } };
}

function isList(value: object): value is readonly Scalar[] {
  return Array.isArray(value);
}
