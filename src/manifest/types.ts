import type { Diagnostic, Place } from '../diagnostics.js';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** A path into a document: field names and list indices. */
export type DocumentPath = readonly (string | number)[];

/** `1.10`, `0777`, `yes`, or `9223372036854775808`, to which the value is only the nearest number. */
export interface Spelling {
  readonly path: DocumentPath;
  readonly text: string;
}

/** One document of an input (a YAML document, a JSON object, or one item of a `v1/List`). */
export interface Document {
  readonly file: string;
  /** Where the document starts. */
  readonly place: Place;
  /**
   * The value as kubectl would send it. Never mutated.
   * Its objects have no prototype: `value.constructor` and `value.__proto__` are what the text says, or absent.
   */
  readonly value: JsonObject;
  /** For messages: how numbers and booleans are written that are not written as JavaScript would. */
  readonly spellings: readonly Spelling[];
  /** The place of the value at `path`, or of its deepest ancestor that the text has. */
  placeOf(path: DocumentPath): Place;
}

/** What reading yields, in the order of the input: a document, or a diagnostic about one that could not be read. */
export type ReadEvent =
  | { readonly kind: 'document'; readonly document: Document }
  | { readonly kind: 'diagnostic'; readonly diagnostic: Diagnostic };
