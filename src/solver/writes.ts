/** What mutations make of a pod of which nothing is known: for every pod at once, what `evaluate` does to one. */
import type { Binding, Cond, Mutation, Ref, Source, Value, Write } from '../ir/types.js';
import { allOf } from './conditions.js';
import type { Formula, Formulas } from './formula.js';
import { TooLarge } from './limits.js';
import type { Meaning, World } from './meaning.js';
import type { Case, ListNode, MapNode, Node, ScalarNode, Slot, StructNode } from './nodes.js';
import { groupFields } from './places.js';

type Path = readonly (string | number)[];

/** Where bound elements are in the pod, by name. */
type Places = ReadonlyMap<string, Path>;

interface Edit {
  readonly path: Path;
  readonly when: Formula;
  /** What is written over what is there. */
  readonly make: (old: Node) => Node;
}

/** The pod as the mutations leave it. */
export function written(meaning: Meaning, pod: StructNode, mutations: readonly Mutation[]): StructNode {
  let root = pod;
  for (const mutation of mutations) {
    const world = new Map(meaning.outermost).set('pod', root);
    const edits = new Writer(meaning).edits(mutation, world);
    for (const edit of edits) {
      const changed = changedAt(meaning.pods.formulas, root, edit.path, edit);
      if (changed.kind === 'struct') root = changed;
    }
  }
  return root;
}

class Writer {
  readonly #f: Formulas;

  constructor(readonly meaning: Meaning) {
    this.#f = meaning.pods.formulas;
  }

  edits({ over, where, writes }: Mutation, world: World): Edit[] {
    return this.#combinations(over, world, new Map([['pod', []]]), this.#f.true).flatMap((found) => {
      const when = this.#f.and(found.exists, this.meaning.holds(where, found.world));
      return writes.flatMap((write) => this.#edit(write, found.world, found.places, when));
    });
  }

  #combinations(
    over: readonly Binding[],
    world: World,
    places: Places,
    exists: Formula,
  ): { readonly world: World; readonly places: Places; readonly exists: Formula }[] {
    const [first, ...rest] = over;
    if (first === undefined) return [{ world, places, exists }];
    return this.#elements(first.in, world, places).flatMap(({ path, slot }) =>
      this.#combinations(
        rest,
        new Map(world).set(first.bind, slot.node),
        new Map(places).set(first.bind, path),
        this.#f.and(exists, slot.exists),
      ),
    );
  }

  #elements(source: Source, world: World, places: Places): { readonly path: Path; readonly slot: Slot }[] {
    const lists: readonly Ref[] =
      source.kind === 'containers'
        ? (['init', 'regular', 'ephemeral'] as const)
            .filter((group) => source.groups.includes(group))
            .map((group) => ({ from: source.of, path: ['spec', groupFields[group]] }))
        : source.kind === 'items'
          ? [source.list]
          : [];
    if (lists.length === 0)
      throw new TooLarge('a policy writes for each entry of a map', 'write for each container, or once');
    return lists.flatMap((list) => {
      const node = this.meaning.resolve(list, world);
      if (node.kind !== 'list') return [];
      if (node.repeats.length > 1)
        throw new TooLarge(
          'a policy writes into a list whose elements are counted',
          'compare fewer elements',
        );
      return node.slots.map((slot, at) => ({ path: [...pathOf(list, places), at], slot }));
    });
  }

  #edit(write: Write, world: World, places: Places, when: Formula): Edit[] {
    const f = this.#f;
    switch (write.kind) {
      case 'set':
        return [
          {
            path: pathOf(write.at, places),
            when,
            make: (old) => chosen(f, when, constantNode(f, write.value), old),
          },
        ];
      case 'add': {
        const here = this.meaning.resolve(write.list, world);
        const except = write.except.map((list) => this.meaning.resolve(list, world));
        const has = (node: Node, value: string): Formula =>
          node.kind === 'list'
            ? f.or(...node.slots.map((slot) => f.and(slot.exists, isText(f, slot.node, value))))
            : f.false;
        const added = write.values.map(
          (value): Slot => ({
            exists: f.and(when, f.not(has(here, value)), ...except.map((list) => f.not(has(list, value)))),
            node: constantNode(f, value),
          }),
        );
        // Where nothing is added and nothing was there, nothing is written.
        const writes = f.or(...added.map(({ exists }) => exists), f.and(when, here.present));
        return [
          { path: pathOf(write.list, places), when: writes, make: (old) => extended(f, when, old, added) },
        ];
      }
      case 'setKey':
        return this.meaning.valuesOf(write.key, world).map(({ when: is, value: key }) => ({
          path: [...pathOf(write.map, places), String(key)],
          when: f.and(when, is),
          make: (old) => chosen(f, f.and(when, is), constantNode(f, write.value), old),
        }));
    }
  }
}

