/** What a clause reads of a pod, by places that have one name wherever a rule comes from: `container.ports[].hostPort`. */
import type { Cond, Ref, Source, Term } from '../../ir/types.js';
import type { Clause, Literal } from './clauses.js';
import { Tests } from './edges.js';
import { knownOutside } from './outside.js';
import { Unsayable } from './unsayable.js';

/** What is asked of each place that a clause reads. */
export type Reads = ReadonlyMap<string, Tests>;

export interface ClauseReads {
  /** The places that elements are bound from, sorted: `container`, `container.ports[]`. */
  readonly over: readonly string[];
  readonly reads: Reads;
  /** Two places that have to be equal: the name of a mount and that of its volume. */
  readonly joined: readonly string[];
}

export function readsOf(clause: Clause): ClauseReads {
  const placeOf = places(clause);
  const reads = new Map<string, Tests>();
  const joined: string[] = [];
  const read = (place: string): Tests => {
    const tests = reads.get(place) ?? new Tests();
    reads.set(place, tests);
    return tests;
  };
  for (const literal of clause.literals) {
    const pair = joinOf(literal, placeOf);
    if (pair !== undefined) joined.push(pair);
    else readCond(literal.cond, (place) => read(place), placeOf);
  }
  return {
    over: clause.over.map(({ bind }) => placeOf({ from: bind, path: [] })).sort(),
    reads,
    joined,
  };
}

/** What the name of a container is called inside of a key. */
export const containerName = '<container.name>';

type PlaceOf = (ref: Ref) => string;

function places({ over }: Clause): PlaceOf {
  const sources = new Map<string, Source>(over.map(({ bind, in: source }) => [bind, source]));
  const placeOf: PlaceOf = ({ from, path }) => [...rootOf(from), ...path].join('.');
  const rootOf = (from: string): readonly string[] => {
    if (from === 'pod') return [];
    if (from === 'old') throw new Unsayable('PodSecurityPolicy does not see the stored pod');
    const source = sources.get(from);
    if (source === undefined) throw new TypeError(`unbound name ${from}: the IR was not checked`);
    return [elementOf(source)];
  };
  const elementOf = (source: Source): string => {
    switch (source.kind) {
      case 'containers':
        if (source.of === 'old') throw new Unsayable('PodSecurityPolicy does not see the stored pod');
        return 'container';
      case 'items':
        return `${placeOf(source.list)}[]`;
      case 'entries':
        return `${placeOf(source.map)}[${source.prefix}*]`;
      case 'userGroups':
        return 'groups of the user';
    }
  };
  return placeOf;
}

function joinOf({ cond, holds }: Literal, placeOf: PlaceOf): string | undefined {
  if (cond.kind !== 'equal' || !holds) return undefined;
  const { left, right } = cond;
  if (left.kind !== 'value' || right.kind !== 'value') return undefined;
  return [placeOf(left.ref), placeOf(right.ref)].sort().join(' = ');
}

function readCond(cond: Cond, read: (place: string) => Tests, placeOf: PlaceOf): void {
  const ask = (term: Term, add: (tests: Tests) => void) => {
    for (const place of placesOfTerm(term, placeOf)) add(read(place));
  };
  switch (cond.kind) {
    case 'present':
      read(placeOf(cond.ref));
      return;
    case 'hasKey':
      read(keyPlace(cond.map, cond.key, placeOf));
      return;
    case 'equal': {
      const [literal, term] =
        cond.left.kind === 'literal' ? [cond.left, cond.right] : [cond.right, cond.left];
      if (literal.kind !== 'literal')
        throw new Unsayable('PodSecurityPolicy compares no two fields of a pod with each other');
      ask(term, (tests) => tests.values([literal.value]));
      return;
    }
    case 'oneOf':
      ask(cond.term, (tests) => tests.values(cond.values));
      return;
    case 'matches':
      ask(cond.term, (tests) => tests.patterns(cond.patterns));
      return;
    case 'within':
      ask(cond.term, (tests) => tests.ranges(cond.ranges));
      return;
    case 'emptyList':
      throw new Unsayable(
        'PodSecurityPolicy writes into lists that are absent, and cannot tell them apart alone',
      );
    case 'sameParts':
      throw new Unsayable(
        'PodSecurityPolicy compares parts of texts in SELinux levels alone, and writes those',
      );
    case 'some':
    case 'every':
      throw new Unsayable(
        (cond.in.kind === 'items' ? knownOutside(placeOf(cond.in.list)) : undefined) ??
          'PodSecurityPolicy refuses a pod for one element that is wrong, never for what no element or each has',
      );
    case 'authorized':
      throw new Unsayable(
        'PodSecurityPolicy asks the authorizer for the verb use of one policy, in the groups policy and extensions, ' +
          'and for nothing else',
      );
    case 'constant':
    case 'and':
    case 'or':
    case 'not':
      throw new TypeError(`${cond.kind} in a literal`);
  }
}

function placesOfTerm(term: Term, placeOf: PlaceOf): readonly string[] {
  switch (term.kind) {
    case 'literal':
      return [];
    case 'value':
      return [placeOf(term.ref)];
    case 'effective':
      return term.refs.map(placeOf);
    case 'lookup':
      return [keyPlace(term.map, term.key, placeOf)];
    case 'firstPresent':
      return term.fields.map((field) => placeOf({ from: term.of.from, path: [...term.of.path, field] }));
    case 'size':
      throw new Unsayable('PodSecurityPolicy counts nothing');
    case 'concat':
    case 'quoted':
      throw new Unsayable('PodSecurityPolicy puts no texts together');
    case 'request':
      throw new Unsayable(`PodSecurityPolicy does not look at the request's ${term.field}`);
    case 'namespaceLabel':
      throw new Unsayable('PodSecurityPolicy does not look at labels of the namespace');
  }
}

/** A key that ends in the name of a container is a place of that container. */
function keyPlace(map: Ref, key: Term, placeOf: PlaceOf): string {
  const write = (term: Term): string => {
    if (term.kind === 'literal') return String(term.value);
    if (term.kind === 'value' && placeOf(term.ref) === 'container.name') return containerName;
    throw new Unsayable(
      'PodSecurityPolicy looks up no key but one that is known, or made of the name of a container',
    );
  };
  const text = key.kind === 'concat' ? key.parts.map(write).join('') : write(key);
  return `${placeOf(map)}[${text}]`;
}
