/**
 * The meaning of the rule IR. Everything else (printers, engines, solver) is tested against this file, and this file
 * against the reference. It is written to be read, and never optimised.
 *
 * The pod is the one that validating admission sees: decoded (null is absent; an empty value of a non-pointer field is
 * absent), defaulted and prepared, as src/admission does it.
 */
import { isDeepStrictEqual } from 'node:util';
import { goQuote } from './ir/quote.js';
import type {
  Collection,
  Comprehension,
  Cond,
  ContainerGroup,
  Control,
  Mutation,
  Pattern,
  Policy,
  Ref,
  Scalar,
  Source,
  Term,
  Text,
  Write,
} from './ir/types.js';
import { isObject } from './manifest/json.js';
import type { DocumentPath, Json, JsonObject } from './manifest/types.js';

/** What an admission request says besides the pod. Where one is absent, its terms have the values of `noRequest`. */
export interface AdmissionRequest {
  readonly operation: 'CREATE' | 'UPDATE';
  readonly subresource: string;
  readonly user: string;
  readonly userGroups: readonly string[];
  readonly namespace: string;
  readonly namespaceLabels: Readonly<Record<string, string>>;
  readonly oldPod: JsonObject;
  /** Whether the user, or else the pod's service account, may do it. */
  readonly authorized: (verb: string, group: string, resource: string, name: string) => boolean;
}

/** A manifest that somebody is about to create: no user, no namespace labels, no rights. Its namespace is what it says. */
export const noRequest: AdmissionRequest = {
  operation: 'CREATE',
  subresource: '',
  user: '',
  userGroups: [],
  namespace: '',
  namespaceLabels: {},
  oldPod: {},
  authorized: () => false,
};

/** A control that denies the pod. */
export interface Finding {
  readonly control: string;
  /** Short, and the same for every pod but for singular and plural; the reference's words for its own controls. */
  readonly reason: string;
  /** Names containers, fields and values; the reference's words for its own controls. */
  readonly detail: string;
  /** Paths from the pod to the fields to blame; a field that is missing is named all the same. */
  readonly locations: readonly DocumentPath[];
}

/** What a policy writes into a pod. */
export interface Writing {
  /** The mutation's id. */
  readonly mutation: string;
  readonly path: DocumentPath;
  readonly value: Json;
}

export interface Mutated {
  readonly pod: JsonObject;
  /** What is otherwise than it was, in the order in which it was written. */
  readonly writings: readonly Writing[];
}

/**
 * The controls that deny the pod, in the policy's order. None: the pod is allowed. They judge the pod as the policy's
 * mutations leave it, and locations are paths in that.
 *
 * A pod with an exempt runtime class is allowed by every control. Whether a namespace or a user is exempt or out of scope
 * is not asked here: that is about the request, and decided before a pod is judged.
 */
export function evaluate(policy: Policy, pod: JsonObject, request: AdmissionRequest = noRequest): Finding[] {
  return hasExemptRuntimeClass(policy, pod) ? [] : violations(policy, pod, request);
}

/**
 * The pod as the policy's mutations leave it, and what they write; the pod that is given stays as it is. What alternatives
 * write is not among it: which of them is asked is not the policy's to say.
 */
export function mutate(policy: Policy, pod: JsonObject, request: AdmissionRequest = noRequest): Mutated {
  return hasExemptRuntimeClass(policy, pod) ? { pod, writings: [] } : mutated(policy, pod, request);
}

/** An empty name exempts nobody. The exemptions of alternatives do not count. */
function hasExemptRuntimeClass({ exemptions }: Policy, { spec }: JsonObject): boolean {
  const name = isObject(spec) ? spec.runtimeClassName : undefined;
  return typeof name === 'string' && name !== '' && exemptions.runtimeClasses.includes(name);
}

