/**
 * What a YAML scalar means to kubectl: resolve.go of go.yaml.in/yaml/v2 v2.4.4.
 * Where it differs from YAML 1.1: no sexagesimals, `0o17` and `0b1` in Go's syntax, `08` is a float.
 */
export type Resolved =
  | { readonly type: 'null' }
  | { readonly type: 'bool'; readonly value: boolean }
  /** Whole numbers that Go keeps as int64 or uint64. */
  | { readonly type: 'int'; readonly value: bigint }
  | { readonly type: 'float'; readonly value: number }
  | { readonly type: 'string'; readonly value: string };

const prefix = 'tag:yaml.org,2002:';
const tags = {
  str: `${prefix}str`,
  bool: `${prefix}bool`,
  int: `${prefix}int`,
  float: `${prefix}float`,
  null: `${prefix}null`,
  timestamp: `${prefix}timestamp`,
  merge: `${prefix}merge`,
} as const;
export const binaryTag = `${prefix}binary`;
const resolvable: ReadonlySet<string> = new Set([
  '',
  tags.str,
  tags.bool,
  tags.int,
  tags.float,
  tags.null,
  tags.timestamp,
]);

const words = new Map<string, { tag: string; resolved: Resolved }>();
function define(tag: string, resolved: Resolved, ...spellings: string[]): void {
  for (const spelling of spellings) words.set(spelling, { tag, resolved });
}
const yes: Resolved = { type: 'bool', value: true };
const no: Resolved = { type: 'bool', value: false };
define(tags.bool, yes, 'y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON');
define(tags.bool, no, 'n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF');
define(tags.null, { type: 'null' }, '', '~', 'null', 'Null', 'NULL');
define(tags.float, { type: 'float', value: Number.NaN }, '.nan', '.NaN', '.NAN');
define(tags.float, { type: 'float', value: Infinity }, '.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF');
define(tags.float, { type: 'float', value: -Infinity }, '-.inf', '-.Inf', '-.INF');

/** Strings that start with another character are never looked up (resolveTable of resolve.go). */
const hinted = /^[-+0-9yYnNtTfFoO~.]/;
const styleFloat = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
/** What strconv.ParseFloat accepts of a string that starts with a dot: single underscores may stand between digits. */
const dotFloat = /^\.[0-9]+(?:_[0-9]+)*(?:[eE][-+]?[0-9]+(?:_[0-9]+)*)?$/;

/** The meaning of a scalar with `tag` (long form, or empty); a string says why it is refused. */
export function resolve(tag: string, text: string): Resolved | string {
  if (!resolvable.has(tag)) return { type: 'string', value: text };
  const found = tag === tags.str ? { tag: tags.str, resolved: asString(text) } : lookUp(tag, text);
  if (tag === '' || tag === found.tag) return found.resolved;
  if (tag === tags.float && found.resolved.type === 'int' && found.resolved.value <= maxInt64) {
    return { type: 'float', value: Number(found.resolved.value) };
  }
  return `cannot decode a ${shortTag(found.tag)} as a ${shortTag(tag)}`;
}

function lookUp(tag: string, text: string): { tag: string; resolved: Resolved } {
  if (text !== '' && !hinted.test(text)) return { tag: tags.str, resolved: asString(text) };
  const word = words.get(text);
  if (word !== undefined) return word;
  if (text.startsWith('.')) {
    const value = dotFloat.test(text) ? Number(text.replaceAll('_', '')) : Infinity;
    if (Number.isFinite(value)) return { tag: tags.float, resolved: { type: 'float', value } };
  } else if (/^[-+0-9]/.test(text)) {
    if (tag === tags.timestamp && isTimestamp(text)) return { tag, resolved: asString(text) };
    const number = resolveNumber(text.replaceAll('_', ''));
    if (number !== undefined) return { tag: number.type === 'int' ? tags.int : tags.float, resolved: number };
  }
  return { tag: tags.str, resolved: asString(text) };
}

function resolveNumber(plain: string): Resolved | undefined {
  const int = parseInt64(plain) ?? parseUint64(plain);
  if (int !== undefined) return { type: 'int', value: int };
  if (styleFloat.test(plain)) {
    const value = Number(plain);
    if (Number.isFinite(value)) return { type: 'float', value };
  }
  // goyaml falls back to strconv.ParseInt(plain[2:], 2, 64), which takes a sign after the prefix.
  const binary = /^0b([-+]?)([01]+)$/.exec(plain);
  if (binary !== null) {
    const value = signed(binary[1], BigInt(`0b${binary[2]}`));
    if (value !== undefined) return { type: 'int', value };
  }
  return undefined;
}

const maxInt64 = 2n ** 63n - 1n;

/** strconv.ParseInt(text, 0, 64) */
function parseInt64(text: string): bigint | undefined {
  const sign = text[0] === '-' || text[0] === '+' ? text[0] : '';
  const magnitude = parseMagnitude(text.slice(sign.length));
  return magnitude === undefined ? undefined : signed(sign, magnitude);
}

function signed(sign: string | undefined, magnitude: bigint): bigint | undefined {
  if (sign === '-') return magnitude <= maxInt64 + 1n ? -magnitude : undefined;
  return magnitude <= maxInt64 ? magnitude : undefined;
}

/** strconv.ParseUint(text, 0, 64), for what ParseInt refused */
function parseUint64(text: string): bigint | undefined {
  const magnitude = parseMagnitude(text);
  return magnitude !== undefined && magnitude < 2n ** 64n ? magnitude : undefined;
}

const magnitudes: readonly [RegExp, string][] = [
  [/^0[xX]0*([0-9a-fA-F]+)$/, '0x'],
  [/^0[oO]0*([0-7]+)$/, '0o'],
  [/^0[bB]0*([01]+)$/, '0b'],
  [/^0+([0-7]+)$/, '0o'],
  [/^(0|[1-9][0-9]*)$/, ''],
];

function parseMagnitude(text: string): bigint | undefined {
  for (const [pattern, base] of magnitudes) {
    const digits = pattern.exec(text)?.[1];
    // 64 binary digits are the most that fit; BigInt() of a million digits would take its time.
    if (digits !== undefined) return digits.length > 64 ? 2n ** 64n : BigInt(base + digits);
  }
  return undefined;
}

function asString(value: string): Resolved {
  return { type: 'string', value };
}

function shortTag(tag: string): string {
  return tag.startsWith(prefix) ? `!!${tag.slice(prefix.length)}` : tag;
}

const timestamp =
  /^(\d{4})-(\d\d?)-(\d\d?)(?:([Tt ])(\d\d?):(\d\d?):(\d\d?)(?:[.,]\d+)?(Z|[-+](?:[01]\d|2[0-4]):[0-5]\d)?)?$/;

/** The formats of parseTimestamp in resolve.go; a space separated time has no zone, the others need one. */
function isTimestamp(text: string): boolean {
  const match = timestamp.exec(text);
  if (match === null) return false;
  const [, year, month, day, separator, hour, minute, second, zone] = match;
  if (separator !== undefined && (separator === ' ') !== (zone === undefined)) return false;
  const date = new Date(Date.UTC(2000, Number(month) - 1, 1));
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  const validDate = date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
  return validDate && Number(hour ?? 0) < 24 && Number(minute ?? 0) < 60 && Number(second ?? 0) < 60;
}
