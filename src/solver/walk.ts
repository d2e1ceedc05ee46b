/** Walking conditions with what each bound name stands for, and whether they are to hold. */
import type { Cond, Mutation, Source, Term } from '../ir/types.js';
import { elementsOf, rootScope, type Scope, within } from './places.js';

/** A condition that has to hold, or that must not. */
export interface Demand {
  readonly cond: Cond;
  readonly holds: boolean;
  /** Of the pod as these leave it. */
  readonly after?: readonly Mutation[];
}

export type Atom = Exclude<Cond, { kind: 'and' | 'or' | 'not' | 'some' | 'every' | 'constant' }>;

export function visitAtoms(
  cond: Cond,
  visit: (atom: Atom, scope: Scope) => void,
  scope: Scope = rootScope,
): void {
  switch (cond.kind) {
    case 'constant':
      return;
    case 'and':
    case 'or':
      for (const each of cond.of) visitAtoms(each, visit, scope);
      return;
    case 'not':
      visitAtoms(cond.of, visit, scope);
      return;
    case 'some':
    case 'every':
      visitAtoms(cond.where, visit, within(scope, cond.bind, elementsOf(cond.in, scope)));
      return;
    default:
      visit(cond, scope);
  }
}

/** The terms of a condition without parts. */
export function termsOf(atom: Atom): readonly Term[] {
  switch (atom.kind) {
    case 'present':
    case 'emptyList':
    case 'authorized':
      return [];
    case 'hasKey':
      return [atom.key];
    case 'equal':
    case 'sameParts':
      return [atom.left, atom.right];
    case 'oneOf':
    case 'matches':
    case 'within':
      return [atom.term];
  }
}

/** What a condition goes over. */
export function visitSources(
  cond: Cond,
  visit: (source: Source, scope: Scope) => void,
  scope: Scope = rootScope,
): void {
  switch (cond.kind) {
    case 'and':
    case 'or':
      for (const each of cond.of) visitSources(each, visit, scope);
      return;
    case 'not':
      visitSources(cond.of, visit, scope);
      return;
    case 'some':
    case 'every':
      visit(cond.in, scope);
      visitSources(cond.where, visit, within(scope, cond.bind, elementsOf(cond.in, scope)));
      return;
    default:
      return;
  }
}