function violations(policy: Policy, given: JsonObject, request: AdmissionRequest): Finding[] {
  const { pod } = mutated(policy, given, request);
  const world: World = { pod, request, bound: new Map() };
  const findings = policy.controls.flatMap((control) => judge(control, world));
  const alternatives = policy.alternatives.map((each) => ({
    name: each.name,
    findings: violations(each, pod, request),
  }));
  const refused = alternatives.every((each) => each.findings.length > 0);
  if (!refused) return findings;
  const ofAlternatives = alternatives.flatMap(({ name, findings }) =>
    findings.map((finding) => ({ ...finding, control: `${name}/${finding.control}` })),
  );
  return [...findings, ...ofAlternatives];
}

interface Element {
  readonly value: Json;
  readonly path: DocumentPath;
}

interface World {
  readonly pod: JsonObject;
  readonly request: AdmissionRequest;
  readonly bound: ReadonlyMap<string, Element>;
}

function judge(control: Control, world: World): Finding[] {
  if (holds(control.unless, world)) return [];
  const collected = new Map(control.collections.map((each) => [each.name, collect(each, world)]));
  const locations = control.collections.filter((each) => each.denies).flatMap((each) => blamed(each, world));
  if (locations.length === 0) return [];
  return [
    {
      control: control.id,
      reason: write(control.reason, collected),
      detail: write(control.detail, collected),
      locations,
    },
  ];
}

/** Each mutation looks at the pod as the ones before it leave it, and writes when it has looked at all of it. */
function mutated({ mutations }: Policy, given: JsonObject, request: AdmissionRequest): Mutated {
  let pod = given;
  const writings: Writing[] = [];
  for (const mutation of mutations) {
    for (const { path, value } of editsOf(mutation, { pod, request, bound: new Map() })) {
      const changed = withValue(pod, path, value);
      if (isDeepStrictEqual(changed, pod) || !isObject(changed)) continue;
      pod = changed;
      writings.push({ mutation: mutation.id, path, value });
    }
  }
  return { pod, writings };
}

interface Edit {
  readonly path: DocumentPath;
  readonly value: Json;
}

function editsOf(mutation: Mutation, world: World): Edit[] {
  return matching(mutation, world).flatMap((inner) => mutation.writes.flatMap((write) => edit(write, inner)));
}

function edit(write: Write, world: World): Edit[] {
  switch (write.kind) {
    case 'set':
      return [{ path: resolve(write.at, world).path, value: write.value }];
    case 'add': {
      const except = write.except.flatMap((list) => textsAt(list, world));
      const added = write.values.filter((value) => !except.includes(value));
      const value = [...new Set([...textsAt(write.list, world), ...added])].sort(byBytes);
      // An empty list is an absent one.
      return value.length === 0 ? [] : [{ path: resolve(write.list, world).path, value }];
    }
    case 'setKey': {
      const key = String(termValue(write.key, world));
      return [{ path: [...resolve(write.map, world).path, key], value: write.value }];
    }
  }
}

function textsAt(list: Ref, world: World): string[] {
  return items(list, world).map(({ value }) => String(value));
}

/** The document with the value at the place, whose objects are made where they are missing. */
function withValue(at: Json | undefined, [step, ...rest]: DocumentPath, value: Json): Json {
  if (step === undefined) return value;
  if (typeof step === 'number')
    return Array.isArray(at) ? at.with(step, withValue(at[step], rest, value)) : [];
  const object = isObject(at) ? at : {};
  const inside = withValue(Object.hasOwn(object, step) ? object[step] : undefined, rest, value);
  return Object.fromEntries([...Object.entries(object), [step, inside]]);
}

/** The worlds in which each combination of bound elements is bound and the condition holds. */
function matching(comprehension: Pick<Comprehension, 'over' | 'where'>, world: World): World[] {
  let worlds = [world];
  for (const { bind, in: source } of comprehension.over) {
    worlds = worlds.flatMap((outer) =>
      elements(source, outer).map((element) => withBound(outer, bind, element)),
    );
  }
  return worlds.filter((inner) => holds(comprehension.where, inner));
}

