/** A pod of which nothing is known yet: its places as variables, made as they are asked for. */

import type { Scalar } from '../ir/types.js';
import { type Field, type FieldType, keepsEmpty } from '../schema/index.js';
import { uniques } from '../schema/validity/unique.js';
import type { Bounds } from './bounds.js';
import type { Domains } from './domains.js';
import type { Formula, Formulas } from './formula.js';
import { fieldIn, type PlaceKey, type Root, rootTypes, ruleFor } from './places.js';

/** The value of a term or of a place: exactly one of the conditions holds. Without a value it is absent. */
export interface Case {
  readonly when: Formula;
  readonly value: Scalar;
}

export interface ScalarNode {
  readonly kind: 'scalar';
  readonly present: Formula;
  /** Of these, exactly one holds where the value is present, and else none. */
  readonly cases: readonly Case[];
}

export interface StructNode {
  readonly kind: 'struct';
  /** A type of the schema. */
  readonly type: string;
  /** Whether an empty one is there; else it is as good as absent. */
  readonly pointer: boolean;
  readonly present: Formula;
  /** By name. An absent struct has absent fields. */
  readonly field: (name: string) => Node;
  /** The fields that were asked for. */
  readonly asked: () => Iterable<readonly [name: string, node: Node]>;
}

export interface Slot {
  readonly exists: Formula;
  readonly node: Node;
}

export interface ListNode {
  readonly kind: 'list';
  /** That it has an element. */
  readonly present: Formula;
  /** That it is given as `[]`. */
  readonly empty: Formula;
  readonly slots: readonly Slot[];
  /** How often the last element is there once more; exactly one holds. */
  readonly repeats: readonly Case[];
}

export interface MapNode {
  readonly kind: 'map';
  readonly present: Formula;
  readonly entries: ReadonlyMap<string, ScalarNode>;
}

/** Of other kinds of values only the presence can be asked for. */
export interface OpaqueNode {
  readonly kind: 'opaque';
  readonly type: FieldType;
  readonly place: PlaceKey;
  readonly present: Formula;
}

export type Node = ScalarNode | StructNode | ListNode | MapNode | OpaqueNode;

export class Pods {
  /** What holds of every pod. */
  readonly demands: Formula[] = [];
  /** One group each, of which at most one may hold. */
  readonly exclusive: Formula[][] = [];
  readonly #roots = new Map<Root, StructNode>();

  constructor(
    readonly formulas: Formulas,
    readonly domains: Domains,
    readonly bounds: Bounds,
  ) {}

  root(name: Root): StructNode {
    const known = this.#roots.get(name) ?? this.#struct(rootTypes[name], true, name, this.#isThere(name));
    this.#roots.set(name, known);
    return known;
  }