function pathOf({ from, path }: Ref, places: Places): Path {
  const base = places.get(from);
  if (base === undefined)
    throw new TooLarge('a policy writes into what it does not judge', 'write into the pod');
  return [...base, ...path];
}

/** The node with the edit somewhere in it; objects on the way are made. */
function changedAt(f: Formulas, node: Node, path: Path, edit: Edit): Node {
  const [step, ...rest] = path;
  if (step === undefined) return edit.make(node);
  switch (node.kind) {
    case 'struct': {
      let changed: Node | undefined;
      return {
        ...node,
        present: f.or(node.present, edit.when),
        field: (name) => {
          if (name !== step) return node.field(name);
          changed ??= changedAt(f, node.field(name), rest, edit);
          return changed;
        },
      };
    }
    case 'list':
      return {
        ...node,
        slots: node.slots.map((slot, at) =>
          at === step ? { ...slot, node: changedAt(f, slot.node, rest, edit) } : slot,
        ),
      };
    case 'map': {
      const key = String(step);
      const absent: ScalarNode = { kind: 'scalar', present: f.false, cases: [] };
      const made = edit.make(node.entries.get(key) ?? absent);
      if (made.kind !== 'scalar') return node;
      return {
        kind: 'map',
        present: f.or(node.present, edit.when),
        entries: new Map(node.entries).set(key, made),
      };
    }
    case 'scalar':
    case 'opaque':
      return node;
  }
}

const isText = (f: Formulas, node: Node, value: string): Formula =>
  node.kind === 'scalar'
    ? f.or(...node.cases.filter((each) => each.value === value).map(({ when }) => when))
    : f.false;

/** The list with more elements; each text stands there once then. */
function extended(f: Formulas, when: Formula, old: Node, added: readonly Slot[]): Node {
  if (old.kind !== 'list') return old;
  const earlier: Slot[] = [];
  const kept = old.slots.map((slot): Slot => {
    const again = f.or(
      ...earlier.map((each) =>
        f.and(each.exists, slot.node.kind === 'scalar' ? sameText(f, each.node, slot.node) : f.false),
      ),
    );
    earlier.push(slot);
    return { ...slot, exists: f.and(slot.exists, f.not(f.and(when, again))) };
  });
  const slots = [...kept, ...added];
  return {
    ...old,
    slots,
    present: f.or(...slots.map(({ exists }) => exists)),
    empty: f.and(old.empty, f.not(when)),
  };
}

const sameText = (f: Formulas, left: Node, right: ScalarNode): Formula =>
  left.kind === 'scalar'
    ? f.or(...left.cases.map(({ when, value }) => f.and(when, isText(f, right, String(value)))))
    : f.false;

