/** Small policies for tests: one control, well-formed but for what a test puts in. */
import {
  type Comprehension,
  type Cond,
  type Control,
  irVersion,
  type Policy,
  type Ref,
  type Term,
} from '../../src/ir/types.js';

export const never: Cond = { kind: 'constant', value: false };
export const always: Cond = { kind: 'constant', value: true };

/** `ref('pod.spec.hostPID')` */
export function ref(text: string): Ref {
  const [from = '', ...path] = text.split('.');
  return { from, path };
}

export function literal(value: string | number | boolean): Term {
  return { kind: 'literal', value };
}

export function read(place: string, absent: string | number | boolean = ''): Term {
  return { kind: 'value', ref: ref(place), absent };
}

export function comprehension(parts: Partial<Comprehension> = {}): Comprehension {
  return { over: [], where: always, show: literal('pod'), at: ref('pod.spec'), ...parts };
}

export function control(parts: Partial<Control> = {}): Control {
  return {
    id: 'control',
    level: 'custom',
    unless: never,
    collections: [{ name: 'found', distinct: false, denies: true, from: [comprehension()] }],
    reason: { kind: 'text', text: 'reason' },
    detail: { kind: 'list', of: 'found', quote: false, separator: ', ' },
    ...parts,
  };
}

export function policy(parts: Partial<Policy> = {}): Policy {
  return {
    ir: irVersion,
    name: 'sample',
    version: null,
    controls: [control()],
    mutations: [],
    alternatives: [],
    exceptions: [],
    exemptions: { namespaces: [], users: [], runtimeClasses: [], serviceAccounts: [] },
    scope: { excludedNamespaces: [], namespaceSelector: [] },
    mode: 'audit',
    ...parts,
  };
}

/** A policy that denies for each combination for which a comprehension holds. */
export function collecting(...from: readonly Partial<Comprehension>[]): Policy {
  const found = { name: 'found', distinct: false, denies: true, from: from.map(comprehension) };
  return policy({ controls: [control({ collections: [found] })] });
}

/** A policy that denies a pod for which the condition holds. */
export function denying(where: Cond): Policy {
  return collecting({ where });
}

/** A policy that denies each pod and shows the term's value as the detail. */
export function showing(show: Term): Policy {
  return collecting({ show });
}

/** A policy whose condition is of each container, `c`. */
export function eachContainer(where: Cond): Policy {
  return denying({
    kind: 'some',
    bind: 'c',
    in: { kind: 'containers', of: 'pod', groups: ['init', 'regular', 'ephemeral'] },
    where,
  });
}
