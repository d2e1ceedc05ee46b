/**
 * The published form of the rule IR, as JSON Schema (2020-12). It says the shape of a document and no more; what has
 * to hold besides (names that are bound, fields that exist, types that agree) is in check.ts.
 *
 * A node kind or a field that types.ts has and this file lacks, or the other way round, does not compile.
 * docs/ir.schema.json is a copy for readers and other tools.
 */
import {
  boolean,
  constant,
  integer,
  type JsonSchema,
  listOf,
  type Meanings,
  meaningsOf,
  objectOf,
  oneOf,
  orNull,
  type Shape,
  scalar,
  text,
  textOrNull,
  unionOf,
  type Variants,
  value,
} from './json-schema.js';
import {
  type Binding,
  type Collection,
  type Comprehension,
  type Cond,
  type Control,
  type Excepted,
  type ExceptedValues,
  type Exception,
  type Exemptions,
  irVersion,
  type LabelRequirement,
  type Mutation,
  type Pattern,
  type Policy,
  type Range,
  type Ref,
  type Scope,
  type Source,
  type Term,
  type Text,
  type Write,
} from './types.js';

interface Definitions {
  readonly policy: Policy;
  readonly mutation: Mutation;
  readonly write: Write;
  readonly control: Control;
  readonly collection: Collection;
  readonly comprehension: Comprehension;
  readonly binding: Binding;
  readonly source: Source;
  readonly cond: Cond;
  readonly term: Term;
  readonly pattern: Pattern;
  readonly range: Range;
  readonly text: Text;
  readonly ref: Ref;
  readonly exemptions: Exemptions;
  readonly exception: Exception;
  readonly excepted: Excepted;
  readonly exceptedValues: ExceptedValues;
  readonly serviceAccount: Exemptions['serviceAccounts'][number];
  readonly scope: Scope;
  readonly labelRequirement: LabelRequirement;
}

/** The definition of that name, wherever it stands: unions are recursive. */
function the<K extends keyof Definitions>(name: K): Shape<Definitions[K]> {
  return { schema: { $ref: `#/$defs/${name}` } };
}

const sources: Variants<Source> = {
  containers: [
    'The containers of the named groups, in the order init, regular, ephemeral, of the pod or of the pod as it was stored.',
    {
      of: oneOf({ pod: true, old: true }),
      groups: listOf(oneOf({ init: true, regular: true, ephemeral: true })),
    },
  ],
  items: ['The elements of a list field; none where it is absent.', { list: the('ref') }],
  entries: [
    'The entries of a string map whose key starts with `prefix`, in the order of their keys by UTF-8 bytes. Each has the fields `key`, `suffix` (what follows the prefix) and `value`.',
    { map: the('ref'), prefix: text },
  ],
  userGroups: ['The groups of the requesting user.', {}],
};

const terms: Variants<Term> = {
  literal: ['The value itself.', { value: scalar }],
  value: [
    "The field's value, or `absent` where the field, or anything on the way to it, is absent.",
    { ref: the('ref'), absent: scalar },
  ],
  effective: [
    'The value of the first of the fields that is present, or `absent`: a container over its pod.',
    { refs: listOf(the('ref')), absent: scalar },
  ],
  lookup: [
    'The value under a key of a string map, or `absent`.',
    { map: the('ref'), key: the('term'), absent: text },
  ],
  firstPresent: [
    'The name of the first of the fields of an object that is present, or `absent`: the source of a volume.',
    { of: the('ref'), fields: listOf(text), absent: text },
  ],
  size: ['The number of elements.', { of: the('source') }],
  concat: ['Strings one after the other.', { parts: listOf(the('term')) }],
  quoted: ["The string in double quotes, escaped as Go's %q does.", { of: the('term') }],
  request: [
    'What the admission request says.',
    { field: oneOf({ operation: true, subresource: true, user: true, namespace: true }) },
  ],
  namespaceLabel: [
    "The value of a label of the request's namespace, or `absent`.",
    { label: text, absent: text },
  ],
};

