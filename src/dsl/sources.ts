import type { ContainerGroup, Source } from '../ir/types.js';
import type { Container } from '../schema/index.js';
import { type Path, pathOf, refOf } from './paths.js';

declare const typeOfElement: unique symbol;

/** Elements of type `T` to quantify over. */
export interface Each<T> {
  readonly source: Source;
  readonly [typeOfElement]?: T;
}

/** One entry of a string map: its key, what follows the prefix in it, and its value. */
export interface MapEntry {
  readonly key: string;
  readonly suffix: string;
  readonly value: string;
}

const allGroups: readonly ContainerGroup[] = ['init', 'regular', 'ephemeral'];

/** The containers of a pod: init, regular and ephemeral ones unless groups are named. */
export function containers(groups: readonly ContainerGroup[] = allGroups): Each<Container> {
  return { source: { kind: 'containers', of: 'pod', groups } };
}

/** On UPDATE, the containers of the pod as it was stored. */
export function oldContainers(groups: readonly ContainerGroup[] = allGroups): Each<Container> {
  return { source: { kind: 'containers', of: 'old', groups } };
}

/** The elements of a list field. */
export function items<T>(list: Path<readonly T[]>): Each<T> {
  return { source: { kind: 'items', list: refOf(list) } };
}

/** The entries of a string map whose key starts with `prefix`. */
export function entries(map: Path<Readonly<Record<string, string>>>, prefix: string): Each<MapEntry> {
  return { source: { kind: 'entries', map: refOf(map), prefix } };
}

/** The groups of the requesting user. */
export const userGroups: Each<string> = { source: { kind: 'userGroups' } };

let names = 0;

/**
 * Binds an element to a name of its own. Names count up while a control is built and are made canonical when the
 * control is finished, so that the same control always has the same IR.
 */
export function bindElement<T>(): { readonly bind: string; readonly element: Path<T> } {
  names += 1;
  const bind = `_${names}`;
  return { bind, element: pathOf<T>({ from: bind, path: [] }) };
}
