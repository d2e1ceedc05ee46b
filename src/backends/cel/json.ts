/**
 * The raw encoding of absence: objects are JSON, as a manifest or a webhook's request has it. Nothing is typed, any field may
 * be null, and a null in a list or a map is the empty value of its type, as decoding makes it.
 */
import { type FieldType, fieldsOf } from '../../schema/index.js';
import { presenceUnknown } from '../manifest-facts.js';
import { CannotSay } from './cannot-say.js';
import type { Encoding } from './encoding.js';
import { binary, type Expr, emptyMap, index, literal, method, name, not, size, ternary } from './expr.js';
import { fieldOf, hasKey } from './names.js';
import { type Place, startOf, typeAt } from './place.js';

export const jsonEncoding: Encoding = {
  presence: (place) => ({ path: pathTo(place), value: valueAt(place) }),
  read,
  entry: (map, key) => orZero(index(map, key), { kind: 'string' }),
  counts: () => [],
};

/** Validation demands these: they are always there, and never empty. Without them an object is refused in better words. */
const always: Readonly<Record<string, readonly string[]>> = {
  Container: ['name'],
  EphemeralContainer: ['name'],
  Sysctl: ['name'],
  Volume: ['name'],
};

const isNull = (expr: Expr) => binary(expr, '==', literal(null));

/** Each key on the way, with something under it. */
function pathTo(place: Place): readonly Expr[] {
  const { from, steps } = startOf(place);
  const conditions = [...place.root.guards];
  let at = from;
  for (const { name: step, owner } of steps) {
    const here = fieldOf(at, step);
    if (!always[owner]?.includes(step)) conditions.push(hasKey(at, step), not(isNull(here)));
    at = here;
  }
  return conditions;
}

/** What tells a value from the one that stands for absence. */
function valueAt(place: Place): readonly Expr[] {
  const field = place.steps.at(-1)?.field;
  if (field === undefined) return [];
  const unknown = presenceUnknown(field);
  if (unknown !== undefined) throw new CannotSay(unknown);
  if (field.pointer) return [];
  const value = asWritten(place);
  switch (field.kind) {
    case 'string':
    case 'bytes':
      return [not(binary(value, '==', literal('')))];
    case 'int':
    case 'intOrString':
      return [not(binary(value, '==', literal(0)))];
    case 'bool':
      return [binary(value, '==', literal(true))];
    case 'list':
    case 'map':
      return [binary(size(value), '>', literal(0))];
    case 'time':
      return [];
    case 'struct':
    case 'quantity':
    case 'raw':
      throw new CannotSay('whether it is empty cannot be told from what a manifest says');
  }
}

function read(place: Place): Expr {
  const type = typeAt(place);
  const value = asWritten(place);
  switch (type.kind) {
    case 'bytes':
    case 'time':
    case 'quantity':
    case 'raw':
      throw new CannotSay(`the API server rewrites a value of the kind ${type.kind}`);
    case 'list': {
      const element = name('element');
      const each = type.of === undefined ? element : orZero(element, type.of);
      return each === element ? value : method(value, 'map', element, each);
    }
    case 'bool':
    case 'int':
    case 'string':
    case 'intOrString':
    case 'struct':
    case 'map':
      return value;
  }
}

function asWritten(place: Place): Expr {
  const { from, steps } = startOf(place);
  return steps.reduce((of, { name: step }) => fieldOf(of, step), from);
}

/** A null in a list or a map is the empty value of its type. */
function orZero(value: Expr, type: FieldType): Expr {
  const zero = zeroOf(type);
  return zero === undefined ? value : ternary(isNull(value), zero, value);
}

function zeroOf(type: FieldType): Expr | undefined {
  switch (type.kind) {
    case 'string':
      return literal('');
    case 'int':
    case 'intOrString':
      return literal(0);
    case 'bool':
      return literal(false);
    case 'struct':
      return type.type !== undefined && fieldsOf(type.type) !== undefined ? emptyMap : undefined;
    case 'list':
    case 'map':
    case 'bytes':
    case 'time':
    case 'quantity':
    case 'raw':
      return undefined;
  }
}
