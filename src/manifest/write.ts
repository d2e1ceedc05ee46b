import { Document, isScalar, type Scalar, type ScalarTag } from 'yaml';
import { wellFormed } from './go.js';
import { resolve } from './resolve.js';
import type { Json } from './types.js';

/**
 * YAML that every reader takes for the same, be it of version 1.1 or 1.2: a string is only left bare where no reader
 * could think of anything else. The same documents give the same text: keys stay in their order, nothing is folded,
 * there are no anchors.
 */
export function writeYaml(documents: readonly Json[]): string {
  return documents.map(writeDocument).join('---\n');
}

function writeDocument(value: Json): string {
  const document = new Document(value, {
    schema: 'failsafe',
    customTags: (tags) => [
      ...tags.filter((tag) => tag === 'map' || tag === 'seq' || isCollection(tag)),
      ...scalarTags,
    ],
    aliasDuplicateObjects: false,
    keepUndefined: false,
  });
  return document.toString({ indentSeq: false, lineWidth: 0 });
}

function isCollection(tag: unknown): boolean {
  return typeof tag === 'object' && tag !== null && 'collection' in tag;
}

interface StringContext {
  readonly indent: string;
  readonly implicitKey?: boolean;
}

const scalarTags: ScalarTag[] = [
  scalarTag(
    'null',
    (value) => value === null,
    () => 'null',
  ),
  scalarTag('bool', (value) => typeof value === 'boolean', String),
  scalarTag(
    'float',
    (value) => typeof value === 'number',
    (value) => writeNumber(Number(value)),
  ),
  scalarTag(
    'str',
    (value) => typeof value === 'string',
    (value, context) => writeString(String(value), context),
  ),
];

function scalarTag(
  name: string,
  identify: (value: unknown) => boolean,
  write: (value: unknown, context: StringContext) => string,
): ScalarTag {
  return {
    tag: `tag:yaml.org,2002:${name}`,
    default: true,
    identify,
    resolve: (text) => text,
    stringify: (item: Scalar, context) => write(isScalar(item) ? item.value : null, context),
  };
}

/** YAML 1.1 wants a dot and a sign in a number with an exponent; Go's integers have no `-0`. */
export function writeNumber(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError(`${value} has no JSON form`);
  if (Object.is(value, -0)) return '-0.0';
  const text = String(value);
  return text.includes('e') && !text.includes('.') ? text.replace('e', '.0e') : text;
}

function writeString(value: string, { indent, implicitKey }: StringContext): string {
  if (isBare(value)) return value;
  // At the root there is no indentation that would keep a line `---` from being a separator.
  if (implicitKey !== true && indent !== '' && isLiteral(value)) return literal(value, indent);
  return quote(value);
}

/** Words of letters, digits and what has no meaning inside of a bare scalar, starting with a letter or a slash. */
const bare =
  /^[A-Za-z/][\w./@+=;()<>$%^~,-]*(?::[\w./@+=;()<>$%^~,-]+)*(?: [\w./@+=;()<>$%^~,-]+(?::[\w./@+=;()<>$%^~,-]+)*)*$/;

function isBare(value: string): boolean {
  if (!bare.test(value) || / [-=<>~,%@]/.test(value)) return false;
  const resolved = resolve('', value);
  return typeof resolved !== 'string' && resolved.type === 'string';
}

/** Characters that a reader refuses, folds, drops or takes for a line break, or that nobody can see. */
const special = /(?![\t\n])[\p{Cc}\p{Surrogate}\xa0\u2028\u2029\ufeff\ufffe\uffff]/u;

/**
 * A block needs a first line without white space in front, as indentation indicators count differently with
 * indentless sequences; and no line of white space alone, which editors strip. `|` and `|-` keep its end, but not a
 * second line feed there.
 */
function isLiteral(value: string): boolean {
  const text = value.endsWith('\n') ? value.slice(0, -1) : value;
  return (
    /^\n*\S/.test(text) &&
    text.includes('\n') &&
    !text.endsWith('\n') &&
    !/^[ \t]+$/m.test(text) &&
    !special.test(text)
  );
}

function literal(value: string, indent: string): string {
  const lines = value.endsWith('\n') ? value.slice(0, -1).split('\n') : value.split('\n');
  return [value.endsWith('\n') ? '|' : '|-', ...lines.map((line) => (line === '' ? '' : indent + line))].join(
    '\n',
  );
}

const escapes: ReadonlyMap<string, string> = new Map([
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['\n', '\\n'],
  ['\t', '\\t'],
  ['\r', '\\r'],
]);

function quote(value: string): string {
  const escaped = wellFormed(value).replace(
    /["\\\p{Cc}\xa0\u2028\u2029\ufeff\ufffe\uffff]/gu,
    (character) => escapes.get(character) ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `"${escaped}"`;
}
