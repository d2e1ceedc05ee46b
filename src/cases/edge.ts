/** The edge of a control's rule: two pods that differ in one value, of which the control denies one and the policy allows the other. */
import { pathText } from '../admission/problem.js';
import type { Control, Policy } from '../ir/types.js';
import type { DocumentPath, Json, JsonObject } from '../manifest/types.js';
import { groupFields } from '../testing/boundary/bases.js';
import { type Site, type Step, sitesOf, tweakedContainer } from '../testing/boundary/sites.js';
import { applyTweak } from '../testing/boundary/tweak.js';
import { type Judged, judged } from './judged.js';

export interface Edge {
  /** Denied by the control and no other. */
  readonly denied: Judged;
  readonly allowed: Judged;
  /** What is in its place in the pod that is allowed. */
  readonly change: string;
}

interface Tried {
  readonly value: Json;
  readonly of: Judged;
}

/** The place that tells most, of all that the control reads; undefined where no one value decides. */
export function edgeOf(policy: Policy, control: Control, base: JsonObject): Edge | undefined {
  const [best] = sitesOf(control)
    .flatMap((site) => edgesAt(policy, control, base, site))
    .sort((a, b) => b.rank - a.rank);
  return best?.edge;
}

interface Ranked {
  readonly edge: Edge;
  readonly rank: number;
}

function edgesAt(policy: Policy, control: Control, base: JsonObject, site: Site): Ranked[] {
  const tried = site.values.flatMap((value): Tried[] => {
    const of = judged(policy, applyTweak(base, { site, value }, 'regular'));
    return of === undefined ? [] : [{ value, of }];
  });
  const denied = best(tried.filter(({ of }) => of.denied.length === 1 && of.denied[0] === control.id));
  const allows = tried.filter(({ of }) => of.denied.length === 0);
  const same = JSON.stringify(base);
  // The plain pod itself shows an edge where it has the one value that is allowed.
  const allowed = best(allows.filter(({ of }) => JSON.stringify(of.manifest) !== same)) ?? best(allows);
  if (denied === undefined || allowed === undefined) return [];
  const change = `${pathText(pathOf(site))} is ${worded(allowed.value)}`;
  return [
    {
      edge: { denied: denied.of, allowed: allowed.of, change },
      rank: [denied.of.accepted, allowed.of.accepted, says(denied.value), says(allowed.value)].reduce(
        (sum, holds, at) => sum + (holds ? 2 ** (4 - at) : 0),
        0,
      ),
    },
  ];
}

/** Of values that show the same the first that an API server takes, and that says something. Acceptance is asked of as few as it can be. */
function best(tried: readonly Tried[]): Tried | undefined {
  const ordered = tried.toSorted((a, b) => Number(says(b.value)) - Number(says(a.value)));
  return ordered.find(({ of }) => of.accepted) ?? ordered[0];
}

/** An empty value is one that many write by accident, and few would write to be told of. */
const says = (value: Json): boolean =>
  typeof value === 'object' ? value !== null && Object.keys(value).length > 0 : value !== '';

const longest = 60;

function worded(value: Json): string {
  const text = JSON.stringify(value);
  return text.length > longest ? 'another' : text;
}

/** The first element of each list, and the container that values are put into. */
const pathOf = ({ steps }: Site): DocumentPath => steps.flatMap(placeOf);

function placeOf(step: Step): DocumentPath {
  switch (step.kind) {
    case 'field':
      return [step.name];
    case 'key':
      return [step.key];
    case 'element':
      return [0];
    case 'container':
      return ['spec', groupFields.regular, tweakedContainer];
  }
}
