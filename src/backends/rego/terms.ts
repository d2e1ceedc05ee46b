/** Terms as Rego expressions, each with a value on every pod. */
import type { Scalar, Term } from '../../ir/types.js';
import type { ScalarKind } from './facts.js';
import { array, call, type Doc, literal } from './layout.js';
import { firstPresentDoc, kindAt, mapDoc, refused, type Scope, valueDoc } from './reads.js';
import { elementsOf } from './sources.js';

const requestFields = {
  operation: 'world.request.operation',
  subresource: 'world.request.subresource',
  user: 'world.request.user',
  namespace: 'world.request.namespace',
} as const;

/** The type of a term's value, or `any`. */
export function kindOf(term: Term, scope: Scope): ScalarKind {
  switch (term.kind) {
    case 'literal':
      return kindOfLiteral(term.value);
    case 'value':
      return common([kindAt(term.ref, scope), kindOfLiteral(term.absent)]);
    case 'effective':
      return common([...term.refs.map((ref) => kindAt(ref, scope)), kindOfLiteral(term.absent)]);
    case 'size':
      return 'number';
    case 'lookup':
    case 'firstPresent':
    case 'concat':
    case 'quoted':
    case 'request':
    case 'namespaceLabel':
      return 'string';
  }
}

function kindOfLiteral(value: Scalar): ScalarKind {
  if (typeof value === 'string') return 'string';
  return typeof value === 'number' ? 'number' : 'boolean';
}

/** A place without a scalar type reads as absent always, so it does not count. */
function common(kinds: readonly (ScalarKind | undefined)[]): ScalarKind {
  const [first, ...others] = kinds.filter((kind) => kind !== undefined);
  return first !== undefined && others.every((kind) => kind === first) ? first : 'any';
}

export function termDoc(term: Term, scope: Scope): Doc {
  switch (term.kind) {
    case 'literal':
      return literal(term.value);
    case 'value':
      return valueDoc(term.ref, literal(term.absent), term.absent, scope);
    case 'effective':
      // The first reference is outermost. Only the last one stands before a literal.
      return term.refs.reduceRight<{ doc: Doc; literal: Scalar | undefined }>(
        (inner, ref) => ({ doc: valueDoc(ref, inner.doc, inner.literal, scope), literal: undefined }),
        { doc: literal(term.absent), literal: term.absent },
      ).doc;
    case 'lookup':
      return call('lib.lookup', mapDoc(term.map, scope), textDoc(term.key, scope), literal(term.absent));
    case 'firstPresent':
      return firstPresentDoc(term.of, term.fields, term.absent, scope);
    case 'size':
      return call('count', elementsOf(term.of, scope).list);
    case 'concat':
      return call('concat', '""', array(term.parts.map((part) => textDoc(part, scope))));
    case 'quoted':
      return call('lib.quote', textDoc(term.of, scope));
    case 'request':
      return requestFields[term.field];
    case 'namespaceLabel':
      return refused;
  }
}

/** The term as a string. */
export function textDoc(term: Term, scope: Scope): Doc {
  if (term.kind === 'literal') return literal(String(term.value));
  const doc = termDoc(term, scope);
  return kindOf(term, scope) === 'string' ? doc : call('lib.text', doc);
}
