/** Whether there is a pod for which conditions hold, among those that an API server accepts; and such a pod. */
import type { Cond } from '../ir/types.js';
import { type ValidityRule, validityRules } from '../schema/validity/index.js';
import { uniques } from '../schema/validity/unique.js';
import { admitted, holdsOf, refusedBesides, refusingRules } from './accepted.js';
import { boundsOf } from './bounds.js';
import { clausesOf } from './clauses.js';
import { anyOf, notSo } from './conditions.js';
import { domainsOf } from './domains.js';
import { type Formula, Formulas } from './formula.js';
import { LeftOut } from './left-out.js';
import { TooLarge } from './limits.js';
import { Meaning } from './meaning.js';
import { rememberingEach } from './memo.js';
import { type Case, type ListNode, type Node, Pods } from './nodes.js';
import type { PlaceKey } from './places.js';
import { type Reads, readsOf } from './reads.js';
import { solve, TooHard } from './sat.js';
import type { Demand } from './walk.js';
import { readBack, type Witness } from './witness.js';
import { conditionsOf, written } from './writes.js';

/** A search that takes more than this is none that a person waits for; levels take some hundreds. */
const mostConflicts = 300_000;

/**
 * A pod that an API server accepts and for which all of the conditions hold; undefined where there is none.
 *
 * Most conditions and most rules of the API server do not matter for one question. So those that are asked for at first are
 * few: what the pod that is found breaks is asked for as well, until it breaks nothing. Where there is no pod for some of
 * them, there is none for all. For the same reason a part of a condition that is beyond what is decided can be left out: where
 * there is no pod whatever it says, there is none, and a pod that is found may keep to it all the same; or else one is looked for
 * that does without it.
 *
 * @param conditions what is asked from the beginning.
 * @param further what has to hold as well.
 * @throws TooLarge where the conditions are beyond what is decided; see docs/diff.md.
 */
export function decide(conditions: readonly Demand[], further: readonly Demand[] = []): Witness | undefined {
  const asked = [...conditions];
  const rules = new Set<ValidityRule>();
  let related = validityRules.filter(isEager);
  const parts = new LeftOut();
  for (;;) {
    const found = parts.without([...asked, ...validityRules.map(ruleDemand)], (instead) =>
      decided(withRules(asked.map(instead), rules, related).map(instead)),
    );
    if (found === 'again') continue;
    if (found === undefined) {
      parts.demandProof();
      return undefined;
    }
    const read = admitted(found.pod);
    if (!('pod' in read)) {
      // What is found is no pod: whoever asked for it looks, unless a part that makes it one was left out.
      if (parts.none) return found;
      parts.goStricter();
      continue;
    }
    const { pod } = read;
    const { request } = found;
    const breaks = ({ cond, holds, after }: Demand) => holdsOf(cond, pod, request, after) !== holds;
    const broken = further.filter((each) => !asked.includes(each) && breaks(each));
    const refusing = refusingRules(pod, request);
    const missing = refusing.filter((rule) => !rules.has(rule));
    // Where the API server fills something in, the pod is another one, and rules say so.
    const isOther =
      related.length < validityRules.length &&
      (asked.some(breaks) ||
        (missing.length === 0 && (refusing.length > 0 || refusedBesides(pod) !== undefined)));
    if (broken.length + missing.length === 0 && !isOther) {
      if (parts.none || (refusing.length === 0 && !asked.some(breaks))) return found;
      parts.goStricter();
      continue;
    }
    asked.push(...broken);
    for (const rule of missing) rules.add(rule);
    if (isOther) related = [...validityRules];
  }
}

/** Nothing shows that a pod breaks these: the API server makes what it gets keep to them, or nobody can ask for it. */
const isEager = ({ always, filledIn, ofRequest }: ValidityRule): boolean =>
  always === true || filledIn === true || ofRequest === true;

function decided(demands: readonly Demand[]): Witness | undefined {
  const asked = [
    ...demands,
    ...demands
      .flatMap(({ after = [] }) => after)
      .flatMap(conditionsOf)
      .map((cond): Demand => ({ cond, holds: true })),
  ];
  const bounds = boundsOf(asked);
  const reads = readsOf(demands);
  const formulas = new Formulas();
  const pods = new Pods(formulas, domainsOf(reads, bounds), bounds);
  const meaning = new Meaning(pods);
  const roots: Formula[] = demands.map(({ cond, holds, after = [] }) => {
    const world = new Map(meaning.outermost).set('pod', written(meaning, pods.root('pod'), after));
    const formula = meaning.holds(cond, world);
    return holds ? formula : formulas.not(formula);
  });
  roots.push(...unequal(pods, meaning, reads), ...inOrder(pods, reads));
  const clauses = clausesOf(formulas, [...roots, ...pods.demands], pods.exclusive);
  const model = solved(clauses.variables, clauses.clauses);
  return model === undefined ? undefined : readBack(pods, meaning, model);
}

function solved(variables: number, clauses: readonly (readonly number[])[]): readonly boolean[] | undefined {
  try {
    return solve(variables, clauses, mostConflicts);
  } catch (error) {
    if (!(error instanceof TooHard)) throw error;
    throw new TooLarge(
      `no answer after ${error.conflicts} conflicts`,
      'compare the controls one by one, or make the policies simpler',
    );
  }
}

/**
 * With rules of the API server: some for themselves, and others where they are about places that are read, or that these rules
 * read. A pod of which nothing that a rule reads was asked is completed as the rule has it.
 */
