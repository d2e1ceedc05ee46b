/**
 * Conditions, in two forms: as statements of a rule's body, of which all have to hold, and as expressions that are true
 * or false. Both are total: an undefined statement would look like one that does not hold, also under a `not`.
 */
import type { Cond, Pattern, Term } from '../../ir/types.js';
import { array, call, comprehension, type Doc, infix, literal, not, set } from './layout.js';
import { mapDoc, presentDoc, refused, type Scope } from './reads.js';
import { bindIn } from './sources.js';
import { kindOf, termDoc, textDoc } from './terms.js';

/** Longer sets are constants of the module. */
const inlineValues = 4;

/** The statements that hold together where the condition holds; where it does not, for `negated`. */
export function statementsOf(cond: Cond, scope: Scope, negated = false): Doc[] {
  switch (cond.kind) {
    case 'constant':
      return cond.value === negated ? ['false'] : [];
    case 'not':
      return statementsOf(cond.of, scope, !negated);
    case 'and':
      return negated
        ? alternatives(cond.of, scope, true)
        : cond.of.flatMap((each) => statementsOf(each, scope));
    case 'or':
      return negated
        ? cond.of.flatMap((each) => statementsOf(each, scope, true))
        : alternatives(cond.of, scope, false);
    default: {
      const doc = negated ? negation(cond, scope) : condDoc(cond, scope);
      return doc === 'true' ? [] : [asStatement(doc)];
    }
  }
}

/** Where an expression stands alone, `not` says what lib.negate does in one. */
function asStatement(doc: Doc): Doc {
  const negated =
    typeof doc === 'object' && doc.kind === 'group' && doc.open === 'lib.negate(' ? doc.items[0] : undefined;
  return negated === undefined ? doc : not(negated);
}

function alternatives(conds: readonly Cond[], scope: Scope, negated: boolean): Doc[] {
  const [only, ...others] = conds;
  if (only !== undefined && others.length === 0) return statementsOf(only, scope, negated);
  return [
    call('lib.any_of', array(conds.map((each) => (negated ? negation(each, scope) : condDoc(each, scope))))),
  ];
}

/** An expression that is true where the condition does not hold, else false. */
function negation(cond: Cond, scope: Scope): Doc {
  switch (cond.kind) {
    case 'constant':
      return literal(!cond.value);
    case 'not':
      return condDoc(cond.of, scope);
    case 'and':
      return any(cond.of.map((each) => negation(each, scope)));
    case 'or':
      return all(cond.of.map((each) => negation(each, scope)));
    case 'equal':
      return comparison(cond.left, '!=', cond.right, scope);
    case 'oneOf':
      return membership(cond, '!=', scope);
    default:
      return call('lib.negate', condDoc(cond, scope));
  }
}

function any(docs: readonly Doc[]): Doc {
  const [only] = docs;
  return only !== undefined && docs.length === 1 ? only : call('lib.any_of', array(docs));
}

function all(docs: readonly Doc[]): Doc {
  const [only] = docs;
  return only !== undefined && docs.length === 1 ? only : call('lib.all_of', array(docs));
}

/** An expression that is true where the condition holds, else false. */
export function condDoc(cond: Cond, scope: Scope): Doc {
  switch (cond.kind) {
    case 'constant':
      return literal(cond.value);
    case 'and':
      return all(cond.of.map((each) => condDoc(each, scope)));
    case 'or':
      return any(cond.of.map((each) => condDoc(each, scope)));
    case 'not':
      return negation(cond.of, scope);
    case 'present':
      return presentDoc(cond.ref, scope);
    case 'hasKey':
      return call('lib.has_key', mapDoc(cond.map, scope), textDoc(cond.key, scope));
    case 'equal':
      return comparison(cond.left, '==', cond.right, scope);
    case 'oneOf':
      return membership(cond, '==', scope);
    case 'matches':
      return any(patternsDocs(cond.patterns, textDoc(cond.term, scope)));
    case 'within': {
      if (kindOf(cond.term, scope) !== 'number') scope.refuse('within: the term is not always a number');
      const ranges = cond.ranges.map(({ min, max }) => array([literal(min), literal(max)]));
      return call('lib.within', termDoc(cond.term, scope), array(ranges));
    }
    case 'sameParts':
      if (cond.separator === '') scope.refuse('sameParts: the separator is empty');
      return call(
        'lib.same_parts',
        textDoc(cond.left, scope),
        textDoc(cond.right, scope),
        literal(cond.separator),
      );
    case 'some':
    case 'every': {
      const { statement, inner } = bindIn(cond.bind, cond.in, scope);
      const values = comprehension(condDoc(cond.where, inner), [statement]);
      return call(cond.kind === 'some' ? 'lib.any_of' : 'lib.all_of', values);
    }
    case 'emptyList':
    case 'authorized':
      // The capabilities refuse them before anything is printed.
      return refused;
  }
}

