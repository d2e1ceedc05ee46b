/**
 * What exceptions let in, over all pods that an API server accepts: told by the controls as they were before and by what each
 * exception names, and not by how a control was rewritten.
 */
import { except } from '../ir/except.js';
import type {
  Comprehension,
  Cond,
  Control,
  Excepted,
  ExceptedValues,
  Exception,
  Policy,
  Ref,
  Source,
} from '../ir/types.js';
import { allOf, anyOf, denies, exempt, never, notSo } from './conditions.js';
import { decide } from './decide.js';
import type { Demand } from './walk.js';
import type { Witness } from './witness.js';

export type ExceptionFinding =
  /** No pod that an API server accepts is let past the control by it. */
  | { readonly kind: 'unused'; readonly exception: Exception }
  /** Whatever it lets past its control, others of the policy deny, each of them or all together. */
  | { readonly kind: 'without-effect'; readonly exception: Exception }
  /** The control lets past what none of its exceptions names. */
  | { readonly kind: 'wider'; readonly control: string; readonly witness: Witness };

/**
 * Nothing: each exception lets in some pods, and the policy denies all that it denied before but for pods of which an exception
 * holds: its condition, a container that it names, a value that it names; and in those, whatever the control finds elsewhere.
 *
 * @throws TooLarge where the policy is beyond what the solver decides.
 */
export function exceptionFindings(
  policy: Policy,
  progress: (what: string) => void = () => undefined,
): ExceptionFinding[] {
  const ids = [...new Set(policy.exceptions.map(({ control }) => control))];
  return ids.flatMap((id) => {
    progress(`the exceptions of ${id}`);
    const control = policy.controls.find((each) => each.id === id);
    const exceptions = policy.exceptions.filter((each) => each.control === id);
    return control === undefined
      ? []
      : [...widerThan(policy, control, exceptions), ...exceptions.flatMap((each) => idle(policy, each))];
  });
}

function idle(policy: Policy, exception: Exception): ExceptionFinding[] {
  const after = except(exception.before, exception.excepted);
  if ('problem' in after) return [];
  const past = [denies(exception.before), notSo(denies(after))];
  if (found(policy, past) === undefined) return [{ kind: 'unused', exception }];
  const others = policy.controls
    .filter(({ id }) => id !== exception.control)
    .map((each): Demand => ({ cond: denies(each), holds: false, after: policy.mutations }));
  return found(policy, past, others) === undefined ? [{ kind: 'without-effect', exception }] : [];
}

function widerThan(policy: Policy, control: Control, exceptions: readonly Exception[]): ExceptionFinding[] {
  const [first] = exceptions;
  if (first === undefined) return [];
  const admitted = notSo(denies(control));
  const named = exceptions.map(({ excepted }) => claimed(excepted));
  const elsewhere = denies(exceptions.reduce((of, { excepted }) => beyond(of, excepted), first.before));
  const witness =
    found(policy, [denies(first.before), admitted, notSo(anyOf(named))]) ??
    found(policy, [elsewhere, admitted]);
  return witness === undefined ? [] : [{ kind: 'wider', control: control.id, witness }];
}

function found(policy: Policy, all: readonly Cond[], further: readonly Demand[] = []): Witness | undefined {
  const asked: readonly Demand[] = [
    { cond: exempt(policy), holds: false },
    { cond: allOf(all), holds: true, after: policy.mutations },
  ];
  return decide(asked, further);
}

const bound = 'excepted';
const element = 'exceptedElement';

/** That the pod has what the exception names: of which pods, and in them a container or a value. */
function claimed({ where, containers, values }: Excepted): Cond {
  if (containers === null && values === null) return where;
  if (values?.of === 'pod') return allOf([where, hasValue('pod', values)]);
  const inContainer = allOf([
    ...(containers === null ? [] : [called(bound, containers)]),
    ...(values === null ? [] : [hasValue(bound, values)]),
  ]);
  return allOf([where, { kind: 'some', bind: bound, in: allContainers, where: inContainer }]);
}

const allContainers: Source = { kind: 'containers', of: 'pod', groups: ['init', 'regular', 'ephemeral'] };

const called = (container: string, values: readonly string[]): Cond => ({
  kind: 'oneOf',
  term: { kind: 'value', ref: { from: container, path: ['name'] }, absent: '' },
  values,
});

function hasValue(of: string, values: ExceptedValues): Cond {
  if (values.kind === 'field') return isAmong({ from: of, path: values.path }, values);
  return {
    kind: 'some',
    bind: element,
    in: { kind: 'items', list: { from: of, path: values.list } },
    where: isAmong({ from: element, path: values.item }, values),
  };
}

function isAmong(ref: Ref, { values }: ExceptedValues): Cond {
  const [first] = values;
  const absent = typeof first === 'number' ? 0 : typeof first === 'boolean' ? false : '';
  const among: Cond = { kind: 'oneOf', term: { kind: 'value', ref, absent }, values };
  return ref.path.length === 0 ? among : allOf([{ kind: 'present', ref }, among]);
}

/** The control for what the exception does not name: of other pods, in other containers, of other values. */
function beyond(control: Control, excepted: Excepted): Control {
  return {
    ...control,
    collections: control.collections.map((each) => ({
      ...each,
      from: each.from.map((node) => ({
        ...node,
        where: allOf([node.where, notSo(touched(excepted, node))]),
      })),
    })),
  };
}

/** Whether the exception may have to do with an element. Rather too often than too seldom: what is not must be denied. */
function touched({ where, containers, values }: Excepted, { over }: Comprehension): Cond {
  if (containers === null && values === null) return where;
  const container = over.find(({ in: source }) => source.kind === 'containers' && source.of === 'pod')?.bind;
  // A list may be looked into by any condition.
  const always = values?.kind === 'items';
  if (values?.of === 'pod')
    return always || container === undefined ? allOf([where, hasValue('pod', values)]) : never;
  if (container === undefined) return always ? where : never;
  return allOf([
    where,
    ...(containers === null ? [] : [called(container, containers)]),
    ...(values === null ? [] : [hasValue(container, values)]),
  ]);
}
