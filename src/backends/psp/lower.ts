/**
 * From rules to a PodSecurityPolicy: each clause of each control goes to the field that judges what it reads, the field is
 * written, and then read back: on each sample the field and the rules have to agree, or the rules are refused.
 */
import { evaluate } from '../../evaluate.js';
import { type Cond, type Control, irVersion, type Policy } from '../../ir/types.js';
import type { JsonObject } from '../../manifest/types.js';
import { type Clause, clausesOf, condOf } from './clauses.js';
import { Tests } from './edges.js';
import { fields } from './fields/index.js';
import type { Demand, PspField } from './fields/types.js';
import { whyOutside } from './outside.js';
import { type ClauseReads, readsOf } from './reads.js';
import { type Psp, widest } from './spec.js';
import { Unsayable } from './unsayable.js';
import { usedName } from './use.js';

/** What one PodSecurityPolicy has to say: none of these may deny. */
export interface Leaf {
  /** The names of the alternatives that it is made of; none where there are no alternatives. */
  readonly names: readonly string[];
  readonly controls: readonly OwnedControl[];
}

export interface OwnedControl {
  readonly policy: string;
  readonly control: Control;
}

export interface Why {
  readonly policy: string;
  readonly control: string;
  readonly reason: string;
}

export interface Lowered {
  readonly names: readonly string[];
  readonly psp: Psp;
  /** The policy that only those who may use it are judged by, and whose name the rules say; undefined: everybody. */
  readonly usedAs: string | undefined;
}

/**
 * A policy denies a pod where its controls do, or each of its alternatives. PodSecurityPolicies admit a pod where one of
 * them does: one for each alternative, with the policy's own controls in each.
 */
export function leavesOf(policy: Policy): readonly Leaf[] {
  const controls = policy.controls.map((control) => ({ policy: policy.name, control }));
  if (policy.alternatives.length === 0) return [{ names: [], controls }];
  return policy.alternatives.flatMap((each) =>
    leavesOf(each).map((leaf) => ({
      names: [each.name, ...leaf.names],
      controls: [...controls, ...leaf.controls],
    })),
  );
}

/** A clause with the field that says it. */
export interface Placed extends ClauseReads {
  readonly owner: OwnedControl;
  readonly clause: Clause;
  readonly field: PspField;
}

export function lower(leaf: Leaf): Lowered | readonly Why[] {
  const why: Why[] = [];
  const placed: Placed[] = [];
  const used = new Set<string>();
  for (const owner of leaf.controls) {
    attempt(why, owner, () => {
      for (const clause of clausesOf(owner.control)) {
        const name = usedName(clause);
        if (name !== undefined) used.add(name);
        else placed.push(place(owner, clause));
      }
      if (used.size > 1)
        throw new Unsayable(
          `one PodSecurityPolicy has one name, and the rules ask for the use of ${[...used].join(' and ')}`,
        );
    });
  }
  let psp = widest;
  for (const field of fields) {
    const own = placed.filter((each) => each.field === field);
    const owner = own[0]?.owner;
    if (owner === undefined) continue;
    const demand = demandOf(own, psp);
    attempt(why, owner, () => {
      psp = { ...psp, ...field.write(demand) };
      demandAgreement(field, psp, demand);
    });
  }
  return why.length > 0 ? inOrder(distinct(why), leaf) : { names: leaf.names, psp, usedAs: [...used][0] };
}

function attempt(why: Why[], { policy, control }: OwnedControl, act: () => void): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof Unsayable)) throw error;
    why.push({ policy, control: control.id, reason: error.what });
  }
}