function collect(collection: Collection, world: World): string[] {
  const texts = collection.from.flatMap((comprehension) =>
    matching(comprehension, world).map((inner) => String(termValue(comprehension.show, inner))),
  );
  return collection.distinct ? [...new Set(texts)].sort(byBytes) : texts;
}

function blamed(collection: Collection, world: World): DocumentPath[] {
  return collection.from.flatMap((comprehension) =>
    matching(comprehension, world).map((inner) => resolve(comprehension.at, inner).path),
  );
}

function holds(cond: Cond, world: World): boolean {
  switch (cond.kind) {
    case 'constant':
      return cond.value;
    case 'and':
      return cond.of.every((each) => holds(each, world));
    case 'or':
      return cond.of.some((each) => holds(each, world));
    case 'not':
      return !holds(cond.of, world);
    case 'present': {
      const { value } = resolve(cond.ref, world);
      // An empty list is an absent one, but for `emptyList`.
      return value !== undefined && !(Array.isArray(value) && value.length === 0);
    }
    case 'emptyList': {
      const list = resolve(cond.list, world).value;
      return Array.isArray(list) && list.length === 0;
    }
    case 'hasKey':
      return Object.hasOwn(mapAt(cond.map, world), String(termValue(cond.key, world)));
    case 'equal':
      return termValue(cond.left, world) === termValue(cond.right, world);
    case 'oneOf':
      return cond.values.includes(termValue(cond.term, world));
    case 'matches': {
      const text = String(termValue(cond.term, world));
      return cond.patterns.some((pattern) => matches(pattern, text));
    }
    case 'within': {
      const number = Number(termValue(cond.term, world));
      return cond.ranges.some(({ min, max }) => min <= number && number <= max);
    }
    case 'sameParts':
      return (
        partsOf(String(termValue(cond.left, world)), cond.separator) ===
        partsOf(String(termValue(cond.right, world)), cond.separator)
      );
    case 'some':
      return elements(cond.in, world).some((element) =>
        holds(cond.where, withBound(world, cond.bind, element)),
      );
    case 'every':
      return elements(cond.in, world).every((element) =>
        holds(cond.where, withBound(world, cond.bind, element)),
      );
    case 'authorized':
      return world.request.authorized(cond.verb, cond.group, cond.resource, cond.name);
  }
}

function termValue(term: Term, world: World): Scalar {
  switch (term.kind) {
    case 'literal':
      return term.value;
    case 'value':
      return scalarAt(term.ref, world) ?? term.absent;
    case 'effective':
      return term.refs.map((ref) => scalarAt(ref, world)).find((value) => value !== undefined) ?? term.absent;
    case 'lookup': {
      const map = mapAt(term.map, world);
      const key = String(termValue(term.key, world));
      return Object.hasOwn(map, key) ? String(map[key]) : term.absent;
    }
    case 'firstPresent': {
      const object = resolve(term.of, world).value;
      return term.fields.find((field) => isObject(object) && object[field] !== undefined) ?? term.absent;
    }
    case 'size':
      return elements(term.of, world).length;
    case 'concat':
      return term.parts.map((part) => String(termValue(part, world))).join('');
    case 'quoted':
      return goQuote(String(termValue(term.of, world)));
    case 'request':
      return world.request[term.field];
    case 'namespaceLabel':
      return Object.hasOwn(world.request.namespaceLabels, term.label)
        ? (world.request.namespaceLabels[term.label] ?? term.absent)
        : term.absent;
  }
}

/** The parts of a text between separators, in whatever order they are: texts with the same parts have the same. */
export const partsOf = (text: string, separator: string): string =>
  JSON.stringify(text.split(separator).sort());

