/**
 * Pods that show what a policy does, for the tests that bundles carry: for each control one that it denies, it alone where there is
 * such a pod, and a near miss that the policy allows, one value away where a rule has an edge. What each is denied by is what
 * `evaluate` says.
 */
import type { Control, Policy } from '../ir/types.js';
import type { JsonObject } from '../manifest/types.js';
import { remembering } from '../solver/memo.js';
import { adaptation } from '../testing/boundary/adapt.js';
import { basePod } from '../testing/boundary/bases.js';
import { tweakedContainer } from '../testing/boundary/sites.js';
import { asksWho } from './asks.js';
import { edgeOf } from './edge.js';
import { type Judged, judged, wordsOf } from './judged.js';
import { accepted, searched, searchedAlternatives } from './search.js';

export { asksUser, asksWho } from './asks.js';

export interface TestCase {
  /** What the pod shows, in a few words; becomes the name of the test. */
  readonly name: string;
  /** The same for a reader, in lower case and without a full stop. */
  readonly shows: string;
  /** A manifest. */
  readonly manifest: JsonObject;
  /** The ids of the controls that deny it, in the order of the policy, as messages have them. */
  readonly denied: readonly string[];
  /** Whether an API server takes the pod, as far as the rules of src/schema/validity know. */
  readonly accepted: boolean;
}

/** The name of the case that is a plain pod which the policy allows, where there is one. */
export const hardened = 'hardened';
const careful = 'a pod as a careful author writes it';

const plain = (kind: 'bare' | 'compliant'): JsonObject =>
  basePod(kind, { init: [], regular: [tweakedContainer], ephemeral: [] });

/**
 * Of the whole policy first, then in the order of its controls. The same pod may show several things.
 *
 * Bundles of several targets are of the same policies; a policy's name, mode and scope make no other pods.
 */
export const policyCases: (policy: Policy) => readonly TestCase[] = remembering(
  ({ mutations, controls, alternatives, exemptions }) =>
    JSON.stringify([mutations, controls, alternatives, exemptions.runtimeClasses]),
  madeFor,
  100,
);

function madeFor(policy: Policy): readonly TestCase[] {
  const base = adaptation(policy)(plain('compliant'));
  return [
    ...caseOf('bare_pod', 'a pod that says nothing about security', judged(policy, plain('bare'))),
    ...caseOf(hardened, careful, judged(policy, base)),
    ...policy.controls.flatMap((control) => casesOf(policy, control, base)),
    ...denials('alternatives', searchedAlternatives(policy)),
  ];
}

/** What the policy allows, where no near miss is known. */
function allowedBase(policy: Policy, { id }: Control, base: JsonObject): TestCase[] {
  const of = judged(policy, base);
  return of?.denied.length === 0 ? caseOf(`${id}_allowed`, careful, of) : [];
}

function casesOf(policy: Policy, control: Control, base: JsonObject): TestCase[] {
  if (asksWho(control)) return [];
  const edge = edgeOf(policy, control, base);
  if (edge === undefined)
    return [...denials(control.id, searched(policy, control)), ...allowedBase(policy, control, base)];
  const { denied, allowed, change } = edge;
  const real = denied.accepted ? [denied] : accepted(policy, control);
  // Where each pod that a cluster sees fails more, an engine can still be asked about one that fails this control alone.
  const alone = real.some((each) => each.denied.length === 1) ? [] : [denied];
  return [
    ...denials(control.id, real),
    ...denials(`${control.id}_alone`, alone),
    ...(allowed.accepted
      ? caseOf(`${control.id}_allowed`, `a near miss of ${control.id}, as ${change}`, allowed)
      : allowedBase(policy, control, base)),
  ];
}

const denials = (name: string, found: readonly Judged[]): TestCase[] =>
  found.flatMap((each) => caseOf(`${name}_denied`, wordsOf(each.findings), each));

function caseOf(name: string, shows: string, of: Judged | undefined): TestCase[] {
  if (of === undefined) return [];
  const { manifest, denied } = of;
  return [{ name, shows, manifest, denied, accepted: of.accepted }];
}