  /** Only an update has a pod that is stored already. */
  #isThere(name: Root): Formula {
    if (name !== 'old') return this.formulas.true;
    const operation = this.root('request').field('operation');
    const cases = operation.kind === 'scalar' ? operation.cases : [];
    return this.formulas.or(...cases.filter(({ value }) => value === 'UPDATE').map(({ when }) => when));
  }

  #struct(typeName: string, pointer: boolean, place: PlaceKey, present: Formula): StructNode {
    const fields = new Map<string, Node>();
    const node: StructNode = {
      kind: 'struct',
      type: typeName,
      pointer,
      present,
      field: (name) => {
        const known = fields.get(name) ?? this.#field(typeName, name, `${place}.${name}`, present);
        fields.set(name, known);
        return known;
      },
      asked: () => fields,
    };
    return node;
  }

  #field(typeName: string, name: string, place: PlaceKey, above: Formula): Node {
    const field = fieldIn(typeName, name);
    const present = this.#presence(field, place, above);
    return field.kind === 'struct'
      ? this.#struct(field.type ?? '', field.pointer, place, present)
      : this.#value(field, place, present, keepsEmpty(typeName, name));
  }

  /** A new variable, or what it is known to be. */
  #presence(field: Field, place: PlaceKey, above: Formula): Formula {
    const { formulas } = this;
    const { absent, required, written } = ruleFor(place);
    if (field.dropped === true || absent === true) return formulas.false;
    // The API server writes a default, and computes one where it can.
    if (field.default?.kind === 'constant' || required === true || written === true) return above;
    // Metadata, spec and the like are never absent; of an empty one everything in it is.
    if (field.kind === 'struct' && !field.pointer) return above;
    const present = formulas.variable();
    this.demands.push(formulas.implies(present, above));
    return present;
  }

  #value(type: FieldType, place: PlaceKey, present: Formula, empty = false): Node {
    switch (type.kind) {
      case 'struct':
        return this.#struct(type.type ?? '', true, place, present);
      case 'list':
        return this.#list(type, place, present, empty);
      case 'map':
        return type.of?.kind === 'string'
          ? this.#map(place, present)
          : { kind: 'opaque', type, place, present };
      case 'bool':
      case 'int':
      case 'string':
      case 'bytes':
      case 'intOrString':
        return this.#scalar(place, present);
      case 'quantity':
      case 'time':
      case 'raw':
        return { kind: 'opaque', type, place, present };
    }
  }

  #scalar(place: PlaceKey, present: Formula): ScalarNode {
    const { formulas } = this;
    if (present === formulas.false) return { kind: 'scalar', present, cases: [] };
    const cases = this.domains.values(place).map((value): Case => ({ when: formulas.variable(), value }));
    const whens = cases.map(({ when }) => when);
    this.demands.push(formulas.iff(present, formulas.or(...whens)));
    this.exclusive.push(whens);
    return { kind: 'scalar', present, cases };
  }

  #list({ of }: FieldType, place: PlaceKey, given: Formula, keepsEmptyList: boolean): ListNode {
    const { formulas } = this;
    const slots: Slot[] = [];
    let before = given;
    for (let at = 0; at < this.bounds.of(place); at += 1) {
      const exists = formulas.variable();
      // Elements come one after the other: which of them are there makes no difference otherwise.
      this.demands.push(formulas.implies(exists, before));
      before = exists;
      slots.push({ exists, node: this.#value(of ?? { kind: 'raw' }, `${place}[]`, exists) });
    }
    const present = slots[0]?.exists ?? formulas.false;
    const empty = keepsEmptyList ? formulas.and(given, formulas.not(present)) : formulas.false;
    if (!keepsEmptyList) this.demands.push(formulas.iff(given, present));
    return { kind: 'list', present, empty, slots, repeats: this.#repeats(place, slots) };
  }

  #repeats(place: PlaceKey, slots: readonly Slot[]): readonly Case[] {
    const { formulas } = this;
    const cases = this.bounds.repeats(place).map((value): Case => ({ when: formulas.variable(), value }));
    if (cases.length === 0) return [{ when: formulas.true, value: 0 }];
    const whens = cases.map(({ when }) => when);
    const repeated = formulas.or(...whens);
    this.exclusive.push(whens);
    this.demands.push(formulas.implies(repeated, slots[0]?.exists ?? formulas.false));
    // What has to differ from element to element is in none of those.
    const [, path = ''] = /^(?:pod|old)\.(.*)$/.exec(place) ?? [];
    for (const { lists, fields } of uniques) {
      if (!lists.includes(path)) continue;
      for (const [at, { exists, node }] of slots.entries()) {
        const isLast = formulas.and(exists, formulas.not(slots[at + 1]?.exists ?? formulas.false));
        if (node.kind === 'struct')
          this.demands.push(
            formulas.implies(formulas.and(repeated, isLast), formulas.not(node.field(fields[0]).present)),
          );
      }
    }
    return [...cases, { when: formulas.not(repeated), value: 0 }];
  }

  #map(place: PlaceKey, present: Formula): MapNode {
    const { formulas } = this;
    const entries = new Map(
      this.domains.keys(place).map((key): [string, ScalarNode] => {
        const there = formulas.variable();
        return [key, this.#scalar(`${place}{}`, there)];
      }),
    );
    this.demands.push(
      formulas.iff(present, formulas.or(...[...entries.values()].map((each) => each.present))),
    );
    return { kind: 'map', present, entries };
  }
}
