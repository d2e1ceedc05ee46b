/**
 * The PodSecurityPolicy nearest to a policy on one side of it: from the one that is surely on that side, step by step towards the
 * policy, each step proven by whoever asks. What it says is read back, as `podsec diff` reads it.
 */
import { isDeepStrictEqual } from 'node:util';
import { policyOfPsp } from '../../frontends/psp/index.js';
import type { Policy } from '../../ir/types.js';
import type { Search } from '../types.js';
import { fields, type PspField } from './fields/index.js';
import { demandOf, type Placed } from './lower.js';
import { pspObject } from './objects.js';
import { partsOf } from './parts.js';
import { type Psp, widest } from './spec.js';
import { sayable } from './unsayable.js';
import { writingSteps } from './writes.js';

/** With what it says, under the policy's name and for whom the policy applies. */
export interface Found {
  readonly psp: Psp;
  readonly said: Policy;
}

function read(psp: Psp, policy: Policy): Policy | undefined {
  const said = policyOfPsp(pspObject('nearest', psp));
  if (said === undefined) return undefined;
  const { mutations, controls } = said;
  return { ...policy, mutations, controls, alternatives: [], exceptions: [] };
}

const written = (field: PspField, placed: readonly Placed[], psp: Psp): Partial<Psp> | undefined => {
  const own = placed.filter((each) => each.field === field);
  if (own.length === 0) return undefined;
  return sayable(() => field.write(demandOf(own, psp)));
};

/** Undefined where nothing is on that side, or the policy is several. */
export function nearestTo(policy: Policy, search: Search): Found | undefined {
  if (policy.alternatives.length > 0) return undefined;
  const parts = policy.controls.flatMap(
    (control) => sayable(() => partsOf({ policy: policy.name, control })) ?? [[]],
  );
  return search.direction === 'laxer' ? narrowed(policy, parts, search) : loosened(policy, parts, search);
}

function narrowed(policy: Policy, parts: readonly (readonly Placed[])[], search: Search): Found | undefined {
  const said = read(widest, policy);
  if (said === undefined) throw new TypeError('the widest PodSecurityPolicy is none');
  let found: Found = { psp: widest, said };
  const step = (psp: Psp, isWorth: (said: Policy, than: Policy) => boolean): boolean => {
    if (isDeepStrictEqual(psp, found.psp)) return false;
    const next = read(psp, policy);
    if (next === undefined || !search.holds(next, found.said) || !isWorth(next, found.said)) return false;
    found = { psp, said: next };
    return true;
  };
  let kept: readonly Placed[] = [];
  for (const part of parts.flat()) {
    const placed = [...kept, part];
    const change = written(part.field, placed, found.psp);
    if (change !== undefined && step({ ...found.psp, ...change }, () => true)) kept = placed;
  }
  for (const change of writingSteps(policy)) step(change(found.psp), search.helps);
  return found;
}

function loosened(policy: Policy, parts: readonly (readonly Placed[])[], search: Search): Found | undefined {
  const closes = ({ field }: Placed): boolean => Object.keys(field.tightest).length > 0;
  const chosen = parts.map((each) => each.find(closes) ?? each[0]);
  if (chosen.includes(undefined)) return undefined;
  const placed = chosen.flatMap((each) => each ?? []);
  const involved = fields.filter((field) => placed.some((each) => each.field === field));
  let psp = widest;
  for (const field of involved) psp = { ...psp, ...written(field, placed, psp), ...field.tightest };
  let said = read(psp, policy);
  if (said === undefined || !search.holds(said, undefined)) return undefined;
  for (const field of involved) {
    for (const change of [widestOf(field), written(field, placed, psp)]) {
      if (change === undefined) continue;
      const wider = { ...psp, ...change };
      const next = isDeepStrictEqual(wider, psp) ? undefined : read(wider, policy);
      if (next === undefined || !search.holds(next, undefined)) continue;
      [psp, said] = [wider, next];
      break;
    }
  }
  return { psp, said };
}

/** What the widest one has for the field. */
const widestOf = ({ tightest }: PspField): Partial<Psp> =>
  Object.fromEntries(Object.entries(widest).filter(([name]) => Object.hasOwn(tightest, name)));
