import type { RequestField, Scalar, Term as TermNode } from '../ir/types.js';
import { type Path, refOf } from './paths.js';
import type { Each } from './sources.js';

declare const typeOfTerm: unique symbol;

/** A value of type `T` on every pod. */
export interface Term<T extends Scalar> {
  readonly node: TermNode;
  readonly [typeOfTerm]?: T;
}

/** A term, or a literal that stands for one. */
export type Operand<T extends Scalar> = T | Term<T>;

export function termNode<T extends Scalar>(operand: Operand<T>): TermNode {
  return typeof operand === 'object' ? operand.node : { kind: 'literal', value: operand };
}

function term<T extends Scalar>(node: TermNode): Term<T> {
  return { node };
}

/** What may stand for an absent field: a value of its type, or the empty string for any string. */
export type Absent<T extends Scalar> = NoInfer<T> | (T extends string ? '' : never);

/** The field's value, or `absent` where the field is absent. */
export function value<T extends Scalar>(path: Path<T>, absent: Absent<T>): Term<T> {
  return term({ kind: 'value', ref: refOf(path), absent });
}

/** The name of a container, a volume, a sysctl and the like. */
export function nameOf(element: { readonly name: Path<string> }): Term<string> {
  return value(element.name, '');
}

/** An element that is itself a value, of a list of strings or numbers. */
export function itself<T extends string>(element: Path<T>): Term<T> {
  return term({ kind: 'value', ref: refOf(element), absent: '' });
}

/** The value of the first of the fields that is present, the container's before the pod's, or `absent`. */
export function effective<T extends Scalar>(paths: readonly Path<T>[], absent: Absent<T>): Term<T> {
  return term({ kind: 'effective', refs: paths.map(refOf), absent });
}

/** The value under a key of a string map, such as an annotation's. */
export function lookup(
  map: Path<Readonly<Record<string, string>>>,
  key: Operand<string>,
  absent: string,
): Term<string> {
  return term({ kind: 'lookup', map: refOf(map), key: termNode(key), absent });
}

/** The name of the first of an object's fields that is present, such as a volume's source. */
export function firstPresent<T extends object>(
  of: Path<T>,
  fields: readonly (keyof T & string)[],
  absent: string,
): Term<string> {
  return term({ kind: 'firstPresent', of: refOf(of), fields, absent });
}

/** The number of elements. */
export function size(of: Each<unknown>): Term<number> {
  return term({ kind: 'size', of: of.source });
}

/** Strings one after the other. */
export function concat(...parts: readonly Operand<string>[]): Term<string> {
  return term({ kind: 'concat', parts: parts.map(termNode) });
}

/** The string in double quotes, escaped. */
export function quoted(of: Operand<string>): Term<string> {
  return term({ kind: 'quoted', of: termNode(of) });
}

/** What the admission request says; empty for a manifest. */
export function request(field: Exclude<RequestField, 'operation'>): Term<string>;
export function request(field: 'operation'): Term<'CREATE' | 'UPDATE'>;
export function request(field: RequestField): Term<string> {
  return term({ kind: 'request', field });
}

/** The value of a label of the request's namespace. */
export function namespaceLabel(label: string, absent: string): Term<string> {
  return term({ kind: 'namespaceLabel', label, absent });
}
