/**
 * Decoding as the API server does it (sigs.k8s.io/json into Go types, case-sensitive): null is absent, an empty
 * value of a field that is no pointer is absent, unknown fields are dropped, a value of another type is refused.
 */

import { isList, isObject } from '../manifest/json.js';
import type { DocumentPath, Json, JsonObject, Spelling } from '../manifest/types.js';
import {
  type Field,
  type FieldType,
  fieldsOf,
  keepsEmpty,
  nearest,
  type TypeTable,
} from '../schema/index.js';
import { fromEntries } from './json.js';
import { type AdmissionProblem, pathText, problem, quoted } from './problem.js';
import { decodeScalar, describe } from './scalar.js';

export interface Decoded {
  /** Absent where a value has a wrong type: the API server refuses the whole object, so there is nothing to judge. */
  readonly value?: JsonObject;
  readonly problems: readonly AdmissionProblem[];
}

/** What is read of a value, or undefined where it equals absence. */
type Read = Json | undefined;

class Decoder {
  readonly problems: AdmissionProblem[] = [];

  constructor(
    readonly spellings: readonly Spelling[],
    readonly more: TypeTable,
  ) {}

  fieldsOf(typeName: string): Readonly<Record<string, Field>> | undefined {
    return Object.hasOwn(this.more, typeName) ? this.more[typeName]?.fields : fieldsOf(typeName);
  }

  fieldOf(typeName: string, key: string): Field | undefined {
    const fields = this.fieldsOf(typeName) ?? {};
    return Object.hasOwn(fields, key) ? fields[key] : undefined;
  }

  read(value: Json, type: FieldType, pointer: boolean, path: DocumentPath): Read {
    if (value === null) return undefined;
    switch (type.kind) {
      case 'struct':
        return this.struct(value, type.type ?? '', pointer, path);
      case 'list':
        return this.list(value, type.of ?? { kind: 'raw' }, pointer, path);
      case 'map':
        return this.map(value, type.of ?? { kind: 'raw' }, pointer, path);
      case 'raw':
        return value;
      default: {
        const result = decodeScalar(value, type, () => this.shown(value, path));
        if ('wrong' in result) {
          this.problems.push(problem('wrong-type', path, `${pathText(path)} ${result.wrong}`, result.hint));
          return undefined;
        }
        return 'absent' in result || (result.empty && !pointer) ? undefined : result.value;
      }
    }
  }

  struct(value: Json, typeName: string, pointer: boolean, path: DocumentPath): Read {
    if (!isObject(value)) return this.wrong(path, 'an object', value);
    const entries: [string, Json][] = [];
    for (const [key, element] of Object.entries(value)) {
      const field = this.fieldOf(typeName, key);
      if (!field) {
        this.unknown(typeName, key, path);
        continue;
      }
      const read = this.read(element, field, field.pointer || keepsEmpty(typeName, key), [...path, key]);
      if (read !== undefined) entries.push([key, read]);
    }
    return entries.length === 0 && !pointer ? undefined : fromEntries(entries);
  }

  list(value: Json, of: FieldType, pointer: boolean, path: DocumentPath): Read {
    if (!isList(value)) return this.wrong(path, 'a list', value);
    // An element is there even where it is null: Go leaves the zero value.
    const elements = value.map((element, i) => this.read(element, of, true, [...path, i]) ?? zero(of));
    return elements.length === 0 && !pointer ? undefined : elements;
  }

  map(value: Json, of: FieldType, pointer: boolean, path: DocumentPath): Read {
    if (!isObject(value)) return this.wrong(path, 'an object', value);
    const entries = Object.entries(value).map(([key, element]): [string, Json] => [
      key,
      this.read(element, of, true, [...path, key]) ?? zero(of),
    ]);
    return entries.length === 0 && !pointer ? undefined : fromEntries(entries);
  }

  wrong(path: DocumentPath, wanted: string, value: Json): undefined {
    this.problems.push(
      problem(
        'wrong-type',
        path,
        `${pathText(path) || 'the document'} has to be ${wanted}, not ${describe(value, () => this.shown(value, path))}`,
        `give ${wanted}`,
      ),
    );
    return undefined;
  }

  /** The value as the document writes it. */
  shown(value: Json, path: DocumentPath): string {
    const spelling = this.spellings.find(
      (each) => each.path.length === path.length && each.path.every((step, i) => step === path[i]),
    );
    return spelling?.text ?? String(value);
  }

  unknown(typeName: string, key: string, path: DocumentPath): void {
    const fields = this.fieldsOf(typeName) ?? {};
    const meant = nearest(key, Object.keys(fields));
    const below = Object.entries(fields).find(
      ([, field]) => field.type !== undefined && this.fieldOf(field.type, key),
    );
    let hint = 'remove it, or write it where the API has it; the API server would not act on it';
    if (meant !== undefined) hint = `did you mean \`${meant}\`?`;
    else if (below) hint = `\`${key}\` belongs under \`${below[0]}\``;
    const where = path.length > 0 ? pathText(path) : 'the object';
    this.problems.push(
      problem('unknown-field', [...path, key], `${where} has no field ${quoted(key)}`, hint),
    );
  }
}

/** Go's zero value, which a null leaves in a list or a map. */
function zero(type: FieldType): Json {
  switch (type.kind) {
    case 'bool':
      return false;
    case 'int':
    case 'intOrString':
      return 0;
    case 'quantity':
      return '0';
    case 'struct':
    case 'map':
      return {};
    case 'list':
      return [];
    case 'raw':
      return null;
    default:
      return '';
  }
}

/**
 * Decodes a Pod, or any other type of the schema or of `more`. `at` is where the value is in its document; problems
 * carry paths of the document.
 */
export function decodePod(
  value: Json,
  typeName = 'Pod',
  at: DocumentPath = [],
  spellings: readonly Spelling[] = [],
  more: TypeTable = {},
): Decoded {
  const decoder = new Decoder(spellings, more);
  const root: Field = { kind: 'struct', type: typeName, pointer: true };
  const read = value === null ? decoder.wrong(at, 'an object', value) : decoder.read(value, root, true, at);
  const refused = decoder.problems.some((found) => found.code === 'wrong-type');
  return { ...(isObject(read) && !refused ? { value: read } : {}), problems: decoder.problems };
}