/** Whether the whole text is as the pattern says. */
export function matches(pattern: Pattern, text: string): boolean {
  switch (pattern.kind) {
    case 'prefix':
      return text.startsWith(pattern.prefix);
    case 'suffix':
      return text.endsWith(pattern.suffix);
    case 'glob': {
      const [first = '', ...rest] = pattern.glob.split('*');
      const last = rest.pop();
      if (last === undefined) return text === first;
      if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length)
        return false;
      let from = first.length;
      for (const part of rest) {
        const at = text.indexOf(part, from);
        if (at < 0 || at + part.length > text.length - last.length) return false;
        from = at + part.length;
      }
      return true;
    }
    case 'pathPrefix': {
      const trim = (path: string) => (path.endsWith('/') ? path.slice(0, -1) : path);
      return trim(text) === trim(pattern.prefix) || trim(text).startsWith(`${trim(pattern.prefix)}/`);
    }
  }
}

const groupFields: Readonly<Record<ContainerGroup, string>> = {
  init: 'initContainers',
  regular: 'containers',
  ephemeral: 'ephemeralContainers',
};

function elements(source: Source, world: World): Element[] {
  switch (source.kind) {
    case 'containers':
      return (['init', 'regular', 'ephemeral'] as const)
        .filter((group) => source.groups.includes(group))
        .flatMap((group) => items({ from: source.of, path: ['spec', groupFields[group]] }, world));
    case 'items':
      return items(source.list, world);
    case 'entries': {
      const { path } = resolve(source.map, world);
      return Object.entries(mapAt(source.map, world))
        .filter(([key]) => key.startsWith(source.prefix))
        .sort(([a], [b]) => byBytes(a, b))
        .map(([key, value]) => ({
          value: { key, suffix: key.slice(source.prefix.length), value },
          path: [...path, key],
        }));
    }
    case 'userGroups':
      return world.request.userGroups.map((value) => ({ value, path: [] }));
  }
}

function items(list: Ref, world: World): Element[] {
  const { value, path } = resolve(list, world);
  return Array.isArray(value)
    ? value.map((each: Json, index) => ({ value: each, path: [...path, index] }))
    : [];
}

/** The value at a place, undefined where it or anything on the way is absent, and its path from the pod. */
function resolve(ref: Ref, world: World): { value: Json | undefined; path: DocumentPath } {
  const root = rootOf(ref.from, world);
  let value: Json | undefined = root.value;
  for (const step of ref.path) {
    value = isObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
  }
  return { value, path: [...root.path, ...ref.path] };
}

function rootOf(from: string, world: World): Element {
  if (from === 'pod') return { value: world.pod, path: [] };
  if (from === 'old') return { value: world.request.oldPod, path: [] };
  const element = world.bound.get(from);
  if (element === undefined) throw new TypeError(`unbound name ${from}: the IR was not checked`);
  return element;
}

function scalarAt(ref: Ref, world: World): Scalar | undefined {
  const { value } = resolve(ref, world);
  return typeof value === 'object' ? undefined : value;
}

function mapAt(ref: Ref, world: World): JsonObject {
  const { value } = resolve(ref, world);
  return isObject(value) ? value : {};
}

function withBound(world: World, bind: string, element: Element): World {
  return { ...world, bound: new Map(world.bound).set(bind, element) };
}

function write(text: Text, collected: ReadonlyMap<string, readonly string[]>): string {
  const count = (names: readonly string[]) =>
    names.reduce((sum, name) => sum + (collected.get(name)?.length ?? 0), 0);
  switch (text.kind) {
    case 'text':
      return text.text;
    case 'list': {
      const texts = collected.get(text.of) ?? [];
      return (text.quote ? texts.map((each) => `"${each}"`) : texts).join(text.separator);
    }
    case 'plural':
      return count(text.of) === 1 ? text.one : text.many;
    case 'sequence':
      return text.parts.map((part) => write(part, collected)).join('');
    case 'joined':
      return text.parts
        .map((part) => write(part, collected))
        .filter((part) => part !== '')
        .join(text.separator);
    case 'ifAny':
      return write(count(text.of) > 0 ? text.some : text.otherwise, collected);
  }
}

/** Go's order of strings: by UTF-8 bytes, which is by code point. */
function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
