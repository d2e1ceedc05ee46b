/** Mutants of places and of what is quantified over. */
import type { ContainerGroup, Ref, Source } from '../../src/ir/types.js';
import { elementOf, isProblem, type PlaceType, placeOf, type Scope, textOf } from '../../src/ir/typing.js';
import { type Field, fieldsOf } from '../../src/schema/index.js';
import { changed, inPart, type Mutant, texts } from './mutant.js';

/** The place that holds it, the fields of the same type beside it, and the same path from another root. */
export function refMutants(ref: Ref, scope: Scope): Mutant<Ref>[] {
  const shorter = ref.path.length === 0 ? [] : [{ ...ref, path: ref.path.slice(0, -1) }];
  const beside = siblings(ref, scope).map((name) => ({ ...ref, path: [...ref.path.slice(0, -1), name] }));
  const elsewhere = [...scope.keys()].filter((from) => from !== ref.from).map((from) => ({ ...ref, from }));
  return [...shorter, ...beside, ...elsewhere]
    .filter((each) => !isProblem(placeOf(each, scope)))
    .map((each) => changed(`${textOf(each)} instead`, each));
}

/** The nearest field of the same type on each side. */
function siblings(ref: Ref, scope: Scope): string[] {
  const place = placeOf(ref, scope);
  if (isProblem(place) || place.field === undefined || place.owner?.kind !== 'struct') return [];
  const { field } = place;
  const alike = Object.entries(fieldsOf(place.owner.type ?? '') ?? {})
    .filter(([, each]) => sameType(each, field))
    .map(([name]) => name);
  const at = alike.indexOf(ref.path.at(-1) ?? '');
  return [alike[at - 1], alike[at + 1]].filter((name) => name !== undefined);
}

function sameType(a: Field, b: PlaceType): boolean {
  const type = (each: PlaceType) =>
    JSON.stringify(each.kind === 'entry' ? each.kind : [each.kind, each.type, each.of]);
  return type(a) === type(b);
}

const groups: readonly ContainerGroup[] = ['init', 'regular', 'ephemeral'];

export function sourceMutants(source: Source, scope: Scope): Mutant<Source>[] {
  switch (source.kind) {
    case 'containers':
      return [
        ...groups.map((group): Mutant<Source> => {
          const without = source.groups.filter((each) => each !== group);
          return without.length < source.groups.length
            ? changed(`without ${group} containers`, { ...source, groups: without })
            : changed(`with ${group} containers`, { ...source, groups: [...source.groups, group] });
        }),
        changed('of the other pod', { ...source, of: source.of === 'pod' ? 'old' : 'pod' }),
      ];
    case 'items':
      return inPart('list', refMutants(source.list, scope), (list): Source => ({ ...source, list }));
    case 'entries':
      return [
        ...inPart('map', refMutants(source.map, scope), (map): Source => ({ ...source, map })),
        ...inPart('prefix', texts(source.prefix), (prefix): Source => ({ ...source, prefix })),
      ];
    // It has no parts; that what is said of its elements counts is shown by the quantifier's mutants.
    case 'userGroups':
      return [changed('the containers instead', { kind: 'containers', of: 'pod', groups })];
  }
}

/** The names in scope, with the element. */
export function bound(scope: Scope, bind: string, source: Source): Scope {
  const element = elementOf(source, scope);
  if (isProblem(element)) throw new TypeError(`the IR was not checked: ${element.message}`);
  return new Map(scope).set(bind, element);
}