function comparison(left: Term, operator: '==' | '!=', right: Term, scope: Scope): Doc {
  const kinds = [kindOf(left, scope), kindOf(right, scope)];
  // Values of two types are never equal; OPA's type checker refuses to compare them.
  if (kinds[0] !== kinds[1] && !kinds.includes('any')) return literal(operator === '!=');
  if (left.kind === 'literal' && right.kind === 'literal')
    return literal((left.value === right.value) === (operator === '=='));
  if (kinds[0] === 'boolean' && right.kind === 'literal') {
    const doc = termDoc(left, scope);
    return (right.value === true) === (operator === '==') ? doc : call('lib.negate', doc);
  }
  return infix(termDoc(left, scope), operator, termDoc(right, scope));
}

function membership(
  { term, values }: Extract<Cond, { kind: 'oneOf' }>,
  operator: '==' | '!=',
  scope: Scope,
): Doc {
  const kind = kindOf(term, scope);
  const possible = values.filter((value) => kind === 'any' || typeof value === kind);
  const [only] = possible;
  if (only === undefined) return literal(operator === '!=');
  if (possible.length === 1) return comparison(term, operator, { kind: 'literal', value: only }, scope);
  const inline = possible.length <= inlineValues;
  const doc = inline ? set(possible.map(literal)) : scope.constant(subject(term), possible);
  const within = infix(termDoc(term, scope), 'in', doc);
  return operator === '==' ? within : call('lib.negate', within);
}

/** What a term is about, for the name of a set of values that it may have. */
function subject(term: Term): string {
  switch (term.kind) {
    case 'value':
      return term.ref.path.at(-1) ?? term.ref.from;
    case 'effective':
      return term.refs[0]?.path.at(-1) ?? 'value';
    default:
      return term.kind;
  }
}

/** The prefixes together, and the suffixes together, as one call each. */
function patternsDocs(patterns: readonly Pattern[], text: Doc): Doc[] {
  const prefixes = patterns.flatMap((each) => (each.kind === 'prefix' ? [literal(each.prefix)] : []));
  const suffixes = patterns.flatMap((each) => (each.kind === 'suffix' ? [literal(each.suffix)] : []));
  return [
    ...oneOrMore(prefixes, text, 'startswith', 'lib.starts_with_any'),
    ...oneOrMore(suffixes, text, 'endswith', 'lib.ends_with_any'),
    ...patterns.flatMap((each) => otherPattern(each, text)),
  ];
}

function otherPattern(pattern: Pattern, text: Doc): Doc[] {
  switch (pattern.kind) {
    case 'prefix':
    case 'suffix':
      return [];
    case 'glob':
      return [globDoc(pattern.glob, text)];
    case 'pathPrefix':
      return [call('lib.below_path', text, literal(pattern.prefix.replace(/\/$/, '')))];
  }
}

function oneOrMore(affixes: readonly string[], text: Doc, one: string, more: string): Doc[] {
  const [only] = affixes;
  if (only === undefined) return [];
  return [affixes.length === 1 ? call(one, text, only) : call(more, text, array(affixes))];
}

/** From left to right, each part at the first place where it fits: what is left has to end with the last part. */
function globDoc(glob: string, text: Doc): Doc {
  const [first = '', ...rest] = glob.split('*');
  const last = rest.pop();
  if (last === undefined) return infix(text, '==', literal(first));
  const parts = rest.filter((part) => part !== '');
  const remaining = parts.reduce<Doc>(
    (value, part) => call('lib.after_part', value, literal(part)),
    call('lib.after_prefix', text, literal(first)),
  );
  return call('lib.ends_with', remaining, literal(last));
}
