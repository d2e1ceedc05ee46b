/** What a policy has to do on an engine besides telling a good pod from a bad one, and which engines are asked for it. */
import { withExceptions } from '../../src/dsl/exceptions.js';
import type { Policy } from '../../src/ir/types.js';

export const topics = [
  'a bad pod is refused, a good one runs',
  'mode warn',
  'mode audit',
  'workloads, warned of',
  'workloads, reported',
  'workloads, refused',
  'null and empty values in a manifest',
  'update of metadata alone',
  'update of an image',
  'update of the number of containers',
  'added ephemeral containers',
  'subresources that cannot change a spec',
  'a namespace out of scope',
  'a namespace selector',
  'an exempt namespace',
  'an exempt user',
  'an exempt runtime class',
  'an exempt service account',
  'exceptions',
] as const;
export type Topic = (typeof topics)[number];

export const matrixEngines = [
  'opa',
  'vap',
  'psa',
  'psp',
  'gatekeeper (cel)',
  'gatekeeper (rego)',
  'gatekeeper (vap)',
  'kyverno',
  'kyverno-vpol',
] as const;
export type MatrixEngine = (typeof matrixEngines)[number];

/** Why a scenario is not run: the target refuses such a policy, or the engine has no word for it, and then why. */
export type Unshown = 'refused' | { readonly outside: string };

const noMode: Unshown = { outside: 'the module finds violations; what becomes of them is up to its caller' };
const created: Unshown = { outside: 'promised on the creation of pods alone' };
const podsAlone: Unshown = { outside: 'judges pods alone' };

/** The cells of the matrix without a scenario. Any other cell has to have one that holds. */
export const unshown: Readonly<Record<MatrixEngine, Readonly<Partial<Record<Topic, Unshown>>>>> = {
  opa: {
    'mode warn': noMode,
    'mode audit': noMode,
    'workloads, warned of': noMode,
    'workloads, reported': noMode,
    'a namespace selector': 'refused',
    'an exempt service account': 'refused',
  },
  vap: {},
  psa: {
    'workloads, refused': 'refused',
    'a namespace selector': 'refused',
    'an exempt service account': 'refused',
    exceptions: 'refused',
  },
  psp: {
    'mode warn': 'refused',
    'mode audit': 'refused',
    'workloads, warned of': podsAlone,
    'workloads, reported': podsAlone,
    'workloads, refused': 'refused',
    'update of metadata alone': created,
    'update of an image': created,
    'update of the number of containers': created,
    'added ephemeral containers': created,
    'subresources that cannot change a spec': created,
    'a namespace selector': 'refused',
    'an exempt runtime class': 'refused',
    'an exempt service account': 'refused',
    exceptions: 'refused',
  },
  'gatekeeper (cel)': {},
  'gatekeeper (rego)': {},
  'gatekeeper (vap)': {},
  kyverno: {},
  'kyverno-vpol': {},
};

export interface Shown {
  readonly engine: MatrixEngine;
  readonly topic: Topic;
  /** A scenario that holds, a refusal of the target, or why the engine has no word for it. */
  readonly how: 'shown' | Unshown;
}

/** A policy that asks for what a topic is about: what a refused cell is refused for. */
export const asking: Readonly<Partial<Record<Topic, (policy: Policy) => Policy>>> = {
  'mode warn': (policy) => ({ ...policy, mode: 'warn' }),
  'mode audit': (policy) => ({ ...policy, mode: 'audit' }),
  'workloads, refused': (policy) => ({ ...policy, mode: 'enforce-workloads' }),
  'a namespace selector': (policy) => ({
    ...policy,
    scope: { ...policy.scope, namespaceSelector: [{ key: 'podsec', operator: 'In', values: ['on'] }] },
  }),
  'an exempt runtime class': (policy) => ({
    ...policy,
    exemptions: { ...policy.exemptions, runtimeClasses: ['exempt-class'] },
  }),
  'an exempt service account': (policy) => ({
    ...policy,
    exemptions: { ...policy.exemptions, serviceAccounts: [{ namespace: 'team', name: 'robot' }] },
  }),
  exceptions: (policy) => ({
    ...policy,
    ...withExceptions(
      policy.controls,
      policy.controls
        .slice(0, 1)
        .map(({ id }) => ({ control: id, labels: { app: 'agent' }, reason: 'an agent' })),
    ),
  }),
};
