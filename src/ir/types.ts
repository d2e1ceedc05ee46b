/**
 * The rule IR: what a policy means, as plain data. Total and bounded: quantifiers over finite lists only, no recursion,
 * no escape into an engine's language, and every term has a value on every pod.
 *
 * `evaluate` (src/evaluate.ts) is its meaning. The published form is `irSchema` (src/ir/schema.ts).
 */

export const irVersion = 3;

/**
 * A place in the pod: a root (`pod`, `old` for the stored pod of an UPDATE, or the name of a bound element)
 * and field names from there. A path never crosses a list or a map: quantifiers and look-ups do.
 */
export interface Ref {
  readonly from: string;
  readonly path: readonly string[];
}

export type Scalar = string | number | boolean;
export type ContainerGroup = 'init' | 'regular' | 'ephemeral';

/** Something to quantify over. */
export type Source =
  /** Containers of the named groups, in the order init, regular, ephemeral. */
  | { readonly kind: 'containers'; readonly of: 'pod' | 'old'; readonly groups: readonly ContainerGroup[] }
  /** Elements of a list field. */
  | { readonly kind: 'items'; readonly list: Ref }
  /** Entries of a map field whose key starts with `prefix`, by key: binds `{ key, suffix, value }`. */
  | { readonly kind: 'entries'; readonly map: Ref; readonly prefix: string }
  /** Groups of the requesting user. */
  | { readonly kind: 'userGroups' };

export type RequestField = 'operation' | 'subresource' | 'user' | 'namespace';

/** A term has a value on every pod. */
export type Term =
  | { readonly kind: 'literal'; readonly value: Scalar }
  /** The field's value, or `absent` where the field is absent. */
  | { readonly kind: 'value'; readonly ref: Ref; readonly absent: Scalar }
  /** The value of the first field that is present: a container's over the pod's. */
  | { readonly kind: 'effective'; readonly refs: readonly Ref[]; readonly absent: Scalar }
  /** The value under a key of a string map. */
  | { readonly kind: 'lookup'; readonly map: Ref; readonly key: Term; readonly absent: string }
  /** The name of the first field of `fields` that is present: a volume's source. */
  | {
      readonly kind: 'firstPresent';
      readonly of: Ref;
      readonly fields: readonly string[];
      readonly absent: string;
    }
  | { readonly kind: 'size'; readonly of: Source }
  | { readonly kind: 'concat'; readonly parts: readonly Term[] }
  /** The string in double quotes, escaped as Go's %q does. */
  | { readonly kind: 'quoted'; readonly of: Term }
  | { readonly kind: 'request'; readonly field: RequestField }
  /** The value of a label of the request's namespace. */
  | { readonly kind: 'namespaceLabel'; readonly label: string; readonly absent: string };

/** How a string is matched, always the whole string. */
export type Pattern =
  | { readonly kind: 'prefix'; readonly prefix: string }
  | { readonly kind: 'suffix'; readonly suffix: string }
  /** `*` stands for any run of characters, also an empty one. No other character is special. */
  | { readonly kind: 'glob'; readonly glob: string }
  /**
   * A path prefix by element and without cleaning, as PodSecurityPolicy's allowedHostPaths: one trailing `/` is
   * trimmed from both sides, then the path equals the prefix or goes on with `/`.
   */
  | { readonly kind: 'pathPrefix'; readonly prefix: string };

/** Inclusive at both ends. */
export interface Range {
  readonly min: number;
  readonly max: number;
}

export type Cond =
  | { readonly kind: 'constant'; readonly value: boolean }
  | { readonly kind: 'and'; readonly of: readonly Cond[] }
  | { readonly kind: 'or'; readonly of: readonly Cond[] }
  | { readonly kind: 'not'; readonly of: Cond }
  /** The field is present. A non-pointer field is present where it is not empty. */
  | { readonly kind: 'present'; readonly ref: Ref }
  /** The list is given, and given as `[]`. Only supplementalGroups keeps the two apart. */
  | { readonly kind: 'emptyList'; readonly list: Ref }
  | { readonly kind: 'hasKey'; readonly map: Ref; readonly key: Term }
  | { readonly kind: 'equal'; readonly left: Term; readonly right: Term }
  | { readonly kind: 'oneOf'; readonly term: Term; readonly values: readonly Scalar[] }
  | { readonly kind: 'matches'; readonly term: Term; readonly patterns: readonly Pattern[] }
  | { readonly kind: 'within'; readonly term: Term; readonly ranges: readonly Range[] }
  /** Both strings, split at the separator, have the same parts the same number of times. */
  | { readonly kind: 'sameParts'; readonly left: Term; readonly right: Term; readonly separator: string }
  | { readonly kind: 'some'; readonly bind: string; readonly in: Source; readonly where: Cond }
  | { readonly kind: 'every'; readonly bind: string; readonly in: Source; readonly where: Cond }
  /** The requesting user, or failing that the pod's service account, may do this. */
  | {
      readonly kind: 'authorized';
      readonly verb: string;
      readonly group: string;
      readonly resource: string;
      readonly name: string;
    };

export interface Binding {
  readonly bind: string;
  readonly in: Source;
}

/** For each combination of bound elements for which `where` holds: the text `show`, blamed on the field `at`. */
export interface Comprehension {
  readonly over: readonly Binding[];
  readonly where: Cond;
  readonly show: Term;
  readonly at: Ref;
}

/** A named list of texts. `distinct` sorts it (by UTF-8 bytes) and drops repeats. */
export interface Collection {
  readonly name: string;
  readonly distinct: boolean;
  /** Whether an element means that the pod is denied; others serve the wording only. */
  readonly denies: boolean;
  readonly from: readonly Comprehension[];
}