const patterns: Variants<Pattern> = {
  prefix: ['The string starts with it.', { prefix: text }],
  suffix: ['The string ends with it.', { suffix: text }],
  glob: [
    'The whole string matches, where `*` stands for any run of characters, also an empty one, and no other character is special.',
    { glob: text },
  ],
  pathPrefix: [
    'One trailing `/` trimmed from both, the path equals the prefix or goes on with `/`. Nothing is cleaned.',
    { prefix: text },
  ],
};

const conds: Variants<Cond> = {
  constant: ['True of every pod, or of none.', { value: boolean }],
  and: ['All of them hold; true where there are none.', { of: listOf(the('cond')) }],
  or: ['One of them holds; false where there are none.', { of: listOf(the('cond')) }],
  not: ['It does not hold.', { of: the('cond') }],
  present: [
    'The field is present: given, and, where the API cannot tell it from an empty one, not empty.',
    { ref: the('ref') },
  ],
  emptyList: ['The list is given, as `[]`; only supplementalGroups keeps that apart.', { list: the('ref') }],
  hasKey: ['A string map has the key.', { map: the('ref'), key: the('term') }],
  equal: ['Both have the same value.', { left: the('term'), right: the('term') }],
  oneOf: ['The value is one of those listed.', { term: the('term'), values: listOf(scalar) }],
  matches: [
    'The whole string matches one of the patterns.',
    { term: the('term'), patterns: listOf(the('pattern')) },
  ],
  within: ['The integer lies in one of the ranges.', { term: the('term'), ranges: listOf(the('range')) }],
  sameParts: [
    'Both strings, split at the separator, have the same parts, each as often, in any order.',
    { left: the('term'), right: the('term'), separator: text },
  ],
  some: [
    'It holds for at least one element; false where there are none.',
    { bind: text, in: the('source'), where: the('cond') },
  ],
  every: [
    'It holds for each element; true where there are none.',
    { bind: text, in: the('source'), where: the('cond') },
  ],
  authorized: [
    "The requesting user, or failing that the pod's service account, may do this.",
    { verb: text, group: text, resource: text, name: text },
  ],
};

const texts: Variants<Text> = {
  text: ['The text itself.', { text }],
  list: [
    "A collection's texts, in double quotes or as they are, with the separator between them.",
    { of: text, quote: boolean, separator: text },
  ],
  plural: [
    '`one` where the collections have one element together, else `many`.',
    { of: listOf(text), one: text, many: text },
  ],
  sequence: ['The parts one after the other.', { parts: listOf(the('text')) }],
  joined: [
    'The parts that are not empty, with the separator between them.',
    { separator: text, parts: listOf(the('text')) },
  ],
  ifAny: [
    '`some` where the collections have an element together, else `otherwise`.',
    { of: listOf(text), some: the('text'), otherwise: the('text') },
  ],
};

const writes: Variants<Write> = {
  set: [
    'The value at the place: a scalar, a list of scalars, or an object of scalar fields. Objects on the way that are missing are made.',
    { at: the('ref'), value },
  ],
  add: [
    'The list with each of the values that stands in none of the lists `except`; sorted by UTF-8 bytes, each element once.',
    { list: the('ref'), values: listOf(text), except: listOf(the('ref')) },
  ],
  setKey: ['The value under a key of a string map.', { map: the('ref'), key: the('term'), value: text }],
};

const ofWhat = oneOf({ container: true, pod: true });

const exceptedValues: Variants<ExceptedValues> = {
  field: [
    'A field of a container, or of the pod, with one of the values: who has it is not judged.',
    { of: ofWhat, path: listOf(text), values: listOf(scalar) },
  ],
  items: [
    'Elements of a list whose field, or who themselves, have one of the values: they are not seen.',
    { of: ofWhat, list: listOf(text), item: listOf(text), values: listOf(scalar) },
  ],
};