/** The one node where the condition holds, and else the other. */
function chosen(f: Formulas, when: Formula, then: Node, otherwise: Node): Node {
  const not = f.not(when);
  const present = f.or(f.and(when, then.present), f.and(not, otherwise.present));
  const cases = (node: ScalarNode, is: Formula): Case[] =>
    node.cases.map((each) => ({ when: f.and(is, each.when), value: each.value }));
  if (then.kind === 'scalar' && otherwise.kind === 'scalar')
    return { kind: 'scalar', present, cases: [...cases(then, when), ...cases(otherwise, not)] };
  if (then.kind === 'struct' && otherwise.kind === 'struct')
    return {
      ...otherwise,
      present,
      field: (name) => chosen(f, when, fieldOr(f, then, name, otherwise.field(name)), otherwise.field(name)),
    };
  if (then.kind === 'list' && otherwise.kind === 'list') {
    const slots = [
      ...then.slots.map((slot) => ({ ...slot, exists: f.and(when, slot.exists) })),
      ...otherwise.slots.map((slot) => ({ ...slot, exists: f.and(not, slot.exists) })),
    ];
    const empty = f.or(f.and(when, then.empty), f.and(not, otherwise.empty));
    return { kind: 'list', present, empty, slots, repeats: otherwise.repeats };
  }
  throw new TooLarge(
    'a policy writes a value of another kind than the field has',
    'write a value of its type',
  );
}

/** A field of an object that is written; what it does not name is absent. */
function fieldOr(f: Formulas, { field, asked }: StructNode, name: string, like: Node): Node {
  return [...asked()].some(([each]) => each === name) ? field(name) : absentLike(f, like);
}

function absentLike(f: Formulas, node: Node): Node {
  switch (node.kind) {
    case 'scalar':
      return { kind: 'scalar', present: f.false, cases: [] };
    case 'struct':
      return { ...node, present: f.false, field: (name) => absentLike(f, node.field(name)), asked: () => [] };
    case 'list':
      return { ...emptyList(f), empty: f.false };
    case 'map':
      return { kind: 'map', present: f.false, entries: new Map() } satisfies MapNode;
    case 'opaque':
      return { ...node, present: f.false };
  }
}

const emptyList = (f: Formulas): ListNode => ({
  kind: 'list',
  present: f.false,
  empty: f.true,
  slots: [],
  repeats: [{ when: f.true, value: 0 }],
});

/** A value that is the same for every pod. */
function constantNode(f: Formulas, value: Value): Node {
  if (Array.isArray(value)) {
    const elements: readonly Value[] = value;
    if (elements.length === 0) return emptyList(f);
    const slots = elements.map((each) => ({ exists: f.true, node: constantNode(f, each) }));
    return { ...emptyList(f), present: f.true, empty: f.false, slots };
  }
  if (typeof value === 'object') {
    const fields = new Map(Object.entries(value).map(([name, each]) => [name, constantNode(f, each)]));
    const absent: ScalarNode = { kind: 'scalar', present: f.false, cases: [] };
    return {
      kind: 'struct',
      type: 'written',
      pointer: true,
      present: f.true,
      field: (name) => fields.get(name) ?? absent,
      asked: () => fields,
    };
  }
  return { kind: 'scalar', present: f.true, cases: [{ when: f.true, value }] };
}

/** Conditions that need as many elements as the mutations ask about, for how many elements are enough. */
export function conditionsOf({ over, where, writes }: Mutation): readonly Cond[] {
  const asked = writes.flatMap((write): Cond[] =>
    write.kind !== 'add'
      ? []
      : [write.list, ...write.except].flatMap((list) =>
          write.values.map(
            (value): Cond => ({
              kind: 'some',
              bind: 'podsec-element',
              in: { kind: 'items', list },
              where: {
                kind: 'equal',
                left: { kind: 'value', ref: { from: 'podsec-element', path: [] }, absent: '' },
                right: { kind: 'literal', value },
              },
            }),
          ),
        ),
  );
  const within = (inner: Cond): Cond =>
    over.reduceRight<Cond>(
      (cond, { bind, in: source }) => ({ kind: 'every', bind, in: source, where: cond }),
      inner,
    );
  return [within(allOf([where, ...asked])), within(allOf([{ kind: 'not', of: where }]))];
}
