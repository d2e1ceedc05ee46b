/**
 * Exceptions: a control rewritten so that it does not see what is excepted. The result is an ordinary control, so whoever
 * reads the IR, `evaluate` and each backend, needs to know nothing of exceptions.
 */
import type {
  Collection,
  Comprehension,
  Cond,
  Control,
  Excepted,
  ExceptedValues,
  Ref,
  Scalar,
  Source,
} from './types.js';
import { identity, rebuildComprehension, rebuildCond } from './visit.js';

/** The control that does not see what is excepted, or why there is none. */
export function except(control: Control, excepted: Excepted): Control | { readonly problem: string } {
  const { values, containers } = excepted;
  if (values?.of === 'pod' && containers !== null)
    return { problem: 'a value of the pod is of no container; leave `containers` out' };
  if (values === null && containers === null) {
    return { ...control, unless: anyOf(control.unless, excepted.where) };
  }
  return values?.kind === 'items'
    ? withoutItems(control, excepted, values)
    : withoutElements(control, excepted, values);
}

const anyOf = (...of: readonly Cond[]): Cond => ({
  kind: 'or',
  of: of.filter((each) => !(each.kind === 'constant' && !each.value)),
});
const allOf = (...of: readonly Cond[]): Cond => ({
  kind: 'and',
  of: of.filter((each) => !(each.kind === 'constant' && each.value)),
});
const not = (of: Cond): Cond => ({ kind: 'not', of });

/** Leaves out what is found of an excepted container, or of the pod. */
function withoutElements(
  control: Control,
  { where, containers }: Excepted,
  values: (ExceptedValues & { readonly kind: 'field' }) | null,
): Control | { readonly problem: string } {
  let touched = false;
  const rewritten = (node: Comprehension): Comprehension => {
    const container = node.over.find(({ in: source }) => isContainers(source))?.bind;
    const ofPod = values?.of === 'pod';
    if (ofPod ? container !== undefined : container === undefined) return node;
    touched = true;
    const conditions = [
      where,
      ...(containers === null || container === undefined ? [] : [called(container, containers)]),
      ...(values === null ? [] : [hasValue({ from: container ?? 'pod', path: values.path }, values.values)]),
    ];
    return { ...node, where: allOf(node.where, not(allOf(...conditions))) };
  };
  const result = mapDenials(control, rewritten);
  if (touched) return result;
  return {
    problem: values?.of === 'pod' ? 'it finds nothing of the pod itself' : 'it finds nothing of a container',
  };
}

const isContainers = (source: Source): boolean => source.kind === 'containers' && source.of === 'pod';

function mapDenials(control: Control, rewrite: (node: Comprehension) => Comprehension): Control {
  return {
    ...control,
    collections: control.collections.map((each): Collection => ({ ...each, from: each.from.map(rewrite) })),
  };
}

const called = (container: string, names: readonly string[]): Cond => ({
  kind: 'oneOf',
  term: { kind: 'value', ref: { from: container, path: ['name'] }, absent: '' },
  values: names,
});

function hasValue(ref: Ref, values: readonly Scalar[]): Cond {
  const [first = ''] = values;
  const among: Cond = { kind: 'oneOf', term: { kind: 'value', ref, absent: emptyLike(first) }, values };
  // An element of a list cannot be absent.
  return ref.path.length === 0 ? among : allOf({ kind: 'present', ref }, among);
}

function emptyLike(value: Scalar): Scalar {
  return typeof value === 'string' ? '' : typeof value === 'number' ? 0 : false;
}

/** Leaves excepted elements of a list out of everything that quantifies over it. */
function withoutItems(
  control: Control,
  excepted: Excepted,
  values: ExceptedValues & { readonly kind: 'items' },
): Control | { readonly problem: string } {
  const containers = containerNames(control);
  const isList = (ref: Ref): boolean =>
    same(ref.path, values.list) && (values.of === 'pod' ? ref.from === 'pod' : containers.has(ref.from));
  const isMeant = (source: Source): source is Source & { kind: 'items' } =>
    source.kind === 'items' && isList(source.list);
  const seen = (bind: string, { list }: Source & { kind: 'items' }): Cond =>
    not(
      allOf(
        excepted.where,
        ...(excepted.containers === null ? [] : [called(list.from, excepted.containers)]),
        hasValue({ from: bind, path: values.item }, values.values),
      ),
    );
  let touched = false;
  let otherwise = false;
  const quantifiers = {
    ...identity,
    cond: (node: Cond): Cond => {
      if ((node.kind === 'present' && isList(node.ref)) || (node.kind === 'emptyList' && isList(node.list)))
        otherwise = true;
      if ((node.kind !== 'some' && node.kind !== 'every') || !isMeant(node.in)) return node;
      touched = true;
      const counts = seen(node.bind, node.in);
      const where = node.kind === 'some' ? allOf(node.where, counts) : anyOf(node.where, not(counts));
      return { ...node, where };
    },
    term: (node: Comprehension['show']) => {
      if (node.kind === 'size' && isMeant(node.of)) otherwise = true;
      return node;
    },
  };
  const result = mapDenials(
    { ...control, unless: rebuildCond(control.unless, quantifiers) },
    (comprehension) => {
      const node = rebuildComprehension(comprehension, quantifiers);
      const conditions = node.over.flatMap(({ bind, in: source }) => {
        if (!isMeant(source)) return [];
        touched = true;
        return [seen(bind, source)];
      });
      return conditions.length === 0 ? node : { ...node, where: allOf(node.where, ...conditions) };
    },
  );
  const list = values.list.join('.');
  if (otherwise) return { problem: `it asks of \`${list}\` what no value of it answers` };
  return touched ? result : { problem: `it does not look into \`${list}\`` };
}

/** Names that stand for containers in a control. */
function containerNames(control: Control): ReadonlySet<string> {
  const names = new Set<string>();
  const collect = {
    ...identity,
    cond: (node: Cond): Cond => {
      if ((node.kind === 'some' || node.kind === 'every') && isContainers(node.in)) names.add(node.bind);
      return node;
    },
  };
  rebuildCond(control.unless, collect);
  mapDenials(control, (node) => {
    for (const { bind, in: source } of node.over) if (isContainers(source)) names.add(bind);
    return rebuildComprehension(node, collect);
  });
  return names;
}

const same = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((step, index) => step === b[index]);