const shapes: { readonly [K in keyof Definitions]: Shape<Definitions[K]> } = {
  policy: objectOf<Policy>({
    ir: constant(irVersion),
    name: text,
    version: textOrNull,
    mode: oneOf({ enforce: true, 'enforce-workloads': true, warn: true, audit: true }),
    scope: the('scope'),
    exemptions: the('exemptions'),
    exceptions: listOf(the('exception')),
    mutations: listOf(the('mutation')),
    controls: listOf(the('control')),
    alternatives: listOf(the('policy')),
  }),
  mutation: objectOf<Mutation>({
    id: text,
    over: listOf(the('binding')),
    where: the('cond'),
    writes: listOf(the('write')),
  }),
  write: unionOf<Write>(writes),
  control: objectOf<Control>({
    id: text,
    level: oneOf({ baseline: true, restricted: true, custom: true }),
    unless: the('cond'),
    collections: listOf(the('collection')),
    reason: the('text'),
    detail: the('text'),
  }),
  collection: objectOf<Collection>({
    name: text,
    distinct: boolean,
    denies: boolean,
    from: listOf(the('comprehension')),
  }),
  comprehension: objectOf<Comprehension>({
    over: listOf(the('binding')),
    where: the('cond'),
    show: the('term'),
    at: the('ref'),
  }),
  binding: objectOf<Binding>({ bind: text, in: the('source') }),
  source: unionOf<Source>(sources),
  cond: unionOf<Cond>(conds),
  term: unionOf<Term>(terms),
  pattern: unionOf<Pattern>(patterns),
  range: objectOf<Range>({ min: integer, max: integer }),
  text: unionOf<Text>(texts),
  ref: objectOf<Ref>({ from: text, path: listOf(text) }),
  exemptions: objectOf<Exemptions>({
    namespaces: listOf(text),
    users: listOf(text),
    runtimeClasses: listOf(text),
    serviceAccounts: listOf(the('serviceAccount')),
  }),
  serviceAccount: objectOf<Definitions['serviceAccount']>({ namespace: text, name: text }),
  exception: objectOf<Exception>({
    control: text,
    excepted: the('excepted'),
    before: the('control'),
    what: text,
    reason: text,
    expires: textOrNull,
  }),
  excepted: objectOf<Excepted>({
    where: the('cond'),
    containers: orNull(listOf(text)),
    values: orNull(the('exceptedValues')),
  }),
  exceptedValues: unionOf<ExceptedValues>(exceptedValues),
  scope: objectOf<Scope>({
    excludedNamespaces: listOf(text),
    namespaceSelector: listOf(the('labelRequirement')),
  }),
  labelRequirement: objectOf<LabelRequirement>({
    key: text,
    operator: oneOf({ In: true, NotIn: true, Exists: true, DoesNotExist: true }),
    values: listOf(text),
  }),
};

/** A policy as JSON. */
export const irSchema: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: `urn:podsec:ir:${irVersion}`,
  title: `podsec rule IR, version ${irVersion}`,
  $ref: '#/$defs/policy',
  $defs: Object.fromEntries(Object.entries(shapes).map(([name, { schema }]) => [name, schema])),
};

/** What each node kind means, by the union that it belongs to. */
export const nodeMeanings: Readonly<
  Record<'cond' | 'term' | 'source' | 'pattern' | 'text' | 'write', Meanings>
> = {
  cond: meaningsOf(conds),
  term: meaningsOf(terms),
  source: meaningsOf(sources),
  pattern: meaningsOf(patterns),
  text: meaningsOf(texts),
  write: meaningsOf(writes),
};

/** The names of all fields, in the order in which the JSON form writes them. */
export const keyOrder: readonly string[] = [
  ...new Set(['kind', ...Object.values(shapes).flatMap(({ schema }) => propertiesOf(schema))]),
];

function propertiesOf({ properties, oneOf: variants }: JsonSchema): string[] {
  const own = typeof properties === 'object' && properties !== null ? Object.keys(properties) : [];
  return [...own, ...(Array.isArray(variants) ? variants.flatMap(propertiesOf) : [])];
}
