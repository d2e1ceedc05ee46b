/** Mutants of conditions. A new kind of condition or pattern breaks the build until it has some. */
import type { Cond, Pattern, Range } from '../../src/ir/types.js';
import type { Scope } from '../../src/ir/typing.js';
import { changed, inEach, inPart, type Mutant, neighbours, texts } from './mutant.js';
import { bound, refMutants, sourceMutants } from './places.js';
import { termMutants } from './terms.js';

/** The condition negated, made true and made false, and what its kind has besides. */
export function condMutants(cond: Cond, scope: Scope): Mutant<Cond>[] {
  const negated: Cond = cond.kind === 'not' ? cond.of : { kind: 'not', of: cond };
  return [
    changed('negated', negated),
    changed('always true', { kind: 'constant', value: true }),
    changed('always false', { kind: 'constant', value: false }),
    ...ofKind(cond, scope),
  ];
}

function ofKind(cond: Cond, scope: Scope): Mutant<Cond>[] {
  switch (cond.kind) {
    // Making it true and making it false is all that can be done to it.
    case 'constant':
      return [changed('flipped', { ...cond, value: !cond.value })];
    case 'and':
    case 'or':
      return [
        changed(cond.kind === 'and' ? 'or instead' : 'and instead', {
          ...cond,
          kind: cond.kind === 'and' ? 'or' : 'and',
        }),
        ...inPart(
          'of',
          inEach(cond.of, (each) => condMutants(each, scope)),
          (of): Cond => ({ ...cond, of }),
        ),
      ];
    case 'not':
      return inPart('of', condMutants(cond.of, scope), (of): Cond => ({ ...cond, of }));
    case 'present':
      return inPart('ref', refMutants(cond.ref, scope), (ref): Cond => ({ ...cond, ref }));
    case 'emptyList':
      return [
        changed('present instead', { kind: 'present', ref: cond.list }),
        ...inPart('list', refMutants(cond.list, scope), (list): Cond => ({ ...cond, list })),
      ];
    case 'hasKey':
      return [
        ...inPart('map', refMutants(cond.map, scope), (map): Cond => ({ ...cond, map })),
        ...inPart('key', termMutants(cond.key, scope), (key): Cond => ({ ...cond, key })),
      ];
    case 'equal':
      return [
        ...inPart('left', termMutants(cond.left, scope), (left): Cond => ({ ...cond, left })),
        ...inPart('right', termMutants(cond.right, scope), (right): Cond => ({ ...cond, right })),
      ];
    case 'oneOf':
      return [
        ...inPart('term', termMutants(cond.term, scope), (term): Cond => ({ ...cond, term })),
        ...inPart('values', inEach(cond.values, neighbours), (values): Cond => ({ ...cond, values })),
      ];
    case 'matches':
      return [
        ...inPart('term', termMutants(cond.term, scope), (term): Cond => ({ ...cond, term })),
        ...inPart(
          'patterns',
          inEach(cond.patterns, patternMutants),
          (patterns): Cond => ({ ...cond, patterns }),
        ),
      ];
    case 'within':
      return [
        ...inPart('term', termMutants(cond.term, scope), (term): Cond => ({ ...cond, term })),
        ...inPart('ranges', inEach(cond.ranges, rangeMutants), (ranges): Cond => ({ ...cond, ranges })),
      ];
    case 'sameParts':
      return [
        changed('equal instead', { kind: 'equal', left: cond.left, right: cond.right }),
        ...inPart('left', termMutants(cond.left, scope), (left): Cond => ({ ...cond, left })),
        ...inPart('right', termMutants(cond.right, scope), (right): Cond => ({ ...cond, right })),
        ...inPart('separator', texts(cond.separator), (separator): Cond => ({ ...cond, separator })),
      ];
    case 'some':
    case 'every':
      return [
        changed(cond.kind === 'some' ? 'every instead' : 'some instead', {
          ...cond,
          kind: cond.kind === 'some' ? 'every' : 'some',
        }),
        ...inPart('in', sourceMutants(cond.in, scope), (source): Cond => ({ ...cond, in: source })),
        ...inPart(
          'where',
          condMutants(cond.where, bound(scope, cond.bind, cond.in)),
          (where): Cond => ({ ...cond, where }),
        ),
      ];
    case 'authorized':
      return (['verb', 'group', 'resource', 'name'] as const).flatMap((field) =>
        inPart(field, texts(cond[field]), (text): Cond => ({ ...cond, [field]: text })),
      );
  }
}

function patternMutants(pattern: Pattern): Mutant<Pattern>[] {
  switch (pattern.kind) {
    case 'prefix':
      return [
        changed('a suffix instead', { kind: 'suffix', suffix: pattern.prefix }),
        changed('the whole string instead', exactly(pattern.prefix)),
        changed('a path prefix instead', { kind: 'pathPrefix', prefix: pattern.prefix }),
        ...inPart('prefix', texts(pattern.prefix), (prefix): Pattern => ({ ...pattern, prefix })),
      ];
    case 'suffix':
      return [
        changed('a prefix instead', { kind: 'prefix', prefix: pattern.suffix }),
        changed('the whole string instead', exactly(pattern.suffix)),
        ...inPart('suffix', texts(pattern.suffix), (suffix): Pattern => ({ ...pattern, suffix })),
      ];
    case 'glob':
      return inPart(
        'glob',
        [...texts(pattern.glob), ...stars(pattern.glob)],
        (glob): Pattern => ({ ...pattern, glob }),
      );
    case 'pathPrefix':
      return [
        changed('a prefix of the string instead', { kind: 'prefix', prefix: pattern.prefix }),
        changed('the whole string instead', exactly(pattern.prefix)),
        ...inPart('prefix', texts(pattern.prefix), (prefix): Pattern => ({ ...pattern, prefix })),
      ];
  }
}

const exactly = (text: string): Pattern => ({ kind: 'glob', glob: text });

/** Each star dropped. */
function stars(glob: string): Mutant<string>[] {
  return [...glob.matchAll(/\*/g)].map(({ index }) =>
    changed(`star ${index} dropped`, glob.slice(0, index) + glob.slice(index + 1)),
  );
}

function rangeMutants(range: Range): Mutant<Range>[] {
  return (['min', 'max'] as const).flatMap((end) => [
    changed(`${end} one less`, { ...range, [end]: range[end] - 1 }),
    changed(`${end} one more`, { ...range, [end]: range[end] + 1 }),
  ]);
}
