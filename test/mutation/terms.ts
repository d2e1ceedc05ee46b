/** Mutants of terms. A new kind of term breaks the build until it has some. */
import type { RequestField, Term } from '../../src/ir/types.js';
import type { Scope } from '../../src/ir/typing.js';
import { changed, inEach, inPart, type Mutant, neighbours, reordered, texts } from './mutant.js';
import { refMutants, sourceMutants } from './places.js';

const requestFields: readonly RequestField[] = ['operation', 'subresource', 'user', 'namespace'];

export function termMutants(term: Term, scope: Scope): Mutant<Term>[] {
  switch (term.kind) {
    case 'literal':
      return inPart('value', neighbours(term.value), (value): Term => ({ ...term, value }));
    case 'value':
      return [
        ...inPart('ref', refMutants(term.ref, scope), (ref): Term => ({ ...term, ref })),
        ...inPart('absent', neighbours(term.absent), (absent): Term => ({ ...term, absent })),
      ];
    case 'effective':
      return [
        ...inPart(
          'refs',
          [...inEach(term.refs, (ref) => refMutants(ref, scope)), ...reordered(term.refs)],
          (refs): Term => ({ ...term, refs }),
        ),
        ...inPart('absent', neighbours(term.absent), (absent): Term => ({ ...term, absent })),
      ];
    case 'lookup':
      return [
        ...inPart('map', refMutants(term.map, scope), (map): Term => ({ ...term, map })),
        ...inPart('key', termMutants(term.key, scope), (key): Term => ({ ...term, key })),
        ...inPart('absent', texts(term.absent), (absent): Term => ({ ...term, absent })),
      ];
    case 'firstPresent':
      return [
        ...inPart('of', refMutants(term.of, scope), (of): Term => ({ ...term, of })),
        ...inPart(
          'fields',
          [...inEach(term.fields, () => []), ...reordered(term.fields)],
          (fields): Term => ({ ...term, fields }),
        ),
        ...inPart('absent', texts(term.absent), (absent): Term => ({ ...term, absent })),
      ];
    case 'size':
      return [
        changed('none', { kind: 'literal', value: 0 }),
        ...inPart('of', sourceMutants(term.of, scope), (of): Term => ({ ...term, of })),
      ];
    case 'concat':
      return inPart(
        'parts',
        [...inEach(term.parts, (part) => termMutants(part, scope)), ...reordered(term.parts)],
        (parts): Term => ({ ...term, parts }),
      );
    case 'quoted':
      return [
        changed('not quoted', term.of),
        ...inPart('of', termMutants(term.of, scope), (of): Term => ({ ...term, of })),
      ];
    case 'request':
      return requestFields
        .filter((field) => field !== term.field)
        .map((field) => changed(`the ${field} instead`, { ...term, field }));
    case 'namespaceLabel':
      return [
        ...inPart('label', texts(term.label), (label): Term => ({ ...term, label })),
        ...inPart('absent', texts(term.absent), (absent): Term => ({ ...term, absent })),
      ];
  }
}
