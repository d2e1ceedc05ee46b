/** JSON Schema that is tied to a TypeScript type: a member or a field more, on either side, does not compile. */

import type { Value } from './types.js';

declare const described: unique symbol;

export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

/** A schema that accepts exactly the values of `T`; invariant in `T`, so that neither side can say less. */
export interface Shape<T> {
  readonly schema: JsonSchema;
  readonly [described]?: (value: T) => T;
}

export const text: Shape<string> = { schema: { type: 'string' } };
export const boolean: Shape<boolean> = { schema: { type: 'boolean' } };

/** JavaScript holds no larger integer exactly. */
const exact = { minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER };

export const integer: Shape<number> = { schema: { type: 'integer', ...exact } };
export const scalar: Shape<string | number | boolean> = {
  schema: { type: ['string', 'integer', 'boolean'], ...exact },
};
/** A scalar, a list of them, or an object of them. */
export const value: Shape<Value> = {
  schema: {
    type: ['string', 'integer', 'boolean', 'array', 'object'],
    ...exact,
    items: scalar.schema,
    additionalProperties: scalar.schema,
  },
};
export const textOrNull: Shape<string | null> = { schema: { type: ['string', 'null'] } };

export function constant<const T extends string | number>(value: T): Shape<T> {
  return { schema: { const: value } };
}

/** One of a closed set of strings; the table has to name each of them. */
export function oneOf<T extends string>(members: Readonly<Record<T, true>>): Shape<T> {
  return { schema: { type: 'string', enum: Object.keys(members) } };
}

export function listOf<T>(of: Shape<T>): Shape<readonly T[]> {
  return { schema: { type: 'array', items: of.schema } };
}

export function orNull<T>(of: Shape<T>): Shape<T | null> {
  return { schema: { anyOf: [of.schema, { type: 'null' }] } };
}

/** Fields whose types are out of sight. */
type AnyFields = Readonly<Record<string, { readonly schema: JsonSchema }>>;

export type Fields<T> = { readonly [K in keyof T]-?: Shape<T[K]> };

/** An object with all of these fields and no other. */
export function objectOf<T>(fields: Fields<T>): Shape<T>;
export function objectOf(fields: AnyFields): { readonly schema: JsonSchema } {
  const properties = Object.entries(fields).map(([name, { schema }]) => [name, schema]);
  return {
    schema: {
      type: 'object',
      properties: Object.fromEntries(properties),
      required: Object.keys(fields),
      additionalProperties: false,
    },
  };
}

/** For each `kind` of a union, a sentence that says what it means, and its other fields. */
export type Variants<U extends { readonly kind: string }> = {
  readonly [K in U['kind']]: readonly [
    meaning: string,
    fields: Fields<Omit<Extract<U, { readonly kind: K }>, 'kind'>>,
  ];
};

/** The meaning of each variant by its kind. */
export type Meanings = Readonly<Record<string, string>>;

/** The meanings in a table of variants, in its order. */
export function meaningsOf(
  variants: Readonly<Record<string, readonly [meaning: string, fields: unknown]>>,
): Meanings {
  return Object.fromEntries(Object.entries(variants).map(([kind, [meaning]]) => [kind, meaning]));
}

/** An object that is one of several by its `kind`. */
export function unionOf<U extends { readonly kind: string }>(variants: Variants<U>): Shape<U>;
export function unionOf(variants: Readonly<Record<string, readonly [meaning: string, fields: AnyFields]>>): {
  readonly schema: JsonSchema;
} {
  return {
    schema: {
      type: 'object',
      properties: { kind: text.schema },
      required: ['kind'],
      // Not of the standard (validators skip it): with it, ajv's messages are about the one variant that is meant.
      discriminator: { propertyName: 'kind' },
      oneOf: Object.entries(variants).map(([kind, [description, fields]]) => ({
        title: kind,
        description,
        ...objectOf<Record<string, unknown>>({ kind: { schema: { const: kind } }, ...fields }).schema,
      })),
    },
  };
}
