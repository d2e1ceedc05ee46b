/** Conditions on a pod of which nothing is known, as formulas: what `evaluate` does on one pod, done on all at once. */
import { matches, partsOf } from '../evaluate.js';
import { goQuote } from '../ir/quote.js';
import type { Cond, Ref, Scalar, Source, Term } from '../ir/types.js';
import { fieldsOf } from '../schema/index.js';
import type { Formula, Formulas } from './formula.js';
import { about, TooLarge } from './limits.js';
import type { Case, ListNode, MapNode, Node, Pods, ScalarNode, Slot, StructNode } from './nodes.js';
import { groupFields } from './places.js';

/** What a name is bound to: an element that may not be there is asked about together with its existence. */
export type World = ReadonlyMap<string, Node>;

/** Verb, group, resource and name of a right. */
export const rightKey = (words: readonly string[]): string => JSON.stringify(words);

/** Values of one term. */
const mostCases = 20_000;

export class Meaning {
  readonly #f: Formulas;
  readonly #rights = new Map<string, Formula>();

  constructor(readonly pods: Pods) {
    this.#f = pods.formulas;
  }

  /** What `evaluate` calls a world, with the pods as roots. */
  get outermost(): World {
    return new Map<string, Node>([
      ['pod', this.pods.root('pod')],
      ['old', this.pods.root('old')],
    ]);
  }