/** @throws Unsayable where no field says it. */
export function place(owner: OwnedControl, clause: Clause): Placed {
  const found = readsOf(clause);
  const places = [...found.reads.keys()];
  const outside = places.find((each) => fieldOf(each) === undefined);
  if (outside !== undefined) throw new Unsayable(whyOutside(outside));
  const [field = fieldOver(found), ...others] = [...new Set(places.map(fieldOf))];
  if (field === undefined)
    throw new Unsayable(
      found.over.length === 0
        ? 'it denies every pod, and PodSecurityPolicy has no way to'
        : `PodSecurityPolicy does not judge whether there is a ${found.over.join(' or a ')}`,
    );
  if (others.length > 0)
    throw new Unsayable(`PodSecurityPolicy judges each for itself and not together: ${places.join(', ')}`);
  const chain = field.chains.find((each) => each.join() === found.over.join());
  const joins = chain !== undefined && chain.length > 2 && field.join !== undefined ? [field.join] : [];
  if (chain === undefined || joins.join() !== found.joined.join()) {
    const elements = [...found.over, ...found.joined].join(', ');
    throw new Unsayable(`PodSecurityPolicy does not judge ${places.join(', ')} by ${elements}`);
  }
  return { ...found, owner, clause, field };
}

const fieldOf = (place: string): PspField | undefined => fields.find(({ places }) => places.includes(place));

/** Where nothing is read of an element, it is wrong that there is one. Every pod has a container. */
function fieldOver({ over }: ClauseReads): PspField | undefined {
  if (!over.some((each) => each.endsWith('[]'))) return undefined;
  return fields.find(({ chains }) => chains.some((chain) => chain.join() === over.join()));
}

export function demandOf(placed: readonly Placed[], written: Psp): Demand {
  const asked = new Map<string, Tests>();
  for (const { reads } of placed) {
    for (const [where, tests] of reads) {
      const all = asked.get(where) ?? new Tests();
      all.add(tests);
      asked.set(where, all);
    }
  }
  const policy = denying({ kind: 'or', of: placed.map(({ clause }) => condOf(clause)) });
  return {
    tests: (where) => {
      const tests = new Tests();
      const known = asked.get(where);
      if (known !== undefined) tests.add(known);
      return tests;
    },
    denies: (pod: JsonObject) => evaluate(policy, pod).length > 0,
    written,
  };
}

/** A policy that denies where the condition holds, for `evaluate` to say what that means. */
function denying(where: Cond): Policy {
  const at = { from: 'pod', path: [] };
  const show = { kind: 'literal', value: '' } as const;
  const nothing = { kind: 'text', text: '' } as const;
  const control: Control = {
    id: 'rules',
    level: 'custom',
    unless: { kind: 'constant', value: false },
    collections: [{ name: 'found', distinct: false, denies: true, from: [{ over: [], where, show, at }] }],
    reason: nothing,
    detail: nothing,
  };
  return {
    ir: irVersion,
    name: 'rules',
    version: null,
    controls: [control],
    mutations: [],
    alternatives: [],
    exceptions: [],
    exemptions: { namespaces: [], users: [], runtimeClasses: [], serviceAccounts: [] },
    scope: { excludedNamespaces: [], namespaceSelector: [] },
    mode: 'enforce',
  };
}

function demandAgreement(field: PspField, psp: Psp, demand: Demand): void {
  for (const { pod, shows } of field.samples(demand)) {
    const [denied, admitted] = [demand.denies(pod), field.admits(psp, pod)];
    if (denied && admitted)
      throw new Unsayable(
        `PodSecurityPolicy cannot say it exactly: it would admit ${shows}, which the policy denies`,
      );
    if (!denied && !admitted)
      throw new Unsayable(
        `PodSecurityPolicy cannot say it exactly: it would refuse ${shows}, which the policy admits`,
      );
  }
}

function distinct(why: readonly Why[]): readonly Why[] {
  const texts = new Map(why.map((each) => [JSON.stringify(each), each]));
  return [...texts.values()];
}

/** In the order of the controls, whatever was found out first. */
function inOrder(why: readonly Why[], { controls }: Leaf): readonly Why[] {
  const at = (each: Why) =>
    controls.findIndex(({ policy, control }) => policy === each.policy && control.id === each.control);
  return why.toSorted((a, b) => at(a) - at(b));
}
