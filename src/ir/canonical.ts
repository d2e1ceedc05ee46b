import type { Control, Mutation, Source } from './types.js';
import { identity, type Rewrite, rebuildControl, rebuildMutation } from './visit.js';

/**
 * Gives the bound elements of a control names that say what they are (`container`, `volume`, `port`), unique within the
 * control, so that the same rule has the same IR whenever and in whatever order it was built.
 */
export function canonicalNames(control: Control): Control {
  return renamed(control, rebuildControl);
}

/** The same of a mutation. */
export function canonicalMutation(mutation: Mutation): Mutation {
  return renamed(mutation, rebuildMutation);
}

function renamed<T>(node: T, rebuild: (node: T, rewrite: Rewrite) => T): T {
  const names = new Map<string, string>();
  const used = new Map<string, number>();
  const nameFor = (source: Source): string => {
    const base = baseName(source);
    const count = (used.get(base) ?? 0) + 1;
    used.set(base, count);
    return count === 1 ? base : `${base}${count}`;
  };
  // Sources come before the name that they are bound to, and that before its uses: one pass each to collect and to rename.
  let last: Source = { kind: 'userGroups' };
  rebuild(node, {
    ...identity,
    source: (source) => {
      last = source;
      return source;
    },
    bind: (bind) => {
      names.set(bind, nameFor(last));
      return bind;
    },
  });
  const nameOf = (name: string) => names.get(name) ?? name;
  return rebuild(node, {
    ...identity,
    ref: (ref) => ({ ...ref, from: nameOf(ref.from) }),
    bind: nameOf,
  });
}

function baseName(source: Source): string {
  switch (source.kind) {
    case 'containers':
      return source.of === 'old' ? 'oldContainer' : 'container';
    case 'items': {
      const field = source.list.path.at(-1) ?? 'item';
      return field.endsWith('s') ? field.slice(0, -1) : field;
    }
    case 'entries':
      return 'entry';
    case 'userGroups':
      return 'group';
  }
}
