/**
 * What a PodSecurityPolicy could demand and write for a policy, one thing at a time: of fields that the policy reads, with values that
 * it names, or of users all but these, or the default profile of the runtime. Whether one is right is the solver's to say.
 */
import type { Cond, Control, Policy, Range, Scalar, Term } from '../../ir/types.js';
import { nodesOf } from '../../ir/visit.js';
import { numberEdges, rangesOf, Tests, within } from './edges.js';
import { maxId } from './fields/numbers.js';
import type { GroupField, Psp, SELinuxContext } from './spec.js';

/** Changes one thing. */
export type Step = (psp: Psp) => Psp;

const groupFields: readonly GroupField[] = ['runAsGroup', 'supplementalGroups', 'fsGroup'];
const contextFields = ['user', 'role', 'type', 'level'] as const satisfies readonly (keyof SELinuxContext)[];

/** The likeliest first: of users, one step takes the place of another. */
export function writingSteps(policy: Policy): readonly Step[] {
  const { conds, terms } = nodesOf(policy);
  const reads = (field: string): boolean => policy.controls.some((control) => namesField(control, field));
  const texts = new Set(
    [...terms.flatMap(literalOf), ...conds.flatMap(valuesOf)].filter((value) => typeof value === 'string'),
  );
  const steps: Step[] = [];
  if (reads('allowPrivilegeEscalation')) steps.push((psp) => ({ ...psp, allowPrivilegeEscalation: false }));
  if (reads('readOnlyRootFilesystem')) steps.push((psp) => ({ ...psp, readOnlyRootFilesystem: true }));
  if (reads('drop'))
    for (const name of texts)
      if (/^[A-Z][A-Z_]*$/.test(name))
        steps.push((psp) => ({
          ...psp,
          requiredDropCapabilities: [...psp.requiredDropCapabilities, name],
        }));
  if (reads('runAsNonRoot') || reads('runAsUser')) steps.push((psp) => ({ ...psp, runAsUser: 'nonRoot' }));
  for (const runAsUser of conds.flatMap(userRanges)) steps.push((psp) => ({ ...psp, runAsUser }));
  for (const field of groupFields)
    steps.push((psp) => (psp[field] === 'any' ? psp : { ...psp, mustRunAs: [...psp.mustRunAs, field] }));
  for (const seLinux of contextsOf(conds)) steps.push((psp) => ({ ...psp, seLinux }));
  if (reads('seccompProfile')) steps.push((psp) => ({ ...psp, seccompDefault: 'runtime/default' }));
  return steps;
}

const namesField = (control: Control, field: string): boolean =>
  JSON.stringify(control).includes(`"${field}"`);

const literalOf = (term: Term): readonly Scalar[] => (term.kind === 'literal' ? [term.value] : []);
const valuesOf = (cond: Cond): readonly Scalar[] => (cond.kind === 'oneOf' ? cond.values : []);

/** The paths of the fields whose value the term is. */
function pathsOf(term: Term): readonly (readonly string[])[] {
  if (term.kind === 'value') return [term.ref.path];
  return term.kind === 'effective' ? term.refs.map(({ path }) => path) : [];
}

const isOf = (term: Term, ...end: readonly string[]): boolean =>
  pathsOf(term).some((path) => path.slice(-end.length).join('.') === end.join('.'));

/** The users that a condition names, and all others: whether it allows or denies them is not known here. */
function userRanges(cond: Cond): readonly (readonly Range[])[] {
  const named = namedUsers(cond);
  if (named.length === 0) return [];
  const tests = new Tests();
  tests.ranges(named);
  const edges = numberEdges(tests, 0, maxId);
  return [true, false]
    .map((isNamed) => rangesOf(edges, (id) => within(id, named) === isNamed))
    .filter((ranges) => ranges.length > 0);
}

function namedUsers(cond: Cond): readonly Range[] {
  const each = (value: Scalar): readonly Range[] =>
    typeof value === 'number' ? [{ min: value, max: value }] : [];
  switch (cond.kind) {
    case 'within':
      return isOf(cond.term, 'runAsUser') ? cond.ranges : [];
    case 'oneOf':
      return isOf(cond.term, 'runAsUser') ? cond.values.flatMap(each) : [];
    case 'equal': {
      const sides = [cond.left, cond.right];
      return sides.some((side) => isOf(side, 'runAsUser')) ? sides.flatMap(literalOf).flatMap(each) : [];
    }
    default:
      return [];
  }
}

/** One context of the values that rules compare each of its parts with; a rule that names several for one part is none. */
function contextsOf(conds: readonly Cond[]): readonly SELinuxContext[] {
  const named = contextFields.map((field) => {
    const values = conds.flatMap((cond): readonly Scalar[] => {
      if (cond.kind === 'oneOf') return isOf(cond.term, 'seLinuxOptions', field) ? cond.values : [];
      if (cond.kind !== 'equal') return [];
      const sides = [cond.left, cond.right];
      return sides.some((side) => isOf(side, 'seLinuxOptions', field)) ? sides.flatMap(literalOf) : [];
    });
    return [...new Set(values.filter((value) => typeof value === 'string' && value !== ''))];
  });
  if (named.every((values) => values.length === 0) || named.some((values) => values.length > 1)) return [];
  const [user = '', role = '', type = '', level = ''] = named.map(([value]) => String(value ?? ''));
  return [{ user, role, type, level }];
}
