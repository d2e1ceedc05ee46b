/** Pods that a policy denies where no one value of a plain pod shows it: what the solver finds, or else pods on the rule's edges. */
import { get, objectAt } from '../admission/json.js';
import type { Cond, Control, Policy } from '../ir/types.js';
import type { JsonObject } from '../manifest/types.js';
import { deniedBeyond } from '../solver/compare.js';
import { anyOf, notSo } from '../solver/conditions.js';
import { TooLarge } from '../solver/limits.js';
import { boundaryPods } from '../testing/index.js';
import { type Judged, judged } from './judged.js';

/** One pod, that is denied by the control and by as few others as have to: one that an API server takes, where it takes any. */
export function searched(policy: Policy, control: Control): Judged[] {
  const taken = accepted(policy, control);
  return taken.length > 0 ? taken : onEdges(policy, { ...policy, controls: [control] }, isBy(control));
}

/** The same, and none where an API server takes no pod that the control denies. */
export function accepted(policy: Policy, control: Control): Judged[] {
  const own: Policy = { ...policy, controls: [onCreation(control)], alternatives: [] };
  const others = policy.controls.filter(({ id }) => id !== control.id);
  return found(policy, own, others, isBy(control)).filter((of) => of.accepted);
}

const isBy =
  ({ id }: Control): Shows =>
  ({ denied }) =>
    denied.includes(id);

/** A pod that all of the policy's alternatives deny, and as few of its controls as have to. */
export function searchedAlternatives(policy: Policy): Judged[] {
  if (policy.alternatives.length === 0) return [];
  const own: Policy = { ...policy, controls: [], alternatives: policy.alternatives };
  const controls = new Set(policy.controls.map(({ id }) => id));
  return found(policy, own, policy.controls, (of) => of.denied.some((id) => !controls.has(id)));
}

type Shows = (of: Judged) => boolean;

function found(policy: Policy, own: Policy, others: readonly Control[], shows: Shows): Judged[] {
  const deniedAnd = (allowing: readonly Control[]): Judged[] => {
    const pod = deniedBeyond(own, { ...policy, controls: allowing, alternatives: [] })[0]?.witness.pod;
    const of = pod && judged(policy, pod);
    return of !== undefined && shows(of) ? [of] : [];
  };
  try {
    const alone = deniedAnd(others);
    if (alone.length > 0) return alone;
    let best = deniedAnd([]);
    if (best.length === 0) return [];
    let allowing: readonly Control[] = [];
    for (const other of others) {
      const better = deniedAnd([...allowing, other]);
      if (better.length === 0) continue;
      best = better;
      allowing = [...allowing, other];
    }
    return best;
  } catch (error) {
    if (!(error instanceof TooLarge)) throw error;
    return onEdges(policy, own, shows);
  }
}

/** The simplest of the pods on the edges, those first that an API server takes. */
function onEdges(policy: Policy, own: Policy, shows: Shows): Judged[] {
  const size = ({ manifest }: Judged): number => JSON.stringify(manifest).length;
  const found = [...boundaryPods(own)].flatMap(({ pod }): Judged[] => {
    const of = isCreated(pod) ? judged(policy, pod) : undefined;
    return of !== undefined && shows(of) ? [of] : [];
  });
  const [best] = found.sort(
    (a, b) =>
      Number(b.accepted) - Number(a.accepted) || a.denied.length - b.denied.length || size(a) - size(b),
  );
  return best === undefined ? [] : [best];
}

/** A pod with ephemeral containers is none that anybody creates. */
const isCreated = (pod: JsonObject): boolean =>
  get(objectAt(pod, 'spec'), 'ephemeralContainers') === undefined;

/** The control where a pod is created: a test sends nothing else. */
function onCreation(control: Control): Control {
  const creates: Cond = {
    kind: 'equal',
    left: { kind: 'request', field: 'operation' },
    right: { kind: 'literal', value: 'CREATE' },
  };
  return { ...control, unless: anyOf([control.unless, notSo(creates)]) };
}
