/** A control as one rule: a finding for each pod that it denies. */
import type { Collection, Comprehension, Control, Scalar } from '../../ir/types.js';
import { statementsOf } from './conditions.js';
import type { Refuse, Root } from './facts.js';
import { call, comprehension, type Doc, infix, literal, statement } from './layout.js';
import { Names } from './names.js';
import type { Scope } from './reads.js';
import { bindIn } from './sources.js';
import { textDoc } from './terms.js';
import { collectionsIn, countDoc, textOfWording } from './wording.js';

/** What the rules of a module share. */
export interface Module {
  /** The name of a set of values, written out once. */
  readonly constant: (wanted: string, values: readonly Scalar[]) => string;
  readonly refuse: Refuse;
}

const roots: ReadonlyMap<string, Root> = new Map<string, Root>([
  ['pod', { kind: 'object', at: 'world.pod', types: ['Pod'], assured: true }],
  ['old', { kind: 'object', at: 'world.old', types: ['Pod'], assured: false }],
]);

/** The text of the rule; empty where the control denies nothing. `guards` have to hold for the rule to count. */
export function ruleOf(control: Control, module: Module, guards: readonly Doc[] = []): string {
  const names = new Names();
  const denying = control.collections.filter((each) => each.denies).map((each) => each.name);
  if (denying.length === 0) return '';
  const spoken = new Set([...denying, ...collectionsIn(control.reason), ...collectionsIn(control.detail)]);
  const collections = control.collections.filter((each) => spoken.has(each.name));
  const variables = new Map(collections.map(({ name }) => [name, names.fresh(name)]));
  const scope: Scope = {
    bound: roots,
    refuse: module.refuse,
    constant: (wanted, values) => module.constant(`${control.id}_${wanted}`, values),
    local: names,
  };
  const variable = (name: string) => variables.get(name) ?? '[]';

  const body = [
    ...guards.map((guard) => statement(guard, 1)),
    statement('some world in worlds', 1),
    ...statementsOf(control.unless, scope, true).map((each) => statement(each, 1)),
    ...collections.map((each) => statement(collectionDoc(each, scope), 1, `${variable(each.name)} := `)),
    statement(infix(countDoc(denying, variable), '>', '0'), 1),
  ];
  const worded = [control.reason, control.detail].map((text, index) => {
    const doc = textOfWording(text, variable);
    if (typeof doc === 'string') return doc;
    const name = index === 0 ? 'reason' : 'detail';
    body.push(statement(doc, 1, `${name} := `));
    return name;
  });
  const finding = call('lib.finding', 'world', literal(control.id), ...worded);
  return `${statement(finding, 0, 'deny contains ')} if {\n${body.join('\n')}\n}\n`;
}

function collectionDoc(collection: Collection, scope: Scope): Doc {
  const lists = collection.from.map((each) => comprehensionDoc(each, scope));
  const [only] = lists;
  const list =
    only !== undefined && lists.length === 1
      ? only
      : call('lib.flatten', { kind: 'group', open: '[', items: lists, close: ']' });
  return collection.distinct ? call('lib.distinct', list) : list;
}

function comprehensionDoc({ over, where, show }: Comprehension, scope: Scope): Doc {
  let inner: Scope = { ...scope, local: scope.local.inner() };
  const bindings = over.map((binding) => {
    const bound = bindIn(binding.bind, binding.in, inner);
    inner = bound.inner;
    return bound.statement;
  });
  return comprehension(textDoc(show, inner), [...bindings, ...statementsOf(where, inner)]);
}
