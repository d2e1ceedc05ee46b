/** What the types cannot say of terms and conditions: names, fields and types that have to agree. */
import { fieldsOf, keepsEmpty } from '../schema/index.js';
import type { Cond, Ref, Scalar, Source, Term } from './types.js';
import {
  describe,
  didYouMean,
  elementOf,
  howToRead,
  isProblem,
  type Place,
  type PlaceType,
  type Problem,
  placeOf,
  type ScalarType,
  type ScalarTypes,
  type Scope,
  scalarTypeOf,
  scalarTypes,
  stringMap,
  textOf,
} from './typing.js';

export function condProblems(cond: Cond, scope: Scope): Problem[] {
  switch (cond.kind) {
    case 'constant':
      return [];
    case 'and':
    case 'or':
      return cond.of.flatMap((each) => condProblems(each, scope));
    case 'not':
      return condProblems(cond.of, scope);
    case 'present':
      return presenceProblems(cond.ref, scope);
    case 'emptyList':
      return emptyListProblems(cond.list, scope);
    case 'hasKey':
      return [...problemsOf(stringMap(cond.map, scope)), ...wrongType(cond.key, 'string', 'a key', scope)];
    case 'equal':
      return equalProblems(cond.left, cond.right, scope);
    case 'oneOf': {
      const { types, problems } = typed(cond.term, scope);
      return [
        ...problems,
        ...cond.values.flatMap((value) => mismatch(value, types, 'a listed value')),
        ...repeated(cond.values, 'value'),
      ];
    }
    case 'matches':
      return wrongType(cond.term, 'string', 'what is matched', scope);
    case 'within':
      return [
        ...wrongType(cond.term, 'number', 'what lies in a range', scope),
        ...cond.ranges.flatMap(({ min, max }) => [...inexact(min), ...inexact(max), ...emptyRange(min, max)]),
      ];
    case 'sameParts':
      return [
        ...wrongType(cond.left, 'string', 'what is split', scope),
        ...wrongType(cond.right, 'string', 'what is split', scope),
        ...(cond.separator === ''
          ? [
              {
                message: 'the separator of `sameParts` is empty',
                hint: 'name the character between the parts',
              },
            ]
          : []),
      ];
    case 'some':
    case 'every':
      return within(cond.bind, cond.in, scope, (inner) => condProblems(cond.where, inner));
    case 'authorized':
      return cond.verb === '' || cond.resource === ''
        ? [{ message: '`authorized` names no verb or no resource', hint: 'name both' }]
        : [];
  }
}

/** The problems of a source and of the name that its elements get, then those inside, where the name is bound. */
export function within(
  bind: string,
  source: Source,
  scope: Scope,
  inside: (scope: Scope) => Problem[],
): Problem[] {
  const element = elementOf(source, scope);
  const named = [
    ...(/^[A-Za-z_][A-Za-z0-9_]*$/.test(bind)
      ? []
      : [{ message: `\`${bind}\` is no name for an element`, hint: 'use letters, digits and `_`' }]),
    ...(scope.has(bind) ? [{ message: `\`${bind}\` is bound already`, hint: 'use another name' }] : []),
  ];
  // Without a type for the element, each of its uses would be one more report of the same mistake.
  if (isProblem(element)) return [element, ...named];
  return [...named, ...inside(new Map(scope).set(bind, element))];
}

interface Typed {
  /** Nothing where the term itself is wrong: reported already. */
  readonly types: ScalarTypes | undefined;
  readonly problems: readonly Problem[];
}

/** The types that a term's value can have, with what is wrong in it. */
export function typed(term: Term, scope: Scope): Typed {
  switch (term.kind) {
    case 'literal':
      return { types: [scalarTypeOf(term.value)], problems: inexact(term.value) };
    case 'value':
      return readType([term.ref], term.absent, scope);
    case 'effective':
      return term.refs.length === 0
        ? {
            types: undefined,
            problems: [{ message: '`effective` names no field', hint: 'name at least one' }],
          }
        : readType(term.refs, term.absent, scope);
    case 'lookup':
      return ofType('string', [
        ...problemsOf(stringMap(term.map, scope)),
        ...wrongType(term.key, 'string', 'a key', scope),
      ]);
    case 'firstPresent':
      return ofType('string', firstPresentProblems(term.of, term.fields, scope));
    case 'size': {
      const element = elementOf(term.of, scope);
      return ofType('number', isProblem(element) ? [element] : []);
    }
    case 'concat':
      return ofType(
        'string',
        term.parts.flatMap((part) => wrongType(part, 'string', 'a part of `concat`', scope)),
      );
    case 'quoted':
      return ofType('string', wrongType(term.of, 'string', 'what is quoted', scope));
    case 'request':
      return ofType('string', []);
    case 'namespaceLabel':
      return ofType(
        'string',
        term.label === '' ? [{ message: '`namespaceLabel` names no label', hint: 'name one' }] : [],
      );
  }
}

function ofType(type: ScalarType, problems: readonly Problem[]): Typed {
  return { types: [type], problems };
}

