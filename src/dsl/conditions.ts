import type { Cond as CondNode, Pattern, Range, Scalar } from '../ir/types.js';
import { type Path, refOf } from './paths.js';
import { bindElement, type Each } from './sources.js';
import { type Operand, type Term, termNode } from './terms.js';

/** True or false of every pod. */
export interface Cond {
  readonly cond: CondNode;
}

const made = (cond: CondNode): Cond => ({ cond });

export const always: Cond = made({ kind: 'constant', value: true });
export const never: Cond = made({ kind: 'constant', value: false });

export function and(...of: readonly Cond[]): Cond {
  return made({ kind: 'and', of: of.map((each) => each.cond) });
}

export function or(...of: readonly Cond[]): Cond {
  return made({ kind: 'or', of: of.map((each) => each.cond) });
}

export function not(of: Cond): Cond {
  return made({ kind: 'not', of: of.cond });
}

/** The field is present; a field that the API cannot tell from an empty one is present where it is not empty. */
export function present(path: Path<unknown>): Cond {
  return made({ kind: 'present', ref: refOf(path) });
}

/** The list is given as `[]`, which only supplementalGroups keeps apart from absence. */
export function emptyList(list: Path<readonly unknown[]>): Cond {
  return made({ kind: 'emptyList', list: refOf(list) });
}

export function hasKey(map: Path<Readonly<Record<string, string>>>, key: Operand<string>): Cond {
  return made({ kind: 'hasKey', map: refOf(map), key: termNode(key) });
}

export function equal<T extends Scalar>(left: Term<T>, right: Operand<NoInfer<T>>): Cond {
  return made({ kind: 'equal', left: left.node, right: termNode(right) });
}

export function oneOf<T extends Scalar>(term: Term<T>, values: readonly NoInfer<T>[]): Cond {
  return made({ kind: 'oneOf', term: term.node, values });
}

/** The whole string matches one of the patterns: see `prefix`, `suffix`, `glob`, `pathPrefix`. */
export function matches(term: Term<string>, ...patterns: readonly Pattern[]): Cond {
  return made({ kind: 'matches', term: term.node, patterns });
}

/** The number lies in one of the ranges, both ends included. */
export function within(term: Term<number>, ...ranges: readonly Range[]): Cond {
  return made({ kind: 'within', term: term.node, ranges });
}

/** Both strings have the same parts between separators, each as often, in any order. */
export function sameParts(left: Term<string>, right: Operand<string>, separator: string): Cond {
  return made({ kind: 'sameParts', left: left.node, right: termNode(right), separator });
}

export function some<T>(each: Each<T>, where: (element: Path<T>) => Cond): Cond {
  const { bind, element } = bindElement<T>();
  return made({ kind: 'some', bind, in: each.source, where: where(element).cond });
}

export function every<T>(each: Each<T>, where: (element: Path<T>) => Cond): Cond {
  const { bind, element } = bindElement<T>();
  return made({ kind: 'every', bind, in: each.source, where: where(element).cond });
}

/** The requesting user, or failing that the pod's service account, may do this. */
export function authorized(verb: string, group: string, resource: string, name: string): Cond {
  return made({ kind: 'authorized', verb, group, resource, name });
}

/** The field is present and true. */
export function isTrue(path: Path<boolean>): Cond {
  return made({
    kind: 'equal',
    left: { kind: 'value', ref: refOf(path), absent: false },
    right: { kind: 'literal', value: true },
  });
}

/** The field is present and false. */
export function isFalse(path: Path<boolean>): Cond {
  return made({
    kind: 'equal',
    left: { kind: 'value', ref: refOf(path), absent: true },
    right: { kind: 'literal', value: false },
  });
}

export const prefix = (text: string): Pattern => ({ kind: 'prefix', prefix: text });
export const suffix = (text: string): Pattern => ({ kind: 'suffix', suffix: text });
export const glob = (text: string): Pattern => ({ kind: 'glob', glob: text });
export const pathPrefix = (text: string): Pattern => ({ kind: 'pathPrefix', prefix: text });
