/** Lists to quantify over, as Rego arrays: in the order of the pod, without nulls. */
import type { Source } from '../../ir/types.js';
import { containerTypes, emptyOf, type Root, scalarKind } from './facts.js';
import { array, call, type Doc, literal } from './layout.js';
import { mapDoc, pathDoc, place, refused, type Scope } from './reads.js';

const groups = [
  { group: 'init', field: 'initContainers' },
  { group: 'regular', field: 'containers' },
  { group: 'ephemeral', field: 'ephemeralContainers' },
] as const;

export interface Elements {
  readonly list: Doc;
  /** What an element is, under the name of a variable. */
  readonly element: (variable: string) => Root;
}

/** Stands for a source that was refused: with no type, so that what is read of its elements is not refused again. */
const nothing: Elements = { list: '[]', element: (at) => ({ kind: 'scalar', at, scalar: 'any' }) };

export function elementsOf(source: Source, scope: Scope): Elements {
  switch (source.kind) {
    case 'containers': {
      const wanted = groups.filter(({ group }) => source.groups.includes(group));
      const types = [...new Set(wanted.map(({ group }) => containerTypes[group]))];
      const fields = array(wanted.map(({ field }) => literal(field)));
      const pod = `world.${source.of}`;
      return {
        list:
          wanted.length === groups.length
            ? call('lib.all_containers', pod)
            : call('lib.containers', pod, fields),
        element: (at) => ({ kind: 'object', at, types, assured: true }),
      };
    }
    case 'items': {
      const found = place(source.list, scope);
      if (found === undefined) return nothing;
      const shown = [source.list.from, ...source.list.path].join('.');
      const of = found.kind === 'field' && found.field.kind === 'list' ? found.field.of : undefined;
      if (found.kind !== 'field' || of === undefined) {
        scope.refuse(`${shown}: it is no list`);
        return nothing;
      }
      const { type } = of;
      if (of.kind === 'struct' && type !== undefined) {
        return {
          list: call('lib.structs', found.at, pathDoc(found.path)),
          element: (at) => ({ kind: 'object', at, types: [type], assured: true }),
        };
      }
      const kind = scalarKind(of);
      const empty = kind !== undefined && 'kind' in kind ? emptyOf(kind.kind) : undefined;
      if (kind === undefined || 'unreadable' in kind || empty === undefined) {
        scope.refuse(`${shown}: its elements cannot be read from a manifest`);
        return nothing;
      }
      return {
        list: call('lib.scalars', found.at, pathDoc(found.path), literal(empty)),
        element: (at) => ({ kind: 'scalar', at, scalar: kind.kind }),
      };
    }
    case 'entries': {
      const map = mapDoc(source.map, scope);
      if (map === refused) return nothing;
      return {
        list: call('lib.with_prefix', map, literal(source.prefix)),
        element: (at) => ({ kind: 'entry', at }),
      };
    }
    case 'userGroups':
      return { list: 'world.request.groups', element: (at) => ({ kind: 'scalar', at, scalar: 'string' }) };
  }
}

/** The scope in which an element of a source has a name, and the statement that gives it. */
export function bindIn(bind: string, source: Source, scope: Scope): { statement: Doc; inner: Scope } {
  const { list, element } = elementsOf(source, scope);
  const local = scope.local.inner();
  // In the IR, names are unique in the control and numbered; in Rego, where they are seen.
  const variable = local.fresh(bind.replace(/\d+$/, ''));
  return {
    statement: { kind: 'infix', left: `some ${variable}`, operator: 'in', right: list },
    inner: { ...scope, local, bound: new Map(scope.bound).set(bind, element(variable)) },
  };
}
