import { except } from '../ir/except.js';
import type { Cond as CondNode, Control, Excepted, ExceptedValues, Exception, Scalar } from '../ir/types.js';
import type { Container } from '../schema/index.js';
import { and, type Cond, equal, oneOf } from './conditions.js';
import { demandKeys, didYouMean, PolicyError } from './error.js';
import { inheritOrigin } from './origins.js';
import { type Path, pathOf, pod, refOf } from './paths.js';
import { lookup, request } from './terms.js';

/** Values that an exception names. */
export interface Values {
  readonly node: ExceptedValues;
}

const container: Path<Container> = pathOf<Container>({ from: 'container', path: [] });
const element = <T>(): Path<T> => pathOf<T>({ from: 'element', path: [] });

/** Containers that have one of these values in the field are not judged by the control. */
export function containerValue<T extends Scalar>(
  field: (container: Path<Container>) => Path<T>,
  values: readonly NoInfer<T>[],
): Values {
  return { node: { kind: 'field', of: 'container', path: refOf(field(container)).path, values } };
}

/** The control does not see these elements of a list of a container: `(c) => c.securityContext.capabilities.add`. */
export function containerItems<T, V extends Scalar>(
  list: (container: Path<Container>) => Path<readonly T[]>,
  item: (element: Path<T>) => Path<V>,
  values: readonly NoInfer<V>[],
): Values {
  const [of, at] = [refOf(list(container)).path, refOf(item(element<T>())).path];
  return { node: { kind: 'items', of: 'container', list: of, item: at, values } };
}

/** What the control finds of the pod itself, and not of a container, does not count where the field has such a value. */
export function podValue<T extends Scalar>(field: Path<T>, values: readonly NoInfer<T>[]): Values {
  return { node: { kind: 'field', of: 'pod', path: fromPod(field), values } };
}

/** The control does not see these elements of a list of the pod: `pod.spec.volumes`, `(v) => v.hostPath.path`. */
export function podItems<T, V extends Scalar>(
  list: Path<readonly T[]>,
  item: (element: Path<T>) => Path<V>,
  values: readonly NoInfer<V>[],
): Values {
  const at = refOf(item(element<T>())).path;
  return { node: { kind: 'items', of: 'pod', list: fromPod(list), item: at, values } };
}

function fromPod(path: Path<unknown>): readonly string[] {
  const { from, path: steps } = refOf(path);
  if (from !== 'pod') throw new PolicyError('a value of the pod starts at `pod`');
  return steps;
}

export interface ExceptionSpec {
  /** The id of the control that the exception is from. */
  readonly control: string;
  /** Pods in one of these namespaces. Left out: in any. */
  readonly namespaces?: readonly string[];
  /** Pods with all of these labels. Left out: with any. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Pods of which this holds besides. */
  readonly where?: Cond;
  /** Containers of these names. Left out: all of them, and what is of the pod. */
  readonly containers?: readonly string[];
  /** These values. Left out: whatever the control finds. */
  readonly values?: Values;
  /** Why, for whoever reviews the policy. */
  readonly reason: string;
  /** The last day on which it holds, as `2027-01-31`: a later load of the policy is an error. Left out: no such day. */
  readonly expires?: string;
}

const specKeys: Readonly<Record<keyof ExceptionSpec, true>> = {
  control: true,
  namespaces: true,
  labels: true,
  where: true,
  containers: true,
  values: true,
  reason: true,
  expires: true,
};

/** The controls with their exceptions, and what is said of these. Throws a PolicyError on one that says nothing exact. */
export function withExceptions(
  controls: readonly Control[],
  specs: readonly ExceptionSpec[],
): { readonly controls: readonly Control[]; readonly exceptions: readonly Exception[] } {
  let result = controls;
  const exceptions = specs.map((spec): Exception => {
    demandKeys('an exception', spec, specKeys);
    const ids = controls.map(({ id }) => id);
    const before = result.find(({ id }) => id === spec.control);
    if (before === undefined)
      throw new PolicyError(
        `an exception is from control \`${spec.control}\`, which the policy does not have${didYouMean(spec.control, ids)}`,
      );
    const excepted = exceptedBy(spec);
    const rewritten = except(before, excepted);
    if ('problem' in rewritten)
      throw new PolicyError(`control \`${spec.control}\` cannot have this exception: ${rewritten.problem}`);
    inheritOrigin(rewritten, before);
    result = result.map((control) => (control === before ? rewritten : control));
    return {
      control: spec.control,
      excepted,
      before,
      what: described(spec),
      reason: spec.reason,
      expires: spec.expires ?? null,
    };
  });
  return { controls: result, exceptions };
}

function exceptedBy(spec: ExceptionSpec): Excepted {
  const { namespaces, labels = {}, where, containers, values } = spec;
  for (const [name, list] of Object.entries({ namespaces, containers, values: values?.node.values }))
    if (list?.length === 0)
      throw new PolicyError(`an exception from control \`${spec.control}\` has an empty list of ${name}`);
  const conds: Cond[] = [
    ...(namespaces === undefined ? [] : [oneOf(request('namespace'), namespaces)]),
    ...Object.entries(labels).map(([key, value]) => labelled(key, value)),
    ...(where === undefined ? [] : [where]),
  ];
  if (conds.length === 0 && containers === undefined && values === undefined)
    throw new PolicyError(
      `an exception from control \`${spec.control}\` names no pods, containers or values; to do without the control, drop it`,
    );
  const cond: CondNode = conds.length === 0 ? { kind: 'constant', value: true } : and(...conds).cond;
  return { where: cond, containers: containers ?? null, values: values?.node ?? null };
}

/** An absent label is none of any value, the empty one included. */
const labelled = (key: string, value: string): Cond =>
  equal(lookup(pod.metadata.labels, key, value === '' ? 'absent' : ''), value);

function described({ namespaces, labels = {}, where, containers, values }: ExceptionSpec): string {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  const node = values?.node;
  const place = node === undefined ? [] : node.kind === 'field' ? node.path : [...node.list, ...node.item];
  return [
    ...(node === undefined ? [] : [`${place.join('.')} ${node.values.join(', ')}`]),
    ...(containers === undefined ? [] : [`of the containers ${containers.join(', ')}`]),
    ...(namespaces === undefined ? [] : [`in the namespaces ${namespaces.join(', ')}`]),
    ...(pairs.length === 0 ? [] : [`with the labels ${pairs.join(', ')}`]),
    ...(where === undefined ? [] : ['where a condition of its own holds']),
  ].join(' ');
}
