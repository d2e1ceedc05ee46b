/** Decoding of values that are no structs, lists or maps, each as its Go type reads JSON. */
import type { Json } from '../manifest/types.js';
import type { FieldType } from '../schema/index.js';
import { quoted } from './problem.js';
import { formatQuantity, parseQuantity } from './quantity.js';

type Scalar =
  | { readonly absent: true }
  | { readonly value: Json; readonly empty: boolean }
  | { readonly wrong: string; readonly hint: string };

/** `shown` gives the value as the document writes it, for the words about one that is wrong. */
export function decodeScalar(value: Json, type: FieldType, shown: () => string): Scalar {
  const read = readScalar(value, type);
  if (!('wanted' in read)) return read;
  const { wanted, because = '' } = read;
  return {
    wrong: `has to be ${wanted}, not ${describe(value, shown)}${because}`,
    hint: hintFor(wanted, value, shown) ?? read.hint ?? `give ${wanted}`,
  };
}

type Read = Exclude<Scalar, { readonly wrong: string }> | Refused;

interface Refused {
  readonly wanted: string;
  readonly because?: string;
  readonly hint?: string;
}

function readScalar(value: Json, type: FieldType): Read {
  switch (type.kind) {
    case 'bool':
      return typeof value === 'boolean' ? { value, empty: !value } : { wanted: 'true or false' };
    case 'string':
      return typeof value === 'string' ? { value, empty: value === '' } : { wanted: 'a string' };
    case 'int':
      return typeof value === 'number' ? integer(value, type.bits ?? 64) : { wanted: 'a whole number' };
    case 'intOrString':
      if (typeof value === 'string') return { value, empty: false };
      return typeof value === 'number' ? integer(value, 32) : { wanted: 'a whole number or a string' };
    case 'quantity':
      return quantity(value);
    case 'time':
      return time(value);
    case 'bytes':
      if (
        typeof value !== 'string' ||
        !/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(value)
      ) {
        return { wanted: 'a base64 string' };
      }
      return { value, empty: value === '' };
    default:
      return { value, empty: false };
  }
}

/** The value in a message. */
export function describe(value: Json, shown: () => string): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return value === null ? 'null' : 'an object';
  return `the ${typeof value} ${quoted(shown())}`;
}

/** The usual reasons: quotes around a number or a boolean, or none around a string that YAML reads otherwise. */
function hintFor(wanted: string, value: Json, shown: () => string): string | undefined {
  if (wanted === 'a string' && (typeof value === 'number' || typeof value === 'boolean'))
    return `write it in quotes: "${shown()}"`;
  if (wanted === 'true or false' && typeof value === 'string') {
    if (/^(true|yes|on|y)$/i.test(value)) return 'write true without quotes';
    if (/^(false|no|off|n)$/i.test(value)) return 'write false without quotes';
  }
  if (wanted.startsWith('a whole number') && typeof value === 'string' && /^-?\d+$/.test(value))
    return `write ${value} without quotes`;
  return undefined;
}

function integer(value: number, bits: 32 | 64): Read {
  if (!Number.isInteger(value)) return { wanted: 'a whole number' };
  if (bits === 32 && (value < -(2 ** 31) || value >= 2 ** 31))
    return { wanted: 'a whole number of 32 bits', hint: 'give a number from -2147483648 to 2147483647' };
  // Kubernetes reads 64 bits; JSON numbers are exact here up to 2^53, and nothing is judged on a rounded number.
  if (!Number.isSafeInteger(value)) {
    return {
      wanted: 'a whole number below 2^53 in magnitude',
      because: ', which podsec cannot read exactly',
      hint: 'give a number from -9007199254740991 to 9007199254740991',
    };
  }
  return { value: value === 0 ? 0 : value, empty: value === 0 };
}

function quantity(value: Json): Read {
  const parsed =
    typeof value === 'string' || typeof value === 'number' ? parseQuantity(String(value)) : undefined;
  if (!parsed) return { wanted: 'a quantity such as 500m or 1Gi' };
  return { value: formatQuantity(parsed), empty: parsed.nano === 0n };
}

const zeroTime = '0001-01-01T00:00:00Z';
const rfc3339 = /^\d{4}-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:[.,]\d+)?(Z|[+-]\d\d:\d\d)$/;

/** metav1.Time: RFC 3339, kept to the second and written in UTC. */
function time(value: Json): Read {
  const match = typeof value === 'string' ? rfc3339.exec(value) : null;
  if (typeof value !== 'string' || !match) return { wanted: 'a time such as 2026-01-31T12:00:00Z' };
  const date = new Date(value.replace(/[.,]\d+/, ''));
  // Date rolls 31 February over; Go refuses it.
  const [, , day = ''] = match;
  const local = new Date(`${value.slice(0, 10)}T00:00:00Z`);
  if (Number.isNaN(date.getTime()) || Number.isNaN(local.getTime()) || local.getUTCDate() !== Number(day)) {
    return { wanted: 'a time such as 2026-01-31T12:00:00Z' };
  }
  const text = `${date.toISOString().slice(0, 19)}Z`;
  // metav1.Time writes its zero as null, behind a pointer too.
  return text === zeroTime ? { absent: true } : { value: text, empty: false };
}