function readType(refs: readonly Ref[], absent: Scalar, scope: Scope): Typed {
  const reads = refs.map((ref) => read(ref, scope));
  const problems = reads.flatMap((each) => each.problems);
  const [types, ...others] = reads.map((each) => each.types);
  if (problems.length > 0 || types === undefined) return { types: undefined, problems };
  if (others.some((other) => other === undefined || String(other) !== String(types))) {
    return {
      types: undefined,
      problems: [
        {
          message: `${refs.map((ref) => `\`${textOf(ref)}\``).join(' and ')} have different types`,
          hint: 'name fields of one type',
        },
      ],
    };
  }
  const wrong = mismatch(absent, types, 'the value that stands for an absent field');
  return { types, problems: [...wrong, ...inexact(absent), ...repeated(refs.map(textOf), 'field')] };
}

function read(ref: Ref, scope: Scope): Typed {
  const place = placeOf(ref, scope);
  if (isProblem(place)) return { types: undefined, problems: [place] };
  const types = scalarTypes(place.type);
  if (types !== undefined) return { types, problems: [] };
  const message = `\`${textOf(ref)}\` is ${describe(place.type)}, which has no value to compare`;
  return { types, problems: [{ message, hint: howToRead(place.type) }] };
}

/** The problems of a term that has to be of a type. */
export function wrongType(term: Term, wanted: ScalarType, role: string, scope: Scope): Problem[] {
  const { types, problems } = typed(term, scope);
  if (types === undefined || String(types) === wanted) return [...problems];
  const message = `${role} has to be a ${wanted}, not a ${types.join(' or a ')}`;
  return [...problems, { message, hint: `give a ${wanted}` }];
}

function equalProblems(left: Term, right: Term, scope: Scope): Problem[] {
  const a = typed(left, scope);
  const b = typed(right, scope);
  const problems = [...a.problems, ...b.problems];
  if (a.types === undefined || b.types === undefined || overlap(a.types, b.types)) return problems;
  const message = `a ${a.types.join(' or a ')} never equals a ${b.types.join(' or a ')}`;
  return [...problems, { message, hint: 'compare values of one type' }];
}

function overlap(a: ScalarTypes, b: ScalarTypes): boolean {
  return a.some((type) => b.includes(type));
}

function mismatch(value: Scalar, types: ScalarTypes | undefined, role: string): Problem[] {
  if (types === undefined || types.includes(scalarTypeOf(value))) return inexact(value);
  const shown = `\`${JSON.stringify(value)}\``;
  const wanted = types.join(' or a ');
  return [{ message: `${role}, ${shown}, has to be a ${wanted}`, hint: `give a ${wanted}` }];
}

function inexact(value: Scalar): Problem[] {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return [];
  const hint = `write a whole number of at most ${Number.MAX_SAFE_INTEGER} in magnitude`;
  return [{ message: `\`${value}\` is no integer that podsec can hold exactly`, hint }];
}

function emptyRange(min: number, max: number): Problem[] {
  return min <= max
    ? []
    : [{ message: `the range ${min} to ${max} holds no number`, hint: 'write the smaller end first' }];
}

/** Values, fields or names that stand in a list more than once. */
export function repeated(values: readonly Scalar[], what: string): Problem[] {
  const twice = new Set(values.filter((value, index) => values.indexOf(value) !== index));
  return [...twice].map((value) => ({
    message: `the ${what} \`${value}\` is listed twice`,
    hint: 'list it once',
  }));
}

/** Whether a field can be absent at all, so that it makes sense to ask. */
function presenceProblems(ref: Ref, scope: Scope): Problem[] {
  const place = placeOf(ref, scope);
  if (isProblem(place)) return [place];
  if (!isAlwaysThere(place)) return [];
  return [{ message: `\`${textOf(ref)}\` cannot be absent`, hint: 'ask for one of its fields' }];
}

/**
 * A root, an element and its key have no absence; an object that the Go type holds by value is the same as an
 * empty one, and present or not by accident of the encoding.
 */
function isAlwaysThere({ type, field, owner }: Place): boolean {
  return field === undefined || owner?.kind === 'entry' || (type.kind === 'struct' && !field.pointer);
}

function firstPresentProblems(of: Ref, fields: readonly string[], scope: Scope): Problem[] {
  const place = placeOf(of, scope);
  if (isProblem(place)) return [place];
  const known = structFields(place.type);
  if (known === undefined) {
    const message = `\`${textOf(of)}\` is ${describe(place.type)}, which has no fields to choose from`;
    return [{ message, hint: howToRead(place.type) }];
  }
  const unknown = fields.filter((field) => !known.includes(field));
  return [
    ...(fields.length === 0 ? [{ message: '`firstPresent` names no field', hint: 'name at least one' }] : []),
    ...unknown.map((field) => didYouMean(`\`${textOf(of)}\` has no field \`${field}\``, field, known)),
    ...fields
      .filter((field) => known.includes(field))
      .flatMap((field) => presenceProblems({ from: of.from, path: [...of.path, field] }, scope)),
    ...repeated(fields, 'field'),
  ];
}

function structFields(type: PlaceType): string[] | undefined {
  return type.kind === 'struct' ? Object.keys(fieldsOf(type.type ?? '') ?? {}) : undefined;
}

function emptyListProblems(list: Ref, scope: Scope): Problem[] {
  const place = placeOf(list, scope);
  if (isProblem(place)) return [place];
  const { owner } = place;
  if (owner?.kind === 'struct' && keepsEmpty(owner.type ?? '', list.path.at(-1) ?? '')) return [];
  return [
    {
      message: `whether \`${textOf(list)}\` is an empty list cannot be told from its absence`,
      hint: 'only `pod.spec.securityContext.supplementalGroups` keeps the two apart',
    },
  ];
}

function problemsOf(found: object): Problem[] {
  return isProblem(found) ? [found] : [];
}

/** A place to blame has to be one that a document of the judged pod can have. */
export function blameProblems(at: Ref, scope: Scope): Problem[] {
  const place = placeOf(at, scope);
  if (isProblem(place)) return [place];
  if (place.within === 'old') {
    return [
      {
        message: `\`${textOf(at)}\` is of the stored pod, not of the one that is judged`,
        hint: 'blame a field of `pod`',
      },
    ];
  }
  if (place.owner?.kind !== 'entry') return [];
  return [{ message: `\`${textOf(at)}\` is no field of the pod`, hint: `blame the entry, \`${at.from}\`` }];
}