  /** @throws TooLarge about a condition in it. */
  holds(cond: Cond, world: World = this.outermost): Formula {
    return about(cond, () => this.#holds(cond, world));
  }

  #holds(cond: Cond, world: World): Formula {
    const f = this.#f;
    switch (cond.kind) {
      case 'constant':
        return cond.value ? f.true : f.false;
      case 'and':
        return f.and(...cond.of.map((each) => this.holds(each, world)));
      case 'or':
        return f.or(...cond.of.map((each) => this.holds(each, world)));
      case 'not':
        return f.not(this.holds(cond.of, world));
      case 'present':
        return this.#present(this.resolve(cond.ref, world));
      case 'emptyList': {
        const node = this.resolve(cond.list, world);
        return node.kind === 'list' ? node.empty : f.false;
      }
      case 'hasKey': {
        const map = this.#map(cond.map, world);
        return this.#where(
          this.valuesOf(cond.key, world),
          (key) => map?.entries.get(String(key))?.present ?? f.false,
        );
      }
      case 'equal':
        return this.#equal(this.valuesOf(cond.left, world), this.valuesOf(cond.right, world));
      case 'sameParts': {
        const [left = [], right = []] = [cond.left, cond.right].map((term) =>
          this.valuesOf(term, world).map(({ when, value }) => ({
            when,
            value: partsOf(String(value), cond.separator),
          })),
        );
        return this.#equal(left, right);
      }
      case 'oneOf':
        return this.#which(this.valuesOf(cond.term, world), (value) => cond.values.includes(value));
      case 'matches':
        return this.#which(this.valuesOf(cond.term, world), (value) =>
          cond.patterns.some((pattern) => matches(pattern, String(value))),
        );
      case 'within':
        return this.#which(this.valuesOf(cond.term, world), (value) =>
          cond.ranges.some(({ min, max }) => min <= Number(value) && Number(value) <= max),
        );
      case 'some':
        return f.or(
          ...this.#elements(cond.in, world).map(({ exists, node }) =>
            f.and(exists, this.holds(cond.where, new Map(world).set(cond.bind, node))),
          ),
        );
      case 'every':
        return f.and(
          ...this.#elements(cond.in, world).map(({ exists, node }) =>
            f.implies(exists, this.holds(cond.where, new Map(world).set(cond.bind, node))),
          ),
        );
      case 'authorized':
        return this.#right([cond.verb, cond.group, cond.resource, cond.name]);
    }
  }

  /** That both have the same value, or none. */
  same(left: Node, right: Node): Formula {
    const f = this.#f;
    if (left.kind !== 'scalar' || right.kind !== 'scalar') return f.false;
    return f.or(f.and(f.not(left.present), f.not(right.present)), this.#equal(left.cases, right.cases));
  }

  /** The rights that were asked for, by `rightKey`. */
  get rights(): ReadonlyMap<string, Formula> {
    return this.#rights;
  }

  #right(words: readonly string[]): Formula {
    const key = rightKey(words);
    const known = this.#rights.get(key) ?? this.#f.variable();
    this.#rights.set(key, known);
    return known;
  }

  #which(cases: readonly Case[], holds: (value: Scalar) => boolean): Formula {
    return this.#f.or(...cases.filter(({ value }) => holds(value)).map(({ when }) => when));
  }

  #where(cases: readonly Case[], then: (value: Scalar) => Formula): Formula {
    return this.#f.or(...cases.map(({ when, value }) => this.#f.and(when, then(value))));
  }

  /** That a case of each holds, of the same value. */
  #equal(left: readonly Case[], right: readonly Case[]): Formula {
    const whens = new Map<Scalar, Formula[]>();
    for (const { when, value } of right) whens.set(value, [...(whens.get(value) ?? []), when]);
    return this.#where(left, (value) => this.#f.or(...(whens.get(value) ?? [])));
  }

  /** Exactly one of the cases holds. */
  valuesOf(term: Term, world: World): readonly Case[] {
    const f = this.#f;
    switch (term.kind) {
      case 'literal':
        return [{ when: f.true, value: term.value }];
      case 'value':
        return this.#scalarOr(this.resolve(term.ref, world), term.absent);
      case 'effective':
        return this.#first(
          term.refs.map((ref) => this.resolve(ref, world)),
          term.absent,
        );
      case 'lookup':
        return this.#lookup(this.#map(term.map, world), this.valuesOf(term.key, world), term.absent);
      case 'firstPresent': {
        const object = this.resolve(term.of, world);
        const cases: Case[] = [];
        let none = f.true;
        for (const name of term.fields) {
          const present = object.kind === 'struct' ? this.#present(object.field(name)) : f.false;
          cases.push({ when: f.and(none, present), value: name });
          none = f.and(none, f.not(present));
        }
        return this.#cases([...cases, { when: none, value: term.absent }]);
      }
      case 'size':
        return this.#lists(term.of, world).reduce(
          (count, { repeats }) => this.#product(count, repeats, (a, b) => Number(a) + Number(b)),
          this.#count(this.#elements(term.of, world).map(({ exists }) => exists)),
        );
      case 'concat':
        return term.parts.reduce<readonly Case[]>(
          (before, part) => this.#product(before, this.valuesOf(part, world), (a, b) => `${a}${b}`),
          [{ when: f.true, value: '' }],
        );
      case 'quoted':
        return this.#cases(
          this.valuesOf(term.of, world).map(({ when, value }) => ({ when, value: goQuote(String(value)) })),
        );
      case 'request':
        return this.#scalarOr(this.pods.root('request').field(term.field), '');
      case 'namespaceLabel': {
        const labels = this.pods.root('request').field('namespaceLabels');
        const key = [{ when: f.true, value: term.label }];
        return this.#lookup(labels.kind === 'map' ? labels : undefined, key, term.absent);
      }
    }
  }

  /** Cases of the same value are one, and such as cannot be are none. */
  #cases(cases: readonly Case[]): readonly Case[] {
    const byValue = new Map<Scalar, Formula[]>();
    for (const { when, value } of cases) {
      if (when === this.#f.false) continue;
      byValue.set(value, [...(byValue.get(value) ?? []), when]);
    }
    if (byValue.size > mostCases)
      throw new TooLarge(`a term has ${byValue.size} values`, `a comparison goes to ${mostCases}`);
    return [...byValue].map(([value, whens]) => ({ when: this.#f.or(...whens), value }));
  }

  #product(
    left: readonly Case[],
    right: readonly Case[],
    both: (left: Scalar, right: Scalar) => Scalar,
  ): readonly Case[] {
    return this.#cases(
      left.flatMap((a) =>
        right.map((b) => ({ when: this.#f.and(a.when, b.when), value: both(a.value, b.value) })),
      ),
    );
  }

  #scalarOr(node: Node, absent: Scalar): readonly Case[] {
    return this.#first([node], absent);
  }

  #first(nodes: readonly Node[], absent: Scalar): readonly Case[] {
    const f = this.#f;
    const cases: Case[] = [];
    let none = f.true;
    for (const node of nodes) {
      if (node.kind !== 'scalar') continue;
      cases.push(...node.cases.map(({ when, value }) => ({ when: f.and(none, when), value })));
      none = f.and(none, f.not(node.present));
    }
    return this.#cases([...cases, { when: none, value: absent }]);
  }

  #lookup(map: MapNode | undefined, keys: readonly Case[], absent: string): readonly Case[] {
    const f = this.#f;
    return this.#cases(
      keys.flatMap(({ when, value: key }): Case[] => {
        const entry = map?.entries.get(String(key));
        if (entry === undefined) return [{ when, value: absent }];
        return [
          ...entry.cases.map((each) => ({ when: f.and(when, each.when), value: each.value })),
          { when: f.and(when, f.not(entry.present)), value: absent },
        ];
      }),
    );
  }

  /** How many of them hold. */
  #count(of: readonly Formula[]): readonly Case[] {
    const f = this.#f;
    let counts: Formula[] = [f.true];
    for (const each of of)
      counts = Array.from({ length: counts.length + 1 }, (_, count) =>
        f.or(
          f.and(f.not(each), counts[count] ?? f.false),
          f.and(each, count > 0 ? (counts[count - 1] ?? f.false) : f.false),
        ),
      );
    return this.#cases(counts.map((when, value) => ({ when, value })));
  }

  #elements(source: Source, world: World): readonly Slot[] {
    if (source.kind !== 'entries') return this.#lists(source, world).flatMap(({ slots }) => slots);
    return [...(this.#map(source.map, world)?.entries ?? [])]
      .filter(([key]) => key.startsWith(source.prefix))
      .map(([key, value]) => ({ exists: value.present, node: this.#entry(key, source.prefix, value) }));
  }

  #lists(source: Source, world: World): readonly ListNode[] {
    const nodes = (): readonly Node[] => {
      switch (source.kind) {
        case 'containers':
          return (['init', 'regular', 'ephemeral'] as const)
            .filter((group) => source.groups.includes(group))
            .map((group) => this.resolve({ from: source.of, path: ['spec', groupFields[group]] }, world));
        case 'items':
          return [this.resolve(source.list, world)];
        case 'userGroups':
          return [this.pods.root('request').field('userGroups')];
        case 'entries':
          return [];
      }
    };
    return nodes().filter((node) => node.kind === 'list');
  }

  #entry(key: string, prefix: string, value: ScalarNode): StructNode {
    const constant = (text: string): ScalarNode => ({
      kind: 'scalar',
      present: value.present,
      cases: [{ when: value.present, value: text }],
    });
    const fields: Readonly<Record<string, ScalarNode>> = {
      key: constant(key),
      suffix: constant(key.slice(prefix.length)),
      value,
    };
    return {
      kind: 'struct',
      type: 'entry',
      pointer: true,
      present: value.present,
      field: (name) => fields[name] ?? value,
      asked: () => [],
    };
  }

  #map(map: Ref, world: World): MapNode | undefined {
    const node = this.resolve(map, world);
    return node.kind === 'map' ? node : undefined;
  }

  /** A field that is no pointer is there where it is not empty. */
  #present(node: Node): Formula {
    if (node.kind !== 'struct' || node.pointer) return node.present;
    const fields = Object.keys(fieldsOf(node.type) ?? {}).map((name) => this.#present(node.field(name)));
    return this.#f.and(node.present, this.#f.or(...fields));
  }

  resolve({ from, path }: Ref, world: World): Node {
    let node = world.get(from);
    if (node === undefined) throw new TypeError(`unbound name ${from}: the IR was not checked`);
    for (const step of path) {
      if (node.kind !== 'struct') throw new TypeError(`no field ${step} there: the IR was not checked`);
      node = node.field(step);
    }
    return node;
  }
}
