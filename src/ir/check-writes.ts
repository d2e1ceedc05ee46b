/** What the types cannot say of what a mutation writes: the place is one of the judged pod, and takes the value. */
import { fieldOf, keepsEmpty } from '../schema/index.js';
import { blameProblems, repeated, wrongType } from './check-terms.js';
import type { Ref, Scalar, Value, Write } from './types.js';
import {
  describe,
  isProblem,
  type Place,
  type Problem,
  placeOf,
  type Scope,
  scalarTypeOf,
  scalarTypes,
  stringMap,
  textOf,
} from './typing.js';

export function writeProblems(writes: readonly Write[], scope: Scope): Problem[] {
  return [
    ...writes.flatMap((write) => ownProblems(write, scope)),
    ...repeated(
      writes.filter(({ kind }) => kind !== 'setKey').map((write) => textOf(placeWritten(write))),
      'place that is written',
    ),
  ];
}

/** The field that a write changes. */
function placeWritten(write: Write): Ref {
  switch (write.kind) {
    case 'set':
      return write.at;
    case 'add':
      return write.list;
    case 'setKey':
      return write.map;
  }
}

function ownProblems(write: Write, scope: Scope): Problem[] {
  const at = placeWritten(write);
  const place = placeOf(at, scope);
  const misplaced = blameProblems(at, scope);
  if (isProblem(place) || misplaced.length > 0) return misplaced;
  if (at.path.length === 0 || place.within !== 'pod') {
    return [{ message: `\`${textOf(at)}\` is no field of the pod to write`, hint: 'name a field' }];
  }
  switch (write.kind) {
    case 'set':
      return valueProblems(write.value, place, at);
    case 'add':
      return [
        ...repeated(write.values, 'value'),
        ...[write.list, ...write.except].flatMap((list) => textListProblems(list, scope)),
      ];
    case 'setKey':
      return [...problemsOf(stringMap(write.map, scope)), ...wrongType(write.key, 'string', 'a key', scope)];
  }
}

function problemsOf(found: object): Problem[] {
  return isProblem(found) ? [found] : [];
}

function textListProblems(list: Ref, scope: Scope): Problem[] {
  const place = placeOf(list, scope);
  if (isProblem(place)) return [place];
  if (place.type.kind === 'list' && place.type.of?.kind === 'string') return [];
  return [
    {
      message: `\`${textOf(list)}\` is ${describe(place.type)}, not a list of strings`,
      hint: 'add to a list of strings',
    },
  ];
}

function valueProblems(value: Value, place: Place, at: Ref): Problem[] {
  const { type, field } = place;
  if (isAbsence(value, place, at)) {
    return [
      {
        message: `\`${textOf(at)}\` with the value ${JSON.stringify(value)} is the same as without one`,
        hint: 'write a value, or drop the write',
      },
    ];
  }
  const wrong: Problem = {
    message: `\`${textOf(at)}\` is ${describe(type)}, which ${JSON.stringify(value)} is not`,
    hint: 'write a value of its type',
  };
  if (typeof value !== 'object') return field !== undefined && takes(type, value) ? [] : [wrong];
  if (isList(value)) {
    const element = type.kind === 'list' ? type.of : undefined;
    return element !== undefined && value.every((each) => takes(element, each)) ? [] : [wrong];
  }
  const owner = type.kind === 'struct' ? (type.type ?? '') : undefined;
  if (owner === undefined) return [wrong];
  return Object.entries(value).flatMap(([name, each]) => {
    const field = fieldOf(owner, name);
    if (field === undefined)
      return [{ message: `\`${textOf(at)}\` has no field \`${name}\``, hint: 'name one that it has' }];
    const inner = { from: at.from, path: [...at.path, name] };
    return valueProblems(each, { type: field, field, owner: type, within: place.within }, inner);
  });
}

/** An API server cannot tell an empty value of a field that is no pointer from its absence. */
function isAbsence(value: Value, { type, field, owner }: Place, at: Ref): boolean {
  if (isList(value)) {
    const kept = owner?.kind === 'struct' && keepsEmpty(owner.type ?? '', at.path.at(-1) ?? '');
    return type.kind === 'list' && value.length === 0 && !kept;
  }
  if (field?.pointer !== false) return false;
  if (typeof value === 'object') return Object.keys(value).length === 0;
  return value === '' || value === 0 || value === false;
}

function takes(type: Place['type'], value: Scalar): boolean {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) return false;
  return scalarTypes(type)?.includes(scalarTypeOf(value)) === true;
}

function isList(value: Value): value is readonly Scalar[] {
  return Array.isArray(value);
}
