/** How Kubernetes' Go types define a field; generated into ./generated from the real types. */

/** The JSON kind of a field's value. `int` is int32 or int64, `quantity` and `intOrString` take string or number. */
export type FieldKind =
  | 'bool'
  | 'int'
  | 'string'
  | 'bytes'
  | 'time'
  | 'quantity'
  | 'intOrString'
  | 'raw'
  | 'struct'
  | 'list'
  | 'map';

export interface FieldType {
  readonly kind: FieldKind;
  /** int: 32 or 64. */
  readonly bits?: 32 | 64;
  /** struct: a key of the `types` table. */
  readonly type?: string;
  /** list and map: the element. Map keys are strings. */
  readonly of?: FieldType;
  /** string: the constants of a Go type marked `+enum`. Validation, not decoding, refuses other values. */
  readonly enum?: readonly string[];
}

/**
 * What the API server writes where a manifest leaves the field out.
 * constant: this value, whenever the parent object is present.
 * computed: depends on other fields; `rule` names it (a key of `computedDefaults`).
 */
export type FieldDefault =
  | { readonly kind: 'constant'; readonly value: unknown }
  | { readonly kind: 'computed'; readonly rule: string };

export interface Field extends FieldType {
  /**
   * True where absence and the zero value differ (a Go pointer). Where false, an empty value ("", 0, false,
   * an empty list or map) is the same as an absent one, and an absent struct is an empty one.
   */
  readonly pointer: boolean;
  readonly default?: FieldDefault;
  /** The pod strategy takes the field away on create: its feature gate is off by default in this release. */
  readonly dropped?: true;
}

export interface ObjectType {
  readonly fields: Readonly<Record<string, Field>>;
}

/** Keys are Go type names of core/v1 and meta/v1, such as `Pod`, `PodSpec`, `Container`, `ObjectMeta`. */
export type TypeTable = Readonly<Record<string, ObjectType>>;
