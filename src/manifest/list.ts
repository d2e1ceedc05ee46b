import type { DiagnosticCode, Place } from '../diagnostics.js';
import { emptyObject } from './decode.js';
import { isList, isObject } from './json.js';
import { diagnostic, quoted } from './problem.js';
import type { Document, DocumentPath, Json, JsonObject, ReadEvent, Spelling } from './types.js';

/** A value that was read, and what its text says about places. */
export interface Source {
  readonly file: string;
  readonly value: Json;
  readonly spellings: readonly Spelling[];
  placeOf(path: DocumentPath): Place;
}

/** What the items of a typed list (`PodList`) are, where they leave both fields out. */
export interface ListType {
  readonly apiVersion: string | undefined;
  readonly kind: string | undefined;
}

/**
 * The objects of a value: itself, or the items of the list that it is, and of the lists in the list.
 * kubectl takes every object with `items` for a list, whatever its kind (apimachinery, unstructuredJSONScheme.decode).
 */
export function* objects(source: Source, path: DocumentPath = [], list?: ListType): Generator<ReadEvent> {
  const value = at(source.value, path);
  const place = source.placeOf(path);
  if (!isObject(value)) {
    yield problem(
      'not-an-object',
      place,
      `${describe(value)} is not a Kubernetes object`,
      'give a mapping with apiVersion and kind',
    );
    return;
  }
  const type = typeOf(value, list);
  yield* missingType(type, place);
  if (value.items === undefined) {
    if (type.apiVersion !== undefined && type.kind !== undefined)
      yield { kind: 'document', document: document(source, path, place, withType(value, type)) };
    return;
  }
  yield* items(source, path, value.items, type);
}

function* items(source: Source, path: DocumentPath, value: Json, type: ListType): Generator<ReadEvent> {
  const below = [...path, 'items'];
  yield* listKind(type.kind, source.placeOf(below));
  if (isList(value)) {
    for (const index of value.keys()) yield* objects(source, [...below, index], type);
  } else if (value !== null) {
    yield problem(
      'wrong-type',
      source.placeOf(below),
      `\`items\` is ${describe(value)}`,
      'give a sequence of objects',
    );
  }
}

export function* missingType(type: ListType, place: Place): Generator<ReadEvent> {
  const missing = (['apiVersion', 'kind'] as const).filter((field) => type[field] === undefined);
  if (missing.length === 0) return;
  const message = `the object has no ${missing.join(' and no ')}`;
  yield problem(
    'not-an-object',
    place,
    message,
    'give every object its apiVersion and kind, as non-empty strings',
  );
}

/** A `Pod` with `items` is a list to kubectl and a pod to other clients: neither reading would be safe. */
export function* listKind(kind: string | undefined, place: Place): Generator<ReadEvent> {
  if (kind === undefined || kind.endsWith('List')) return;
  const message = `kubectl reads this ${quoted(kind)} as a list because it has \`items\`, so the object itself was not judged`;
  yield problem('not-an-object', place, message, 'remove `items`, or use a kind that ends in `List`');
}

export function typeOf(value: JsonObject, list?: ListType): ListType {
  const apiVersion = nonEmpty(value.apiVersion);
  const kind = nonEmpty(value.kind);
  if (list === undefined || apiVersion !== undefined || kind !== undefined) return { apiVersion, kind };
  return { apiVersion: list.apiVersion, kind: nonEmpty(list.kind?.replace(/List$/, '')) };
}

function withType(value: JsonObject, type: ListType): JsonObject {
  if (value.apiVersion === type.apiVersion && value.kind === type.kind) return value;
  return Object.assign(emptyObject(), type, value, type);
}

function document(source: Source, path: DocumentPath, place: Place, value: JsonObject): Document {
  const spellings = source.spellings
    .filter((each) => path.every((step, index) => each.path[index] === step))
    .map((each) => ({ ...each, path: each.path.slice(path.length) }));
  return {
    file: source.file,
    place,
    value,
    spellings,
    placeOf: (below) => source.placeOf([...path, ...below]),
  };
}

export function problem(code: DiagnosticCode, place: Place, message: string, hint: string): ReadEvent {
  return { kind: 'diagnostic', diagnostic: diagnostic(code, place, message, hint) };
}

function nonEmpty(value: Json | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function at(root: Json, path: DocumentPath): Json | undefined {
  let value: Json | undefined = root;
  for (const step of path) {
    if (isList(value)) value = typeof step === 'number' ? value[step] : undefined;
    else value = isObject(value) ? value[step] : undefined;
  }
  return value;
}

function describe(value: Json | undefined): string {
  if (value === null || value === undefined) return 'null';
  if (isList(value)) return 'a sequence';
  return typeof value === 'object' ? 'a mapping' : `the ${typeof value} ${quoted(String(value))}`;
}
