/** What the schema says about the fields that a rule reads, and whether a raw manifest says their value. */
import type { Ref, Scalar } from '../../ir/types.js';
import { type Field, type FieldType, fieldOf } from '../../schema/index.js';
import { whyUndecided, whyWritten } from '../manifest-facts.js';

/** The value that a scalar term reads: a type, or `any` where it is not known. */
export type ScalarKind = 'string' | 'number' | 'boolean' | 'any';

/** What a name stands for. */
export type Root =
  /** An object of one of these types. `assured`: it is there on every pod. */
  | {
      readonly kind: 'object';
      readonly at: string;
      readonly types: readonly string[];
      readonly assured: boolean;
    }
  | { readonly kind: 'scalar'; readonly at: string; readonly scalar: ScalarKind }
  /** An entry of a map of strings: key, suffix and value. */
  | { readonly kind: 'entry'; readonly at: string };

export type Place =
  | { readonly kind: 'root'; readonly root: Root }
  | {
      readonly kind: 'field';
      readonly at: string;
      readonly path: readonly string[];
      readonly field: Field;
      /** The path of the nearest object on the way that may be absent, where there is one: no object, no default. */
      readonly within: readonly string[] | null;
    };

/** Why a rule cannot be said: told to `refuse` when it is met. */
export type Refuse = (reason: string) => void;

const entryField: Field = { kind: 'string', pointer: true };

/** Where a reference leads; nothing, after `refuse`, where the target cannot read it. */
export function placeOf(ref: Ref, root: Root, refuse: Refuse): Place | undefined {
  const [first, ...rest] = ref.path;
  if (first === undefined) return { kind: 'root', root };
  const shown = [ref.from, ...ref.path].join('.');
  if (root.kind === 'entry' && rest.length === 0 && ['key', 'suffix', 'value'].includes(first)) {
    return { kind: 'field', at: root.at, path: ref.path, field: entryField, within: null };
  }
  if (root.kind !== 'object') {
    refuse(`${shown}: there is no such field`);
    return undefined;
  }
  const written = root.types.includes('Pod') ? whyWritten(ref.path) : undefined;
  if (written !== undefined) {
    refuse(`${shown}: ${written}`);
    return undefined;
  }
  let types: readonly string[] = root.types;
  let within: readonly string[] | null = root.assured ? null : [first];
  for (const [index, step] of ref.path.entries()) {
    const field = commonField(types, step);
    const why = field === undefined ? 'there is no such field' : whyUndecided(field);
    if (field === undefined || why !== undefined) {
      refuse(`${shown}: ${why}`);
      return undefined;
    }
    if (index === ref.path.length - 1) return { kind: 'field', at: root.at, path: ref.path, field, within };
    if (field.kind !== 'struct' || field.type === undefined) {
      refuse(`${shown}: there is no such field`);
      return undefined;
    }
    types = [field.type];
    const assured = !field.pointer || (field.default?.kind === 'constant' && within === null);
    if (!assured) within = ref.path.slice(0, index + 1);
  }
  return undefined;
}

/** The field that all the types have, alike. */
function commonField(types: readonly string[], name: string): Field | undefined {
  const fields = types.map((type) => fieldOf(type, name));
  const [first] = fields;
  return fields.every((field) => JSON.stringify(field) === JSON.stringify(first)) ? first : undefined;
}

/** How the value of a field reads as a scalar: nothing where it is an object, a list or a map, or not readable. */
export function scalarKind(type: FieldType): { kind: ScalarKind } | { unreadable: string } | undefined {
  switch (type.kind) {
    case 'string':
      return { kind: 'string' };
    case 'int':
      return { kind: 'number' };
    case 'bool':
      return { kind: 'boolean' };
    case 'intOrString':
      return { kind: 'any' };
    case 'bytes':
    case 'time':
    case 'quantity':
    case 'raw':
      return { unreadable: `the API server rewrites a value of the kind ${type.kind}` };
    case 'struct':
    case 'list':
    case 'map':
      return undefined;
  }
}

/** The value that Go gives a field that is not set, where it has a scalar type. */
export function emptyOf(kind: ScalarKind): Scalar | undefined {
  const empty = { string: '', number: 0, boolean: false, any: undefined } as const;
  return empty[kind];
}

export const containerTypes: Readonly<Record<'init' | 'regular' | 'ephemeral', string>> = {
  init: 'Container',
  regular: 'Container',
  ephemeral: 'EphemeralContainer',
};
