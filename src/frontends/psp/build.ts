/** What the fields of a PodSecurityPolicy become: controls, and what is written. */
import { type Cond, equal, not, oneOf, or, some } from '../../dsl/conditions.js';
import { type ControlBody, controlNode, denying, each } from '../../dsl/control.js';
import { type Path, pod, refOf } from '../../dsl/paths.js';
import { bindElement, containers, items } from '../../dsl/sources.js';
import { itself, nameOf } from '../../dsl/terms.js';
import { named, sequence } from '../../dsl/wording.js';
import { canonicalMutation } from '../../ir/canonical.js';
import type { Control, Mutation, Value, Write } from '../../ir/types.js';
import type { Container } from '../../schema/index.js';
import type { PspSpec } from './spec.js';

/** A field of PodSecurityPolicy, or fields that belong together. */
export interface PspField {
  readonly writes: (spec: PspSpec) => readonly Mutation[];
  readonly demands: (spec: PspSpec) => readonly Control[];
}

export const podContext = pod.spec.securityContext;

export function demand(id: string, body: ControlBody): Control {
  return controlNode(id, 'custom', body);
}

/** A control that denies containers, each for itself. `says` ends a sentence that begins with their names. */
export function ofEachContainer(
  id: string,
  reason: string,
  says: string,
  wrong: (c: Path<Container>) => { readonly where: Cond; readonly at: Path<unknown> },
): Control {
  return demand(id, {
    collections: { containers: denying(each(containers(), (c) => ({ ...wrong(c), show: nameOf(c) }))) },
    reason,
    detail: sequence(named('containers', 'container', 'containers'), ` ${says}`),
  });
}

/** A policy that admits nothing: the API server takes it, and the admission plugin drops it. */
export function dead(id: string, why: string): Control {
  return demand(id, {
    collections: {
      pods: denying({
        comprehension: {
          over: [],
          where: { kind: 'constant', value: true },
          show: { kind: 'literal', value: 'pod' },
          at: { from: 'pod', path: ['spec'] },
        },
      }),
    },
    reason: `the policy admits no pod: ${why}`,
    detail: '',
  });
}

export function set(at: Path<unknown>, value: Value): Write {
  return { kind: 'set', at: refOf(at), value };
}

export function add(
  list: Path<readonly string[]>,
  values: readonly string[],
  ...except: readonly Path<readonly string[]>[]
): Write {
  return { kind: 'add', list: refOf(list), values: [...new Set(values)], except: except.map(refOf) };
}

/** Written into the pod where the condition holds. */
export function write(id: string, where: Cond, ...writes: readonly Write[]): Mutation {
  return { id, over: [], where: where.cond, writes };
}

/** Written into each container for which the condition holds; `asks` names what asks for it. */
export function writeContainers(
  id: string,
  written: (c: Path<Container>) => { readonly where: Cond; readonly writes: readonly Write[] },
): Mutation {
  const { bind, element } = bindElement<Container>();
  const { where, writes } = written(element);
  return canonicalMutation({ id, over: [{ bind, in: containers().source }], where: where.cond, writes });
}

/** A list of strings has none of these. */
export function hasNoneOf(list: Path<readonly string[]>, values: readonly string[]): Cond {
  return not(some(items(list), (each) => oneOf(itself(each), distinct(values))));
}

/** A list of strings lacks at least one of these. */
export function lacksOneOf(list: Path<readonly string[]>, values: readonly string[]): Cond {
  return or(...distinct(values).map((value) => not(some(items(list), (each) => equal(itself(each), value)))));
}

export function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}

/** `"a", "b"`, for texts of controls. */
export function listed(values: readonly (string | number)[]): string {
  return values.length === 0 ? 'none' : distinct(values).join(', ');
}
