/** An assignment as a pod that people can read: what the rules asked for, and what the API demands besides. */
import { type AdmissionRequest, noRequest } from '../evaluate.js';
import { isObject } from '../manifest/json.js';
import type { Json, JsonObject } from '../manifest/types.js';
import { type FieldType, fieldsOf } from '../schema/index.js';
import { uniqueFields } from '../schema/validity/unique.js';
import { type Format, ruleName, valueRules } from '../schema/validity/values.js';
import type { Formula, Formulas } from './formula.js';
import { type Meaning, rightKey } from './meaning.js';
import type { Node, Pods, StructNode } from './nodes.js';
import { ruleFor } from './places.js';

/** What an API server is asked, in so far as a rule asks for it. */
export interface Witness {
  /** As it would be written: what the API server writes itself is left out where no rule asked for it. */
  readonly pod: JsonObject;
  readonly request: AdmissionRequest;
}

export function readBack(pods: Pods, meaning: Meaning, model: readonly boolean[]): Witness {
  const { formulas } = pods;
  const truth = new Truth(formulas, model);
  const objectAt = (node: StructNode): JsonObject => {
    const built = chosenValue(truth, node);
    return isObject(built) ? built : {};
  };
  const request = objectAt(pods.root('request'));
  const text = (name: string): string => {
    const value = request[name];
    return typeof value === 'string' ? value : '';
  };
  const groups = request.userGroups;
  const labels = request.namespaceLabels;
  const operation = text('operation') === 'UPDATE' ? 'UPDATE' : 'CREATE';
  return {
    pod: completed(objectAt(pods.root('pod'))),
    request: {
      ...noRequest,
      operation,
      subresource: text('subresource'),
      user: text('user'),
      namespace: text('namespace'),
      userGroups: Array.isArray(groups) ? groups.map(String) : [],
      namespaceLabels: isObject(labels)
        ? Object.fromEntries(Object.entries(labels).map(([key, value]) => [key, String(value)]))
        : {},
      oldPod:
        operation === 'UPDATE' && [...pods.root('old').asked()].length > 0
          ? completed(objectAt(pods.root('old')))
          : {},
      authorized: (...words) => {
        const right = meaning.rights.get(rightKey(words));
        return right !== undefined && truth.of(right);
      },
    },
  };
}

/** Formulas under an assignment. */
class Truth {
  readonly #known = new Map<number, boolean>();

  constructor(
    readonly formulas: Formulas,
    readonly model: readonly boolean[],
  ) {}

  of(formula: Formula): boolean {
    const name = Math.abs(formula);
    const known = this.#known.get(name);
    const gate = this.formulas.gate(formula);
    const value =
      known ??
      (name === this.formulas.true ||
        (gate.kind === 'and' ? gate.of.every((part) => this.of(part)) : this.model[name] === true));
    this.#known.set(name, value);
    return formula > 0 ? value : !value;
  }
}

function chosenValue(truth: Truth, node: Node): Json | undefined {
  switch (node.kind) {
    case 'scalar':
      return node.cases.find(({ when }) => truth.of(when))?.value;
    case 'struct': {
      if (!truth.of(node.present)) return undefined;
      const asked = [...node.asked()].map(
        ([name, field]) => [name, chosenValue(truth, field) ?? null] as const,
      );
      const given = asked.some(([, value]) => value !== null);
      // What was asked for and is not there stands as null: it is not to be filled in.
      return given || node.pointer ? Object.fromEntries(asked) : undefined;
    }
    case 'list': {
      if (truth.of(node.empty)) return [];
      const elements = node.slots
        .filter(({ exists }) => truth.of(exists))
        .map((slot) => chosenValue(truth, slot.node) ?? null);
      if (elements.length === 0) return undefined;
      const more = Number(node.repeats.find(({ when }) => truth.of(when))?.value ?? 0);
      return [...elements, ...Array.from({ length: more }, () => elements.at(-1) ?? null)];
    }
    case 'map': {
      const entries = [...node.entries].flatMap(([key, entry]): [string, Json][] => {
        const value = chosenValue(truth, entry);
        return value === undefined ? [] : [[key, value]];
      });
      return entries.length === 0 ? undefined : Object.fromEntries(entries);
    }
    case 'opaque':
      return truth.of(node.present) ? (ruleFor(node.place).like ?? something(node.type)) : undefined;
  }
}