function withRules(
  conditions: readonly Demand[],
  rules: ReadonlySet<ValidityRule>,
  related: readonly ValidityRule[],
): readonly Demand[] {
  const chosen = [...conditions, ...asksOperation(conditions)];
  const touched = withObjects(readPlaces(conditions));
  const choose = (rule: ValidityRule): void => {
    chosen.push(ruleDemand(rule));
    for (const place of withObjects(placesOfRule(rule))) touched.add(place);
  };
  for (const rule of rules) choose(rule);
  const left = new Set(related.filter((rule) => !rules.has(rule)));
  for (let grew = true; grew; ) {
    grew = false;
    for (const rule of left) {
      if (!rule.always && ![...placesOfRule(rule)].some((place) => touched.has(place))) continue;
      left.delete(rule);
      choose(rule);
      grew = true;
    }
  }
  return chosen;
}

/** Whether there is a stored pod depends on the operation, which nothing may read but that. */
function asksOperation(conditions: readonly Demand[]): readonly Demand[] {
  const readsOld = [...readsOf(conditions).places].some((place) => place.startsWith('old.'));
  const updates: Cond = {
    kind: 'equal',
    left: { kind: 'request', field: 'operation' },
    right: { kind: 'literal', value: 'UPDATE' },
  };
  return readsOld ? [{ cond: anyOf([updates, notSo(updates)]), holds: true }] : [];
}

/**
 * The places that conditions read. Lists of the pod that are only gone over are none: an element that is there for another
 * reason can have the rest as every rule of the API wants it.
 */
function readPlaces(conditions: readonly Demand[]): Set<PlaceKey> {
  return new Set([...readsOf(conditions).places].filter((place) => !commonLists.has(place)));
}

/** Where a field is there, so are the objects that it is in. */
function withObjects(places: ReadonlySet<PlaceKey>): Set<PlaceKey> {
  const all = new Set(places);
  for (const place of places)
    for (const { index } of place.matchAll(/[.[{]/g)) all.add(place.slice(0, index));
  for (const list of commonLists) all.delete(list);
  return all;
}

const commonLists: ReadonlySet<PlaceKey> = new Set(
  ['initContainers', 'containers', 'ephemeralContainers', 'volumes'].map((list) => `pod.spec.${list}`),
);

/** That the API server does not refuse the pod for it. The same object for the same rule. */
const ruleDemand: (rule: ValidityRule) => Demand = rememberingEach(({ refused }) => ({
  cond: refused,
  holds: false,
}));

const placesOfRule: (rule: ValidityRule) => ReadonlySet<PlaceKey> = rememberingEach((rule) =>
  readPlaces([ruleDemand(rule)]),
);

/** No two elements of a list have the same value of such a field, where the field is read. */
function unequal(pods: Pods, meaning: Meaning, reads: Reads): Formula[] {
  const { formulas } = pods;
  return (['pod', 'old'] as const).flatMap((root) =>
    uniques.flatMap(({ lists, together, fields }) => {
      const [counts] = fields;
      if (!lists.some((list) => reads.places.has(`${root}.${list}[].${counts}`))) return [];
      const found = lists.flatMap((list) => slotsAt(pods.root(root), list));
      const groups = together ? [found.flat()] : found;
      return groups.flatMap((slots) => {
        const elements = slots.flatMap(({ exists, node }) =>
          node.kind === 'struct' ? [{ exists, node }] : [],
        );
        return elements.flatMap((a, index) =>
          elements.slice(index + 1).map((b) => {
            const same = fields.map((field) => meaning.same(a.node.field(field), b.node.field(field)));
            return formulas.not(formulas.and(a.exists, b.exists, a.node.field(counts).present, ...same));
          }),
        );
      });
    }),
  );
}

/** No number of a rule is greater than the one that it must not be greater than, where both are read. */
function inOrder(pods: Pods, reads: Reads): Formula[] {
  const { formulas } = pods;
  return (['pod', 'old'] as const).flatMap((root) =>
    validityRules.flatMap(({ ordered }) => {
      if (ordered === undefined) return [];
      const read = ordered.least.filter((path) => reads.places.has(`${root}.${path}`));
      if (read.length === 0 || !reads.places.has(`${root}.${ordered.greatest}`)) return [];
      const [most] = casesAt(pods.root(root), ordered.greatest);
      return read
        .flatMap((path) => casesAt(pods.root(root), path))
        .flatMap((cases) =>
          cases.flatMap((each) =>
            (most ?? [])
              .filter(({ value }) => Number(each.value) > Number(value))
              .map(({ when }) => formulas.not(formulas.and(each.when, when))),
          ),
        );
    }),
  );
}

/** What is at a path, in each of the elements on the way. */
function nodesAt(node: Node, [step, ...rest]: readonly string[]): readonly Node[] {
  if (step === undefined) return [node];
  if (node.kind !== 'struct') return [];
  const next = node.field(step.replace('[]', ''));
  if (!step.endsWith('[]')) return nodesAt(next, rest);
  return next.kind === 'list' ? next.slots.flatMap((slot) => nodesAt(slot.node, rest)) : [];
}

const casesAt = (node: Node, path: string): readonly (readonly Case[])[] =>
  nodesAt(node, path.split('.')).flatMap((each) => (each.kind === 'scalar' ? [each.cases] : []));

const slotsAt = (node: Node, path: string): readonly ListNode['slots'][] =>
  nodesAt(node, path.split('.')).flatMap((each) => (each.kind === 'list' ? [each.slots] : []));
