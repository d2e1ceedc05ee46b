/** Two policies over all pods that an API server accepts: which one admits what the other denies, with a pod for each control. */
import { isDeepStrictEqual } from 'node:util';
import { type AdmissionRequest, evaluate, type Finding, noRequest } from '../evaluate.js';
import type { Cond, Policy } from '../ir/types.js';
import type { JsonObject } from '../manifest/types.js';
import { acceptanceOf, holdsOf } from './accepted.js';
import { deniedByAlternatives, denies, exempt, matching, waysToAdmit } from './conditions.js';
import { decide } from './decide.js';
import { TooLarge } from './limits.js';
import { minimal } from './minimal.js';
import { tidied } from './tidy.js';
import type { Demand } from './walk.js';
import type { Witness } from './witness.js';

/** A pod that one policy denies by a control and the other admits. */
export interface Difference {
  /** Of the policy that denies. `alternatives`, where that is what all of its alternatives do. */
  readonly control: string;
  /** The smallest one that shows it; and what is asked, where a rule asks for that. */
  readonly witness: Witness;
  /** What the control says of it. */
  readonly finding: Finding;
}

export type Relation = 'equal' | 'stricter' | 'laxer' | 'incomparable';

export interface Comparison {
  /** Of the first policy to the second one. */
  readonly relation: Relation;
  /** What the first one denies and the second one admits. */
  readonly onlyFirst: readonly Difference[];
  readonly onlySecond: readonly Difference[];
}

export interface CompareOptions {
  /** Called with each control before it is looked at. */
  readonly progress?: (control: string) => void;
  /** Of which pods anything is to be said. Left out: of all. */
  readonly given?: readonly Demand[];
}

/** @throws TooLarge where the policies are beyond what is decided. */
export function compare(first: Policy, second: Policy, options: CompareOptions = {}): Comparison {
  for (const policy of [first, second]) demandNoWritingAlternatives(policy);
  const onlyFirst = deniedBeyond(first, second, options);
  const onlySecond = deniedBeyond(second, first, options);
  return { relation: relationOf(onlyFirst.length > 0, onlySecond.length > 0), onlyFirst, onlySecond };
}

/** What alternatives write, each into a pod of its own, is not compared. */
function demandNoWritingAlternatives({ name, alternatives }: Policy): void {
  for (const each of alternatives) {
    if (each.mutations.length > 0)
      throw new TooLarge(
        `${name} has alternatives that write into pods`,
        'compare the alternatives one by one',
      );
    demandNoWritingAlternatives(each);
  }
}

export function relationOf(denies: boolean, isDenied: boolean): Relation {
  if (denies) return isDenied ? 'incomparable' : 'stricter';
  return isDenied ? 'laxer' : 'equal';
}

/** What may be denied by the one and not by the other. */
const questionsOf = (policy: Policy, other: Policy): readonly Pick<Question, 'control' | 'denied'>[] => [
  ...policy.controls
    .filter((control) => !isIn(control, policy, other))
    .map((control) => ({ control: control.id, denied: denies(control) })),
  ...(policy.alternatives.length === 0
    ? []
    : [{ control: 'alternatives', denied: deniedByAlternatives(policy) }]),
];

/** What a policy denies and the other admits, one pod for each control. */
export function deniedBeyond(
  policy: Policy,
  other: Policy,
  { progress, given = [] }: CompareOptions = {},
): Difference[] {
  return questionsOf(policy, other).flatMap(({ control, denied }): Difference[] => {
    progress?.(control);
    const found = shown({ control, denied, policy, other, given });
    return found === undefined ? [] : [found];
  });
}

/** Whether a policy denies anything that the other admits: `deniedBeyond` without the pods that show it. */
export const deniesBeyond = (policy: Policy, other: Policy, options: CompareOptions = {}): boolean =>
  questionsOf(policy, other).some(({ control, denied }) => {
    const given = options.given ?? [];
    return witnessOf({ control, denied, policy, other, given }) !== undefined;
  });

/** Whether something would be written into a pod that the policy admits. */
export const writesInto = (
  mutations: Policy['mutations'],
  policy: Policy,
  { given = [] }: CompareOptions = {},
): boolean =>
  mutations.some((mutation) =>
    waysToAdmit(policy).some(
      (way) => decide([{ cond: matching(mutation), holds: true }], [...given, ...way]) !== undefined,
    ),
  );

/** Where the other policy has the very same control, and exempts no more, it denies whatever that does. */
function isIn(control: Policy['controls'][number], policy: Policy, other: Policy): boolean {
  const exempts = new Set(policy.exemptions.runtimeClasses);
  return (
    isDeepStrictEqual(policy.mutations, other.mutations) &&
    other.exemptions.runtimeClasses.every((name) => exempts.has(name)) &&
    other.controls.some((each) => isDeepStrictEqual(meaningOf(each), meaningOf(control)))
  );
}

/** Without the words. */
const meaningOf = (control: Policy['controls'][number]) => denies(control);

/** A control, or all alternatives together, of a policy. */
interface Question {
  readonly control: string;
  readonly denied: Cond;
  readonly policy: Policy;
  readonly other: Policy;
  readonly given: readonly Demand[];
}

function shown(question: Question): Difference | undefined {
  const { control } = question;
  const witness = witnessOf(question);
  if (witness === undefined) return undefined;
  // Else the solver is wrong, and its answer is none.
  if (findingIn(question, witness) === undefined)
    throw new Error(
      `the solver's pod for ${control} does not show it: ${JSON.stringify([witness, acceptanceOf(witness.pod, witness.request)]).slice(0, 5000)}`,
    );
  const request = simplest(
    witness.request,
    (simpler) => findingIn(question, { pod: witness.pod, request: simpler }) !== undefined,
  );
  const shows = (pod: JsonObject): boolean => findingIn(question, { pod, request }) !== undefined;
  const pod = tidied(minimal(witness.pod, shows), shows);
  const finding = findingIn(question, { pod, request });
  return finding && { control, witness: { pod, request }, finding };
}

/** What the control says of the pod, where an API server accepts it and the other policy admits it. */
function findingIn(
  { control, policy, other, given }: Question,
  { pod, request }: Witness,
): Finding | undefined {
  const acceptance = acceptanceOf(pod, request);
  if (!('pod' in acceptance) || evaluate(other, acceptance.pod, request).length > 0) return undefined;
  if (given.some(({ cond, holds }) => holdsOf(cond, acceptance.pod, request) !== holds)) return undefined;
  const findings = evaluate(policy, acceptance.pod, request);
  return control === 'alternatives'
    ? findings.find((each) => !policy.controls.some(({ id }) => id === each.control))
    : findings.find((each) => each.control === control);
}

function witnessOf({ denied, policy, other, given }: Question): Witness | undefined {
  const asked: readonly Demand[] = [
    { cond: exempt(policy), holds: false },
    { cond: denied, holds: true, after: policy.mutations },
  ];
  return waysToAdmit(other)
    .map((way) => () => decide(asked, [...given, ...way]))
    .reduce<Witness | undefined>((found, ask) => found ?? ask(), undefined);
}

/** The request with as little in it as shows the same. */
function simplest(
  request: AdmissionRequest,
  shows: (request: AdmissionRequest) => boolean,
): AdmissionRequest {
  const { operation, subresource, oldPod, user, userGroups, namespace, namespaceLabels } = noRequest;
  let best = request;
  for (const plain of [
    { operation, subresource, oldPod },
    { user },
    { userGroups },
    { namespace },
    { namespaceLabels },
  ]) {
    const simpler = { ...best, ...plain };
    if (shows(simpler)) best = simpler;
  }
  return best;
}
