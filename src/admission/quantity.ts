/**
 * resource.Quantity of apimachinery/pkg/api/resource: parsing, canonical text, sum and order. Amounts are exact,
 * in units of 10^-9, below which Kubernetes rounds up.
 */

import { trimSpace } from './go.js';

export type Format = 'decimalSI' | 'decimalExponent' | 'binarySI';

export interface Quantity {
  readonly nano: bigint;
  readonly format: Format;
  /** How Kubernetes writes it, where that is not the canonical form: it keeps the text of some inputs. */
  readonly text?: string;
}

const decimalSuffixes = new Map([
  ['n', -9],
  ['u', -6],
  ['m', -3],
  ['', 0],
  ['k', 3],
  ['M', 6],
  ['G', 9],
  ['T', 12],
  ['P', 15],
  ['E', 18],
]);
const binarySuffixes = new Map([
  ['Ki', 10],
  ['Mi', 20],
  ['Gi', 30],
  ['Ti', 40],
  ['Pi', 50],
  ['Ei', 60],
]);
const maxInt64 = (1n << 63n) - 1n;
const billion = 10n ** 9n;

/** Beyond this, powers of ten cost memory and mean nothing; Kubernetes reads them, and then refuses the pod. */
const maxExponent = 400;

function interpret(suffix: string): { exponent: number; format: Format } | undefined {
  const decimal = decimalSuffixes.get(suffix);
  if (decimal !== undefined) return { exponent: decimal, format: 'decimalSI' };
  const binary = binarySuffixes.get(suffix);
  if (binary !== undefined) return { exponent: binary, format: 'binarySI' };
  if (!/^[eE][+-]?\d+$/.test(suffix)) return undefined;
  const exponent = Number(suffix.slice(1));
  return Math.abs(exponent) <= maxExponent ? { exponent, format: 'decimalExponent' } : undefined;
}

/** The quantity that a JSON string or number means, or nothing where Kubernetes refuses it. */
export function parseQuantity(input: string): Quantity | undefined {
  // Go trims the JSON text itself, in which control characters are escapes, so it does not find those.
  if (/[\t\n\v\f\r]/.test(input)) return undefined;
  const text = trimSpace(input);
  const match = /^([+-]?)0*(\d*)(?:\.(\d*))?([eEinumkKMGTP]*[-+]?\d*)$/.exec(text);
  if (!match || text === '') return undefined;
  const [, sign = '', digits = '', denom = '', suffix = ''] = match;
  const num = digits === '' ? '0' : digits;
  const unit = interpret(suffix);
  // A text without digits, such as "." or "m", is zero to Kubernetes.
  if (!unit) return undefined;
  const negative = sign === '-';
  const direct = fastPath(text, num, denom, unit);
  if (direct) return { ...direct, nano: negative ? -direct.nano : direct.nano };
  return slowPath(num, denom, unit, negative);
}

/** ParseQuantity's way for short numbers; it decides which texts are kept as they are. */
function fastPath(
  text: string,
  num: string,
  denom: string,
  { exponent, format }: { exponent: number; format: Format },
): Quantity | undefined {
  const scale = (format === 'binarySI' ? 0 : exponent) - denom.length;
  let precision = 18 - num.length - denom.length;
  if (format === 'binarySI') {
    precision = denom.length === 0 ? 15 - num.length - Math.trunc((exponent * 3) / 10) - 1 : -1;
  }
  const shifted = num + denom;
  const value = BigInt(shifted) * (format === 'binarySI' ? 1n << BigInt(exponent) : 1n);
  if (precision < 0 || scale < -9 || value > maxInt64) return undefined;
  const kept =
    format === 'binarySI'
      ? (BigInt(shifted) & 7n) !== 0n
      : scale % 3 === 0 && !shifted.endsWith('000') && !shifted.startsWith('0');
  return { nano: value * 10n ** BigInt(scale + 9), format, ...(kept ? { text } : {}) };
}

function slowPath(
  num: string,
  denom: string,
  { exponent, format }: { exponent: number; format: Format },
  negative: boolean,
): Quantity {
  // An unscaled number and a power of ten; then up to a multiple of 10^-9.
  let unscaled = BigInt(num + denom);
  let scale = -denom.length;
  if (format === 'binarySI') unscaled <<= BigInt(exponent);
  else scale += exponent;
  let nano: bigint;
  if (scale >= -9) {
    nano = unscaled * 10n ** BigInt(scale + 9);
  } else {
    const divisor = 10n ** BigInt(-9 - scale);
    nano = (unscaled + divisor - 1n) / divisor;
  }
  const cap = maxInt64 * billion;
  if (format === 'binarySI' && nano > cap) nano = cap;
  const small = format === 'binarySI' && nano > 0n && nano < billion;
  return { nano: negative ? -nano : nano, format: small ? 'decimalSI' : format };
}

function strip(amount: bigint, factor: bigint): [amount: bigint, times: number] {
  let times = 0;
  let rest = amount;
  while (rest !== 0n && rest % factor === 0n) {
    rest /= factor;
    times++;
  }
  return [rest, times];
}

function suffixFor(table: ReadonlyMap<string, number>, exponent: number): string {
  for (const [suffix, value] of table) if (value === exponent) return suffix;
  return '';
}

/** CanonicalizeBytes, or the text that Kubernetes kept. */
export function formatQuantity({ nano, format, text }: Quantity): string {
  if (text !== undefined) return text;
  if (nano === 0n) return '0';
  const whole = nano % billion === 0n;
  if (format === 'binarySI' && whole && (nano <= -1024n * billion || nano >= 1024n * billion)) {
    const [amount, times] = strip(nano / billion, 1024n);
    return `${amount}${suffixFor(binarySuffixes, times * 10)}`;
  }
  const [stripped, times] = strip(nano, 10n);
  let amount = stripped;
  let exponent = times - 9;
  for (; exponent % 3 !== 0; exponent--) amount *= 10n;
  if (format === 'decimalExponent') return exponent === 0 ? `${amount}` : `${amount}e${exponent}`;
  return `${amount}${suffixFor(decimalSuffixes, exponent)}`;
}

export function addQuantity(a: Quantity, b: Quantity): Quantity {
  return { nano: a.nano + b.nano, format: a.nano === 0n ? b.format : a.format };
}

/** SetDefaults_ResourceList: amounts of resources are rounded up, away from zero, to thousandths. */
export function roundUpToMilli(quantity: Quantity): Quantity {
  const milli = 1_000_000n;
  const remainder = quantity.nano % milli;
  if (remainder === 0n) return quantity;
  const away = remainder > 0n ? milli : -milli;
  return { nano: quantity.nano - remainder + away, format: quantity.format };
}