/** A value of a kind of which a rule asks only whether it is there. */
function something(type: FieldType): Json {
  switch (type.kind) {
    case 'map':
      return { 'example.com/thing': type.of === undefined ? '1' : something(type.of) };
    case 'list':
      return [type.of === undefined ? 'x' : something(type.of)];
    case 'quantity':
      return '1';
    case 'time':
      return '2026-01-01T00:00:00Z';
    case 'bool':
      return true;
    case 'int':
    case 'intOrString':
      return 1;
    case 'struct':
    case 'raw':
      return {};
    case 'string':
    case 'bytes':
      return 'x';
  }
}

/** A text that has the form, for where nothing is said about it. */
const texts: Readonly<Record<Format, string>> = {
  dnsLabel: 'x',
  dnsSubdomain: 'x',
  labelOrEmpty: 'x',
  subdomainOrEmpty: 'x',
  driverName: 'x',
  groupVersion: 'v1',
  qualifiedName: 'x',
  annotationKey: 'x',
  domainKey: 'example.com/x',
  labelValue: 'x',
  notEmpty: 'x',
  trimmed: 'x',
  path: '/x',
  absolutePath: '/x',
  relativePath: 'x',
  unreservedPath: 'x',
  withoutSlash: 'x',
  sysctl: 'kernel.x',
  variable: 'X',
  header: 'X',
  configKey: 'x',
  podField: 'metadata.name',
  podMetadata: 'metadata.name',
  resourceField: 'limits.cpu',
  address: '10.0.0.1',
  namePrefix: 'x-',
  generatedName: 'x-',
  portName: 'x',
  searchDomain: 'x',
  signerName: 'example.com/signer',
  trustBundle: 'x',
  iqn: 'iqn.2026-01.com.example:x',
  hostPorts: 'x:1',
  windowsUser: 'User',
};

/** The pod with everything that the API demands: names, images, and what an object of a kind has to have. */
export function completed(pod: JsonObject): JsonObject {
  const taken = new Set<string>();
  const collect = (value: Json): void => {
    if (typeof value === 'string') taken.add(value);
    else if (Array.isArray(value)) for (const each of value) collect(each);
    else if (isObject(value)) for (const each of Object.values(value)) collect(each);
  };
  collect(pod);
  /** The text, or one that goes on with a number, where it is taken and values must not be repeated; of a closed set another one. */
  const fresh = (like: Json, name: string, among?: readonly string[]): Json => {
    if (typeof like !== 'string' || !uniqueFields.has(name)) return like;
    let text = like;
    if (among !== undefined) text = [like, ...among].find((each) => !taken.has(each)) ?? like;
    else for (let count = 2; taken.has(text); count += 1) text = `${like}${count}`;
    taken.add(text);
    return text;
  };
  const filled = (name: string, field: FieldType, asked: boolean): Json | undefined => {
    const rule = valueRules.get(name);
    if (rule?.required !== true && (rule?.usual !== true || asked)) return undefined;
    const among = rule.among ?? field.enum;
    if (rule.like !== undefined) return fresh(rule.like, name, among);
    if (among !== undefined) return among.at(-1);
    if (field.kind === 'struct') return {};
    if (field.kind === 'int' || field.kind === 'intOrString') return rule.min ?? 1;
    return field.kind === 'string' ? fresh(texts[rule.format ?? 'notEmpty'], name) : undefined;
  };
  const complete = (value: Json, type: FieldType, above: string): Json => {
    if (type.kind === 'list' && Array.isArray(value))
      return value.map((each) => (type.of === undefined ? each : complete(each, type.of, `${above}[]`)));
    if (type.kind !== 'struct' || type.type === undefined || !isObject(value)) return value;
    const fields = fieldsOf(type.type) ?? {};
    const made: [string, Json][] = [];
    for (const [name, field] of Object.entries(fields)) {
      const fieldName = ruleName(above, type.type, name);
      const given = Object.hasOwn(value, name) ? value[name] : undefined;
      const own = given ?? filled(fieldName, field, given === null);
      if (own !== undefined) made.push([name, complete(own, field, fieldName)]);
    }
    return Object.fromEntries(made);
  };
  // Every object has a name; the metadata of templates has none.
  const metadata = isObject(pod.metadata) ? pod.metadata : {};
  const name = metadata.name ?? valueRules.get('ObjectMeta.name')?.like ?? 'example';
  const done = complete({ ...pod, metadata: { ...metadata, name } }, { kind: 'struct', type: 'Pod' }, 'Pod');
  return { apiVersion: 'v1', kind: 'Pod', ...(isObject(done) ? done : pod) };
}