/** Wording over collections. */
export type Text =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'list'; readonly of: string; readonly quote: boolean; readonly separator: string }
  /** `one` where the collections have one element together, else `many`. */
  | { readonly kind: 'plural'; readonly of: readonly string[]; readonly one: string; readonly many: string }
  | { readonly kind: 'sequence'; readonly parts: readonly Text[] }
  /** The parts that are not empty, with the separator between them. */
  | { readonly kind: 'joined'; readonly separator: string; readonly parts: readonly Text[] }
  | { readonly kind: 'ifAny'; readonly of: readonly string[]; readonly some: Text; readonly otherwise: Text };

export type Level = 'privileged' | 'baseline' | 'restricted';

export interface Control {
  readonly id: string;
  /** The level that the control belongs to; `custom` for a policy's own. */
  readonly level: 'baseline' | 'restricted' | 'custom';
  /** The control judges nothing where this holds: relaxations for Windows and for user namespaces. */
  readonly unless: Cond;
  readonly collections: readonly Collection[];
  readonly reason: Text;
  readonly detail: Text;
}

/** What is exempt from a policy, as in PodSecurityConfiguration. */
export interface Exemptions {
  readonly namespaces: readonly string[];
  readonly users: readonly string[];
  readonly runtimeClasses: readonly string[];
  readonly serviceAccounts: readonly { readonly namespace: string; readonly name: string }[];
}

export interface LabelRequirement {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  readonly values: readonly string[];
}

export interface Scope {
  /** Namespaces out of scope, by name. */
  readonly excludedNamespaces: readonly string[];
  /** All of these must hold of a namespace's labels. */
  readonly namespaceSelector: readonly LabelRequirement[];
}

/**
 * What happens to a violation: write it to the audit log, warn the user, or refuse the pod. `enforce` warns of workloads
 * whose pods it will refuse, as PodSecurity admission does; `enforce-workloads` refuses those too.
 */
export type Mode = 'audit' | 'warn' | 'enforce' | 'enforce-workloads';

/** Values that are excepted. */
export type ExceptedValues =
  /** Of a field of a container, or of the pod: who has it is not judged. */
  | {
      readonly kind: 'field';
      readonly of: 'container' | 'pod';
      readonly path: readonly string[];
      readonly values: readonly Scalar[];
    }
  /** Elements of a list whose field, or who themselves, have such a value: they are not seen. */
  | {
      readonly kind: 'items';
      readonly of: 'container' | 'pod';
      readonly list: readonly string[];
      readonly item: readonly string[];
      readonly values: readonly Scalar[];
    };

export interface Excepted {
  /** Of which pods. Binds nothing, so that it may be written anywhere. */
  readonly where: Cond;
  /** Names of containers; null for all, and for what is of the pod. */
  readonly containers: readonly string[] | null;
  /** Null: whatever the control says of the pods or containers. */
  readonly values: ExceptedValues | null;
}

/**
 * What was excepted from a control, for people and for reviews. The control's own conditions have it already, so that no
 * reader of the IR has to know of exceptions.
 */
export interface Exception {
  readonly control: string;
  readonly excepted: Excepted;
  /** The control without this exception, and without those that follow: what an exception lets in is told by it. */
  readonly before: Control;
  /** What is excepted, in words: whose pods, which containers, which values. */
  readonly what: string;
  /** Why, as the author of the policy says it. */
  readonly reason: string;
  /** The last day on which it holds, as `2027-01-31`; null where it has none. */
  readonly expires: string | null;
}

/** A value to write: of a scalar field, of a list of scalars, or of an object by its scalar fields. */
export type Value = Scalar | readonly Scalar[] | { readonly [field: string]: Scalar };

/** What is written at one place. It is computed from the pod as the mutation finds it. */
export type Write =
  /** The value; objects on the way that are missing are made. */
  | { readonly kind: 'set'; readonly at: Ref; readonly value: Value }
  /**
   * The list with each of the values that stands in it or in none of the lists `except`: sorted (by UTF-8 bytes), each
   * once.
   */
  | {
      readonly kind: 'add';
      readonly list: Ref;
      readonly values: readonly string[];
      readonly except: readonly Ref[];
    }
  /** The value under a key of a string map. */
  | { readonly kind: 'setKey'; readonly map: Ref; readonly key: Term; readonly value: string };

/**
 * What a policy writes into a pod: for each combination of bound elements for which `where` holds, all of `writes`. The
 * pod is looked at once, before any of them; what one writes, the mutations that follow see, and not this one.
 */
export interface Mutation {
  /** What asks for it, such as the field of a PodSecurityPolicy. */
  readonly id: string;
  readonly over: readonly Binding[];
  readonly where: Cond;
  readonly writes: readonly Write[];
}

export interface Policy {
  readonly ir: typeof irVersion;
  readonly name: string;
  /** The policy version that `latest` was resolved to, such as `v1.37`; null for a policy without a level. */
  readonly version: string | null;
  /** What is written into the pod, in this order, before anything judges it. */
  readonly mutations: readonly Mutation[];
  /** The pod is denied where a control denies it. */
  readonly controls: readonly Control[];
  /**
   * Where there are any, the pod is also denied where each of these policies denies it (PodSecurityPolicies). Each writes
   * into a copy of its own.
   */
  readonly alternatives: readonly Policy[];
  readonly exceptions: readonly Exception[];
  readonly exemptions: Exemptions;
  readonly scope: Scope;
  readonly mode: Mode;
}
